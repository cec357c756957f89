//! The `q` parameter of a REST list: `companyName CONTAIN "Acme" AND isInactive IS false`.
//!
//! Parsed against a record type, so that a filter holds only fields the type has, with operators and values their
//! kinds allow; then compiled to SQL in which every value is a parameter. The operators are those of NetSuite's help
//! (record collection filtering, section_1545222128); `NOT` before a condition is ours.
//!
//! An operator with `_NOT` is the exact opposite of the one without: `email CONTAIN_NOT "x"` lists records that have
//! no e-mail address too. A day includes all of its moments: `AFTER "10/31/2026"` begins on November 1st.

mod parser;
mod sql;
mod tokens;
mod tree;

use countersign_spelling::suggestion;
use rusqlite::types::Value as Sql;

use crate::record_type::RecordType;

pub use tree::{Condition, Day, Node, Order, Reach, Test, Timing};

/// Characters of a filter's text.
pub const LONGEST: usize = 8192;

/// Brackets and `NOT`s inside each other.
pub const DEEPEST: usize = 32;

/// Values in one list.
pub const MOST_VALUES: usize = 1000;

/// A condition on records of one type.
#[derive(Clone, Debug, PartialEq)]
pub struct Filter {
    record_type: String,
    root: Node,
}

impl Filter {
    pub fn parse(text: &str, of: &RecordType) -> Result<Self, FilterError> {
        Ok(Self {
            record_type: of.name.clone(),
            root: parser::parse(text, of)?,
        })
    }

    /// The REST name of the type it was parsed for.
    pub fn record_type(&self) -> &str {
        &self.record_type
    }

    pub const fn root(&self) -> &Node {
        &self.root
    }

    pub(crate) fn to_sql(&self) -> (String, Vec<Sql>) {
        sql::compile(&self.root)
    }
}

/// Written so that it parses to the same filter.
impl std::fmt::Display for Filter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.root.fmt(f)
    }
}

/// What is wrong with a filter's text, and at which character, counted from 1.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at character {position} of the filter: {problem}")]
pub struct FilterError {
    pub position: usize,
    pub problem: FilterProblem,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilterProblem {
    #[error("expected {0}")]
    Expected(&'static str),

    #[error("{name} is no field of {record_type}{}", suggestion(nearest))]
    UnknownField {
        name: String,
        record_type: String,
        nearest: Vec<String>,
    },

    #[error("{operator} cannot be used with a {kind} field; it takes {}", allowed.join(", "))]
    WrongOperator {
        operator: String,
        kind: &'static str,
        allowed: Vec<&'static str>,
    },

    #[error("{value:?} is not a number")]
    NotANumber { value: String },

    #[error("{value:?} is not true or false")]
    NotABool { value: String },

    /// Clients that probe for the account's date format look for these words.
    #[error("{value:?} failed with date format M/D/YYYY")]
    NotADate { value: String },

    #[error("{value:?} is not one of {}", choices.join(", "))]
    NotAChoice { value: String, choices: Vec<String> },

    #[error("longer than {LONGEST} characters")]
    TooLong,

    #[error("more than {DEEPEST} brackets inside each other")]
    TooDeep,

    #[error("more than {MOST_VALUES} values in a list")]
    TooManyValues,
}
