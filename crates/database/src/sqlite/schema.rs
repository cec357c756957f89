//! Which schema a file has, and bringing it to the one this program knows.
//!
//! A file of a newer or another program is refused before anything is written to it; an older one is copied first.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use refinery::Runner;
use rusqlite::backup::Backup;
use rusqlite::{Connection, ErrorCode};

use super::{connection, file};
use crate::DatabaseError;
use crate::history::{self, Age, Applied, HISTORY, Stranger, known_version};

/// Compares the migrations a file has had with those the program knows, without a change to it.
///
/// A crash may have left a file that SQLite itself has to set right before anybody can read it, which it does not do for
/// a reader.
///
/// # Errors
/// [`DatabaseError::Newer`], [`DatabaseError::Divergent`], [`DatabaseError::Damaged`] and [`DatabaseError::Foreign`] for a
/// file that must not be touched.
pub(super) fn age_of(path: &Path, migrations: &Runner) -> Result<Age, DatabaseError> {
    let reading = connection::reading(path).and_then(|connection| age(&connection, migrations, path));
    let age = match reading {
        Err(DatabaseError::Sqlite(error)) if error.sqlite_error_code() == Some(ErrorCode::ReadOnly) => {
            connection::looking(path).and_then(|connection| age(&connection, migrations, path))
        }
        age => age,
    };
    age.map_err(|error| unreadable(error, path))
}

fn age(connection: &Connection, migrations: &Runner, path: &Path) -> Result<Age, DatabaseError> {
    if is_empty(connection)? {
        return Ok(Age::Fresh);
    }
    if !connection.table_exists(None, HISTORY)? {
        return Err(DatabaseError::Foreign {
            path: path.to_owned(),
        });
    }
    let path = path.to_owned();
    history::age(&applied(connection)?, migrations).map_err(|stranger| match stranger {
        Stranger::Newer { found, known } => DatabaseError::Newer { path, found, known },
        Stranger::Divergent { version } => DatabaseError::Divergent { path, version },
    })
}

/// Runs the missing migrations in one transaction; an older file is first copied to `<file>.before-v<N>`.
pub(super) fn migrate(
    connection: &mut Connection,
    age: Age,
    migrations: Runner,
    path: &Path,
) -> Result<(), DatabaseError> {
    let to = known_version(&migrations);
    match age {
        Age::Current => return Ok(()),
        Age::Fresh => {}
        Age::Older { version } => {
            let copy = countersign_durable::beside(path, &format!(".before-v{to}"));
            file::replace(&copy, |copy| copy_database(connection, copy))?;
            tracing::info!(from = version, to, copy = %copy.display(), "migrating the database");
        }
    }
    let failed = |reason: String| DatabaseError::Migration {
        path: path.to_owned(),
        to,
        reason,
    };
    // Grouped: a migration and its row in the history stand or fall together. `refinery` panics on a history row
    // that was edited by hand.
    let migrations = migrations.set_grouped(true);
    catch_unwind(AssertUnwindSafe(|| migrations.run(connection)))
        .map_err(|_| failed("its history of migrations cannot be read".into()))?
        .map(drop)
        .map_err(|error| failed(error.to_string()))
}

fn copy_database(from: &Connection, to: &Path) -> Result<(), DatabaseError> {
    let mut copy = connection::writing(to)?;
    let backup = Backup::new(from, &mut copy)?;
    // All pages in one step: one owner, so nobody waits.
    backup.step(-1)?;
    drop(backup);
    copy.close().map_err(|(_, error)| error.into())
}

fn applied(connection: &Connection) -> Result<Vec<Applied>, DatabaseError> {
    let mut statement = connection.prepare(&format!(
        "SELECT version, checksum FROM {HISTORY} ORDER BY version"
    ))?;
    let rows = statement.query_map([], |row| {
        Ok(Applied {
            version: row.get(0)?,
            checksum: row.get(1)?,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn is_empty(connection: &Connection) -> rusqlite::Result<bool> {
    connection.query_one("SELECT NOT EXISTS (SELECT 1 FROM sqlite_schema)", [], |row| {
        row.get(0)
    })
}

fn unreadable(error: DatabaseError, path: &Path) -> DatabaseError {
    let path = path.to_owned();
    match error {
        DatabaseError::Corrupt => DatabaseError::Damaged { path },
        DatabaseError::Sqlite(sqlite) if sqlite.sqlite_error_code() == Some(ErrorCode::NotADatabase) => {
            DatabaseError::Foreign { path }
        }
        error => error,
    }
}
