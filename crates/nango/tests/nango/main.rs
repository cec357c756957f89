//! Nango's API before a real account: real listeners, a real vault, requests as `@nangohq/node` sends them.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

mod connections;
mod integrations;
mod passed;
mod sessions;
mod stage;
