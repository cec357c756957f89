//! What can go wrong with a database, written for the person who runs it.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::postgres::PostgresError;

/// Cheap to clone: one failed commit is told to every write it carried.
#[derive(Clone, Debug, thiserror::Error)]
pub enum DatabaseError {
    #[error("cannot use {}: {source}. Check that the folder exists and that this user may write in it", path.display())]
    File {
        path: PathBuf,
        #[source]
        source: Arc<io::Error>,
    },

    #[error("{} is in use by another process. Stop that one first, or speak to it", path.display())]
    InUse { path: PathBuf },

    #[error("{} is not a Countersign database. Name another file, or move this one away", path.display())]
    Foreign { path: PathBuf },

    #[error("{} is damaged. Nothing was changed. Restore a backup or a snapshot in its place", path.display())]
    Damaged { path: PathBuf },

    #[error(
        "{} was written by a newer Countersign (schema {found}; this program knows {known}). \
         Nothing was changed. Use the newer program, or restore the copy made before it migrated",
        path.display()
    )]
    Newer { path: PathBuf, found: i32, known: i32 },

    #[error(
        "{}: schema version {version} is not the one this program has. Nothing was changed. \
         Use the program that wrote the file, or restore a backup",
        path.display()
    )]
    Divergent { path: PathBuf, version: i32 },

    #[error("cannot migrate {} to schema {to}: {reason}. It was left as it was", path.display())]
    Migration { path: PathBuf, to: i32, reason: String },

    #[error("cannot keep {} in write-ahead mode. Put it on a local disk, not on a network share", path.display())]
    NoWriteAheadLog { path: PathBuf },

    #[error("cannot start a thread for the database: {0}. The system's limit of threads is reached")]
    Thread(#[source] Arc<io::Error>),

    #[error("the disk is full: nothing of this change was kept. Free some space and try again")]
    Full,

    #[error("the change was undone together with another one that failed at the same moment. Try again")]
    Undone,

    #[error(
        "the work on the database panicked: nothing of it was kept. This is a bug; the log names the place"
    )]
    Panicked,

    #[error(
        "the work on the database waited for something else than its statements: nothing of it was kept. This is a bug"
    )]
    Waited,

    #[error("another program holds the database: nothing of this was kept. Let that one end, and try again")]
    Busy,

    #[error(
        "this account's data is on a PostgreSQL server: copy it and put it back with the server's own tools"
    )]
    OnAServer,

    #[error("the database is closed")]
    Closed,

    /// A row that a unique constraint has no place for. Of several columns, each after a comma and a space.
    #[error("{table} has a row with this {columns} already")]
    Duplicate { table: String, columns: String },

    /// A row that this version cannot have written.
    #[error("a stored {column} cannot be read: {reason}. Use the version that wrote it, or restore a backup")]
    Unreadable { column: String, reason: String },

    /// Found while it is used; where it is found at the start it is [`Damaged`](Self::Damaged).
    #[error(
        "a file of the database is damaged. Nothing more of it can be relied on: stop, and restore a backup or a snapshot in its place"
    )]
    Corrupt,

    #[error("the database refused: {0}")]
    Sqlite(#[source] Arc<rusqlite::Error>),

    #[error(transparent)]
    Postgres(#[from] PostgresError),
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(rusqlite::ErrorCode::DiskFull) => Self::Full,
            Some(rusqlite::ErrorCode::DatabaseCorrupt) => Self::Corrupt,
            _ => Self::Sqlite(Arc::new(error)),
        }
    }
}
