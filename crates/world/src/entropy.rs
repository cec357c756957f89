//! Randomness: keys, ids and nonces.

use std::sync::Mutex;
use std::sync::PoisonError;

/// Where random bytes come from.
pub trait Entropy: Send + Sync + 'static {
    /// Fills `bytes`, or ends the process: a credential must never be made from less than real randomness.
    fn fill(&self, bytes: &mut [u8]);
}

/// The operating system's generator. A fresh call each time, so a fork or a restored snapshot repeats nothing.
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

/// A nonce of 20 letters and digits (119 bits): NetSuite takes 6 to 64 alphanumerics and advises 20.
pub fn nonce(entropy: &dyn Entropy) -> String {
    const ALPHABET: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut nonce = String::with_capacity(20);
    let mut random = [0; 32];
    while nonce.len() < 20 {
        entropy.fill(&mut random);
        // 248 is the largest multiple of 62 in a byte: taking more would favour the first letters.
        let letters = random
            .iter()
            .filter(|byte| **byte < 248)
            .filter_map(|byte| ALPHABET.get(usize::from(byte % 62)));
        nonce.extend(letters.take(20 - nonce.len()).copied().map(char::from));
    }
    nonce
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_nonce_is_twenty_letters_and_digits() {
        let nonce = nonce(&SystemEntropy);
        assert_eq!(nonce.len(), 20);
        assert!(nonce.bytes().all(|byte| byte.is_ascii_alphanumeric()));
    }

    #[test]
    fn a_hundred_thousand_nonces_differ() {
        let nonces: HashSet<String> = (0..100_000).map(|_| nonce(&SystemEntropy)).collect();
        assert_eq!(nonces.len(), 100_000);
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
