//! The account's set-up, its tokens, and the two audits: System Notes and the Login Audit Trail.
//!
//! [`Store`] has one method for each use case, and each method is one transaction. A change, its system note and the
//! counter that tells caches of it are written together or not at all. Secrets come and go sealed: nothing here could
//! open one.
//!
//! A module is a noun: its statements, how its rows are read, and what can be done with it. Each is written once, in the
//! SQL that SQLite and PostgreSQL share; one contract suite runs on both.

mod accesses;
mod accounts;
mod api_keys;
mod column;
mod copies;
mod error;
mod executions;
mod features;
mod installation;
mod integration_row;
mod integrations;
mod logins;
mod notes;
mod numbers;
mod page;
mod password_logins;
mod passwords;
mod permissions;
mod proofs;
mod refresh;
mod request_tokens;
mod roles;
mod second_factors;
mod secrets;
mod sessions;
mod settings;
mod store;
mod timeline;
mod token_batch;
mod token_order;
mod token_row;
mod token_uses;
mod tokens;
mod user_row;
mod users;
mod walk;

pub use accesses::Access;
pub use accounts::{Head, Setup};
pub use copies::{Kept, Pause};
/// What a store on PostgreSQL is opened with.
pub use countersign_database::postgres::{Address, Schema, Server};
pub use error::{Conflict, StoreError};
pub use executions::ExecutionPage;
pub use installation::Granted;
pub use integrations::{IntegrationFilter, SavedIntegration};
pub use logins::{LoginPage, NamedMistake};
pub use notes::{Change, NoteFilter};
pub use page::{Direction, MAX_ROWS};
pub use password_logins::{Decision, PasswordAttempt, PasswordLogin, UsedCode};
pub use passwords::NewPassword;
pub use proofs::Proofs;
pub use refresh::Production;
pub use request_tokens::{Exchange, Exchanged, MAX_UNFINISHED};
pub use secrets::{SealedPair, SealedSecret, SecretOwner};
pub use store::{Store, schema_of};
pub use token_order::{Maker, TokenOrder};
pub use tokens::{Keeper, TokenFilter};
pub use users::UserFilter;
pub use walk::{SetupPage, SetupPages};
