//! Diagnoses of whole requests.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is missing in a vector or a finding fails its test"
)]

mod damaged;
mod document;
mod faulty_signers;
mod laws;
mod listing;
mod signer;
mod vectors;
