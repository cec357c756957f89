//! The store on SQLite: one file an account.

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

pub use store::SqliteStore;
