//! One face for every kind of database: work goes in, a transaction comes of it.

use futures_util::FutureExt;
use rusqlite::Connection;

use crate::{DatabaseError, Transaction, postgres, sqlite};

/// A database, open. Clones share it.
///
/// Work is an asynchronous closure over a [`Transaction`]. It may wait for its own statements and for nothing else: on
/// SQLite it runs on a thread of the database, where nothing could wake it.
#[derive(Clone, Debug)]
pub struct Database(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Sqlite(sqlite::Database),
    Postgres(postgres::Database),
}

impl From<sqlite::Database> for Database {
    fn from(database: sqlite::Database) -> Self {
        Self(Kind::Sqlite(database))
    }
}

impl From<postgres::Database> for Database {
    fn from(database: postgres::Database) -> Self {
        Self(Kind::Postgres(database))
    }
}

impl Database {
    /// Does `work` in a transaction and returns once its commit is on the disk. When `work` fails or panics, nothing of
    /// it stays; when its caller goes away, either all of it is done or nothing.
    ///
    /// Work is done one at a time; that of one node, in the order it arrived.
    ///
    /// # Errors
    /// Those of `work`, and [`DatabaseError`] when the transaction could not be begun or committed. Of these, only
    /// [`PostgresError::CommitUnknown`](postgres::PostgresError::CommitUnknown) leaves open what became of it.
    pub async fn write<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        match &self.0 {
            Kind::Sqlite(database) => {
                database
                    .write_on(move |connection| at_once(connection, work))
                    .await
            }
            Kind::Postgres(database) => database.write(work).await,
        }
    }

    /// As [`write`](Self::write), for a trail that grows beside the rest: where writers can stand in several lines, it
    /// has one of its own, neither waiting for the others nor holding them up.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub async fn append<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        match &self.0 {
            Kind::Sqlite(_) => self.write(work).await,
            Kind::Postgres(database) => database.append(work).await,
        }
    }

    /// Does `work` on one snapshot of the database, beside the writers. A statement that writes is refused.
    ///
    /// # Errors
    /// Those of `work`, and [`DatabaseError`] when no snapshot could be had.
    pub async fn read<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        match &self.0 {
            Kind::Sqlite(database) => {
                database
                    .read_on(move |connection| at_once(connection, work))
                    .await
            }
            Kind::Postgres(database) => database.read(work).await,
        }
    }

    /// Lets the writers of a SQLite database wait, see [`sqlite::Database::pause`].
    ///
    /// # Errors
    /// [`DatabaseError::OnAServer`]: a PostgreSQL server has its own tools to copy what it holds.
    pub async fn pause(&self) -> Result<sqlite::Pause, DatabaseError> {
        match &self.0 {
            Kind::Sqlite(database) => database.pause().await,
            Kind::Postgres(_) => Err(DatabaseError::OnAServer),
        }
    }

    /// Closes a SQLite file, see [`sqlite::Database::close`]. The connections to a PostgreSQL server are the
    /// [`Server`](postgres::Server)'s, and stay.
    ///
    /// # Errors
    /// Those of moving the write-ahead log into the file.
    pub async fn close(self) -> Result<(), DatabaseError> {
        match self.0 {
            Kind::Sqlite(database) => database.close().await,
            Kind::Postgres(_) => Ok(()),
        }
    }
}

/// Every statement on SQLite is done when it returns, so that work never waits.
pub(crate) fn at_once<F, T, E>(connection: &mut Connection, work: F) -> Result<T, E>
where
    F: AsyncFnOnce(&mut Transaction<'_>) -> Result<T, E>,
    E: From<DatabaseError>,
{
    work(&mut Transaction::on_sqlite(connection))
        .now_or_never()
        .unwrap_or_else(|| Err(DatabaseError::Waited.into()))
}
