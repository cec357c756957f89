//! A secret outside its keyring: [`Sealed`] can be stored and not read, [`Opened`] can be read and not stored.
//!
//! Stored bytes, format 1: format (1 byte) ‖ data key version (4, big-endian) ‖ nonce (12) ‖ ciphertext ‖ tag (16).

use std::fmt;

use zeroize::Zeroizing;

use crate::cipher::OVERHEAD;
use crate::error::OpenError;

/// The longest secret that is sealed, in bytes.
pub const MAX_SECRET: usize = 64 * 1024;

const FORMAT: u8 = 1;
const HEADER: usize = 1 + size_of::<u32>();

/// An encrypted secret, safe to store.
#[derive(Clone, PartialEq, Eq)]
pub struct Sealed {
    bytes: Vec<u8>,
    key_version: u32,
}

impl Sealed {
    pub(crate) fn new(key_version: u32, encrypted: &[u8]) -> Self {
        let bytes = [&[FORMAT], key_version.to_be_bytes().as_slice(), encrypted].concat();
        Self { bytes, key_version }
    }

    /// Takes back what [`Sealed::as_bytes`] gave. Whether it opens is known only by opening it.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, OpenError> {
        let (&[format], rest) = bytes.split_first_chunk().ok_or(OpenError::NotSealed)?;
        if format > FORMAT {
            return Err(OpenError::NewerFormat { format });
        }
        let (key_version, encrypted) = rest.split_first_chunk().ok_or(OpenError::NotSealed)?;
        if format != FORMAT || !(OVERHEAD..=OVERHEAD + MAX_SECRET).contains(&encrypted.len()) {
            return Err(OpenError::NotSealed);
        }
        Ok(Self {
            bytes: bytes.to_vec(),
            key_version: u32::from_be_bytes(*key_version),
        })
    }

    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The data key this was sealed under.
    pub fn key_version(&self) -> u32 {
        self.key_version
    }

    pub(crate) fn encrypted(&self) -> &[u8] {
        self.bytes.get(HEADER..).unwrap_or_default()
    }
}

impl fmt::Debug for Sealed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed")
            .field("key_version", &self.key_version)
            .field("bytes", &self.bytes.len())
            .finish()
    }
}

/// A secret in the clear, wiped from memory when dropped. It can be neither printed, compared, copied nor serialized.
pub struct Opened(Zeroizing<Vec<u8>>);

impl Opened {
    pub(crate) fn new(secret: Zeroizing<Vec<u8>>) -> Self {
        Self(secret)
    }

    pub fn expose(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened(..)")
    }
}
