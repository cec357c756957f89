//! The account's set-up, its tokens, and the two audits: System Notes and the Login Audit Trail.
//!
//! [`Store`] has one method for each use case, and each method is one transaction. A change, its system note and the
//! counter that tells caches of it are written together or not at all. Secrets come and go sealed: nothing here could
//! open one.
//!
//! A module is a noun: its statements, how its rows are read, and what can be done with it. Each is written once, in the
//! SQL that SQLite and PostgreSQL share; one contract suite runs on both.

mod accounts;
mod column;
mod error;
mod features;
mod integrations;
mod logins;
mod notes;
mod page;
mod roles;
mod secrets;
mod store;
mod tokens;
mod users;

pub use accounts::{Head, Setup};
/// What a store on PostgreSQL is opened with.
pub use countersign_database::postgres::{Address, Schema, Server};
pub use error::{Conflict, StoreError};
pub use integrations::IntegrationFilter;
pub use logins::{LoginFilter, Outcome};
pub use notes::{Change, NoteFilter};
pub use page::MAX_ROWS;
pub use secrets::{SealedSecret, SecretOwner};
pub use store::{Store, schema_of};
pub use tokens::TokenFilter;
pub use users::UserFilter;
