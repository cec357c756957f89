//! Statements of a neutral [`Transaction`](crate::Transaction) on a SQLite connection.

use rusqlite::ffi::{SQLITE_CONSTRAINT_PRIMARYKEY, SQLITE_CONSTRAINT_ROWID, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, params_from_iter};

use crate::{DatabaseError, Row, Value};

pub(crate) fn execute(
    connection: &Connection,
    sql: &str,
    values: &[Value<'_>],
) -> Result<u64, DatabaseError> {
    let mut statement = connection.prepare_cached(sql)?;
    let changed = statement.execute(params_from_iter(values)).map_err(refused)?;
    Ok(changed as u64)
}

/// The statement once with each of these rows of values.
pub(crate) fn execute_each<const N: usize>(
    connection: &Connection,
    sql: &str,
    rows: &[[Value<'_>; N]],
) -> Result<(), DatabaseError> {
    let mut statement = connection.prepare_cached(sql)?;
    for values in rows {
        statement.execute(params_from_iter(values)).map_err(refused)?;
    }
    Ok(())
}

pub(crate) fn rows<T, E>(
    connection: &Connection,
    sql: &str,
    values: &[Value<'_>],
    mut read: impl FnMut(&Row<'_>) -> Result<T, E>,
) -> Result<Vec<T>, E>
where
    E: From<DatabaseError>,
{
    let mut statement = connection.prepare_cached(sql).map_err(DatabaseError::from)?;
    let mut rows = statement.query(params_from_iter(values)).map_err(refused)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(refused)? {
        found.push(read(&Row::of_sqlite(row))?);
    }
    Ok(found)
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn refused(error: rusqlite::Error) -> DatabaseError {
    duplicate(&error).unwrap_or_else(|| error.into())
}

/// SQLite names the columns only in its message: `UNIQUE constraint failed: role.name, role.kind`.
fn duplicate(error: &rusqlite::Error) -> Option<DatabaseError> {
    let rusqlite::Error::SqliteFailure(code, Some(message)) = error else {
        return None;
    };
    let is_unique = [
        SQLITE_CONSTRAINT_UNIQUE,
        SQLITE_CONSTRAINT_PRIMARYKEY,
        SQLITE_CONSTRAINT_ROWID,
    ];
    if !is_unique.contains(&code.extended_code) {
        return None;
    }
    let places = message.strip_prefix("UNIQUE constraint failed: ")?;
    let (table, _) = places.split_once('.')?;
    let columns = places
        .split(", ")
        .map(|place| place.split_once('.').map(|(_, column)| column));
    let columns: Vec<&str> = columns.collect::<Option<_>>()?;
    Some(DatabaseError::Duplicate {
        table: table.to_owned(),
        columns: columns.join(", "),
    })
}
