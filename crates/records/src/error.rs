//! What can go wrong with a record, and where in it.

use std::fmt;

use countersign_database::DatabaseError;
use countersign_spelling::suggestion;

use crate::changes::MOST_LINES;
use crate::declaration::DeclarationError;
use crate::own::MOST_DECLARATIONS;
use crate::value::Key;

#[derive(Clone, Debug, thiserror::Error)]
pub enum RecordsError {
    #[error("{record_type} {key} does not exist")]
    NotFound { record_type: String, key: Key },

    /// Never empty.
    #[error("{}", join(.0))]
    Invalid(Vec<FieldError>),

    #[error("{record_type} {id} cannot be deleted: {dependent_type} {dependent_id} refers to it")]
    HasDependents {
        record_type: String,
        id: i64,
        dependent_type: String,
        dependent_id: i64,
    },

    #[error("{from} cannot become {to}{}", suggestion(nearest))]
    NoTransform {
        from: String,
        to: String,
        nearest: Vec<String>,
    },

    #[error("{record_type} {id} has nothing left that could go into {to}")]
    NothingLeft {
        record_type: String,
        id: i64,
        to: String,
    },

    #[error("the filter was made for {made_for} and not for {used_for}")]
    OtherFilter { made_for: String, used_for: String },

    #[error("{record_type} {id}: its {field} cannot be read. The database was changed by another program")]
    Damaged {
        record_type: String,
        id: i64,
        field: String,
    },

    #[error(
        "the declarations say that {column} of {table} is {declared}, the database says {stored}. \
         Give the field another name, or start with a new database"
    )]
    Redeclared {
        table: String,
        column: String,
        declared: String,
        stored: String,
    },

    #[error("this account has no record type {0}: an account in memory may have been given others")]
    NoSuchType(String),

    #[error("{record_type} has no field {field}")]
    NoSuchField { record_type: String, field: String },

    #[error("the demonstration company cannot be read: {0}. This is a bug in the program")]
    Seed(String),

    #[error("an account declares at most {MOST_DECLARATIONS} types, lists and fields of its own")]
    TooManyDeclarations,

    #[error(transparent)]
    Declaration(#[from] DeclarationError),

    #[error(transparent)]
    Database(#[from] DatabaseError),
}

impl RecordsError {
    /// What was declared does not fit, which whoever declares it can mend.
    pub const fn is_of_declarations(&self) -> bool {
        matches!(
            self,
            Self::Declaration(_) | Self::Redeclared { .. } | Self::TooManyDeclarations | Self::Invalid(_)
        )
    }

    pub(crate) fn too_many_lines(path: String) -> Self {
        let problem = Problem::TooManyLines { limit: MOST_LINES };
        Self::Invalid(vec![FieldError { path, problem }])
    }
}

impl From<rusqlite::Error> for RecordsError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.into())
    }
}

/// One thing wrong with one field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldError {
    /// Where in the record: the camelCase name of a field, or `item.items[0].quantity`, as `o:errorPath` shows it.
    pub path: String,
    pub problem: Problem,
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.problem)
    }
}

#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Problem {
    #[error("there is no such field{}", suggestion(nearest))]
    Unknown { nearest: Vec<String> },

    #[error("the field cannot be set")]
    ReadOnly,

    #[error("a value is required")]
    Missing,

    #[error("expected {expected}")]
    NotA { expected: &'static str },

    #[error("longer than the {limit} allowed")]
    TooLong { limit: usize },

    #[error("not one of {}", choices.join(", "))]
    NotAChoice { choices: Vec<String> },

    #[error("there is no {record_type} {key}")]
    NoSuchRecord { record_type: String, key: Key },

    #[error("another record has this value already")]
    Taken,

    #[error("{field}: {problem}")]
    Inside { field: String, problem: Box<Problem> },

    #[error("there is no line {key}")]
    NoSuchLine { key: i64 },

    #[error("more than the {limit} lines allowed")]
    TooManyLines { limit: usize },

    #[error("more than the {left} that remain on {record_type} {id}")]
    MoreThanRemains { left: f64, record_type: String, id: i64 },

    #[error("debits of {debits:.2} and credits of {credits:.2} differ")]
    Unbalanced { debits: f64, credits: f64 },
}

fn join(errors: &[FieldError]) -> String {
    let lines: Vec<_> = errors.iter().map(ToString::to_string).collect();
    lines.join("; ")
}
