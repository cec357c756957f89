//! Which schema a file has, and bringing it to the one this program knows.
//!
//! A file of a newer or another program is refused before anything is written to it; an older one is copied first.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use refinery::{Migration, Runner};
use rusqlite::Connection;
use rusqlite::backup::Backup;

use super::{connection, file};
use crate::DatabaseError;

/// The table `refinery` keeps.
const HISTORY: &str = "refinery_schema_history";

/// What a file needs before it can be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Age {
    Fresh,
    Older { version: i32 },
    Current,
}

/// Compares the migrations a file has had with those the program knows.
///
/// # Errors
/// [`DatabaseError::Newer`], [`DatabaseError::Divergent`] and [`DatabaseError::Foreign`] for a file that must not be
/// touched.
pub(super) fn age(connection: &Connection, migrations: &Runner, path: &Path) -> Result<Age, DatabaseError> {
    if is_empty(connection).map_err(|error| foreign_or(error, path))? {
        return Ok(Age::Fresh);
    }
    if !connection.table_exists(None, HISTORY)? {
        return Err(DatabaseError::Foreign {
            path: path.to_owned(),
        });
    }
    let applied = applied(connection)?;
    let known = known_version(migrations);
    if let Some(newest) = applied.last()
        && newest.version > known
    {
        return Err(DatabaseError::Newer {
            path: path.to_owned(),
            found: newest.version,
            known,
        });
    }
    let mut expected: Vec<_> = migrations.get_migrations().iter().collect();
    expected.sort_by_key(|migration| migration.version());
    let divergent = applied.iter().enumerate().find(|(place, was)| {
        expected.get(*place).is_none_or(|migration| {
            (was.version, &was.checksum) != (migration.version(), &migration.checksum().to_string())
        })
    });
    if let Some((_, was)) = divergent {
        return Err(DatabaseError::Divergent {
            path: path.to_owned(),
            version: was.version,
        });
    }
    Ok(match applied.last() {
        // A crash before the first migration was committed.
        None => Age::Fresh,
        Some(newest) if newest.version == known => Age::Current,
        Some(newest) => Age::Older {
            version: newest.version,
        },
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
            let copy = file::beside(path, &format!(".before-v{to}"));
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

struct Applied {
    version: i32,
    checksum: String,
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

fn known_version(migrations: &Runner) -> i32 {
    let versions = migrations.get_migrations().iter().map(Migration::version);
    versions.max().unwrap_or(0)
}

fn foreign_or(error: rusqlite::Error, path: &Path) -> DatabaseError {
    match error.sqlite_error_code() {
        Some(rusqlite::ErrorCode::NotADatabase) => DatabaseError::Foreign {
            path: path.to_owned(),
        },
        _ => error.into(),
    }
}
