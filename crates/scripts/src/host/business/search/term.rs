//! What a name of a search means: an expression over the tables, and what it holds.

use countersign_records::{ColumnInfo, ColumnKind};
use serde_json::Value;

/// Words of NetSuite's, and what each is shown as.
pub(super) type Words = &'static [(&'static str, &'static str)];

#[derive(Clone, Debug)]
pub(super) struct Term {
    pub(super) sql: String,
    pub(super) kind: Kind,
    /// Of a status: what says the type of transaction it is one of.
    pub(super) by: Option<String>,
    /// Of a reference: the table it leads to.
    pub(super) target: Option<String>,
    /// Of words of NetSuite's: what each is shown as, where statements do not say it.
    pub(super) words: Option<Words>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    /// A word of NetSuite's: it is selected as well as written.
    Word,
    /// A name that somebody gave: written, and selected where it is one of several.
    Name,
    Number,
    Amount,
    Bool,
    Date,
    DateTime,
    /// One of the choices of a field.
    Choice,
    /// The id of another record.
    Reference,
    /// The record's own id, which has no other text.
    Id,
}

impl Term {
    pub(super) fn new(sql: impl Into<String>, kind: Kind) -> Self {
        Self {
            sql: sql.into(),
            kind,
            by: None,
            target: None,
            words: None,
        }
    }

    /// Nothing for a column that statements cannot read.
    pub(super) fn of_column(alias: &str, column: &ColumnInfo) -> Option<Self> {
        let sql = format!("{alias}.{}", column.name);
        let kind = match &column.kind {
            ColumnKind::Text => Kind::Text,
            ColumnKind::Integer | ColumnKind::Decimal => Kind::Number,
            ColumnKind::Amount => Kind::Amount,
            ColumnKind::Bool => Kind::Bool,
            ColumnKind::Date => Kind::Date,
            ColumnKind::DateTime => Kind::DateTime,
            ColumnKind::Choice(_) => Kind::Choice,
            ColumnKind::Reference(target) => {
                return Some(Self {
                    target: target.table.clone(),
                    ..Self::new(sql, Kind::Reference)
                });
            }
            ColumnKind::References(_) => return None,
        };
        Some(Self::new(sql, kind))
    }

    /// What it is shown as, where that is not itself.
    pub(super) fn shown(&self) -> Option<String> {
        if let Some(words) = self.words {
            let cases: Vec<String> = words
                .iter()
                .map(|(word, shown)| format!("WHEN '{word}' THEN '{shown}'"))
                .collect();
            return Some(format!(
                "CASE {} {} ELSE {} END",
                self.sql,
                cases.join(" "),
                self.sql
            ));
        }
        let has_text = matches!(self.kind, Kind::Choice | Kind::Reference | Kind::Word);
        has_text.then(|| format!("BUILTIN.DF({})", self.sql))
    }

    /// What people read: what a formula sees and a sort goes by.
    pub(super) fn text(&self) -> String {
        self.shown().unwrap_or_else(|| self.sql.clone())
    }
}

/// A piece of a statement, with what is bound to its placeholders.
#[derive(Clone, Debug, Default)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) parameters: Vec<Value>,
}

impl Sql {
    pub(super) fn plain(text: impl Into<String>) -> Self {
        Self::bound(text, Vec::new())
    }

    pub(super) fn bound(text: impl Into<String>, parameters: Vec<Value>) -> Self {
        Self {
            text: text.into(),
            parameters,
        }
    }

    /// Several with a word between them, in parentheses.
    pub(super) fn joined(pieces: Vec<Self>, word: &str) -> Self {
        let texts: Vec<String> = pieces.iter().map(|piece| piece.text.clone()).collect();
        let parameters = pieces.into_iter().flat_map(|piece| piece.parameters);
        Self::bound(format!("({})", texts.join(word)), parameters.collect())
    }

    /// Behind `word` all of `conditions`; nothing where there are none.
    pub(super) fn add(&mut self, word: &str, conditions: Vec<Self>) {
        if !conditions.is_empty() {
            let all = Self::joined(conditions, " AND ");
            self.text.push_str(word);
            self.text.push_str(&all.text);
            self.parameters.extend(all.parameters);
        }
    }
}
