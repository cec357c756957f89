//! What one signature and one verification cost, beside their bare hash and beside other crates.
//!
//! Absolute times say little on a shared machine; ratios taken in one interleaved run repeat. See README.md.

pub mod contender;
pub mod hmac_sha256;
pub mod peers;
pub mod targets;
pub mod test_request;
pub mod unit;
pub mod verifier;
