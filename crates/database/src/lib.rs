//! Where the account's data lies: opening, migrating, transactions, and what a commit promises. No table of its own.
//!
//! A caller brings its migrations and its statements; this crate brings one writer at a time, several readers, and the
//! promise that an acknowledged write survives `kill -9` and a power loss. The database is chosen once, at start: each
//! kind has a folder, and [`Database`] is the face they share. What only one kind can do is asked of that kind's handle.
//!
//! ```
//! use countersign_database::{Database, DatabaseError, Transaction, sqlite};
//! use refinery::{Migration, Runner};
//!
//! # let runtime = tokio::runtime::Builder::new_current_thread().build()?;
//! # runtime.block_on(async {
//! let migrations = [Migration::unapplied("V1__note", "CREATE TABLE note (text TEXT NOT NULL) STRICT")?];
//! let database = Database::from(sqlite::Database::in_memory(Runner::new(&migrations))?);
//!
//! database.write(async |transaction: &mut Transaction<'_>| -> Result<(), DatabaseError> {
//!     transaction.insert("note", [("text", "durable once this returns".into())]).await
//! }).await?;
//!
//! let notes = database.read(async |snapshot: &mut Transaction<'_>| -> Result<_, DatabaseError> {
//!     let like = "SELECT text FROM note WHERE text LIKE ?1";
//!     snapshot.rows(like, &["durable%".into()], |row| row.text("text")).await
//! }).await?;
//! assert_eq!(notes, ["durable once this returns"]);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod database;
mod error;
mod history;
pub mod postgres;
mod row;
pub mod sqlite;
mod transaction;
mod value;

pub use database::Database;
pub use error::DatabaseError;
pub use row::Row;
pub use transaction::Transaction;
pub use value::Value;
