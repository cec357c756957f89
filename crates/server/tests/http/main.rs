//! The account through real sockets: what each service answers, in NetSuite's words.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is missing in an answer fails its test"
)]

mod addressing;
mod bodies;
mod customers;
mod discovery;
mod envelopes;
mod lists;
mod permissions;
mod refusals;
mod shapes;
mod sign_in;
mod signatures;
