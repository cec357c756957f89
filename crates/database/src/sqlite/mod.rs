//! SQLite: one file, one writer thread, a few reader threads, write-ahead log, every commit synced to the disk.

mod begun;
mod connection;
mod database;
mod file;
mod pause;
mod readers;
mod schema;
mod statement;
mod writer;

pub use database::Database;
pub use pause::Pause;
pub(crate) use statement::{execute, execute_each, rows};
