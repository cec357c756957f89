//! Rows into values and back: what SQLite has no type for, and which constraint a refused row met.

use crate::{Conflict, StoreError};
use countersign_database::DatabaseError;
use countersign_world::UnixTime;
use rusqlite::{Connection, Params, Row};
use std::fmt::Display;
use std::str::FromStr;

/// Every row of a query, read by `read`.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    let mut statement = connection.prepare_cached(sql)?;
    let mut rows = statement.query(params)?;
    let mut values = Vec::new();
    while let Some(row) = rows.next()? {
        values.push(read(row)?);
    }
    Ok(values)
}

/// The row of a query that has at most one.
pub(super) fn one<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    Ok(all(connection, sql, params, read)?.pop())
}

/// One more than the highest internal id in use, and than `reserved`. Rows are never deleted, so an id is never given
/// twice.
pub(super) fn next_id(connection: &Connection, table: &str, reserved: i64) -> Result<i64, StoreError> {
    let sql = format!("SELECT max(coalesce(max(id), 0), ?1) + 1 FROM {table}");
    Ok(connection
        .prepare_cached(&sql)?
        .query_row([reserved], |row| row.get(0))?)
}

/// A column that holds a word or an identifier.
pub(super) fn parsed<T: FromStr<Err: Display>>(
    row: &Row<'_>,
    column: &str,
    what: &'static str,
) -> Result<T, StoreError> {
    let text: String = row.get(column)?;
    text.parse()
        .map_err(|error: T::Err| StoreError::unreadable(what)(&error))
}

pub(super) fn time(row: &Row<'_>, column: &str) -> rusqlite::Result<UnixTime> {
    row.get(column).map(UnixTime::from_millis)
}

pub(super) fn optional_time(row: &Row<'_>, column: &str) -> rusqlite::Result<Option<UnixTime>> {
    row.get::<_, Option<i64>>(column)
        .map(|millis| millis.map(UnixTime::from_millis))
}

/// SQLite's integers are signed; a count of changes or generations never comes near the difference.
pub(super) fn count(row: &Row<'_>, column: &str) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(i64::cast_unsigned)
}

pub(super) const fn stored(count: u64) -> i64 {
    count.cast_signed()
}

/// The form in which two names are the same name.
pub(super) fn name_key(name: &str) -> String {
    name.to_lowercase()
}

/// A unique column that refuses a row becomes the conflict people can mend; anything else is the database's fault.
impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        let conflict = match &error {
            rusqlite::Error::SqliteFailure(_, Some(message)) => message
                .strip_prefix("UNIQUE constraint failed: ")
                .and_then(conflict_of),
            _ => None,
        };
        conflict.map_or_else(|| DatabaseError::from(error).into(), Self::from)
    }
}

fn conflict_of(column: &str) -> Option<Conflict> {
    match column {
        "account.only_row" => Some(Conflict::Account),
        "integration.consumer_key" => Some(Conflict::ConsumerKey),
        "integration.name_key" => Some(Conflict::IntegrationName),
        "role.name_key" => Some(Conflict::RoleName),
        "entity.name_key" => Some(Conflict::UserName),
        "access_token.token_id" => Some(Conflict::TokenId),
        _ => None,
    }
}
