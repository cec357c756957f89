//! What names mean where they stand: the sources of a select, and those of the selects around it.

use std::cell::Cell;

use countersign_spelling::nearest;

use crate::error::QueryError;
use crate::schema::Kind;
use crate::term::{ColumnTerm, Node, Output, Term};

use super::Result;

/// Where in a select an expression stands.
#[derive(Clone, Copy)]
pub(super) struct Place {
    pub(super) clause: &'static str,
    pub(super) aggregates: bool,
    pub(super) windows: bool,
}

impl Place {
    pub(super) const ON: Self = Self::plain("ON");
    pub(super) const WHERE: Self = Self::plain("WHERE");
    pub(super) const GROUP: Self = Self::plain("GROUP BY");
    pub(super) const HAVING: Self = Self {
        clause: "HAVING",
        aggregates: true,
        windows: false,
    };
    pub(super) const SELECT: Self = Self {
        clause: "SELECT",
        aggregates: true,
        windows: true,
    };
    pub(super) const ORDER: Self = Self {
        clause: "ORDER BY",
        aggregates: true,
        windows: true,
    };
    pub(super) const INSIDE_AGGREGATE: Self = Self::plain("an aggregate function");
    pub(super) const INSIDE_WINDOW: Self = Self {
        clause: "a window",
        aggregates: true,
        windows: false,
    };

    const fn plain(clause: &'static str) -> Self {
        Self {
            clause,
            aggregates: false,
            windows: false,
        }
    }
}

/// The names of one select.
pub(super) struct Scope<'s> {
    pub(super) select: usize,
    pub(super) sources: Vec<Named>,
    pub(super) outer: Option<&'s Scope<'s>>,
    /// ROWNUM is used as a value.
    pub(super) numbered: Cell<bool>,
}

/// A source and what it is called.
pub(super) struct Named {
    pub(super) id: usize,
    /// Empty: it has no name, and its columns are named alone.
    pub(super) alias: String,
    pub(super) table: String,
    pub(super) columns: Vec<NamedColumn>,
}

#[derive(Clone)]
pub(super) struct NamedColumn {
    pub(super) name: String,
    pub(super) column: String,
    pub(super) kind: Option<Kind>,
    pub(super) never_null: bool,
}

impl NamedColumn {
    /// The columns of a query in FROM or WITH.
    pub(super) fn of_outputs(outputs: &[Output]) -> Vec<Self> {
        let named = outputs.iter().enumerate().map(|(index, output)| Self {
            name: output.name.clone(),
            column: format!("c{}", index + 1),
            kind: output.kind.clone().map(Self::of_no_row),
            never_null: false,
        });
        named.collect()
    }

    /// Whoever reads a query sees the column, and not the one beside it that says what its ids stand for.
    fn of_no_row(kind: Kind) -> Kind {
        match kind {
            Kind::EnumBy { .. } => Kind::EnumBy {
                by: String::new(),
                labels: [].into(),
            },
            kind => kind,
        }
    }
}

impl Named {
    pub(super) fn term(&self, column: &NamedColumn) -> Term {
        Term {
            kind: column.kind.clone(),
            node: Node::Column(ColumnTerm {
                source: self.id,
                column: column.column.clone(),
                shown: column.name.clone(),
            }),
        }
    }

    /// The column of this name; an error where the source has two.
    fn find(&self, name: &str) -> Result<Option<&NamedColumn>> {
        let mut found = self.columns.iter().filter(|column| column.name == name);
        let first = found.next();
        if found.next().is_some() {
            return Err(QueryError::Ambiguous {
                name: name.to_owned(),
            });
        }
        Ok(first)
    }
}

impl<'s> Scope<'s> {
    pub(super) fn new(select: usize, outer: Option<&'s Self>) -> Self {
        Self {
            select,
            sources: Vec::new(),
            outer,
            numbered: Cell::new(false),
        }
    }

    pub(super) fn ids(&self) -> Vec<usize> {
        self.sources.iter().map(|source| source.id).collect()
    }

    pub(super) fn source(&self, alias: &str) -> Option<&Named> {
        self.sources.iter().find(|source| source.alias == alias)
    }

    /// A column by its own name, of the nearest select that has one.
    pub(super) fn column(&self, name: &str) -> Result<Term> {
        match self.look(name)? {
            Some(term) => Ok(term),
            None => Err(self.unknown(name, name)),
        }
    }

    fn look(&self, name: &str) -> Result<Option<Term>> {
        let mut found = None;
        for source in &self.sources {
            if let Some(column) = source.find(name)?
                && found.replace(source.term(column)).is_some()
            {
                return Err(QueryError::Ambiguous {
                    name: name.to_owned(),
                });
            }
        }
        match (found, self.outer) {
            (None, Some(outer)) => outer.look(name),
            (found, _) => Ok(found),
        }
    }

    /// A column by its table's name or alias and its own.
    pub(super) fn column_of(&self, alias: &str, name: &str) -> Result<Term> {
        let mut scope = Some(self);
        while let Some(here) = scope {
            if let Some(source) = here.source(alias) {
                let column = source.find(name)?;
                return column
                    .map(|column| source.term(column))
                    .ok_or_else(|| here.unknown(&format!("{alias}.{name}"), name));
            }
            scope = here.outer;
        }
        Err(self.unknown(&format!("{alias}.{name}"), name))
    }

    pub(super) fn is_never_null(&self, term: &Term) -> bool {
        let Node::Column(sought) = &term.node else {
            return false;
        };
        let [source] = self.sources.as_slice() else {
            return false; // A join may bring NULLs.
        };
        let is_sought = |column: &NamedColumn| column.column == sought.column && column.never_null;
        source.id == sought.source && source.columns.iter().any(is_sought)
    }

    fn unknown(&self, written: &str, name: &str) -> QueryError {
        let columns = self.sources.iter().flat_map(|source| &source.columns);
        QueryError::UnknownColumn {
            name: written.to_owned(),
            available: self
                .sources
                .iter()
                .map(|source| (source.alias.clone(), source.table.clone()))
                .collect(),
            near: nearest(name, columns.map(|column| column.name.as_str())),
        }
    }
}
