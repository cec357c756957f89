//! What a diagnosis says.

use std::fmt;

use crate::mistake::Mistake;

/// A mistake, named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    pub mistake: Mistake,
    /// What happened, in one sentence.
    pub cause: String,
    pub proof: Proof,
    pub fix: Fix,
    pub certainty: Certainty,
    /// Mistakes made together with this one, without which it does not give the signature that was sent. Where several
    /// come to the same, all are here.
    pub together_with: Vec<Mistake>,
}

/// How sure a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Certainty {
    /// The signature that was sent comes out with this mistake and not without, or the mistake stands in what was
    /// sent for everybody to see.
    Proved,
    /// What was sent speaks for it.
    Likely,
    /// Nothing speaks against it.
    Possible,
}

impl Certainty {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Proved => "proved",
            Self::Likely => "likely",
            Self::Possible => "possible",
        }
    }
}

impl fmt::Display for Certainty {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What shows it. No proof holds a secret, a key, or anything they can be computed from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The signature that was sent is that of `signed`; the request as it arrived gives `expected`.
    BaseStrings(Box<BaseStrings>),
    /// The signature that was sent comes out with a key or hash made of this.
    MadeOf(String),
    /// A place in the header, whose values are replaced by dots.
    Header {
        text: String,
        /// In characters.
        caret: usize,
    },
    /// A value that was sent, and what is wrong about it.
    Value {
        name: String,
        value: String,
        problem: String,
    },
    /// How the signature was written. It is shown only where it is known to be one: anything else may be a secret.
    Signature { sent: Option<String>, problem: String },
    /// The account's own records.
    Records,
    /// Nothing but that this many signatures with known mistakes were computed, and none is the one that was sent.
    RuledOut { tried: u32 },
}

/// Two base strings and where they part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseStrings {
    pub signed: String,
    pub expected: String,
    /// Where the region that differs begins in both, in bytes. An escape or a word that differs lies in it whole.
    pub start: usize,
    /// Where it ends in each.
    pub signed_end: usize,
    pub expected_end: usize,
}

impl BaseStrings {
    pub(crate) fn new(signed: String, expected: String) -> Self {
        let same = |(a, b): &(u8, u8)| a == b;
        let first = signed.bytes().zip(expected.bytes()).take_while(same).count();
        let start = start_of_escape(signed.as_bytes(), first);
        let start = (0..=start).rfind(|at| signed.is_char_boundary(*at)).unwrap_or(0);
        let backwards = signed.bytes().rev().zip(expected.bytes().rev());
        let last = backwards
            .take(signed.len().min(expected.len()) - first)
            .take_while(same)
            .count();
        let (signed_end, expected_end) = (signed.len() - last, expected.len() - last);
        let missing = |text: &str, end| missing_of_escape(text.as_bytes(), end);
        let more = missing(&signed, signed_end)
            .max(missing(&expected, expected_end))
            .min(last);
        // What was signed need not be ASCII: the region ends at a whole character.
        let whole = |text: &str, end| {
            (end..=text.len())
                .find(|at| text.is_char_boundary(*at))
                .unwrap_or(end)
        };
        let signed_end = whole(&signed, signed_end + more);
        let expected_end = whole(&expected, expected_end + more);
        // What stands before the region and behind it is the same in both.
        let before = |text: &str| start - start_of_word(text.as_bytes(), start);
        let behind = |text: &str, end| end_of_word(text.as_bytes(), end) - end;
        let wider = before(&signed).max(before(&expected));
        let longer = behind(&signed, signed_end).max(behind(&expected, expected_end));
        Self {
            start: start - wider,
            signed_end: signed_end + longer,
            expected_end: expected_end + longer,
            signed,
            expected,
        }
    }

    /// The regions that differ: of what was signed, and of what is expected.
    pub fn difference(&self) -> (&str, &str) {
        let signed = self.signed.get(self.start..self.signed_end);
        let expected = self.expected.get(self.start..self.expected_end);
        (signed.unwrap_or_default(), expected.unwrap_or_default())
    }
}

/// The beginning of the escape that a place lies in, be it encoded once or twice; otherwise the place itself.
fn start_of_escape(text: &[u8], at: usize) -> usize {
    let (before, _) = text.split_at_checked(at).unwrap_or((text, &[]));
    match before {
        [.., b'%', b'2', b'5', _] => at - 4,
        [.., b'%', b'2', b'5'] => at - 3,
        [.., b'%', _] => at - 2,
        [.., b'%'] => at - 1,
        _ => at,
    }
}

/// The beginning of the word that goes on behind a place; otherwise the place itself.
fn start_of_word(text: &[u8], at: usize) -> usize {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, &[]));
    if after.first().is_some_and(u8::is_ascii_alphanumeric) {
        at - length_of_last_word(before)
    } else {
        at
    }
}

/// The end of the word that begins before a place; otherwise the place itself.
fn end_of_word(text: &[u8], at: usize) -> usize {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, &[]));
    if length_of_last_word(before) > 0 {
        at + after
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric())
            .count()
    } else {
        at
    }
}

/// How many bytes of a word a text ends with. The digits of an escape are none.
fn length_of_last_word(text: &[u8]) -> usize {
    let word = text
        .iter()
        .rev()
        .take_while(|byte| byte.is_ascii_alphanumeric())
        .count();
    let (before, word) = text.split_at_checked(text.len() - word).unwrap_or_default();
    if !before.ends_with(b"%") {
        return word.len();
    }
    // Encoded again and again, it is %2525… up to its own two digits.
    let mut digits = word;
    while let Some(rest) = digits.strip_prefix(b"25") {
        digits = rest;
    }
    digits.len().saturating_sub(2)
}

/// How many bytes the escape that a place lies in still has from there on.
fn missing_of_escape(text: &[u8], at: usize) -> usize {
    let (before, after) = text.split_at_checked(at).unwrap_or((text, &[]));
    let goes_on = matches!(after, [high, low, ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit());
    match before {
        [.., b'%', b'2', b'5'] if goes_on => 2,
        [.., b'%', b'2', b'5', _] | [.., b'%', _] => 1,
        [.., b'%'] => 2,
        _ => 0,
    }
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fix {
    pub sentence: &'static str,
    /// Where to click in NetSuite.
    pub path: Option<&'static str>,
    /// What to write instead, by language.
    pub code: &'static [CodeHint],
}

/// A line of code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CodeHint {
    pub language: &'static str,
    pub code: &'static str,
}

/// All that could be found out about a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnosis {
    /// The most specific first; no mistake stands in it twice.
    pub findings: Vec<Finding>,
    pub signature: SignatureCheck,
    /// How many signatures were computed.
    pub tried: u32,
    /// The mistakes that were looked for by computing signatures, and are none of this request's. Empty where one is
    /// proved, and where the search was cut short.
    pub ruled_out: Vec<Mistake>,
    /// More signatures would have to be computed for so large a request than are, so that not every mistake was looked for.
    pub is_cut_short: bool,
    /// The base string of the request as it arrived, where its credentials could be read.
    pub base_string: Option<String>,
}

/// How the search for the signature ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignatureCheck {
    /// There was none, or the credentials could not be read.
    NotReached,
    /// The signature is right.
    Right,
    /// At least one mistake gives the signature that was sent.
    Explained,
    /// No known mistake gives it.
    Unexplained,
    /// The request is too large: only what can be seen without computing signatures was looked at.
    TooLarge,
    /// A secret is not known, so that most mistakes could not be looked for.
    SecretsUnknown,
}

impl SignatureCheck {
    /// Its word in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NotReached => "notReached",
            Self::Right => "right",
            Self::Explained => "explained",
            Self::Unexplained => "unexplained",
            Self::TooLarge => "tooLarge",
            Self::SecretsUnknown => "secretsUnknown",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn difference(signed: &str, expected: &str) -> (String, String) {
        let strings = BaseStrings::new(signed.to_owned(), expected.to_owned());
        let (signed, expected) = strings.difference();
        (signed.to_owned(), expected.to_owned())
    }

    #[test]
    fn the_region_that_differs_is_shown_with_whole_escapes() {
        for (signed, expected, region) in [
            ("a%3Dbig%2Bdeal", "a%3Dbig%2520deal", ("%2B", "%2520")),
            ("q%3Da%252Bb", "q%3Da%2520b", ("%252B", "%2520")),
            ("a%2521", "a%21", ("%2521", "%21")),
            ("a%3A443%2Fr", "a%2Fr", ("%3A443%2F", "%2F")),
            ("GET&x", "get&x", ("GET", "get")),
            ("GET&x", "POST&x", ("GET", "POST")),
            (
                "t%3D1700000000%26",
                "t%3D1700000421%26",
                ("1700000000", "1700000421"),
            ),
            ("%2Fcustomer%26", "%2Fcostumer%26", ("customer", "costumer")),
            ("a%253Done", "a%253Dtwo", ("one", "two")),
            ("b%25252Fc", "b%252Fc", ("%25252F", "%252F")),
            ("a&b&c", "a&c", ("b&", "")),
            ("aaa", "aa", ("aaa", "aa")),
            ("é", "è", ("é", "è")),
            ("same", "same", ("", "")),
        ] {
            let (one, other) = difference(signed, expected);
            assert_eq!((one.as_str(), other.as_str()), region, "{signed} {expected}");
        }
    }
}
