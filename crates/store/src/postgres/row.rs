//! PostgreSQL's rows, and which constraint a refused row met.

use crate::stored::Row;
use crate::{Conflict, StoreError};
use countersign_database::DatabaseError;
use countersign_database::postgres::{PostgresError, Transaction};
use tokio_postgres::types::ToSql;

/// What stands for `$1`, `$2` … in a statement.
pub(super) type Values<'a> = &'a [&'a (dyn ToSql + Sync)];

impl Row for tokio_postgres::Row {
    fn boolean(&self, column: &str) -> Result<bool, StoreError> {
        Ok(self.try_get(column).map_err(PostgresError::from)?)
    }

    fn bytes(&self, column: &str) -> Result<Vec<u8>, StoreError> {
        Ok(self.try_get(column).map_err(PostgresError::from)?)
    }

    fn optional_integer(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(self.try_get(column).map_err(PostgresError::from)?)
    }

    fn optional_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(self.try_get(column).map_err(PostgresError::from)?)
    }
}

/// Every row of a query, read by `read`.
pub(super) async fn all<T>(
    transaction: &Transaction,
    sql: &str,
    values: Values<'_>,
    read: impl Fn(&dyn Row) -> Result<T, StoreError>,
) -> Result<Vec<T>, StoreError> {
    transaction.rows(sql, values, |row| read(row)).await
}

/// The row of a query that has at most one.
pub(super) async fn one<T>(
    transaction: &Transaction,
    sql: &str,
    values: Values<'_>,
    read: impl Fn(&dyn Row) -> Result<T, StoreError>,
) -> Result<Option<T>, StoreError> {
    Ok(all(transaction, sql, values, read).await?.pop())
}

/// One more than the highest internal id in use, and than `reserved`. Rows are never deleted, so an id is never given
/// twice; and writers take turns, so that no other has the same in mind.
pub(super) async fn next_id(
    transaction: &Transaction,
    table: &str,
    reserved: i64,
) -> Result<i64, StoreError> {
    let sql = format!("SELECT greatest(max(id), $1::bigint) + 1 AS id FROM {table}");
    let next = one(transaction, &sql, &[&reserved], |row| row.integer("id")).await?;
    next.ok_or_else(|| StoreError::unreadable("table")(&"it has no next id"))
}

/// A unique constraint that refuses a row becomes the conflict people can mend; anything else is the database's fault.
impl From<PostgresError> for StoreError {
    fn from(error: PostgresError) -> Self {
        let conflict = match &error {
            PostgresError::Duplicate { constraint } => conflict_of(constraint),
            _ => None,
        };
        conflict.map_or_else(|| DatabaseError::from(error).into(), Self::from)
    }
}

fn conflict_of(constraint: &str) -> Option<Conflict> {
    match constraint {
        "one_account" => Some(Conflict::Account),
        "one_integration_a_key" => Some(Conflict::ConsumerKey),
        "one_integration_a_name" => Some(Conflict::IntegrationName),
        "one_role_a_name" => Some(Conflict::RoleName),
        "one_entity_a_name" => Some(Conflict::UserName),
        "one_token_an_id" => Some(Conflict::TokenId),
        _ => None,
    }
}
