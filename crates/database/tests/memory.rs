//! A database in memory: the promises every kind keeps.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use countersign_database::{Database, sqlite};

mod promises;

/// A fresh database, as the promises ask for it.
async fn open() -> (Database, ()) {
    let database = sqlite::Database::in_memory(promises::migrations("INTEGER", "BLOB", "STRICT"));
    (database.unwrap().into(), ())
}
