//! Percent-encoding (RFC 5849 section 3.6): letters, digits, `-`, `.`, `_` and `~` stay; every other byte becomes
//! `%` and two upper-case hexadecimal digits.
//!
//! Parameters stand in the base string encoded twice: once each, and once more as a whole. The functions here write
//! the second form straight from the bytes on the wire, without a buffer in between.

use std::borrow::Cow;

/// What `+` means in encoded text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plus {
    /// A space: in a query and in a form body.
    Space,
    /// Itself: in a header.
    Literal,
}

const fn is_unreserved(byte: u8) -> bool {
    // Written without branches so that the compiler checks many bytes at once.
    let letter = (byte | 0x20).wrapping_sub(b'a') < 26;
    let digit = byte.wrapping_sub(b'0') < 10;
    letter | digit | (byte == b'-') | (byte == b'.') | (byte == b'_') | (byte == b'~')
}

/// The answer for each byte: where runs are short, looking it up is quicker.
static UNRESERVED: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            table[byte] = is_unreserved(byte as u8);
        }
        byte += 1;
    }
    table
};

/// How many bytes at the start stay as they are.
#[inline]
pub(crate) fn unreserved_prefix(bytes: &[u8]) -> usize {
    let is_unreserved = |byte: &&u8| UNRESERVED.get(usize::from(**byte)) == Some(&true);
    bytes.iter().take_while(is_unreserved).count()
}

/// The same where long runs are likely: ids are 64 digits. Of a run the letters and digits are taken sixteen at once.
#[inline]
pub(crate) fn long_unreserved_prefix(bytes: &[u8]) -> usize {
    let (chunks, _) = bytes.as_chunks::<16>();
    let is_whole = |chunk: &&[u8; 16]| {
        chunk
            .iter()
            .fold(true, |all, byte| all & byte.is_ascii_alphanumeric())
    };
    let counted = chunks.iter().take_while(is_whole).count() * 16;
    counted + unreserved_prefix(bytes.get(counted..).unwrap_or_default())
}

/// Appends the bytes at the start that stay as they are; returns the text from there on.
#[inline]
fn push_unreserved<'t>(out: &mut Vec<u8>, text: &'t [u8]) -> &'t [u8] {
    let length = unreserved_prefix(text);
    let (plain, rest) = text.split_at(length);
    out.extend_from_slice(plain);
    rest
}

/// Appends `text` encoded once.
pub(crate) fn encode_once(out: &mut Vec<u8>, text: &[u8]) {
    encode::<false>(out, text);
}

/// Each byte encoded once: its bytes in their order, and last their number.
static ONCE: [u32; 256] = {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < table.len() {
        let (plain, high, low) = (byte as u8, upper_hex(byte as u8 >> 4), upper_hex(byte as u8 & 15));
        #[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            table[byte] = u32::from_le_bytes(if is_unreserved(plain) {
                [plain, 0, 0, 1]
            } else {
                [b'%', high, low, 3]
            });
        }
        byte += 1;
    }
    table
};

/// A signature encoded once.
///
/// Its reserved bytes stand where no processor foresees them, so it is encoded without a branch: four bytes are always
/// written, and what is too much is written over.
pub(crate) struct EncodedSignature {
    text: [u8; Self::LONGEST],
    length: usize,
}

impl EncodedSignature {
    /// Every byte as three, and the fourth of the last.
    const LONGEST: usize = 3 * 44 + 1;

    pub(crate) fn of(signature: &[u8; 44]) -> Self {
        let mut text = [0; Self::LONGEST];
        let mut length = 0;
        for byte in signature {
            let code = once(*byte);
            if let Some(place) = text.get_mut(length..).and_then(<[u8]>::first_chunk_mut) {
                *place = code;
            }
            length += usize::from(code[3]);
        }
        Self { text, length }
    }

    pub(crate) fn as_str(&self) -> &str {
        let text = self.text.get(..self.length).unwrap_or_default();
        std::str::from_utf8(text).unwrap_or_default()
    }
}

/// Appends `text` encoded twice.
pub(crate) fn encode_twice(out: &mut Vec<u8>, text: &[u8]) {
    encode::<true>(out, text);
}

fn encode<const TWICE: bool>(out: &mut Vec<u8>, mut text: &[u8]) {
    loop {
        let Some((byte, after)) = push_unreserved(out, text).split_first() else {
            return;
        };
        escape::<TWICE>(out, *byte);
        text = after;
    }
}

/// Appends encoded text decoded once and encoded twice. A `%` without two hexadecimal digits stands for itself.
pub(crate) fn recode_twice(out: &mut Vec<u8>, text: &[u8], plus: Plus) {
    recode_twice_until(out, text, plus, |_| false);
}

/// The same up to the first reserved byte that is an end; returns the text from there on.
#[inline]
pub(crate) fn recode_twice_until<'t>(
    out: &mut Vec<u8>,
    mut text: &'t [u8],
    plus: Plus,
    is_end: impl Fn(u8) -> bool,
) -> &'t [u8] {
    loop {
        let rest = push_unreserved(out, text);
        match rest.split_first() {
            Some((byte, after)) if !is_end(*byte) => {
                let (byte, after) = decode_byte(*byte, after, plus);
                match once(byte) {
                    [_, high, low, 3] => out.extend_from_slice(&[b'%', b'2', b'5', high, low]),
                    _ => out.push(byte),
                }
                text = after;
            }
            _ => return rest,
        }
    }
}

/// The byte that encoded text starts with, and what follows it.
fn decode_byte(byte: u8, after: &[u8], plus: Plus) -> (u8, &[u8]) {
    match (byte, after) {
        (b'%', [high, low, rest @ ..]) => match (hex_value(*high), hex_value(*low)) {
            (Some(high), Some(low)) => (high << 4 | low, rest),
            _ => (b'%', after),
        },
        (b'+', _) if plus == Plus::Space => (b' ', after),
        _ => (byte, after),
    }
}

fn escape<const TWICE: bool>(out: &mut Vec<u8>, byte: u8) {
    let [percent, high, low, _] = once(byte);
    if TWICE {
        out.extend_from_slice(&[percent, b'2', b'5', high, low]);
    } else {
        out.extend_from_slice(&[percent, high, low]);
    }
}

#[inline]
fn once(byte: u8) -> [u8; 4] {
    #[expect(clippy::indexing_slicing, reason = "a byte is below the length of the table")]
    ONCE[usize::from(byte)].to_le_bytes()
}

const fn upper_hex(nibble: u8) -> u8 {
    if nibble < 10 {
        b'0' + nibble
    } else {
        b'A' + (nibble - 10)
    }
}

const fn hex_value(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

/// Encoded text decoded once, as bytes: a query may hold bytes that are not UTF-8.
pub(crate) fn decode(text: &[u8], plus: Plus) -> Cow<'_, [u8]> {
    let is_code = |byte: &u8| *byte == b'%' || (*byte == b'+' && plus == Plus::Space);
    if !text.iter().any(is_code) {
        return Cow::Borrowed(text);
    }
    let mut decoded = Vec::with_capacity(text.len());
    decode_into(&mut decoded, text, plus);
    Cow::Owned(decoded)
}

/// Appends encoded text decoded once.
pub(crate) fn decode_into(out: &mut Vec<u8>, mut text: &[u8], plus: Plus) {
    loop {
        let Some((byte, after)) = push_unreserved(out, text).split_first() else {
            return;
        };
        let (byte, after) = decode_byte(*byte, after, plus);
        out.push(byte);
        text = after;
    }
}

/// Encodes text once (RFC 5849 section 3.6).
///
/// ```
/// assert_eq!(countersign_protocol::percent_encode("big deal+~é"), "big%20deal%2B~%C3%A9");
/// ```
pub fn percent_encode(text: impl AsRef<[u8]>) -> String {
    let text = text.as_ref();
    let mut out = Vec::with_capacity(text.len() + 16);
    encode_once(&mut out, text);
    ascii(out)
}

/// Decodes text once. A `+` is itself, as in a path and in a header; a `%` without two digits is one.
///
/// ```
/// assert_eq!(countersign_protocol::percent_decode("big%20deal+~%C3%A9"), "big deal+~é".as_bytes());
/// ```
pub fn percent_decode(text: &(impl AsRef<[u8]> + ?Sized)) -> Cow<'_, [u8]> {
    decode(text.as_ref(), Plus::Literal)
}

/// Encoded bytes are ASCII by construction.
pub(crate) fn ascii(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn twice(text: &[u8]) -> String {
        let mut out = Vec::new();
        encode_twice(&mut out, text);
        ascii(out)
    }

    fn recoded(text: &[u8], plus: Plus) -> String {
        let mut out = Vec::new();
        recode_twice(&mut out, text, plus);
        ascii(out)
    }

    #[test]
    fn only_unreserved_characters_stay() {
        let kept: Vec<u8> = (0..=255u8)
            .filter(|byte| percent_encode([*byte]) == char::from(*byte).to_string())
            .collect();
        let expected: Vec<u8> = (0..=255u8)
            .filter(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(byte))
            .collect();
        assert_eq!(kept, expected);
    }

    #[test]
    fn a_percent_sign_without_digits_stands_for_itself() {
        assert_eq!(recoded(b"100%", Plus::Space), "100%2525");
        assert_eq!(recoded(b"%4", Plus::Space), "%25254");
        assert_eq!(recoded(b"%zz", Plus::Space), "%2525zz");
    }

    #[test]
    fn a_plus_is_a_space_in_a_query_and_itself_in_a_header() {
        assert_eq!(recoded(b"a+b", Plus::Space), "a%2520b");
        assert_eq!(recoded(b"a+b", Plus::Literal), "a%252Bb");
    }

    proptest! {
        #[test]
        fn decoding_undoes_encoding(text: Vec<u8>) {
            let encoded = percent_encode(&text);
            prop_assert_eq!(decode(encoded.as_bytes(), Plus::Literal).into_owned(), text.clone());
            prop_assert_eq!(decode(encoded.as_bytes(), Plus::Space).into_owned(), text);
        }

        #[test]
        fn a_signature_is_encoded_like_any_text(signature in prop::array::uniform32(any::<u8>()), more in prop::array::uniform12(any::<u8>())) {
            let mut text = [0; 44];
            text[..32].copy_from_slice(&signature);
            text[32..].copy_from_slice(&more);
            let encoded = EncodedSignature::of(&text);
            prop_assert_eq!(encoded.as_str(), percent_encode(text));
        }

        #[test]
        fn encoding_twice_is_encoding_the_encoding(text: Vec<u8>) {
            prop_assert_eq!(twice(&text), percent_encode(percent_encode(&text)));
        }

        #[test]
        fn recoding_is_decoding_then_encoding_twice(text in "[a-zA-Z0-9%+ =~/é-]{0,80}") {
            for plus in [Plus::Space, Plus::Literal] {
                prop_assert_eq!(recoded(text.as_bytes(), plus), twice(&decode(text.as_bytes(), plus)));
            }
        }

        #[test]
        fn twice_encoded_bytes_sort_as_once_encoded_ones(a: Vec<u8>, b: Vec<u8>) {
            // The base string is sorted after the second encoding; RFC 5849 sorts after the first.
            prop_assert_eq!(twice(&a).cmp(&twice(&b)), percent_encode(&a).cmp(&percent_encode(&b)));
        }
    }
}
