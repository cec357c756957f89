//! A name or value of the header.

use std::borrow::Cow;

use crate::encoding::{Plus, decode, decode_into, recode_twice};

/// A name or value as it stands in the header: percent-encoded.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    pub(super) raw: &'a str,
    pub(super) form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Only unreserved characters: decoding and encoding change nothing.
    Plain,
    Encoded,
    /// With characters that should have been encoded.
    Careless,
}

impl<'a> Value<'a> {
    /// The value as it stands in the header.
    pub const fn raw(self) -> &'a str {
        self.raw
    }

    /// The value decoded once. Bytes that are not UTF-8 are replaced: such a value matches nothing.
    #[inline]
    pub fn text(self) -> Cow<'a, str> {
        match self.form {
            Form::Plain => Cow::Borrowed(self.raw),
            Form::Encoded | Form::Careless => Cow::Owned(decode_text(self.raw)),
        }
    }

    /// Whether the value, decoded, is this text.
    pub(crate) fn is(self, text: &str) -> bool {
        match self.form {
            Form::Plain => self.raw == text,
            Form::Encoded | Form::Careless => self.text() == text,
        }
    }

    /// Whether every character that had to be percent-encoded was (RFC 5849 section 3.5.1).
    pub fn is_properly_encoded(self) -> bool {
        self.form != Form::Careless
    }

    /// A value of unreserved characters.
    pub(crate) const fn plain(raw: &'a str) -> Self {
        let form = Form::Plain;
        Self { raw, form }
    }

    /// Appends the value decoded once.
    pub(crate) fn decode_into(self, out: &mut Vec<u8>) {
        match self.form {
            Form::Plain => out.extend_from_slice(self.raw.as_bytes()),
            Form::Encoded | Form::Careless => decode_into(out, self.raw.as_bytes(), Plus::Literal),
        }
    }

    pub(crate) fn recode_twice(self, out: &mut Vec<u8>) {
        match self.form {
            Form::Plain => out.extend_from_slice(self.raw.as_bytes()),
            Form::Encoded | Form::Careless => recode_twice(out, self.raw.as_bytes(), Plus::Literal),
        }
    }

    pub(super) fn is_empty(self) -> bool {
        self.raw.is_empty()
    }
}

fn decode_text(raw: &str) -> String {
    String::from_utf8_lossy(&decode(raw.as_bytes(), Plus::Literal)).into_owned()
}
