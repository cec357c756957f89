//! Which state of the records a snapshot shows.
//!
//! Invariant: two snapshots with one state hold the same rows. Every write draws a new one, in its own transaction, and a
//! state is never drawn twice: also when an older file is put in place of the records, and written to after that.

use countersign_world::{Entropy as _, SystemEntropy};
use rusqlite::{Connection, OptionalExtension};

/// Under which it lies among the sequences.
const NAME: &str = "_state";

/// Which rows there are: while two looks see one state, they see the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct State(i64);

impl State {
    /// A file that an older version left says none: then the state is one that nothing is known of.
    pub(crate) fn of(snapshot: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT last FROM _sequence WHERE name = ?1";
        let mut statement = snapshot.prepare_cached(sql)?;
        let stored = statement.query_one([NAME], |row| row.get(0)).optional()?;
        Ok(stored.map_or_else(Self::unknown, Self))
    }

    /// One that nothing is known of, now or later.
    pub fn unknown() -> Self {
        Self::drawn()
    }

    /// For whoever has written, before the commit.
    pub(crate) fn change(transaction: &Connection) -> rusqlite::Result<()> {
        let sql = "INSERT OR REPLACE INTO _sequence VALUES (?1, ?2)";
        let mut statement = transaction.prepare_cached(sql)?;
        statement.execute((NAME, Self::drawn().0))?;
        Ok(())
    }

    fn drawn() -> Self {
        let mut bytes = [0; 8];
        SystemEntropy.fill(&mut bytes);
        Self(i64::from_le_bytes(bytes))
    }
}
