//! The checked statement: queries whose every name is resolved and every value typed, before they are written as SQL.
//!
//! A [`Term`] is pieces of fixed SQL around other terms. Text of the caller's is in none of them: literals are [`Node::Bound`].

use crate::schema::Kind;

/// A value or a condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Term {
    /// `None`: NULL, or a condition.
    pub(crate) kind: Option<Kind>,
    pub(crate) node: Node,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Null,
    /// The parameter of the SQL with this number, counted from zero.
    Bound(usize),
    Column(ColumnTerm),
    /// The pseudo-column ROWNUM of this select.
    Rownum(usize),
    Sql(Vec<Piece>),
    Aggregate(Vec<Piece>),
    Window(Vec<Piece>),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ColumnTerm {
    pub(crate) source: usize,
    /// As SQLite knows it.
    pub(crate) column: String,
    /// As the statement knows it.
    pub(crate) shown: String,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Piece {
    Text(&'static str),
    /// A name from the schema.
    Name(String),
    Term(Term),
    Query(Box<Query>),
}

impl From<&'static str> for Piece {
    fn from(text: &'static str) -> Self {
        Self::Text(text)
    }
}

impl From<Term> for Piece {
    fn from(term: Term) -> Self {
        Self::Term(term)
    }
}

impl From<Query> for Piece {
    fn from(query: Query) -> Self {
        Self::Query(Box::new(query))
    }
}

/// Pieces, from fixed text, terms and queries.
macro_rules! pieces {
    ($($piece:expr),* $(,)?) => { vec![$($crate::term::Piece::from($piece)),*] };
}
pub(crate) use pieces;

/// What can be compared with what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    Null,
    Text,
    Number,
    Date,
    Moment,
}

impl Term {
    pub(crate) fn null() -> Self {
        Self {
            kind: None,
            node: Node::Null,
        }
    }

    pub(crate) fn new(kind: Kind, pieces: Vec<Piece>) -> Self {
        Self {
            kind: Some(kind),
            node: Node::Sql(pieces),
        }
    }

    /// True, false or unknown; never a value of a row.
    pub(crate) fn condition(pieces: Vec<Piece>) -> Self {
        Self {
            kind: None,
            node: Node::Sql(pieces),
        }
    }

    pub(crate) fn with_kind(self, kind: Kind) -> Self {
        Self {
            kind: Some(kind),
            node: self.node,
        }
    }

    pub(crate) fn class(&self) -> Class {
        match &self.kind {
            None => Class::Null,
            Some(Kind::Text | Kind::Bool | Kind::Enum(_) | Kind::EnumBy { .. }) => Class::Text,
            Some(Kind::Integer | Kind::Number | Kind::Currency | Kind::Reference { .. }) => Class::Number,
            Some(Kind::Date) => Class::Date,
            Some(Kind::DateTime) => Class::Moment,
        }
    }

    fn pieces(&self) -> &[Piece] {
        match &self.node {
            Node::Sql(pieces) | Node::Aggregate(pieces) | Node::Window(pieces) => pieces,
            Node::Null | Node::Bound(_) | Node::Column(_) | Node::Rownum(_) => &[],
        }
    }

    /// Whether it aggregates the rows of the select it stands in.
    pub(crate) fn aggregates(&self) -> bool {
        matches!(self.node, Node::Aggregate(_))
            || self
                .pieces()
                .iter()
                .any(|piece| matches!(piece, Piece::Term(term) if term.aggregates()))
    }

    /// The same with NULL for these terms, but inside an aggregate function, which sees the rows.
    #[must_use]
    pub(crate) fn without(&self, gone: &[Self]) -> Self {
        if gone.contains(self) {
            return Self {
                kind: self.kind.clone(),
                node: Node::Null,
            };
        }
        let Node::Sql(pieces) = &self.node else {
            return self.clone();
        };
        let pieces = pieces.iter().map(|piece| match piece {
            Piece::Term(term) => Piece::Term(term.without(gone)),
            other => other.clone(),
        });
        Self {
            kind: self.kind.clone(),
            node: Node::Sql(pieces.collect()),
        }
    }

    /// Every column in it, those of queries inside it too.
    pub(crate) fn each_column(&self, see: &mut dyn FnMut(&ColumnTerm)) {
        if let Node::Column(column) = &self.node {
            see(column);
        }
        for piece in self.pieces() {
            match piece {
                Piece::Term(term) => term.each_column(see),
                Piece::Query(query) => query.each_column(see),
                Piece::Text(_) | Piece::Name(_) => {}
            }
        }
    }

    /// The first column of these sources that is neither in `groups` nor aggregated.
    pub(crate) fn ungrouped(&self, groups: &[Self], sources: &[usize]) -> Option<String> {
        if groups.contains(self) || matches!(self.node, Node::Aggregate(_)) {
            return None;
        }
        match &self.node {
            Node::Column(column) if sources.contains(&column.source) => return Some(column.shown.clone()),
            Node::Rownum(_) => return Some("rownum".to_owned()),
            _ => {}
        }
        self.pieces().iter().find_map(|piece| match piece {
            Piece::Term(term) => term.ungrouped(groups, sources),
            Piece::Query(query) => {
                let mut found = None;
                query.each_column(&mut |column| {
                    let is_group =
                        |group: &Self| matches!(&group.node, Node::Column(grouped) if grouped == column);
                    if sources.contains(&column.source) && !groups.iter().any(is_group) {
                        found = Some(column.shown.clone());
                    }
                });
                found
            }
            Piece::Text(_) | Piece::Name(_) => None,
        })
    }
}

/// A column of a query's answer.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Output {
    pub(crate) name: String,
    pub(crate) kind: Option<Kind>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Query {
    pub(crate) with: Vec<(usize, Query)>,
    pub(crate) body: Body,
    pub(crate) order: Vec<Order>,
    pub(crate) limit: Option<Term>,
    pub(crate) offset: Option<Term>,
    pub(crate) outputs: Vec<Output>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Body {
    Select(Box<Select>),
    Compound {
        operator: &'static str,
        left: Box<Query>,
        right: Box<Query>,
    },
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Order {
    pub(crate) by: OrderBy,
    pub(crate) descending: bool,
    /// `None`: there are none, and an index can be used.
    pub(crate) nulls_first: Option<bool>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum OrderBy {
    /// The output with this number, counted from one.
    Position(usize),
    Term(Term),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Select {
    pub(crate) id: usize,
    pub(crate) distinct: bool,
    pub(crate) outputs: Vec<Term>,
    pub(crate) from: Vec<FromItem>,
    pub(crate) filter: Vec<Term>,
    /// What a condition on ROWNUM leaves: rows that pass the filter, before anything else is done with them.
    pub(crate) first: Option<Term>,
    /// ROWNUM is used as a value.
    pub(crate) numbered: bool,
    pub(crate) group: Vec<Term>,
    pub(crate) having: Option<Term>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct FromItem {
    /// How it joins what stands before it; the first one joins nothing.
    pub(crate) join: &'static str,
    pub(crate) source: Source,
    pub(crate) on: Vec<Term>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Source {
    Table {
        id: usize,
        source: String,
        columns: Vec<String>,
        rules: Vec<BoundRule>,
    },
    Derived {
        id: usize,
        query: Box<Query>,
    },
    Common {
        id: usize,
        with: usize,
    },
    Dual {
        id: usize,
    },
    Joined(Vec<FromItem>),
}

/// A rule on the rows of a table, its values bound.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct BoundRule {
    pub(crate) column: String,
    /// The table whose rows the column refers to, and the column of it that has the values. `None`: `column` has them.
    pub(crate) of: Option<(String, String)>,
    pub(crate) values: Vec<usize>,
}

impl Query {
    pub(crate) fn each_column(&self, see: &mut dyn FnMut(&ColumnTerm)) {
        for (_, query) in &self.with {
            query.each_column(see);
        }
        match &self.body {
            Body::Select(select) => select.each_column(see),
            Body::Compound { left, right, .. } => {
                left.each_column(see);
                right.each_column(see);
            }
        }
        each_order_column(&self.order, see);
    }
}

fn each_order_column(order: &[Order], see: &mut dyn FnMut(&ColumnTerm)) {
    for order in order {
        if let OrderBy::Term(term) = &order.by {
            term.each_column(see);
        }
    }
}

impl Select {
    fn each_column(&self, see: &mut dyn FnMut(&ColumnTerm)) {
        self.each_outer_column(&[], see);
        for term in &self.filter {
            term.each_column(see);
        }
        each_from_column(&self.from, see);
    }

    /// Those that are used after the rows are filtered.
    pub(crate) fn each_outer_column(&self, order: &[Order], see: &mut dyn FnMut(&ColumnTerm)) {
        for term in self.outputs.iter().chain(&self.group).chain(&self.having) {
            term.each_column(see);
        }
        each_order_column(order, see);
    }
}

fn each_from_column(from: &[FromItem], see: &mut dyn FnMut(&ColumnTerm)) {
    for item in from {
        for term in &item.on {
            term.each_column(see);
        }
        match &item.source {
            Source::Derived { query, .. } => query.each_column(see),
            Source::Joined(from) => each_from_column(from, see),
            Source::Table { .. } | Source::Common { .. } | Source::Dual { .. } => {}
        }
    }
}

/// The ids of the sources, those of joins in parentheses too.
pub(crate) fn source_ids(from: &[FromItem]) -> Vec<usize> {
    from.iter()
        .flat_map(|item| match &item.source {
            Source::Table { id, .. }
            | Source::Derived { id, .. }
            | Source::Common { id, .. }
            | Source::Dual { id } => {
                vec![*id]
            }
            Source::Joined(from) => source_ids(from),
        })
        .collect()
}
