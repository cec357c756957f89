//! The admin API through its real router, over a real account: every call, as everybody, held against the OpenAPI document
//! that describes it.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what is missing in an answer fails its test"
)]

mod access;
mod api_keys;
mod attacks;
mod audits;
mod document;
mod input;
mod integrations;
mod lifecycle;
mod roles;
mod second_factor;
mod sessions;
mod settings;
mod stage;
mod tokens;
mod users;
