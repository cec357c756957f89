//! A checked query as SQL for SQLite. Names are our own (`s1`, `c2`) or the schema's, in backticks: SQLite would take an
//! unknown name in double quotes for a text.

use std::collections::HashMap;

use crate::functions::PREFIX;
use crate::term::{
    Body, BoundRule, ColumnTerm, FromItem, Node, Order, OrderBy, Piece, Query, Select, Source, Term,
};

/// The text of a query.
pub(crate) fn render(query: &Query) -> String {
    let mut renderer = Renderer::default();
    renderer.query(query, false);
    renderer.sql
}

/// The text of a query that gives the same rows in any order.
pub(crate) fn render_unordered(query: &Query) -> String {
    let is_limited = query.limit.is_some() || query.offset.is_some();
    if is_limited {
        return render(query);
    }
    let mut unordered = query.clone();
    unordered.order.clear();
    render(&unordered)
}

#[derive(Default)]
struct Renderer {
    sql: String,
    /// Sources whose columns are read through the select that numbers their rows.
    numbered: HashMap<usize, usize>,
}

impl Renderer {
    fn text(&mut self, text: &str) {
        self.sql.push_str(text);
    }

    fn number(&mut self, letter: char, number: usize) {
        self.sql.push(letter);
        self.sql.push_str(&number.to_string());
    }

    fn name(&mut self, name: &str) {
        self.sql.push('`');
        self.sql.push_str(&name.replace('`', "``"));
        self.sql.push('`');
    }

    fn list<T>(&mut self, items: &[T], between: &str, mut write: impl FnMut(&mut Self, usize, &T)) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 {
                self.text(between);
            }
            write(self, index, item);
        }
    }

    /// `nested`: what stands around it may not drop its order.
    fn query(&mut self, query: &Query, nested: bool) {
        if !query.with.is_empty() {
            self.text("WITH ");
            self.list(&query.with, ", ", |renderer, _, (id, common)| {
                renderer.number('w', *id);
                renderer.text(" AS (");
                renderer.query(common, true);
                renderer.text(")");
            });
            self.text(" ");
        }
        match &query.body {
            Body::Select(select) => self.select(select, &query.order),
            Body::Compound {
                operator,
                left,
                right,
            } => {
                self.operand(left, true);
                self.text(operator);
                self.operand(right, false);
            }
        }
        self.order(&query.order);
        match (&query.limit, &query.offset) {
            (Some(limit), _) => {
                self.text(" LIMIT ");
                self.term(limit);
            }
            (None, Some(_)) => self.text(" LIMIT -1"),
            (None, None) if nested && !query.order.is_empty() => self.text(" LIMIT -1"),
            (None, None) => {}
        }
        if let Some(offset) = &query.offset {
            self.text(" OFFSET ");
            self.term(offset);
        }
        self.leave(query);
    }

    /// A part of a UNION: SQLite takes neither its own order nor parentheses there.
    fn operand(&mut self, query: &Query, is_left: bool) {
        let is_plain = query.with.is_empty()
            && query.order.is_empty()
            && query.limit.is_none()
            && query.offset.is_none();
        let may_stand = is_left || matches!(query.body, Body::Select(_));
        if is_plain && may_stand {
            self.query(query, false);
        } else {
            self.text("SELECT * FROM (");
            self.query(query, true);
            self.text(")");
        }
    }

    fn select(&mut self, select: &Select, order: &[Order]) {
        let outside = std::mem::take(&mut self.sql);
        self.from(&select.from);
        if !select.filter.is_empty() {
            self.text(" WHERE ");
            self.list(&select.filter, " AND ", |renderer, _, term| renderer.term(term));
        }
        let mut rows = std::mem::replace(&mut self.sql, outside);
        if select.numbered || select.first.is_some() {
            rows = self.numbered_rows(select, order, &rows);
        }
        self.text(if select.distinct {
            "SELECT DISTINCT "
        } else {
            "SELECT "
        });
        self.list(&select.outputs, ", ", |renderer, index, term| {
            renderer.term(term);
            renderer.text(" AS ");
            renderer.number('c', index + 1);
        });
        self.text(&rows);
        let groups: Vec<&Term> = select.group.iter().filter(|term| !is_constant(term)).collect();
        if !groups.is_empty() {
            self.text(" GROUP BY ");
            self.list(&groups, ", ", |renderer, _, term| renderer.term(term));
        }
        if let Some(having) = &select.having {
            self.text(" HAVING ");
            self.term(having);
        }
    }

    /// The filtered rows as a query of their own, so that they are counted before they are sorted or grouped.
    fn numbered_rows(&mut self, select: &Select, order: &[Order], rows: &str) -> String {
        let own = crate::term::source_ids(&select.from);
        let mut used: Vec<ColumnTerm> = Vec::new();
        select.each_outer_column(order, &mut |column| {
            let same = |known: &ColumnTerm| known.source == column.source && known.column == column.column;
            if own.contains(&column.source) && !used.iter().any(same) {
                used.push(column.clone());
            }
        });
        let outside = std::mem::take(&mut self.sql);
        self.text(" FROM (SELECT row_number() OVER () AS rn");
        for column in &used {
            self.text(", ");
            self.column(column);
            self.text(" AS ");
            self.name(&exported(column));
        }
        self.text(rows);
        if let Some(first) = &select.first {
            self.text(" LIMIT ");
            self.term(first);
        }
        self.text(") AS ");
        self.number('n', select.id);
        self.numbered
            .extend(own.into_iter().map(|source| (source, select.id)));
        std::mem::replace(&mut self.sql, outside)
    }

    /// Ids are used once in a statement, but a renderer that forgets nothing would be hard to trust.
    fn leave(&mut self, query: &Query) {
        if let Body::Select(select) = &query.body {
            self.numbered.retain(|_, by| *by != select.id);
        }
    }

    fn from(&mut self, from: &[FromItem]) {
        self.text(" FROM ");
        self.joins(from);
    }

    fn joins(&mut self, from: &[FromItem]) {
        for (index, item) in from.iter().enumerate() {
            if index > 0 {
                self.text(item.join);
            }
            self.source(&item.source);
            if !item.on.is_empty() {
                self.text(" ON ");
                self.list(&item.on, " AND ", |renderer, _, term| renderer.term(term));
            }
        }
    }

    fn source(&mut self, source: &Source) {
        match source {
            Source::Table {
                id,
                source,
                columns,
                rules,
            } => {
                if rules.is_empty() {
                    self.name(source);
                } else {
                    self.rows_of(source, columns, rules);
                }
                self.text(" AS ");
                self.number('s', *id);
            }
            Source::Derived { id, query } => {
                self.text("(");
                self.query(query, true);
                self.text(") AS ");
                self.number('s', *id);
            }
            Source::Common { id, with } => {
                self.number('w', *with);
                self.text(" AS ");
                self.number('s', *id);
            }
            Source::Dual { id } => {
                self.text("(SELECT 'X' AS dummy) AS ");
                self.number('s', *id);
            }
            Source::Joined(from) => {
                self.text("(");
                self.joins(from);
                self.text(")");
            }
        }
    }

    fn rows_of(&mut self, source: &str, columns: &[String], rules: &[BoundRule]) {
        self.text("(SELECT ");
        self.list(columns, ", ", |renderer, _, column| renderer.name(column));
        self.text(" FROM ");
        self.name(source);
        self.text(" WHERE ");
        self.list(rules, " AND ", |renderer, _, rule| {
            renderer.name(&rule.column);
            renderer.text(" IN (");
            if let Some((source, column)) = &rule.of {
                renderer.text("SELECT `id` FROM ");
                renderer.name(source);
                renderer.text(" WHERE ");
                renderer.name(column);
                renderer.text(" IN (");
            }
            renderer.list(&rule.values, ", ", |renderer, _, value| {
                renderer.number('?', value + 1);
            });
            renderer.text(if rule.of.is_some() { "))" } else { ")" });
        });
        self.text(")");
    }

    fn order(&mut self, order: &[Order]) {
        if order.is_empty() {
            return;
        }
        self.text(" ORDER BY ");
        self.list(order, ", ", |renderer, _, order| {
            match &order.by {
                OrderBy::Position(position) => renderer.text(&position.to_string()),
                OrderBy::Term(term) => renderer.term(term),
            }
            renderer.text(if order.descending { " DESC" } else { " ASC" });
            match order.nulls_first {
                Some(true) => renderer.text(" NULLS FIRST"),
                Some(false) => renderer.text(" NULLS LAST"),
                None => {}
            }
        });
    }

    fn term(&mut self, term: &Term) {
        match &term.node {
            Node::Null => self.text("NULL"),
            Node::Bound(index) => self.number('?', index + 1),
            Node::Column(column) => self.column(column),
            Node::Rownum(select) => {
                self.number('n', *select);
                self.text(".rn");
            }
            Node::Sql(pieces) | Node::Aggregate(pieces) | Node::Window(pieces) => {
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => self.text(text),
                        Piece::Name(name) => self.name(name),
                        Piece::Term(term) => self.term(term),
                        Piece::Query(query) => self.query(query, true),
                    }
                }
            }
        }
    }

    fn column(&mut self, column: &ColumnTerm) {
        if let Some(select) = self.numbered.get(&column.source).copied() {
            self.number('n', select);
            self.text(".");
            self.name(&exported(column));
        } else {
            self.number('s', column.source);
            self.text(".");
            self.name(&column.column);
        }
    }
}

fn exported(column: &ColumnTerm) -> String {
    format!("s{}_{}", column.source, column.column)
}

/// To SQLite a number in GROUP BY would be the position of an output.
fn is_constant(term: &Term) -> bool {
    matches!(term.node, Node::Null | Node::Bound(_))
}

/// The name under which SQLite knows a function of Oracle's.
pub(crate) fn function_name(name: &str) -> String {
    format!("{PREFIX}{name}")
}
