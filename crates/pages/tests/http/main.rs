//! The pages over real sockets: who is let in where, and what other sites try.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what is missing in an answer fails its test"
)]

mod access;
mod attacks;
mod first_start;
mod several_accounts;
mod stage;
