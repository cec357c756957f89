//! One transaction: its statements, and how it ends.

use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::{Client, Object};
use futures_util::TryStreamExt;
use tokio_postgres::RowStream;

use super::PostgresError;
use super::error::duplicate;
use super::statement::{insertion_of_lists, placed};
use crate::transaction::insertion;
use crate::{DatabaseError, Row, Value};

/// Once a statement was refused, PostgreSQL refuses the rest of the transaction, and so is its commit.
pub(crate) struct Transaction {
    /// Nothing once it has ended.
    client: Option<Client>,
    failed: AtomicBool,
}

impl Transaction {
    /// Sends what begins the transaction. A connection that turns out to be dead is thrown away.
    pub(super) async fn begin(client: Client, statements: &str) -> Result<Self, PostgresError> {
        let transaction = Self {
            client: Some(client),
            failed: AtomicBool::new(false),
        };
        transaction.client()?.batch_execute(statements).await?;
        Ok(transaction)
    }

    pub(crate) async fn execute(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, DatabaseError> {
        let client = self.client()?;
        let run = async {
            let statement = client.prepare_cached(&placed(sql)).await?;
            client.execute_raw(&statement, values).await
        };
        run.await.map_err(|error| self.note(&error))
    }

    pub(crate) async fn rows<T, E>(
        &self,
        sql: &str,
        values: &[Value<'_>],
        mut read: impl FnMut(&Row<'_>) -> Result<T, E>,
    ) -> Result<Vec<T>, E>
    where
        E: From<DatabaseError>,
    {
        let mut rows = pin!(self.query(sql, values).await?);
        let mut found = Vec::new();
        while let Some(row) = rows.try_next().await.map_err(|error| self.note(&error))? {
            found.push(read(&Row::of_postgres(&row))?);
        }
        Ok(found)
    }

    async fn query(&self, sql: &str, values: &[Value<'_>]) -> Result<RowStream, DatabaseError> {
        let client = self.client()?;
        let ask = async {
            let statement = client.prepare_cached(&placed(sql)).await?;
            client.query_raw(&statement, values).await
        };
        ask.await.map_err(|error| self.note(&error))
    }

    pub(crate) async fn insert_all<const N: usize>(
        &self,
        table: &str,
        columns: [&str; N],
        rows: &[[Value<'_>; N]],
        merge: &str,
    ) -> Result<(), DatabaseError> {
        let client = self.client()?;
        let lists: Vec<Vec<&Value<'_>>> = (0..N)
            .map(|column| rows.iter().filter_map(|row| row.get(column)).collect())
            .collect();
        let run = async {
            let of_one = client.prepare_cached(&placed(&insertion(table, columns))).await?;
            let sql = insertion_of_lists(table, &columns, of_one.params());
            let statement = client.prepare_cached(&format!("{sql} {merge}")).await?;
            client.execute_raw(&statement, &lists).await
        };
        run.await.map_err(|error| self.note(&error))?;
        Ok(())
    }

    pub(super) async fn commit(mut self) -> Result<(), PostgresError> {
        if self.failed.load(Ordering::Relaxed) {
            // PostgreSQL answers the commit of a failed transaction with success, having undone it.
            self.rollback().await;
            return Err(PostgresError::Undone);
        }
        match self.client()?.batch_execute("COMMIT").await {
            Ok(()) => {
                self.client.take();
                Ok(())
            }
            Err(error) => Err(match error.into() {
                PostgresError::Lost { .. } => PostgresError::CommitUnknown,
                refused => refused,
            }),
        }
    }

    pub(super) async fn rollback(mut self) {
        let Some(client) = &self.client else { return };
        if client.batch_execute("ROLLBACK").await.is_ok() {
            self.client.take();
        }
    }

    fn client(&self) -> Result<&Client, PostgresError> {
        self.client.as_ref().ok_or(PostgresError::Undone)
    }

    fn note(&self, error: &tokio_postgres::Error) -> DatabaseError {
        self.failed.store(true, Ordering::Relaxed);
        duplicate(error).unwrap_or_else(|| PostgresError::of(error).into())
    }
}

/// In the middle of its work, by a panic or because its caller went away: the connection is closed, and with it the
/// server rolls back.
impl Drop for Transaction {
    fn drop(&mut self) {
        if let Some(client) = self.client.take() {
            drop(Object::take(client));
        }
    }
}
