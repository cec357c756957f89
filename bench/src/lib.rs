//! The request that is measured, and the two sides of it: whoever signs and whoever verifies.

mod signing;
mod verifier;

pub mod test_request;

pub use signing::Signing;
pub use verifier::{Refused, Verifier};
