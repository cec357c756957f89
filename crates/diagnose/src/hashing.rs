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
    compute: fn(key: &[u8], base: &[u8]) -> Hash,
}

/// What the signature is compared with.
pub(crate) enum Hash {
    Digest(Vec<u8>),
    /// In base64.
    Signature(countersign_protocol::Signature),
}

const SHA1_BLOCK: usize = 64;
const SHA512_BLOCK: usize = 128;

pub(crate) const HASHINGS: &[Hashing] = &[
    Hashing {
        mistakes: &[Mistake::HmacArgsSwapped],
        length: 32,
        needs_key: true,
        made_of: "HMAC-SHA256 with the base string as the key and the key as the text",
        compute: |key, base| Hash::Signature(SigningKey::from_bytes(base).sign(key)),
    },
    Hashing {
        mistakes: &[Mistake::NotHmac],
        length: 32,
        needs_key: false,
        made_of: "SHA-256 of the base string",
        compute: |_, base| Hash::Digest(Sha256::digest(base).to_vec()),
    },
    Hashing {
        mistakes: &[Mistake::NotHmac],
        length: 32,
        needs_key: true,
        made_of: "SHA-256 of the base string followed by the key",
        compute: |key, base| {
            Hash::Digest(
                Sha256::new()
                    .chain_update(base)
                    .chain_update(key)
                    .finalize()
                    .to_vec(),
            )
        },
    },
    Hashing {
        mistakes: &[Mistake::NotHmac],
        length: 32,
        needs_key: true,
        made_of: "SHA-256 of the key followed by the base string",
        compute: |key, base| {
            Hash::Digest(
                Sha256::new()
                    .chain_update(key)
                    .chain_update(base)
                    .finalize()
                    .to_vec(),
            )
        },
    },
    Hashing {
        mistakes: &[Mistake::Sha1Computed],
        length: 20,
        needs_key: true,
        made_of: "HMAC-SHA1",
        compute: |key, base| Hash::Digest(hmac::<Sha1>(SHA1_BLOCK, key, base)),
    },
    Hashing {
        mistakes: &[Mistake::Sha1Computed, Mistake::NotHmac],
        length: 20,
        needs_key: false,
        made_of: "SHA-1 of the base string",
        compute: |_, base| Hash::Digest(Sha1::digest(base).to_vec()),
    },
    Hashing {
        mistakes: &[Mistake::Sha512Computed],
        length: 64,
        needs_key: true,
        made_of: "HMAC-SHA512",
        compute: |key, base| Hash::Digest(hmac::<Sha512>(SHA512_BLOCK, key, base)),
    },
    Hashing {
        mistakes: &[Mistake::Sha512Computed, Mistake::NotHmac],
        length: 64,
        needs_key: false,
        made_of: "SHA-512 of the base string",
        compute: |_, base| Hash::Digest(Sha512::digest(base).to_vec()),
    },
];

impl Hashing {
    pub(crate) fn compute(&self, key: &[u8], base: &[u8]) -> Hash {
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
