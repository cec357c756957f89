//! What the tests of signers share: a local account, and HMAC-SHA256 for a crate that has only HMAC-SHA1.

mod account;
mod hmac_sha256;

pub use account::Account;
pub use hmac_sha256::HmacSha256;
