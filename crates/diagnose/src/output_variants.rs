//! Mistakes in how the digest is written and carried. The form that was sent is read back step by step, so that one
//! computed digest is compared with whatever was sent.

use base64::Engine as _;
use base64::alphabet::STANDARD as STANDARD_ALPHABET;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use subtle::ConstantTimeEq as _;

use crate::alphabet::{decoded, hex_decoded};
use crate::mistake::Mistake;

/// A signature that was sent, read back to the digest it stands for.
pub(crate) struct Reading {
    digest: Vec<u8>,
    words: [u32; LONGEST_DIGEST / 4],
    /// What had to be undone, the most telling first.
    pub(crate) mistakes: Vec<Mistake>,
}

/// In bytes, that of SHA-512. All of them are whole words.
const LONGEST_DIGEST: usize = 64;

/// The longest signature that is read back, in bytes.
const MAX_SIGNATURE: usize = 512;

const ANY_PADDING: GeneralPurpose = GeneralPurpose::new(
    &STANDARD_ALPHABET,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

impl Reading {
    /// Reads a signature as it came out of the header or envelope, decoded once. None where it is no digest at all.
    pub(crate) fn of(sent: &str, is_properly_encoded: bool) -> Option<Self> {
        if sent.len() > MAX_SIGNATURE {
            return None;
        }
        let mut mistakes = Vec::new();
        let mut text = sent.to_owned();
        if text.contains('%') {
            text = String::from_utf8(decoded(text.as_bytes())).ok()?;
            mistakes.push(Mistake::SignatureDoubleEncoded);
        }
        if text.contains(['\r', '\n']) {
            text.retain(|character| !matches!(character, '\r' | '\n'));
            mistakes.push(Mistake::SignatureNewline);
        }
        if text.contains(' ') {
            text = text.replace(' ', "+");
            mistakes.push(Mistake::PlusBecameSpace);
        }
        if text.len() == 43 && text.ends_with('=') {
            // A plus at the start became a space, which was then trimmed.
            text.insert(0, '+');
            mistakes.push(Mistake::PlusBecameSpace);
        }
        let digest = if let Some(digest) = hex_digest(text.as_bytes()) {
            mistakes.push(Mistake::HexDigest);
            digest
        } else {
            base64_digest(text, &mut mistakes)?
        };
        if !is_properly_encoded {
            mistakes.push(Mistake::SignatureNotEncoded);
        }
        Some(Self {
            words: words(&digest),
            digest,
            mistakes,
        })
    }

    /// In bytes: 32 for SHA-256.
    pub(crate) fn length(&self) -> usize {
        self.digest.len()
    }

    /// Whether this digest was sent.
    pub(crate) fn is_digest(&self, digest: &[u8]) -> bool {
        // In constant time: what is compared with may be the right signature.
        let is_equal = self.words.as_slice().ct_eq(words(digest).as_slice());
        self.digest.len() == digest.len() && is_equal.into()
    }
}

/// A digest to be compared word by word: it is done a thousand times.
fn words(digest: &[u8]) -> [u32; LONGEST_DIGEST / 4] {
    let mut words = [0; LONGEST_DIGEST / 4];
    for (word, four) in words.iter_mut().zip(digest.as_chunks().0) {
        *word = u32::from_ne_bytes(*four);
    }
    words
}

/// Hexadecimal digits of a SHA-1, SHA-256 or SHA-512 digest.
fn hex_digest(text: &[u8]) -> Option<Vec<u8>> {
    let digest = hex_decoded(text)?;
    matches!(digest.len(), 20 | 32 | 64).then_some(digest)
}

fn base64_digest(mut text: String, mistakes: &mut Vec<Mistake>) -> Option<Vec<u8>> {
    if text.contains(['-', '_']) {
        text = text.replace('-', "+").replace('_', "/");
        mistakes.push(Mistake::Base64Url);
    }
    if !text.len().is_multiple_of(4) && !text.ends_with('=') {
        mistakes.push(Mistake::NoPadding);
    }
    let digest = ANY_PADDING.decode(&text).ok()?;
    match hex_digest(&digest) {
        Some(inner) => {
            mistakes.push(Mistake::Base64OfHex);
            Some(inner)
        }
        None => matches!(digest.len(), 20 | 32 | 64).then_some(digest),
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    fn read(sent: &str) -> Option<Vec<Mistake>> {
        Reading::of(sent, true).map(|reading| reading.mistakes)
    }

    #[test]
    fn every_way_a_digest_is_written_is_read_back() {
        let digest = [0xfb; 32];
        let (plain, hex) = (STANDARD.encode(digest), "fb".repeat(32));
        for (sent, mistakes) in [
            (plain.clone(), vec![]),
            (hex.clone(), vec![Mistake::HexDigest]),
            (hex.to_ascii_uppercase(), vec![Mistake::HexDigest]),
            (STANDARD.encode(&hex), vec![Mistake::Base64OfHex]),
            (plain.replace('=', ""), vec![Mistake::NoPadding]),
            (
                plain.replace('+', "-").replace('/', "_"),
                vec![Mistake::Base64Url],
            ),
            (format!("{plain}\n"), vec![Mistake::SignatureNewline]),
            (plain.replace('=', "%3D"), vec![Mistake::SignatureDoubleEncoded]),
            (plain.replace('+', " "), vec![Mistake::PlusBecameSpace]),
            (plain.get(1..).unwrap().to_owned(), vec![Mistake::PlusBecameSpace]),
        ] {
            let reading = Reading::of(&sent, true).unwrap();
            assert_eq!(reading.mistakes, mistakes, "{sent}");
            assert!(
                reading.is_digest(&digest) && !reading.is_digest(&[0; 32]),
                "{sent}"
            );
        }
    }

    #[test]
    fn what_is_no_digest_is_not_read() {
        for sent in ["", "x", "consumer&token", "AAAA", "é", &"a".repeat(4000)] {
            assert_eq!(read(sent), None, "{sent}");
        }
    }
}
