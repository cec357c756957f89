//! Sealed secrets as the store sees them: bytes it cannot open, and whose they are.

use countersign_model::{ConsumerKey, TokenId};
use std::fmt;

/// A secret's ciphertext.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    pub bytes: Vec<u8>,
    /// Which of its owner's secrets this is; bound into the seal.
    pub generation: u64,
    /// The data key it was sealed with, so that a rotation finds what is left to do.
    pub key_version: u32,
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            bytes,
            generation,
            key_version,
        } = self;
        write!(
            f,
            "SealedSecret({} bytes, generation {generation}, key {key_version})",
            bytes.len()
        )
    }
}

/// Whose secret it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SecretOwner {
    /// The Consumer Secret of the integration record with this key.
    Integration(ConsumerKey),
    /// The Token Secret of the access token with this id.
    AccessToken(TokenId),
}

impl SecretOwner {
    /// The record to bind into the seal, so that a ciphertext moved to another owner does not open.
    pub fn record(&self) -> String {
        match self {
            Self::Integration(key) => format!("integration:{}", key.as_str()),
            Self::AccessToken(token) => format!("token:{}", token.as_str()),
        }
    }

    /// The field to bind into the seal.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Integration(_) => "consumer secret",
            Self::AccessToken(_) => "token secret",
        }
    }
}
