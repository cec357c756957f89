//! The moment and the nonce of one signature.

/// The fewest characters of a nonce that NetSuite takes.
pub const MIN_NONCE: usize = 6;

/// How far a timestamp may lie from the server's clock, in seconds; exactly this far is still accepted.
pub const TIMESTAMP_WINDOW: i64 = 300;

/// A timestamp and a nonce. A pair may be used once: make a new one for every attempt, also for a retry.
#[derive(Clone, Copy, Debug)]
pub struct Stamp<'a> {
    timestamp: u64,
    nonce: &'a str,
}

/// Why a nonce or a timestamp cannot be signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StampError {
    #[error("the nonce is shorter than {MIN_NONCE} characters: use 20 random letters and digits")]
    NonceTooShort,
    #[error("the nonce has a character other than a letter or digit, which NetSuite refuses in SOAP")]
    NonceCharacters,
    #[error("the nonce is longer than 64 characters, the most NetSuite takes in SOAP")]
    NonceTooLong,
    #[error("the timestamp is zero: give seconds since 1970")]
    Timestamp,
}

impl<'a> Stamp<'a> {
    /// A timestamp in seconds since 1970 and a nonce of 6 to 64 letters and digits.
    pub fn new(timestamp: u64, nonce: &'a str) -> Result<Self, StampError> {
        if timestamp == 0 {
            return Err(StampError::Timestamp);
        }
        // All bytes are looked at without a branch, so that the compiler takes many at once.
        if !nonce
            .bytes()
            .fold(true, |all, byte| all & byte.is_ascii_alphanumeric())
        {
            return Err(StampError::NonceCharacters);
        }
        match nonce.len() {
            0..MIN_NONCE => Err(StampError::NonceTooShort),
            MIN_NONCE..=64 => Ok(Self { timestamp, nonce }),
            _ => Err(StampError::NonceTooLong),
        }
    }

    pub const fn timestamp(&self) -> u64 {
        self.timestamp
    }

    pub const fn nonce(&self) -> &'a str {
        self.nonce
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_6_to_64_letters_and_digits() {
        assert!(Stamp::new(1, "abc123").is_ok());
        assert!(Stamp::new(1, &"a".repeat(64)).is_ok());
        assert_eq!(Stamp::new(1, "abc12").unwrap_err(), StampError::NonceTooShort);
        assert_eq!(
            Stamp::new(1, &"a".repeat(65)).unwrap_err(),
            StampError::NonceTooLong
        );
        assert_eq!(Stamp::new(1, "abc+12").unwrap_err(), StampError::NonceCharacters);
        assert_eq!(Stamp::new(0, "abc123").unwrap_err(), StampError::Timestamp);
    }
}
