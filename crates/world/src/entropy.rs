//! Randomness: keys, ids and nonces.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use rand::Rng as _;

/// Where random bytes come from.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `bytes`, or ends the process: a credential must never be made from less than real randomness.
    fn fill(&self, bytes: &mut [u8]);

    /// The same for nonces, which are made thousands of times a second: a source may draw them in advance.
    fn fill_nonce(&self, bytes: &mut [u8; 16]) {
        self.fill(bytes);
    }
}

/// The operating system's generator: a fresh call each time, so a fork or a restored snapshot repeats no key.
///
/// Nonces come from a generator of each thread's own (ChaCha, seeded by the system and again every 64 KiB): asking the
/// system costs as much as a signature. A snapshot restored twice may repeat some, and then only requests of the same
/// second are refused.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks for randomness"
    )]
    #[expect(
        clippy::panic,
        reason = "without randomness nothing may go on; the kernel does not fail here"
    )]
    fn fill(&self, bytes: &mut [u8]) {
        if let Err(error) = getrandom::fill(bytes) {
            panic!("the operating system gave no random bytes: {error}");
        }
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that asks for randomness"
    )]
    fn fill_nonce(&self, bytes: &mut [u8; 16]) {
        rand::rng().fill_bytes(bytes);
    }
}

/// A repeatable stream for tests and seeded accounts (SplitMix64). Never for a real credential.
#[derive(Debug)]
pub struct SeededEntropy {
    state: Mutex<u64>,
}

impl SeededEntropy {
    pub const fn new(seed: u64) -> Self {
        Self {
            state: Mutex::new(seed),
        }
    }
}

impl Entropy for SeededEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        for chunk in bytes.chunks_mut(8) {
            *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = *state;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            word ^= word >> 31;
            for (byte, random) in chunk.iter_mut().zip(word.to_le_bytes()) {
                *byte = random;
            }
        }
    }
}

/// `bytes` random bytes as lower-case hexadecimal: the form of every NetSuite key, id and secret (32 bytes).
pub fn hex(entropy: &dyn Entropy, bytes: usize) -> String {
    let mut random = vec![0; bytes];
    entropy.fill(&mut random);
    random
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| char::from_digit(u32::from(nibble), 16))
        .collect()
}

/// A nonce: 26 letters and digits that hold 128 random bits. NetSuite takes 6 to 64 alphanumerics.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Nonce([u8; 26]);

impl Nonce {
    pub fn as_str(&self) -> &str {
        // Letters and digits only, by construction.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl fmt::Debug for Nonce {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Nonce({})", self.as_str())
    }
}

/// A nonce that has not been made before.
pub fn nonce(entropy: &dyn Entropy) -> Nonce {
    const ALPHABET: &[u8; 32] = b"abcdefghijklmnopqrstuvwxyz234567";
    let mut random = [0; 16];
    entropy.fill_nonce(&mut random);
    let mut nonce = [0; 26];
    // Five bits a character, thirteen characters for each half: no division, which would cost more than the bits.
    for (eight, characters) in random
        .as_chunks::<8>()
        .0
        .iter()
        .zip(nonce.as_chunks_mut::<13>().0)
    {
        let mut bits = u64::from_le_bytes(*eight);
        for character in characters {
            *character = ALPHABET.get((bits & 31) as usize).copied().unwrap_or_default();
            bits >>= 5;
        }
    }
    Nonce(nonce)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_nonce_is_26_letters_and_digits() {
        let nonce = nonce(&SystemEntropy);
        assert_eq!(nonce.as_str().len(), 26);
        assert!(nonce.as_str().bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn every_random_bit_is_in_the_nonce() {
        struct Given([u8; 16]);
        impl Entropy for Given {
            fn fill(&self, bytes: &mut [u8]) {
                bytes.copy_from_slice(&self.0);
            }
        }
        let all: HashSet<Nonce> = (0..128)
            .map(|bit| {
                let mut random = [0xff; 16];
                random[bit / 8] ^= 1 << (bit % 8);
                nonce(&Given(random))
            })
            .chain([nonce(&Given([0xff; 16]))])
            .collect();
        assert_eq!(all.len(), 129);
    }

    #[test]
    fn a_million_nonces_of_four_threads_differ() {
        let make = || (0..250_000).map(|_| nonce(&SystemEntropy)).collect::<Vec<_>>();
        let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(make)).collect();
        let nonces: HashSet<Nonce> = threads
            .into_iter()
            .flat_map(|thread| thread.join().unwrap())
            .collect();
        assert_eq!(nonces.len(), 1_000_000);
    }

    #[test]
    fn a_key_is_64_lower_case_hex_digits() {
        let key = hex(&SystemEntropy, 32);
        assert_eq!(key.len(), 64);
        assert!(key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')));
    }

    #[test]
    fn the_same_seed_gives_the_same_stream() {
        assert_eq!(hex(&SeededEntropy::new(7), 32), hex(&SeededEntropy::new(7), 32));
        assert_ne!(hex(&SeededEntropy::new(7), 32), hex(&SeededEntropy::new(8), 32));
    }
}
