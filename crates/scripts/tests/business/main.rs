//! Scripts on the demonstration company's records, in the manner of those that integrations run.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test ends at its first surprise"
)]

mod company;
mod flows;
mod records;
mod searches;
