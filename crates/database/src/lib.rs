//! Where the account's data lies: opening, migrating, transactions, and what a commit promises. No table of its own.
//!
//! A caller brings its migrations and its statements; this crate brings one writer at a time, several readers, and the
//! promise that an acknowledged write survives `kill -9` and a power loss. The database is chosen once, at start: each kind
//! has a folder, and nothing outside that folder asks which one is in use.
//!
//! ```
//! use countersign_database::{DatabaseError, sqlite::Database};
//! use refinery::{Migration, Runner};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(async {
//! let migrations = [Migration::unapplied("V1__note", "CREATE TABLE note (text TEXT NOT NULL) STRICT")?];
//! let database = Database::in_memory(Runner::new(&migrations))?;
//!
//! database.write(|transaction| -> Result<(), DatabaseError> {
//!     transaction.execute("INSERT INTO note VALUES (?1)", ["durable once this returns"])?;
//!     Ok(())
//! }).await?;
//!
//! let notes = database.read(|snapshot| -> Result<i64, DatabaseError> {
//!     Ok(snapshot.query_one("SELECT count(*) FROM note", [], |row| row.get(0))?)
//! }).await?;
//! assert_eq!(notes, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod error;
mod history;
pub mod postgres;
pub mod sqlite;

pub use error::DatabaseError;
