//! The store on PostgreSQL: one schema an account, shared by all nodes.

mod accounts;
mod integrations;
mod logins;
mod notes;
mod roles;
mod row;
mod secrets;
mod store;
mod tokens;
mod users;

/// What a store is opened with.
pub use countersign_database::postgres::{Address, Schema, Server};
pub use store::{PostgresStore, schema_of};
