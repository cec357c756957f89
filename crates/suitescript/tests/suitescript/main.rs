//! Scripts, run as they are on disk, in an account in memory.
#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what it expected"
)]

mod account;
mod execution;
mod limits;
mod loader;
mod members;
mod modules;
mod render;
