//! A transaction that was begun. The driver's own lends its connection shared; work that may wait needs it whole.

use rusqlite::Connection;

use crate::DatabaseError;

/// Rolled back unless it is committed.
pub(super) struct Begun<'c> {
    connection: &'c mut Connection,
}

impl<'c> Begun<'c> {
    /// One snapshot, from the first statement that reads.
    pub(super) fn reading(connection: &'c mut Connection) -> Result<Self, DatabaseError> {
        Self::begin(connection, "BEGIN DEFERRED")
    }

    pub(super) fn writing(connection: &'c mut Connection) -> Result<Self, DatabaseError> {
        Self::begin(connection, "BEGIN IMMEDIATE")
    }

    fn begin(connection: &'c mut Connection, statement: &str) -> Result<Self, DatabaseError> {
        let mut begun = Self { connection };
        begun.run(statement)?;
        Ok(begun)
    }

    pub(super) fn connection(&mut self) -> &mut Connection {
        self.connection
    }

    pub(super) fn run(&mut self, statement: &str) -> Result<(), DatabaseError> {
        self.connection.prepare_cached(statement)?.execute([])?;
        Ok(())
    }

    pub(super) fn commit(mut self) -> Result<(), DatabaseError> {
        self.run("COMMIT")
    }
}

impl Drop for Begun<'_> {
    fn drop(&mut self) {
        // Also after a commit that failed. SQLite refuses only where there is nothing left to roll back.
        if !self.connection.is_autocommit() {
            let _ = self.run("ROLLBACK");
        }
    }
}
