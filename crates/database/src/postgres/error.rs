//! What can go wrong with a PostgreSQL server, written for the person who runs it.
//!
//! Nothing of a row is in here: what the server says about one ("Failing row contains …") could hold a sealed secret,
//! so that only its code, its first sentence and the name of a constraint are kept.

use std::error::Error;
use std::io;
use std::path::PathBuf;

use tokio_postgres::error::{DbError, SqlState};

use super::Schema;
use crate::DatabaseError;

#[derive(Clone, Debug, thiserror::Error)]
pub enum PostgresError {
    #[error(
        "the address of the PostgreSQL server cannot be read: {mistake}. Write \
         postgres://user:password@host/database, or host=… user=… password=… dbname=…"
    )]
    Address { mistake: &'static str },

    #[error("cannot read certificate authorities from {}: {reason}. Name a PEM file", path.display())]
    Certificates { path: PathBuf, reason: String },

    #[error("cannot prepare TLS to PostgreSQL: {reason}")]
    Tls { reason: String },

    #[error(
        "{name:?} cannot name a schema: 1 to 63 of a-z, 0-9 and _, the first a letter, not beginning with pg_"
    )]
    SchemaName { name: String },

    #[error(
        "cannot reach PostgreSQL at {server}: {reason}. Check the address, and that the server runs and listens there; \
         over TLS, that its certificate names this host and comes from an authority that is trusted here"
    )]
    Unreachable { server: String, reason: String },

    #[error(
        "PostgreSQL did not let us in: {message}. Check user, password and database, and the server's pg_hba.conf"
    )]
    LoginRefused { message: String },

    #[error("PostgreSQL has no connection left for us: {message}. Raise max_connections, or run fewer nodes")]
    TooManyConnections { message: String },

    #[error(
        "the database is encoded in {found}, which has no place for every name. Make one with ENCODING 'UTF8'"
    )]
    Encoding { found: String },

    #[error("the schema {schema} is not Countersign's. Name another, or move this one away")]
    Foreign { schema: Schema },

    #[error(
        "the schema {schema} was written by a newer Countersign (schema {found}; this program knows {known}). \
         Nothing was changed. Use the newer program, or restore a backup from before it migrated"
    )]
    Newer { schema: Schema, found: i32, known: i32 },

    #[error(
        "the schema {schema}: version {version} is not the one this program has. Nothing was changed. Use the program \
         that wrote it, or restore a backup"
    )]
    Divergent { schema: Schema, version: i32 },

    #[error("cannot migrate {schema} to schema {to}: {reason}. It was left as it was")]
    Migration { schema: Schema, to: i32, reason: String },

    #[error(
        "another node has been migrating the database for two minutes. Look at it, then start this one again"
    )]
    MigrationBusy,

    #[error("every connection to PostgreSQL has been in use for ten seconds. Nothing was changed: try again")]
    Busy,

    #[error("another transaction has kept its lock for too long. Nothing was changed: try again")]
    Locked,

    #[error("this change and another waited for each other, and this one was undone. Try again")]
    Contended,

    #[error("PostgreSQL stopped a statement that ran for too long. Nothing was changed")]
    TimedOut,

    #[error("the connection to PostgreSQL was lost: {reason}. Nothing was changed: try again")]
    Lost { reason: String },

    #[error(
        "the connection to PostgreSQL was lost during the commit: whether the change was kept is not known. Look \
         before you try again"
    )]
    CommitUnknown,

    #[error("PostgreSQL takes no writes here: {message}. Is this address that of a standby?")]
    ReadOnly { message: String },

    #[error("the server's disk is full: nothing of this change was kept. Free some space and try again")]
    Full,

    #[error("a statement of this change was refused, so that all of it was undone. This is a bug")]
    Undone,

    #[error("PostgreSQL refused: {message} ({code})")]
    Refused { code: String, message: String },

    #[error("the answer of PostgreSQL could not be used: {reason}")]
    Driver { reason: String },
}

impl PostgresError {
    pub(super) fn of(error: &tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refusal) => Self::of_server(refusal),
            None => Self::of_driver(error),
        }
    }

    fn of_server(refusal: &DbError) -> Self {
        let message = refusal.message().to_owned();
        let code = refusal.code();
        match code.code() {
            "40001" | "40P01" => Self::Contended,
            "55P03" => Self::Locked,
            "57014" => Self::TimedOut,
            "53100" => Self::Full,
            "53300" => Self::TooManyConnections { message },
            "25006" => Self::ReadOnly { message },
            "28000" | "28P01" | "3D000" => Self::LoginRefused { message },
            // Ended by the server: told to stop, crashed, not up yet, or forgotten in a transaction.
            "57P01" | "57P02" | "57P03" | "57P05" | "25P03" => Self::Lost { reason: message },
            class if class.starts_with("08") => Self::Lost { reason: message },
            _ => Self::Refused {
                code: code.code().to_owned(),
                message,
            },
        }
    }

    /// The driver says what it was doing, and the errors below what came of it.
    fn of_driver(error: &tokio_postgres::Error) -> Self {
        let mut reason = error.to_string();
        let mut lost = error.is_closed();
        let mut below = error.source();
        while let Some(error) = below {
            lost |= error.is::<io::Error>();
            reason = format!("{reason}: {error}");
            below = error.source();
        }
        if lost {
            Self::Lost { reason }
        } else {
            Self::Driver { reason }
        }
    }
}

/// PostgreSQL names the columns only in a sentence: `Key (name, kind)=(Sales, 3) already exists.` Its words are in the
/// language of the server, the brackets are not. The values after them are left out.
pub(super) fn duplicate(error: &tokio_postgres::Error) -> Option<DatabaseError> {
    let refusal = error.as_db_error()?;
    if refusal.code() != &SqlState::UNIQUE_VIOLATION {
        return None;
    }
    let (_, key) = refusal.detail()?.split_once('(')?;
    let (columns, _) = key.split_once(")=(")?;
    Some(DatabaseError::Duplicate {
        table: refusal.table()?.to_owned(),
        columns: columns.to_owned(),
    })
}

impl From<tokio_postgres::Error> for PostgresError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::of(&error)
    }
}
