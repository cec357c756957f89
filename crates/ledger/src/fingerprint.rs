//! Keyed 64-bit fingerprints: what the ledger keeps instead of a nonce.
//!
//! The key is secret, so nobody can choose requests that collide. A collision refuses one good request (against
//! 500,000 others in its bucket: once in 3.7e13 requests); it can never let a replay through.

use std::fmt;
use std::hash::Hasher;

use siphasher::sip::SipHasher13;

use crate::claim::Nonce;

/// The secret key of all fingerprints in one ledger. It must live as long as the fingerprints do.
#[derive(Clone, Copy)]
pub(crate) struct Seed([u8; 16]);

impl Seed {
    pub(crate) const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    pub(crate) fn fingerprint(&self, nonce: &Nonce<'_>) -> u64 {
        let parts = [nonce.consumer_key, nonce.token, nonce.nonce];
        let mut hasher = SipHasher13::new_with_key(&self.0);
        hasher.write(&nonce.timestamp.to_le_bytes());
        // Lengths first: without them ("ab", "c") and ("a", "bc") would be the same claim. All at once, so that what
        // follows in eights stays in eights.
        let mut lengths = [0; 3 * 8];
        for (place, part) in lengths.as_chunks_mut().0.iter_mut().zip(parts) {
            *place = (part.len() as u64).to_le_bytes();
        }
        hasher.write(&lengths);
        for part in parts {
            hasher.write(part.as_bytes());
        }
        hasher.finish()
    }

    /// A checksum that only a holder of the seed can make. `purpose` keeps the kinds of message apart.
    pub(crate) fn checksum(&self, purpose: &[u8; 8], message: &[u8]) -> u64 {
        let mut hasher = SipHasher13::new_with_key(&self.0);
        hasher.write(purpose);
        hasher.write(message);
        hasher.finish()
    }
}

impl fmt::Debug for Seed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seed(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fingerprint(consumer_key: &str, token: &str, timestamp: i64, nonce: &str) -> u64 {
        Seed::new([7; 16]).fingerprint(&Nonce {
            consumer_key,
            token,
            timestamp,
            nonce,
        })
    }

    #[test]
    fn a_letter_moved_to_the_next_part_is_another_nonce() {
        assert_ne!(fingerprint("ab", "c", 1, "d"), fingerprint("a", "bc", 1, "d"));
        assert_ne!(fingerprint("a", "bc", 1, "d"), fingerprint("a", "b", 1, "cd"));
        assert_ne!(fingerprint("", "a", 1, "d"), fingerprint("a", "", 1, "d"));
    }

    #[test]
    fn each_part_counts() {
        let one = fingerprint("key", "token", 1, "nonce");
        assert_eq!(one, fingerprint("key", "token", 1, "nonce"));
        assert_ne!(one, fingerprint("kez", "token", 1, "nonce"));
        assert_ne!(one, fingerprint("key", "tokem", 1, "nonce"));
        assert_ne!(one, fingerprint("key", "token", 2, "nonce"));
        assert_ne!(one, fingerprint("key", "token", 1, "Nonce"));
    }

    #[test]
    fn another_seed_gives_other_fingerprints() {
        let nonce = Nonce {
            consumer_key: "key",
            token: "token",
            timestamp: 1,
            nonce: "nonce",
        };
        assert_ne!(
            Seed::new([1; 16]).fingerprint(&nonce),
            Seed::new([2; 16]).fingerprint(&nonce)
        );
    }

    #[test]
    fn a_seed_is_not_printed() {
        assert_eq!(format!("{:?}", Seed::new([0xab; 16])), "Seed(..)");
    }
}
