//! The signing key and the HMAC-SHA256 over it (RFC 5849 section 3.4.2, RFC 2104, FIPS 180-4).
//!
//! A key of two 64-digit secrets is 129 bytes, longer than a SHA-256 block, so hashing it costs five of the fourteen
//! blocks of a signature. A [`SigningKey`] holds the two hash states that follow the key instead: 64 bytes, made once.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use subtle::ConstantTimeEq as _;
use zeroize::{Zeroize as _, Zeroizing};

use crate::encoding::{EncodedSignature, encode_once};
use crate::secret::Secret;

const BLOCK: usize = 64;
const INITIAL_STATE: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// A pair of secrets prepared for many signatures.
///
/// It is as powerful as the secrets: it cannot be printed or cloned and is wiped when dropped.
pub struct SigningKey {
    inner: [u32; 8],
    outer: [u32; 8],
}

impl SigningKey {
    /// The key `enc(consumer secret)&enc(token secret)`. Without a token the `&` stays (RFC 5849 section 3.4.2).
    pub fn new(consumer_secret: &Secret, token_secret: Option<&Secret>) -> Self {
        let token_secret = token_secret.map_or("", Secret::expose);
        let consumer_secret = consumer_secret.expose();
        // Enough for every byte escaped, so that the buffer never moves and leaves a copy behind.
        let mut key = Zeroizing::new(Vec::with_capacity(
            3 * (consumer_secret.len() + token_secret.len()) + 1,
        ));
        encode_once(&mut key, consumer_secret.as_bytes());
        key.push(b'&');
        encode_once(&mut key, token_secret.as_bytes());
        Self::from_bytes(&key)
    }

    /// An HMAC-SHA256 key as it is, for whoever built the key text another way: a diagnosis tries wrong ones.
    pub fn from_bytes(key: &[u8]) -> Self {
        let mut block = Zeroizing::new([0; BLOCK]);
        if key.len() > BLOCK {
            let hashed = Zeroizing::new(digest(&INITIAL_STATE, 0, key));
            copy(block.as_mut_slice(), hashed.as_slice());
        } else {
            copy(block.as_mut_slice(), key);
        }
        let state_after = |pad: u8| {
            let mut state = INITIAL_STATE;
            let padded = Zeroizing::new(block.map(|byte| byte ^ pad));
            sha2::block_api::compress256(&mut state, std::slice::from_ref(&*padded));
            state
        };
        Self {
            inner: state_after(0x36),
            outer: state_after(0x5c),
        }
    }

    /// The signature of a base string.
    pub fn sign(&self, base_string: &[u8]) -> Signature {
        let mut text = [b'='; Signature::LENGTH];
        // 32 bytes are 44 base64 characters: the buffer always fits.
        let _ = STANDARD.encode_slice(self.digest(base_string), &mut text);
        Signature { text }
    }

    /// The same before it is written in base64.
    pub fn digest(&self, base_string: &[u8]) -> [u8; 32] {
        let inner = digest(&self.inner, BLOCK, base_string);
        digest(&self.outer, BLOCK, &inner)
    }

    /// Prepares this key for base strings that begin like this one.
    pub fn along(self, base_string: &[u8]) -> SigningKeyAlong<'_> {
        let (blocks, _) = base_string.as_chunks::<BLOCK>();
        let mut state = self.inner;
        let mut states = Zeroizing::new(Vec::with_capacity(blocks.len()));
        for block in blocks {
            sha2::block_api::compress256(&mut state, std::slice::from_ref(block));
            states.push(state);
        }
        SigningKeyAlong {
            key: self,
            blocks,
            states,
        }
    }

    /// Compares in constant time the signature of a base string with the one that was sent.
    pub fn verify(&self, base_string: &[u8], sent: &[u8]) -> Result<SignatureValid, SignatureMismatch> {
        let expected = self.sign(base_string);
        let is_equal = <&[u8; Signature::LENGTH]>::try_from(sent).is_ok_and(|sent| {
            let words = |text: &[u8; Signature::LENGTH]| {
                let mut words = [0; Signature::LENGTH / 4];
                for (word, four) in words.iter_mut().zip(text.as_chunks().0) {
                    *word = u32::from_ne_bytes(*four);
                }
                words
            };
            words(&expected.text)
                .as_slice()
                .ct_eq(words(sent).as_slice())
                .into()
        });
        if is_equal {
            Ok(SignatureValid(()))
        } else {
            Err(SignatureMismatch)
        }
    }
}

impl Drop for SigningKey {
    fn drop(&mut self) {
        self.inner.zeroize();
        self.outer.zeroize();
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKey(..)")
    }
}

/// A key for signing many base strings that differ from one another in little: each is hashed from the first block on in
/// which it differs from the one that the key was prepared for.
pub struct SigningKeyAlong<'b> {
    key: SigningKey,
    blocks: &'b [[u8; BLOCK]],
    /// Of the inner hash, behind each block.
    states: Zeroizing<Vec<[u32; 8]>>,
}

impl SigningKeyAlong<'_> {
    /// As [`SigningKey::digest`].
    pub fn digest(&self, base_string: &[u8]) -> [u8; 32] {
        let (mut state, mut rest) = (&self.key.inner, base_string);
        for (block, state_behind) in self.blocks.iter().zip(&*self.states) {
            let Some(behind) = rest.strip_prefix(block) else {
                break;
            };
            (state, rest) = (state_behind, behind);
        }
        let hashed = base_string.len() - rest.len();
        let inner = digest(state, BLOCK + hashed, rest);
        digest(&self.key.outer, BLOCK, &inner)
    }
}

impl fmt::Debug for SigningKeyAlong<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningKeyAlong(..)")
    }
}

/// Proof that a signature was recomputed and found equal. Only [`SigningKey::verify`] makes one.
#[derive(Debug)]
pub struct SignatureValid(());

/// The signature is not the one this key gives for what was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the signature does not match the request as it was received")]
pub struct SignatureMismatch;

/// A signature in base64: 44 characters.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Signature {
    text: [u8; Self::LENGTH],
}

impl Signature {
    pub const LENGTH: usize = 44;

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    pub(crate) fn encoded(&self) -> EncodedSignature {
        EncodedSignature::of(&self.text)
    }
}

impl fmt::Display for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signature({self})")
    }
}

/// SHA-256 of `message`, continued from a state that has taken in `before` bytes (a multiple of the block size).
fn digest(state: &[u32; 8], before: usize, message: &[u8]) -> [u8; 32] {
    let mut state = *state;
    let (blocks, rest) = message.as_chunks::<BLOCK>();
    sha2::block_api::compress256(&mut state, blocks);

    // The padding: a one bit, zeros, and the length in bits in the last eight bytes.
    let mut tail = [[0; BLOCK]; 2];
    let needed = if rest.len() < BLOCK - 8 { 1 } else { 2 };
    let bits = ((before + message.len()) as u64) << 3;
    let flat = tail.as_flattened_mut();
    copy(flat, rest);
    copy(flat.get_mut(rest.len()..).unwrap_or_default(), &[0x80]);
    copy(
        flat.get_mut(needed * BLOCK - 8..).unwrap_or_default(),
        &bits.to_be_bytes(),
    );
    sha2::block_api::compress256(&mut state, tail.get(..needed).unwrap_or_default());

    let mut hash = [0; 32];
    for (four, word) in hash.as_chunks_mut::<4>().0.iter_mut().zip(state) {
        *four = word.to_be_bytes();
    }
    hash
}

/// Copies as much as fits.
fn copy(to: &mut [u8], from: &[u8]) {
    let length = to.len().min(from.len());
    if let (Some(to), Some(from)) = (to.get_mut(..length), from.get(..length)) {
        to.copy_from_slice(from);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmac::{Hmac, KeyInit as _, Mac as _};
    use proptest::prelude::*;

    fn reference(key: &[u8], message: &[u8]) -> String {
        let mut mac = Hmac::<sha2::Sha256>::new_from_slice(key).unwrap();
        mac.update(message);
        STANDARD.encode(mac.finalize().into_bytes())
    }

    #[test]
    fn the_answers_of_rfc_4231_come_out() {
        let long_key = [0xaa; 131];
        let cases: [(&[u8], &[u8], &str); 4] = [
            (
                &[0x0b; 20],
                b"Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
            ),
            (
                b"Jefe",
                b"what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
            ),
            (
                &[0xaa; 20],
                &[0xdd; 50],
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
            ),
            (
                &long_key,
                b"Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
            ),
        ];
        for (key, message, expected) in cases {
            let signature = SigningKey::from_bytes(key).sign(message);
            let hex: String = STANDARD
                .decode(signature.as_str())
                .unwrap()
                .iter()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            assert_eq!(hex, expected);
        }
    }

    #[test]
    fn a_secret_with_reserved_characters_is_encoded_before_joining() {
        // Joined raw, these two pairs would give one key.
        let first = SigningKey::new(&Secret::new("a&b"), Some(&Secret::new("c")));
        let second = SigningKey::new(&Secret::new("a"), Some(&Secret::new("b&c")));
        assert_ne!(first.sign(b"x"), second.sign(b"x"));
        assert_eq!(first.sign(b"x"), SigningKey::from_bytes(b"a%26b&c").sign(b"x"));
    }

    #[test]
    fn without_a_token_the_ampersand_stays() {
        assert_eq!(
            SigningKey::new(&Secret::new("s"), None).sign(b"x"),
            SigningKey::from_bytes(b"s&").sign(b"x")
        );
    }

    #[test]
    fn debug_shows_nothing_of_the_key() {
        assert_eq!(format!("{:?}", SigningKey::from_bytes(b"key")), "SigningKey(..)");
    }

    proptest! {
        #[test]
        fn it_agrees_with_the_hmac_crate(key: Vec<u8>, message in prop::collection::vec(any::<u8>(), 0..300)) {
            let (signature, expected) = (SigningKey::from_bytes(&key).sign(&message), reference(&key, &message));
            prop_assert_eq!(signature.as_str(), expected.as_str());
        }

        #[test]
        fn a_key_along_another_base_string_gives_the_same_digest(
            key: Vec<u8>,
            shared in prop::collection::vec(any::<u8>(), 0..300),
            first in prop::collection::vec(any::<u8>(), 0..100),
            second in prop::collection::vec(any::<u8>(), 0..100),
        ) {
            let (first, second) = ([&*shared, &*first].concat(), [&*shared, &*second].concat());
            let along = SigningKey::from_bytes(&key).along(&first);
            for base_string in [first.as_slice(), &second, &shared] {
                prop_assert_eq!(along.digest(base_string), SigningKey::from_bytes(&key).digest(base_string));
            }
        }

        #[test]
        fn any_other_text_is_a_mismatch(message: Vec<u8>, sent: Vec<u8>, flip in 0..Signature::LENGTH) {
            let key = SigningKey::from_bytes(b"key");
            let right = key.sign(&message);
            prop_assert!(key.verify(&message, &right.text).is_ok());
            let mut wrong = right.text;
            wrong[flip] ^= 1;
            prop_assert!(key.verify(&message, &wrong).is_err());
            prop_assume!(sent != right.text);
            prop_assert!(key.verify(&message, &sent).is_err());
        }
    }
}
