//! Mistakes in the hash itself: another algorithm than HMAC-SHA256, or its two inputs mixed up.

use countersign_protocol::SigningKey;
use sha1::{Digest, Sha1};
use sha2::{Sha256, Sha512};
use zeroize::Zeroizing;

use crate::mistake::Mistake;

/// A way to hash that is not HMAC-SHA256 of the base string under the key.
pub(crate) struct Hashing {
    pub(crate) mistakes: &'static [Mistake],
    /// Of its digest, in bytes.
    pub(crate) length: usize,
    pub(crate) needs_key: bool,
    pub(crate) made_of: &'static str,
    compute: fn(key: &[u8], base: &Hashed<'_>) -> Vec<u8>,
}

/// A base string that is hashed in several ways, most of which begin with its SHA-256.
pub(crate) struct Hashed<'b> {
    text: &'b [u8],
    sha256: Sha256,
}

impl<'b> Hashed<'b> {
    pub(crate) fn new(text: &'b [u8]) -> Self {
        Self {
            text,
            sha256: Sha256::new_with_prefix(text),
        }
    }

    pub(crate) const fn len(&self) -> usize {
        self.text.len()
    }

    fn digest(&self) -> [u8; 32] {
        self.sha256.clone().finalize().into()
    }

    /// As an HMAC-SHA256 key: one that is longer than a block is hashed (RFC 2104 section 2).
    fn as_key(&self) -> SigningKey {
        if self.text.len() > SHA256_BLOCK {
            SigningKey::from_bytes(&self.digest())
        } else {
            SigningKey::from_bytes(self.text)
        }
    }
}

const SHA1_BLOCK: usize = 64;
const SHA256_BLOCK: usize = 64;
const SHA512_BLOCK: usize = 128;

pub(crate) const HASHINGS: &[Hashing] = &[
    Hashing {
        mistakes: &[Mistake::HmacArgsSwapped],
        length: 32,
        needs_key: true,
        made_of: "HMAC-SHA256 with the base string as the key and the key as the text",
        compute: |key, base| base.as_key().digest(key).to_vec(),
    },
    Hashing {
        mistakes: &[Mistake::NotHmac],
        length: 32,
        needs_key: false,
        made_of: "SHA-256 of the base string",
        compute: |_, base| base.digest().to_vec(),
    },
    Hashing {
        mistakes: &[Mistake::NotHmac],
        length: 32,
        needs_key: true,
        made_of: "SHA-256 of the base string followed by the key",
        compute: |key, base| base.sha256.clone().chain_update(key).finalize().to_vec(),
    },
    Hashing {
        mistakes: &[Mistake::NotHmac],
        length: 32,
        needs_key: true,
        made_of: "SHA-256 of the key followed by the base string",
        compute: |key, base| {
            Sha256::new()
                .chain_update(key)
                .chain_update(base.text)
                .finalize()
                .to_vec()
        },
    },
    Hashing {
        mistakes: &[Mistake::Sha1Computed],
        length: 20,
        needs_key: true,
        made_of: "HMAC-SHA1",
        compute: |key, base| hmac::<Sha1>(SHA1_BLOCK, key, base.text),
    },
    Hashing {
        mistakes: &[Mistake::Sha1Computed, Mistake::NotHmac],
        length: 20,
        needs_key: false,
        made_of: "SHA-1 of the base string",
        compute: |_, base| Sha1::digest(base.text).to_vec(),
    },
    Hashing {
        mistakes: &[Mistake::Sha512Computed],
        length: 64,
        needs_key: true,
        made_of: "HMAC-SHA512",
        compute: |key, base| hmac::<Sha512>(SHA512_BLOCK, key, base.text),
    },
    Hashing {
        mistakes: &[Mistake::Sha512Computed, Mistake::NotHmac],
        length: 64,
        needs_key: false,
        made_of: "SHA-512 of the base string",
        compute: |_, base| Sha512::digest(base.text).to_vec(),
    },
];

impl Hashing {
    pub(crate) fn compute(&self, key: &[u8], base: &Hashed<'_>) -> Vec<u8> {
        (self.compute)(key, base)
    }
}

/// RFC 2104.
fn hmac<D: Digest>(block: usize, key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut padded = Zeroizing::new(if key.len() > block {
        D::digest(key).to_vec()
    } else {
        key.to_vec()
    });
    padded.resize(block, 0);
    let with = |pad: u8| Zeroizing::new(padded.iter().map(|byte| byte ^ pad).collect::<Vec<u8>>());
    let inner = D::new()
        .chain_update(with(0x36).as_slice())
        .chain_update(text)
        .finalize();
    D::new()
        .chain_update(with(0x5c).as_slice())
        .chain_update(inner)
        .finalize()
        .to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_with_other_hashes_gives_the_answers_of_rfc_2202_and_rfc_4231() {
        let hex = |bytes: Vec<u8>| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        let text = b"what do ya want for nothing?";
        assert_eq!(
            hex(hmac::<Sha1>(SHA1_BLOCK, b"Jefe", text)),
            "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
        );
        assert!(
            hex(hmac::<Sha512>(SHA512_BLOCK, b"Jefe", text))
                .starts_with("164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554")
        );
        let long = "Test Using Larger Than Block-Size Key - Hash Key First";
        assert_eq!(
            hex(hmac::<Sha1>(SHA1_BLOCK, &[0xaa; 80], long.as_bytes())),
            "aa4ae5e15272d00e95705637ce8a3b55ed402112"
        );
    }
}
