//! SQLite's rows, and which constraint a refused row met.

use crate::stored::Row;
use crate::{Conflict, StoreError};
use countersign_database::DatabaseError;
use rusqlite::{Connection, Params};

impl Row for rusqlite::Row<'_> {
    fn boolean(&self, column: &str) -> Result<bool, StoreError> {
        Ok(self.get(column)?)
    }

    fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError> {
        Ok(self.get(column)?)
    }

    fn optional_integer(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.get(column)?)
    }

    fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.get(column)?)
    }
}

/// Every row of a query, read by `read`.
pub(super) fn all<T>(
    connection: &Connection,
    sql: &str,
    params: impl Params,
    read: impl Fn(&dyn Row) -> Result<T, StoreError>,
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
    read: impl Fn(&dyn Row) -> Result<T, StoreError>,
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
