//! SQLite: one file, one writer thread, a few reader threads, write-ahead log, every commit synced to the disk.

mod connection;
mod database;
mod file;
mod readers;
mod schema;
mod writer;

pub use database::Database;
