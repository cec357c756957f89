//! Nonces in a row, made from random bytes drawn a kilobyte at a time: a system call for each would cost as much as
//! the hash.
//!
//! Two machines restored from one snapshot would make the same ones. For a nonce that means a refused request, as the
//! server compares the timestamp too; never make a key this way.

use countersign_world::Entropy;

const LETTERS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const LENGTH: usize = 20;

pub struct Nonces<E> {
    entropy: E,
    random: [u8; 1024],
    used: usize,
    nonce: [u8; LENGTH],
}

impl<E: Entropy> Nonces<E> {
    pub const fn new(entropy: E) -> Self {
        let random = [0; 1024];
        Self {
            entropy,
            random,
            used: random.len(),
            nonce: [0; LENGTH],
        }
    }

    /// Twenty letters and digits.
    pub fn fresh(&mut self) -> &str {
        for letter in &mut self.nonce {
            *letter = loop {
                if self.used == self.random.len() {
                    self.entropy.fill(&mut self.random);
                    self.used = 0;
                }
                let byte = self.random[self.used];
                self.used += 1;
                // 248 is the largest multiple of 62 in a byte: taking more would favour the first letters.
                if byte < 248 {
                    break LETTERS[usize::from(byte % 62)];
                }
            };
        }
        std::str::from_utf8(&self.nonce).expect("letters and digits are ASCII")
    }
}
