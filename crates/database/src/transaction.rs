//! One transaction: its statements, the same for every kind of database.

use std::fmt;

use rusqlite::Connection;
use tokio::sync::mpsc;

use crate::{DatabaseError, Row, Value, postgres, sqlite};

/// Statements that stand or fall together.
///
/// SQL is written once, in what SQLite and PostgreSQL have in common, with `?1`, `?2` … for the values. A statement is
/// prepared once a connection, so its text should not vary with its values. Name the columns you want: the answer to
/// `SELECT *` changes under the statements of other nodes when one of them migrates.
///
/// Once a statement was refused, the work must fail: PostgreSQL refuses the rest of it.
pub struct Transaction<'c>(Session<'c>);

/// Mutable, and so [`Send`]: a SQLite connection may go to another thread, but not be shared with one.
enum Session<'c> {
    Sqlite(&'c mut Connection),
    Postgres(&'c mut postgres::Transaction),
}

impl<'c> Transaction<'c> {
    pub(crate) fn on_sqlite(connection: &'c mut Connection) -> Self {
        Self(Session::Sqlite(connection))
    }

    pub(crate) fn on_postgres(transaction: &'c mut postgres::Transaction) -> Self {
        Self(Session::Postgres(transaction))
    }

    /// Runs one statement that answers with no rows; gives the number of those it changed.
    ///
    /// # Errors
    /// As of every statement: [`DatabaseError::Duplicate`] where a unique constraint has no place for a row, and what
    /// the database refuses for another reason.
    pub async fn execute(&mut self, sql: &str, values: &[Value<'_>]) -> Result<u64, DatabaseError> {
        match &self.0 {
            Session::Sqlite(connection) => sqlite::execute(connection, sql, values),
            Session::Postgres(transaction) => transaction.execute(sql, values).await,
        }
    }

    /// Adds one row.
    pub async fn insert<const N: usize>(
        &mut self,
        table: &str,
        row: [(&str, Value<'_>); N],
    ) -> Result<(), DatabaseError> {
        let sql = insertion(table, row.map(|(column, _)| column));
        self.execute(&sql, &row.map(|(_, value)| value)).await?;
        Ok(())
    }

    /// Adds many rows at once; each value belongs to the column in its place.
    pub async fn insert_all<const N: usize>(
        &mut self,
        table: &str,
        columns: [&str; N],
        rows: &[[Value<'_>; N]],
    ) -> Result<(), DatabaseError> {
        match &self.0 {
            Session::Sqlite(connection) => sqlite::execute_each(connection, &insertion(table, columns), rows),
            Session::Postgres(transaction) => transaction.insert_all(table, columns, rows, "").await,
        }
    }

    /// As [`insert_all`](Self::insert_all); a row that is there already is changed instead. `merge` is the clause `ON
    /// CONFLICT … DO UPDATE …`. No two of the rows may be the same one.
    pub async fn upsert_all<const N: usize>(
        &mut self,
        table: &str,
        columns: [&str; N],
        rows: &[[Value<'_>; N]],
        merge: &str,
    ) -> Result<(), DatabaseError> {
        match &self.0 {
            Session::Sqlite(connection) => {
                let sql = format!("{} {merge}", insertion(table, columns));
                sqlite::execute_each(connection, &sql, rows)
            }
            Session::Postgres(transaction) => transaction.insert_all(table, columns, rows, merge).await,
        }
    }

    /// Every row of a query, read by `read` as it arrives.
    pub async fn rows<T, E>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, E>,
    ) -> Result<Vec<T>, E>
    where
        E: From<DatabaseError>,
    {
        match &self.0 {
            Session::Sqlite(connection) => sqlite::rows(connection, sql, values, read),
            Session::Postgres(transaction) => transaction.rows(sql, values, read).await,
        }
    }

    /// The row of a query that has at most one.
    pub async fn row<T, E>(
        &mut self,
        sql: &str,
        values: &[Value<'_>],
        read: impl FnMut(&Row<'_>) -> Result<T, E>,
    ) -> Result<Option<T>, E>
    where
        E: From<DatabaseError>,
    {
        Ok(self.rows(sql, values, read).await?.pop())
    }

    /// Hands on a piece of what was read, and waits until there is room for it: the one thing beside its own statements
    /// that work may wait for. False where nobody takes pieces any more.
    pub async fn give<T>(&mut self, to: &mpsc::Sender<T>, piece: T) -> bool {
        match &self.0 {
            Session::Sqlite(_) => to.blocking_send(piece).is_ok(),
            Session::Postgres(_) => to.send(piece).await.is_ok(),
        }
    }

    /// True when the query has a row.
    pub async fn exists(&mut self, sql: &str, values: &[Value<'_>]) -> Result<bool, DatabaseError> {
        let found = self.row(sql, values, |_| Ok::<_, DatabaseError>(()));
        Ok(found.await?.is_some())
    }
}

pub(crate) fn insertion<const N: usize>(table: &str, columns: [&str; N]) -> String {
    let places: Vec<_> = (1..=N).map(|place| format!("?{place}")).collect();
    format!(
        "INSERT INTO {table} ({}) VALUES ({})",
        columns.join(", "),
        places.join(", ")
    )
}

impl fmt::Debug for Transaction<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}
