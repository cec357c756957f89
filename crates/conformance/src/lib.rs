//! Vectors put to a real account.
//!
//! [`run`] makes an account in a temporary folder with exactly the state a vector is about (`scene`, `account`, `changes`), sends the
//! vector's request byte for byte through a real server (`question`, `exchange`), and judges the answer and the row of the
//! Login Audit Trail (`judge`). A key or value of a vector's context that cannot be set up fails the vector by name: a
//! vector that is not understood is never a vector that passes.
//!
//! [`diagnosed`] names the mistake of a vector's request from what was sent and from the account's state alone (`evidence`,
//! `state`).

mod account;
mod changes;
mod evidence;
mod exchange;
mod judge;
mod question;
mod request_token;
mod run;
mod scene;
mod state;

pub use evidence::{Diagnosed, diagnosed, diagnosed_answer};
pub use run::run;
pub use state::StateUnknown;
