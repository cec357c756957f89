//! How signers encode text: RFC 5849's way, and the ways of the encoders that people take instead.

/// Which bytes stay as they are, and how the others are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alphabet {
    stays: Stays,
    space_is_plus: bool,
    lower_hex: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stays {
    All,
    /// The ASCII characters whose bits are set, of each half.
    Some([u64; 2]),
}

/// Letters, digits and these characters.
const fn alphanumeric_and(mut others: &[u8]) -> Stays {
    let mut bits = 0_u128;
    let mut byte = 0;
    while byte < 128_u8 {
        if byte.is_ascii_alphanumeric() {
            bits |= 1 << byte;
        }
        byte += 1;
    }
    while let [first, rest @ ..] = others {
        bits |= 1 << *first;
        others = rest;
    }
    Stays::Some([bits as u64, (bits >> 64) as u64])
}

/// Whether no alphabet changes this text: letters, digits and what stays in all of them.
pub(crate) fn is_plain(text: &[u8]) -> bool {
    let stays = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    text.iter().all(stays)
}

impl Alphabet {
    /// RFC 5849 section 3.6.
    pub(crate) const RFC: Self = Self::percent(b"-._~");
    /// Nothing is encoded.
    pub(crate) const RAW: Self = Self {
        stays: Stays::All,
        space_is_plus: false,
        lower_hex: false,
    };
    pub(crate) const LOWER_HEX: Self = Self {
        lower_hex: true,
        ..Self::RFC
    };
    /// JavaScript's `encodeURIComponent` and .NET's old `Uri.EscapeDataString`.
    pub(crate) const SCRIPT: Self = Self::percent(b"-._~!'()*");
    /// JavaScript's `encodeURI`.
    pub(crate) const SCRIPT_URI: Self = Self::percent(b"-._~!'()*;/?:@&=+$,#");
    /// RFC 2396 and old PHP: the tilde is encoded.
    pub(crate) const TILDE: Self = Self::percent(b"-._");
    /// Python's `quote_plus`, Go's `QueryEscape`.
    const QUOTE_PLUS: Self = Self::form(b"-._~");
    /// PHP's `urlencode`.
    const PHP_URLENCODE: Self = Self::form(b"-._");
    /// Java's `URLEncoder`, and the URL standard's form encoding.
    const JAVA_URL_ENCODER: Self = Self::form(b"-._*");
    /// .NET's `HttpUtility.UrlEncode`.
    const HTTP_UTILITY: Self = Self {
        lower_hex: true,
        ..Self::form(b"-._!()*")
    };
    pub(crate) const FORMS: [Self; 4] = [
        Self::QUOTE_PLUS,
        Self::PHP_URLENCODE,
        Self::JAVA_URL_ENCODER,
        Self::HTTP_UTILITY,
    ];

    const fn percent(others: &[u8]) -> Self {
        Self {
            stays: alphanumeric_and(others),
            space_is_plus: false,
            lower_hex: false,
        }
    }

    const fn form(others: &[u8]) -> Self {
        Self {
            space_is_plus: true,
            ..Self::percent(others)
        }
    }

    /// Appends `text`, encoded.
    pub(crate) fn write(self, mut text: &[u8], out: &mut Vec<u8>) {
        if self.stays == Stays::All {
            out.extend_from_slice(text);
            return;
        }
        out.reserve(text.len());
        let stays = |byte: &&u8| self.keeps(**byte);
        loop {
            let run = text.iter().take_while(stays).count();
            let (kept, rest) = text.split_at(run);
            out.extend_from_slice(kept);
            match rest.split_first() {
                Some((b' ', after)) if self.space_is_plus => {
                    out.push(b'+');
                    text = after;
                }
                Some((byte, after)) => {
                    out.extend_from_slice(&[b'%', self.digit(byte >> 4), self.digit(byte & 15)]);
                    text = after;
                }
                None => return,
            }
        }
    }

    const fn keeps(self, byte: u8) -> bool {
        match self.stays {
            Stays::All => true,
            Stays::Some([low, high]) => {
                let bits = if byte < 64 { low } else { high };
                byte.is_ascii() && bits >> (byte & 63) & 1 == 1
            }
        }
    }

    /// What it makes of `&` and of `=`, which stand between parameters and within each.
    pub(crate) const fn separators(self) -> [&'static [u8]; 2] {
        let and: &[u8] = if self.keeps(b'&') { b"&" } else { b"%26" };
        let equals: &[u8] = match (self.keeps(b'='), self.lower_hex) {
            (true, _) => b"=",
            (false, false) => b"%3D",
            (false, true) => b"%3d",
        };
        [and, equals]
    }

    pub(crate) fn encoded(self, text: &[u8]) -> Vec<u8> {
        let mut out = Vec::with_capacity(3 * text.len());
        self.write(text, &mut out);
        out
    }

    const fn digit(self, nibble: u8) -> u8 {
        match nibble {
            0..=9 => b'0' + nibble,
            _ if self.lower_hex => b'a' + (nibble - 10),
            _ => b'A' + (nibble - 10),
        }
    }
}

/// Escapes decoded once, `+` left as it is. A `%` without two hexadecimal digits stands for itself.
pub(crate) fn decoded(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((byte, after)) = rest.split_first() {
        rest = after;
        let escape = after.split_at_checked(2).filter(|_| *byte == b'%');
        match escape.and_then(|(digits, after)| Some((hex_byte(digits)?, after))) {
            Some((byte, after)) => {
                out.push(byte);
                rest = after;
            }
            None => out.push(*byte),
        }
    }
    out
}

fn hex_byte(digits: &[u8]) -> Option<u8> {
    let value = |digit: &u8| char::from(*digit).to_digit(16);
    let [high, low] = digits else { return None };
    u8::try_from(value(high)? << 4 | value(low)?).ok()
}

/// Bytes written as hexadecimal digits; none where there is another character or half a byte.
pub(crate) fn hex_decoded(text: &[u8]) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_chunks::<2>();
    if rest.is_empty() {
        pairs.iter().map(|pair| hex_byte(pair)).collect()
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(alphabet: Alphabet, text: &str) -> String {
        String::from_utf8(alphabet.encoded(text.as_bytes())).unwrap()
    }

    #[test]
    fn each_alphabet_is_that_of_the_encoder_it_names() {
        let text = "a b~*!/\u{e9}";
        assert_eq!(encoded(Alphabet::RFC, text), "a%20b~%2A%21%2F%C3%A9");
        assert_eq!(encoded(Alphabet::LOWER_HEX, text), "a%20b~%2a%21%2f%c3%a9");
        assert_eq!(encoded(Alphabet::SCRIPT, text), "a%20b~*!%2F%C3%A9");
        assert_eq!(encoded(Alphabet::JAVA_URL_ENCODER, text), "a+b%7E*%21%2F%C3%A9");
        assert_eq!(encoded(Alphabet::PHP_URLENCODE, text), "a+b%7E%2A%21%2F%C3%A9");
        assert_eq!(encoded(Alphabet::HTTP_UTILITY, text), "a+b%7e*!%2f%c3%a9");
        assert_eq!(encoded(Alphabet::RAW, text), text);
    }

    #[test]
    fn every_alphabet_leaves_plain_text_and_knows_its_separators() {
        let others = [
            Alphabet::RFC,
            Alphabet::RAW,
            Alphabet::LOWER_HEX,
            Alphabet::SCRIPT,
            Alphabet::SCRIPT_URI,
            Alphabet::TILDE,
        ];
        let plain: Vec<u8> = (0..=255).filter(|byte| is_plain(&[*byte])).collect();
        assert_eq!(plain.len(), 26 + 26 + 10 + 3);
        for alphabet in others.into_iter().chain(Alphabet::FORMS) {
            assert_eq!(alphabet.encoded(&plain), plain);
            assert_eq!(alphabet.encoded(b"&="), alphabet.separators().concat());
        }
    }

    #[test]
    fn only_whole_escapes_are_decoded() {
        assert_eq!(decoded(b"a%20b+%2B%2"), b"a b++%2");
        assert_eq!(decoded(b"100%"), b"100%");
        assert_eq!(decoded(b"%+1%zz"), b"%+1%zz");
        assert_eq!(hex_decoded(b"00fF"), Some(vec![0, 255]));
        assert_eq!(hex_decoded(b"00f"), None);
        assert_eq!(hex_decoded("é".as_bytes()), None);
    }
}
