//! Diagnoses of whole requests.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "what is missing in a vector or a finding fails its test"
)]

mod faulty_signers;
mod laws;
mod signer;
mod vectors;
