//! The account's set-up, its tokens, and the two audits: System Notes and the Login Audit Trail.
//!
//! [`Store`] has one method for each use case, and each method is one transaction. A change, its system note and the
//! counter that tells caches of it are written together or not at all. Secrets come and go sealed: nothing here could
//! open one. The database is chosen once, by which [`Store`] is made; one contract suite runs on every kind.

mod error;
mod filter;
pub mod postgres;
mod secret;
pub mod sqlite;
mod store;
mod stored;

pub use error::{Conflict, StoreError};
pub use filter::{LoginFilter, MAX_ROWS, NoteFilter, Outcome};
pub use secret::{SealedSecret, SecretOwner};
pub use store::{Setup, Store};
