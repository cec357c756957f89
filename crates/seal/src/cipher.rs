//! One AES-256-GCM key. What it encrypts opens only under the same key and the same associated data.
//!
//! Invariant: key bytes live in one boxed place that is wiped when dropped; moving a [`Key`] copies none of them.

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit};
use countersign_world::Entropy;
use zeroize::{ZeroizeOnDrop, Zeroizing};

pub(crate) const KEY: usize = 32;
const NONCE: usize = 12;
const TAG: usize = 16;

/// How much longer a ciphertext is than what was encrypted: the nonce before it and the tag behind it.
pub(crate) const OVERHEAD: usize = NONCE + TAG;

pub(crate) struct Key(Box<Zeroizing<[u8; KEY]>>);

/// AES-GCM takes 64 GiB at most (NIST SP 800-38D section 5.2.1.1); it refuses nothing else.
#[derive(Debug)]
pub(crate) struct TooLong;

impl Key {
    pub(crate) fn generate(entropy: &dyn Entropy) -> Self {
        let mut key = Self(Box::new(Zeroizing::new([0; KEY])));
        entropy.fill(key.0.as_mut_slice());
        key
    }

    pub(crate) fn from_bytes(bytes: &[u8; KEY]) -> Self {
        let mut key = Self(Box::new(Zeroizing::new([0; KEY])));
        key.0.copy_from_slice(bytes);
        key
    }

    pub(crate) fn expose(&self) -> &[u8; KEY] {
        &self.0
    }

    /// Nonce ‖ ciphertext ‖ tag.
    pub(crate) fn encrypt(
        &self,
        associated: &[u8],
        plaintext: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, TooLong> {
        let mut nonce = [0; NONCE];
        entropy.fill(&mut nonce);
        let payload = Payload {
            msg: plaintext,
            aad: associated,
        };
        let ciphertext = self.aes().encrypt(&nonce.into(), payload).map_err(|_| TooLong)?;
        Ok([nonce.as_slice(), &ciphertext].concat())
    }

    /// Nothing when the key, the associated data or any byte is another than it was.
    pub(crate) fn decrypt(&self, associated: &[u8], encrypted: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, ciphertext) = encrypted.split_first_chunk::<NONCE>()?;
        let payload = Payload {
            msg: ciphertext,
            aad: associated,
        };
        let plaintext = self.aes().decrypt(&(*nonce).into(), payload).ok()?;
        Some(Zeroizing::new(plaintext))
    }

    fn aes(&self) -> Aes256Gcm {
        Aes256Gcm::new(self.expose().into())
    }
}

// Without its `zeroize` feature the cipher would leave the expanded key behind; then this does not compile.
const _: () = {
    const fn wiped_on_drop<T: ZeroizeOnDrop>() {}
    wiped_on_drop::<Aes256Gcm>();
    wiped_on_drop::<Zeroizing<[u8; KEY]>>();
};
