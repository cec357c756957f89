//! SQLite connections and the settings every one of them has.

use std::path::Path;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};

use crate::DatabaseError;

/// How long a connection waits for a lock that another program holds (someone looking with the `sqlite3` shell).
const PATIENCE: Duration = Duration::from_secs(5);

/// Prepared statements each connection keeps.
const STATEMENTS: usize = 512;

/// The connection that writes: write-ahead log, and a sync of it before each commit returns.
pub(super) fn writing(path: &Path) -> Result<Connection, DatabaseError> {
    let connection = whole(path)?;
    let mode: String = connection.pragma_update_and_check(None, "journal_mode", "wal", |row| row.get(0))?;
    if mode != "wal" {
        return Err(DatabaseError::NoWriteAheadLog {
            path: path.to_owned(),
        });
    }
    connection.pragma_update(None, "synchronous", "full")?;
    Ok(connection)
}

/// A connection that may recover what a crash has left, and otherwise only looks.
pub(super) fn looking(path: &Path) -> Result<Connection, DatabaseError> {
    let connection = whole(path)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// A connection that cannot change the file: neither SQLite nor the system would let it.
pub(super) fn reading(path: &Path) -> Result<Connection, DatabaseError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    set_up(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

pub(super) fn in_memory() -> Result<Connection, DatabaseError> {
    let connection = Connection::open_in_memory()?;
    set_up(&connection)?;
    Ok(connection)
}

fn whole(path: &Path) -> Result<Connection, DatabaseError> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    set_up(&connection)?;
    Ok(connection)
}

fn set_up(connection: &Connection) -> Result<(), DatabaseError> {
    connection.busy_timeout(PATIENCE)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // A file is data: no schema in it may call functions, damage its own structure, or turn a misspelled column
    // into a string.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DML, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DQS_DDL, false)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    // There are no statistics: what is bound tells nothing by which a statement would be prepared anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // No rows in temporary files beside the database's own.
    connection.pragma_update(None, "temp_store", "memory")?;
    Ok(())
}
