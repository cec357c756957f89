//! PostgreSQL: one server for many accounts, a schema for each, shared by all nodes.
//!
//! One writer at a time in a schema, on whatever node, as on SQLite; reads see one snapshot beside it. A session is
//! set up once and kept: a pooler in between must pool sessions, not transactions.

mod address;
mod database;
mod error;
mod migration;
mod schema;
mod server;
mod statement;
mod tls;
mod transaction;

pub use address::Address;
pub use database::Database;
pub use error::PostgresError;
pub use schema::Schema;
pub use server::Server;
pub(crate) use transaction::Transaction;
