//! The proxy before a real account: real listeners, a real vault, callers without credentials.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod audit;
mod calls;
mod changes;
mod governed;
mod refusals;
mod retries;
mod stage;
mod streams;
