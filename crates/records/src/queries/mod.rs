//! SuiteQL over an account's records: the declared types as a schema, what a caller sees of it, and who runs statements.
//!
//! Invariant: a table that no declared type guards is seen by nobody.

mod guard;
mod pool;
mod schema;

pub use pool::{AskError, Question};
pub(crate) use pool::{Pool, Types};
