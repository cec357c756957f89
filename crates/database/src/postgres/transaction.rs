//! One transaction: its statements, and how it ends.

use std::fmt;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};

use deadpool_postgres::{Client, Object};
use futures_util::TryStreamExt;
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use super::PostgresError;

/// Statements that stand or fall together. Each is prepared once a connection; name the columns you want, because the
/// answer to `SELECT *` changes under the statements of other nodes when one of them migrates.
///
/// Once a statement was refused, PostgreSQL refuses the rest of the transaction, and so is its commit.
pub struct Transaction {
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

    /// Runs one statement; gives the number of rows it changed.
    pub async fn execute(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<u64, PostgresError> {
        let client = self.client()?;
        let run = async {
            let statement = client.prepare_cached(sql).await?;
            client.execute(&statement, values).await
        };
        run.await.map_err(|error| self.note(error))
    }

    /// Every row of a query, read by `read` as it arrives.
    pub async fn rows<T, E>(
        &self,
        sql: &str,
        values: &[&(dyn ToSql + Sync)],
        mut read: impl FnMut(&Row) -> Result<T, E>,
    ) -> Result<Vec<T>, E>
    where
        E: From<PostgresError>,
    {
        let client = self.client()?;
        let ask = async {
            let statement = client.prepare_cached(sql).await?;
            client.query_raw(&statement, values.iter().copied()).await
        };
        let mut rows = pin!(ask.await.map_err(|error| self.note(error))?);
        let mut found = Vec::new();
        while let Some(row) = rows.try_next().await.map_err(|error| self.note(error))? {
            found.push(read(&row)?);
        }
        Ok(found)
    }

    /// True when the query has a row.
    pub async fn exists(&self, sql: &str, values: &[&(dyn ToSql + Sync)]) -> Result<bool, PostgresError> {
        let rows = self.rows(sql, values, |_| Ok::<_, PostgresError>(())).await?;
        Ok(!rows.is_empty())
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

    fn note(&self, error: tokio_postgres::Error) -> PostgresError {
        self.failed.store(true, Ordering::Relaxed);
        error.into()
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

impl fmt::Debug for Transaction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transaction").finish_non_exhaustive()
    }
}
