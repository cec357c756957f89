//! Why a statement is refused: NetSuite's words for the caller, and the reason with what to do next for whoever reads on.

use std::time::Duration;

use countersign_spelling::question;

/// A statement that was not run, or not to its end.
#[derive(Debug, thiserror::Error)]
pub enum QueryError {
    #[error("The statement cannot be read: {0}. Correct it there.")]
    Unreadable(String),
    #[error("This is not one SELECT. Send a single SELECT statement; SuiteQL changes nothing.")]
    NotOneSelect,
    #[error("{what} is more than {most}. Ask in smaller pieces.")]
    TooMuch { what: &'static str, most: usize },
    /// What SQLite does not take, of what is let in: an expression too deep for it, a window it has not.
    #[error("The statement is more than the database can do: {0}. Ask in smaller pieces.")]
    TooComplex(String),
    #[error("There is no table {name}.{}", question(.near))]
    UnknownTable { name: String, near: Vec<String> },
    #[error(
        "The role may not see the record type {table}. Give it the permission, or query what it may see."
    )]
    Hidden { table: String },
    #[error("There is no column {name} here.{}", question(.near))]
    UnknownColumn {
        name: String,
        /// Alias and table of everything in FROM.
        available: Vec<(String, String)>,
        near: Vec<String>,
    },
    #[error("The column {name} is in several tables. Write the table or its alias before it.")]
    Ambiguous { name: String },
    #[error("SuiteQL has no {what}. {next}")]
    Unsupported { what: String, next: String },
    /// NetSuite has it, this account has not: an answer of its own, never a wrong one.
    #[error("{what} is not emulated here. {next}")]
    NotEmulated { what: String, next: String },
    #[error("There is no function {name}.{}", question(.near))]
    UnknownFunction { name: String, near: Vec<String> },
    #[error("{function} takes {takes}. Correct its arguments.")]
    Arguments { function: String, takes: String },
    #[error(
        "{what} is neither grouped nor aggregated. Add it to GROUP BY, or put it into an aggregate function."
    )]
    NotGrouped { what: String },
    #[error("{what}. {next}")]
    Invalid { what: String, next: String },
    #[error(
        "The statement has {placeholders} placeholders and {given} parameters were given. Give one for each `?`."
    )]
    Parameters { placeholders: usize, given: usize },
    /// A value the statement met while it ran.
    #[error("{0}")]
    Value(String),
    #[error("The statement took longer than {} seconds. Narrow it with a condition.", .0.as_secs())]
    TimeLimit(Duration),
    #[error("No thread could be started for the statement: {0}. Try again, or give the server more threads.")]
    NoThread(#[source] std::io::Error),
    #[error("The records could not be read: {0}. Look at the account's records file.")]
    Records(#[source] rusqlite::Error),
}

impl QueryError {
    /// `o:errorCode`. `None`: the fault is not the caller's.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Records(_) | Self::NoThread(_) => None,
            Self::NotEmulated { .. } => Some("NOT_EMULATED"),
            Self::TimeLimit(_) => Some("REQUEST_TIMEOUT"),
            _ => Some("INVALID_PARAMETER"),
        }
    }

    /// `detail`, in NetSuite's words as far as they are known; what this account adds is the error's own text.
    pub fn detail(&self) -> String {
        let described = match self {
            Self::UnknownTable { name, .. } => format!("Invalid search type: {name}."),
            Self::Hidden { table } => format!("Search error occurred: Record '{table}' was not found."),
            Self::UnknownColumn { name, available, .. } => {
                let available: Vec<String> = available
                    .iter()
                    .map(|(alias, table)| format!("{alias}={table}"))
                    .collect();
                format!(
                    "Search error occurred: Unknown identifier '{name}'. Available identifiers are: {{{}}}.",
                    available.join(", ")
                )
            }
            Self::NotEmulated { .. } | Self::TimeLimit(_) | Self::NoThread(_) | Self::Records(_) => {
                return self.to_string();
            }
            _ => "Search error occurred: Invalid or unsupported search.".to_owned(),
        };
        format!("Invalid search query. Detailed unprocessed description follows. {described}")
    }

    pub(crate) fn unsupported(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Unsupported {
            what: what.into(),
            next: next.into(),
        }
    }

    pub(crate) fn invalid(what: impl Into<String>, next: impl Into<String>) -> Self {
        Self::Invalid {
            what: what.into(),
            next: next.into(),
        }
    }

    pub(crate) fn arguments(function: &str, takes: &str) -> Self {
        Self::Arguments {
            function: function.to_uppercase(),
            takes: takes.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caller_reads_netsuites_words_and_the_reader_the_next_step() {
        let error = QueryError::UnknownColumn {
            name: "trandat".to_owned(),
            available: vec![("t".to_owned(), "transaction".to_owned())],
            near: vec!["trandate".to_owned()],
        };
        assert_eq!(
            error.detail(),
            "Invalid search query. Detailed unprocessed description follows. Search error occurred: Unknown identifier \
             'trandat'. Available identifiers are: {t=transaction}."
        );
        assert_eq!(
            error.to_string(),
            "There is no column trandat here. Did you mean trandate?"
        );
        assert_eq!(error.code(), Some("INVALID_PARAMETER"));
    }
}
