//! Vectors put to a real account.
//!
//! [`run`] makes an account in a temporary folder with exactly the state a vector is about (`scene`, `account`, `changes`), sends the
//! vector's request byte for byte through a real server (`question`, `exchange`), and judges the answer and the row of the
//! Login Audit Trail (`judge`). A key or value of a vector's context that cannot be set up fails the vector by name: a
//! vector that is not understood is never a vector that passes.

mod account;
mod changes;
mod exchange;
mod judge;
mod question;
mod request_token;
mod run;
mod scene;

pub use run::run;
