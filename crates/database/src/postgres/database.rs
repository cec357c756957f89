//! The handle of one schema: work goes in, a transaction comes of it.
//!
//! Writers of a schema take turns, on one node and between nodes, by an advisory lock that lies until the commit.
//! READ COMMITTED is then as good as serial: whoever holds the turn sees all that was committed before and nothing
//! that is not. SERIALIZABLE would let them run side by side and undo all but one, since each moves the account's
//! change counter.

use std::fmt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt;
use refinery::Runner;
use tokio::sync::Mutex;

use super::transaction::Transaction;
use super::{PostgresError, Schema, Server, migration};
use crate::DatabaseError;

/// A schema on a PostgreSQL server, migrated. Clones share it.
#[derive(Clone)]
pub struct Database {
    server: Server,
    read: Arc<str>,
    write: Arc<Line>,
    append: Arc<Line>,
}

/// One line of writers: those of this node wait here, so that only the first of them holds a connection while it waits
/// for those of other nodes.
struct Line {
    place: Mutex<()>,
    begin: String,
}

impl Database {
    /// Opens `schema`, making it when there is none, and brings it to that of `migrations`, in one transaction. Nodes
    /// that start together wait for the first.
    ///
    /// There is no copy of an older schema as there is of a file: PostgreSQL undoes the whole migration when a part of
    /// it fails, and to go back afterwards takes the backup that a server has anyway.
    ///
    /// # Errors
    /// A schema that is newer, of other migrations, or not ours is refused and left as it was.
    pub async fn open(server: &Server, schema: &Schema, migrations: Runner) -> Result<Self, DatabaseError> {
        migration::bring_up(server.client().await?, schema, migrations).await?;
        let line = |number: u32| {
            let begin = format!(
                "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE; SET LOCAL search_path TO \"{schema}\"; \
                 SELECT pg_advisory_xact_lock('\"{schema}\"'::regnamespace::oid::int4, {number})"
            );
            Arc::new(Line {
                place: Mutex::new(()),
                begin,
            })
        };
        let read =
            format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL search_path TO \"{schema}\"");
        Ok(Self {
            server: server.clone(),
            read: read.into(),
            write: line(1),
            append: line(2),
        })
    }

    pub(crate) async fn write<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut crate::Transaction<'_>) -> Result<T, E>,
        E: From<DatabaseError>,
    {
        self.in_line(&self.write, work).await
    }

    pub(crate) async fn append<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut crate::Transaction<'_>) -> Result<T, E>,
        E: From<DatabaseError>,
    {
        self.in_line(&self.append, work).await
    }

    pub(crate) async fn read<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut crate::Transaction<'_>) -> Result<T, E>,
        E: From<DatabaseError>,
    {
        self.run(&self.read, work).await
    }

    async fn in_line<F, T, E>(&self, line: &Line, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut crate::Transaction<'_>) -> Result<T, E>,
        E: From<DatabaseError>,
    {
        let _place = line.place.lock().await;
        self.run(&line.begin, work).await
    }

    async fn run<F, T, E>(&self, begin: &str, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut crate::Transaction<'_>) -> Result<T, E>,
        E: From<DatabaseError>,
    {
        let mut transaction = self.begin(begin).await?;
        let result = AssertUnwindSafe(work(&mut crate::Transaction::on_postgres(&mut transaction)))
            .catch_unwind()
            .await;
        match result {
            Ok(Ok(value)) => {
                transaction.commit().await.map_err(DatabaseError::from)?;
                Ok(value)
            }
            Ok(Err(error)) => {
                transaction.rollback().await;
                Err(error)
            }
            // The connection may be in the middle of an answer: it is closed.
            Err(_) => Err(DatabaseError::Panicked.into()),
        }
    }

    /// Idle connections die with a restart of the server, and nobody has to learn of it: no work was begun on them.
    async fn begin(&self, statements: &str) -> Result<Transaction, DatabaseError> {
        let mut dead = 0;
        loop {
            let client = self.server.client().await?;
            match Transaction::begin(client, statements).await {
                Err(PostgresError::Lost { .. }) if dead < Server::most_stale_connections() => dead += 1,
                begun => return Ok(begun?),
            }
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("server", &self.server)
            .finish_non_exhaustive()
    }
}
