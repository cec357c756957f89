//! The proxy before a real account: real listeners, a real vault, callers without credentials.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a stage that cannot be set up fails its test"
)]

mod audit;
mod calls;
mod changes;
mod governed;
mod lies;
mod refusals;
mod retries;
mod stage;
mod streams;
mod traces;
