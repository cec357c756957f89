//! The grammar of an `Authorization` header: name, equals sign, quoted value, comma.
//!
//! Nearly every parameter is plain characters in quotes; that way through is short, all others go the long one.

use std::borrow::Cow;

use super::value::{Form, Value};
use super::{HeaderError, Syntax};
use crate::encoding::{Plus, decode, long_unreserved_prefix, unreserved_prefix};

/// The name of a parameter.
pub(super) enum Name<'a> {
    Realm,
    Own(Own),
    Other(Value<'a>),
}

/// The protocol's own parameters, in the order of their names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Own {
    ConsumerKey,
    Nonce,
    Signature,
    SignatureMethod,
    Timestamp,
    Token,
    Version,
}

impl Own {
    const ALL: [Self; 7] = [
        Self::ConsumerKey,
        Self::Nonce,
        Self::Signature,
        Self::SignatureMethod,
        Self::Timestamp,
        Self::Token,
        Self::Version,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::ConsumerKey => "oauth_consumer_key",
            Self::Nonce => "oauth_nonce",
            Self::Signature => "oauth_signature",
            Self::SignatureMethod => "oauth_signature_method",
            Self::Timestamp => "oauth_timestamp",
            Self::Token => "oauth_token",
            Self::Version => "oauth_version",
        }
    }

    /// The name and the equals sign, encoded as they stand in the base string.
    pub(crate) const fn name_in_base_string(self) -> &'static str {
        match self {
            Self::ConsumerKey => "oauth_consumer_key%3D",
            Self::Nonce => "oauth_nonce%3D",
            Self::Signature => "oauth_signature%3D",
            Self::SignatureMethod => "oauth_signature_method%3D",
            Self::Timestamp => "oauth_timestamp%3D",
            Self::Token => "oauth_token%3D",
            Self::Version => "oauth_version%3D",
        }
    }
}

/// The part of a header that is still to be read.
pub(super) struct Reader<'a> {
    header: &'a str,
    rest: &'a str,
}

impl<'a> Reader<'a> {
    /// Starts behind the scheme.
    pub(super) fn new(header: &'a str, scheme: &str) -> Self {
        let (_, rest) = header.split_at(scheme.len());
        Self { header, rest }
    }

    pub(super) const fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    fn bytes(&self) -> &'a [u8] {
        self.rest.as_bytes()
    }

    /// Passes ASCII characters.
    #[inline]
    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        taken
    }

    #[cold]
    fn error(&self, problem: Syntax) -> Box<HeaderError> {
        let problem = match self.bytes() {
            [b'\r' | b'\n', ..] => Syntax::LineBreak,
            // “ ” ‘ ’ in UTF-8.
            [0xe2, 0x80, 0x98..=0x9f, ..] => Syntax::CurlyQuotes,
            _ => problem,
        };
        let at = self.header.len() - self.rest.len();
        Box::new(HeaderError::Syntax { at, problem })
    }

    #[inline]
    pub(super) fn skip_blanks(&mut self) {
        while let [b' ' | b'\t', ..] = self.bytes() {
            self.take(1);
        }
    }

    #[inline]
    fn expect(&mut self, expected: &str, otherwise: Syntax) -> Result<(), Box<HeaderError>> {
        match self.rest.strip_prefix(expected) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => Err(self.error(otherwise)),
        }
    }

    /// One of the protocol's own names, plainly spelt, with the equals sign and the opening quote.
    #[inline]
    pub(super) fn own_name(&mut self) -> Option<Own> {
        // The letter behind the prefix leaves one name, or two.
        match self.bytes() {
            [b'o', b'a', b'u', b't', b'h', b'_', b'c', ..] => self.own(Own::ConsumerKey),
            [b'o', b'a', b'u', b't', b'h', b'_', b'n', ..] => self.own(Own::Nonce),
            [b'o', b'a', b'u', b't', b'h', b'_', b's', ..] => self
                .own(Own::SignatureMethod)
                .or_else(|| self.own(Own::Signature)),
            [b'o', b'a', b'u', b't', b'h', b'_', b't', ..] => {
                self.own(Own::Timestamp).or_else(|| self.own(Own::Token))
            }
            [b'o', b'a', b'u', b't', b'h', b'_', b'v', ..] => self.own(Own::Version),
            _ => None,
        }
    }

    /// Inlined so that each name is compared as a constant.
    #[inline(always)]
    fn own(&mut self, own: Own) -> Option<Own> {
        let rest = self.rest.strip_prefix(own.name())?.strip_prefix("=\"")?;
        self.rest = rest;
        Some(own)
    }

    /// Any name, the equals sign and the opening quote.
    pub(super) fn name(&mut self) -> Result<Name<'a>, Box<HeaderError>> {
        if let Some(rest) = self.rest.strip_prefix("realm=\"") {
            self.rest = rest;
            return Ok(Name::Realm);
        }
        let name = self.encoded()?;
        let is_scheme = |scheme: &&str| name.raw.eq_ignore_ascii_case(scheme);
        if name.raw.is_empty() {
            return Err(self.error(Syntax::Name));
        }
        if self.rest.starts_with(' ') && ["OAuth", "Bearer", "NLAuth", "Basic"].iter().any(is_scheme) {
            return Err(Box::new(HeaderError::Ambiguous));
        }
        self.expect("=", Syntax::Equals)?;
        self.expect("\"", Syntax::Unquoted)?;
        if name.raw.eq_ignore_ascii_case("realm") {
            return Ok(Name::Realm);
        }
        let text = name.text();
        Ok(match Own::ALL.into_iter().find(|own| own.name() == text) {
            Some(own) => Name::Own(own),
            None => Name::Other(name),
        })
    }

    /// The closing quote, and the comma unless it was the last parameter.
    #[inline]
    pub(super) fn end_parameter(&mut self) -> Result<(), Box<HeaderError>> {
        self.expect("\"", Syntax::Unclosed)?;
        self.skip_blanks();
        if self.is_at_end() {
            return Ok(());
        }
        self.expect(",", Syntax::Comma)?;
        self.skip_blanks();
        if self.is_at_end() {
            return Err(self.error(Syntax::Name));
        }
        Ok(())
    }

    /// A value, up to its closing quote. Inlined so that it goes on in registers.
    #[inline(always)]
    pub(super) fn value(&mut self) -> Result<Value<'a>, Box<HeaderError>> {
        let plain = long_unreserved_prefix(self.bytes());
        match self.bytes().get(plain) {
            Some(b'"') => Ok(Value::plain(self.take(plain))),
            _ => self.unusual_value(),
        }
    }

    /// A value with escapes or with characters that should have been.
    #[inline(never)]
    fn unusual_value(&mut self) -> Result<Value<'a>, Box<HeaderError>> {
        let start = self.rest;
        let mut value = self.encoded()?;
        while !self.rest.starts_with('"') {
            match self.bytes() {
                [] => return Err(self.error(Syntax::Unclosed)),
                [b'%', ..] => _ = self.encoded()?,
                [b' '..=b'~', ..] => _ = self.take(1),
                _ => return Err(self.error(Syntax::Character)),
            }
            value.form = Form::Careless;
        }
        value.raw = self.taken_since(start);
        Ok(value)
    }

    /// Unreserved characters and escapes.
    fn encoded(&mut self) -> Result<Value<'a>, Box<HeaderError>> {
        let start = self.rest;
        let mut form = Form::Plain;
        self.take(unreserved_prefix(self.bytes()));
        while let [b'%', after @ ..] = self.bytes() {
            let [high, low, after @ ..] = after else {
                return Err(self.error(Syntax::Escape));
            };
            if !high.is_ascii_hexdigit() || !low.is_ascii_hexdigit() {
                return Err(self.error(Syntax::Escape));
            }
            self.take(3 + unreserved_prefix(after));
            form = Form::Encoded;
        }
        let raw = self.taken_since(start);
        Ok(Value { raw, form })
    }

    fn taken_since(&self, start: &'a str) -> &'a str {
        start.split_at(start.len() - self.rest.len()).0
    }

    /// The realm is a quoted string of HTTP (RFC 7235), most clients send it raw, some percent-encode it.
    pub(super) fn realm(&mut self) -> Result<Cow<'a, str>, Box<HeaderError>> {
        let plain = unreserved_prefix(self.bytes());
        match self.bytes().get(plain) {
            Some(b'"') => Ok(Cow::Borrowed(self.take(plain))),
            _ => self.quoted_string(),
        }
    }

    fn quoted_string(&mut self) -> Result<Cow<'a, str>, Box<HeaderError>> {
        let start = self.rest;
        let mut escaped = false;
        loop {
            match self.bytes() {
                [] => return Err(self.error(Syntax::Unclosed)),
                [b'"', ..] => break,
                [b'\\', b' '..=b'~', ..] => {
                    escaped = true;
                    self.take(2);
                }
                [b' '..=b'~', ..] => _ = self.take(1),
                _ => return Err(self.error(Syntax::Character)),
            }
        }
        let raw = self.taken_since(start);
        if !escaped && !raw.contains('%') {
            return Ok(Cow::Borrowed(raw));
        }
        let mut text = Vec::with_capacity(raw.len());
        let mut bytes = raw.bytes();
        while let Some(byte) = bytes.next() {
            text.push(if byte == b'\\' {
                bytes.next().unwrap_or(byte)
            } else {
                byte
            });
        }
        Ok(Cow::Owned(
            String::from_utf8_lossy(&decode(&text, Plus::Literal)).into_owned(),
        ))
    }
}
