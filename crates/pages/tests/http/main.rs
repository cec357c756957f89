//! The pages over real sockets: who is let in where, and what other sites try.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "what is missing in an answer fails its test"
)]

mod access;
mod administration;
mod attacks;
mod first_page;
mod first_start;
mod inspector;
mod scripts;
mod sent_again;
mod several_accounts;
mod stage;
