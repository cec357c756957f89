//! The `Authorization: OAuth` header (RFC 5849 section 3.5.1), parsed in place.
//!
//! Invariant: no parameter stands in it twice, and none but the verifier of a denied consent is empty. A parser that
//! keeps the last of two lets an attacker choose which one is checked.

mod reader;
mod value;

use std::borrow::Cow;

use self::reader::{Name, Own, Reader};
pub use self::value::Value;
use crate::base_string::{AND, OwnParameters, Parameters};

/// The longest header that is read, in bytes.
pub const MAX_HEADER: usize = 16 * 1024;
const MAX_OTHER_PARAMETERS: usize = 32;

/// A parsed header. The parameters that every TBA request has are fields; all others are in `others`, and are signed.
#[derive(Clone, Debug, Default)]
pub struct AuthorizationHeader<'a> {
    realm: Option<Cow<'a, str>>,
    consumer_key: Option<Value<'a>>,
    token: Option<Value<'a>>,
    signature_method: Option<Value<'a>>,
    signature: Option<Value<'a>>,
    timestamp: Option<Value<'a>>,
    nonce: Option<Value<'a>>,
    version: Option<Value<'a>>,
    others: Vec<(Value<'a>, Value<'a>)>,
}

/// Why a header is refused as a whole (`parameter_rejected`).
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    #[error("the request has no Authorization header")]
    Missing,
    #[error("the Authorization scheme is {0:?}; token-based authentication uses OAuth")]
    Scheme(String),
    #[error("the Authorization header cannot be read at character {at}: {problem}")]
    Syntax { at: usize, problem: Syntax },
    #[error("two Authorization headers were sent, or two joined into one")]
    Ambiguous,
    #[error("{} is sent twice", shown(.0))]
    Doubled(String),
    #[error("{} is sent with an empty value", shown(.0))]
    Empty(String),
    #[error("the Authorization header is longer than {MAX_HEADER} bytes")]
    TooLong,
    #[error(
        "the Authorization header has more than {MAX_OTHER_PARAMETERS} parameters besides the protocol's own"
    )]
    TooMany,
}

/// What is wrong at a place in the header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Syntax {
    #[error("a parameter name is expected")]
    Name,
    #[error("'=' is expected straight after the name")]
    Equals,
    #[error("the value must stand in double quotes")]
    Unquoted,
    #[error("typographic quotes: write plain double quotes")]
    CurlyQuotes,
    #[error("the closing quote is missing")]
    Unclosed,
    #[error("parameters are separated by a comma")]
    Comma,
    #[error("'%' must be followed by two hexadecimal digits")]
    Escape,
    #[error("a line break inside the header")]
    LineBreak,
    #[error("a character that must be percent-encoded")]
    Character,
}

/// A word from outside, for a message: nothing that could move a terminal's cursor. One longer than any word that is
/// meant may be a secret in the wrong place.
pub(crate) fn shown(word: &str) -> String {
    const LONGEST: usize = 24;
    match word.chars().count() {
        0..=LONGEST => word
            .chars()
            .filter(|c| matches!(c, ' '..='~') || c.is_alphanumeric())
            .collect(),
        length => format!("({length} characters)"),
    }
}

impl<'a> AuthorizationHeader<'a> {
    /// Parses the value of an `Authorization` header.
    pub fn parse(header: &'a str) -> Result<Self, HeaderError> {
        let mut parsed = Self::default();
        parsed.read(header).map_err(|error| *error)?;
        Ok(parsed)
    }

    /// The same into a header that is empty.
    pub(crate) fn read(&mut self, header: &'a str) -> Result<(), Box<HeaderError>> {
        if header.len() > MAX_HEADER {
            return Err(Box::new(HeaderError::TooLong));
        }
        let header = header.trim_matches(|c| matches!(c, ' ' | '\t'));
        let is_end = |byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        let scheme_end = header.bytes().position(is_end).unwrap_or(header.len());
        let (scheme, _) = header.split_at(scheme_end);
        if scheme.is_empty() {
            return Err(Box::new(HeaderError::Missing));
        }
        if !scheme.eq_ignore_ascii_case("OAuth") {
            return Err(Box::new(HeaderError::Scheme(shown(scheme))));
        }
        let mut reader = Reader::new(header, scheme);
        reader.skip_blanks();
        while !reader.is_at_end() {
            match reader.own_name() {
                Some(own) => self.insert_own(own, reader.value()?)?,
                None => self.read_other(&mut reader)?,
            }
            reader.end_parameter()?;
        }
        Ok(())
    }

    /// A parameter whose name is not plainly one of the protocol's own.
    #[inline(never)]
    fn read_other(&mut self, reader: &mut Reader<'a>) -> Result<(), Box<HeaderError>> {
        match reader.name()? {
            Name::Realm => self.insert_realm(reader.realm()?),
            Name::Own(own) => self.insert_own(own, reader.value()?),
            Name::Other(name) => self.insert_other(name, reader.value()?),
        }
    }

    fn insert_realm(&mut self, realm: Cow<'a, str>) -> Result<(), Box<HeaderError>> {
        if realm.is_empty() {
            return Err(Box::new(HeaderError::Empty("realm".to_owned())));
        }
        match self.realm.replace(realm) {
            Some(_) => Err(Box::new(HeaderError::Doubled("realm".to_owned()))),
            None => Ok(()),
        }
    }

    fn insert_own(&mut self, own: Own, value: Value<'a>) -> Result<(), Box<HeaderError>> {
        if value.is_empty() {
            return Err(Box::new(HeaderError::Empty(own.name().to_owned())));
        }
        let field = match own {
            Own::ConsumerKey => &mut self.consumer_key,
            Own::Nonce => &mut self.nonce,
            Own::Signature => &mut self.signature,
            Own::SignatureMethod => &mut self.signature_method,
            Own::Timestamp => &mut self.timestamp,
            Own::Token => &mut self.token,
            Own::Version => &mut self.version,
        };
        match field.replace(value) {
            Some(_) => Err(Box::new(HeaderError::Doubled(own.name().to_owned()))),
            None => Ok(()),
        }
    }

    fn insert_other(&mut self, name: Value<'a>, value: Value<'a>) -> Result<(), Box<HeaderError>> {
        // A denied consent comes back as an empty verifier: a wrong value, not a malformed header.
        if value.is_empty() && name.text() != "oauth_verifier" {
            return Err(Box::new(HeaderError::Empty(name.text().into_owned())));
        }
        if self.others.iter().any(|(other, _)| other.text() == name.text()) {
            return Err(Box::new(HeaderError::Doubled(name.text().into_owned())));
        }
        if self.others.len() == MAX_OTHER_PARAMETERS {
            return Err(Box::new(HeaderError::TooMany));
        }
        self.others.push((name, value));
        Ok(())
    }

    /// The account the client means. Not signed.
    pub fn realm(&self) -> Option<&str> {
        self.realm.as_deref()
    }

    pub const fn consumer_key(&self) -> Option<Value<'a>> {
        self.consumer_key
    }

    pub const fn token(&self) -> Option<Value<'a>> {
        self.token
    }

    pub const fn signature_method(&self) -> Option<Value<'a>> {
        self.signature_method
    }

    pub const fn signature(&self) -> Option<Value<'a>> {
        self.signature
    }

    pub const fn timestamp(&self) -> Option<Value<'a>> {
        self.timestamp
    }

    pub const fn nonce(&self) -> Option<Value<'a>> {
        self.nonce
    }

    pub const fn version(&self) -> Option<Value<'a>> {
        self.version
    }

    /// Any other parameter by its name: `role`, `oauth_callback`, `oauth_verifier`, `oauth_body_hash`.
    pub fn other(&self, name: &str) -> Option<Value<'a>> {
        self.others
            .iter()
            .find(|(other, _)| other.text() == name)
            .map(|(_, value)| *value)
    }

    const fn own(&self) -> [(Own, Option<Value<'a>>); 6] {
        [
            (Own::ConsumerKey, self.consumer_key),
            (Own::Nonce, self.nonce),
            (Own::SignatureMethod, self.signature_method),
            (Own::Timestamp, self.timestamp),
            (Own::Token, self.token),
            (Own::Version, self.version),
        ]
    }

    /// All parameters besides the protocol's own, in the order they were sent; `realm` is not one of them.
    pub fn others(&self) -> &[(Value<'a>, Value<'a>)] {
        &self.others
    }

    /// Whether the header has a parameter of this (decoded) name.
    pub(crate) fn has(&self, name: &str) -> bool {
        let is = |(own, value): &(Own, Option<Value<'_>>)| own.name() == name && value.is_some();
        self.own().iter().any(is)
            || (name == Own::Signature.name() && self.signature.is_some())
            || self.other(name).is_some()
    }
}

/// The parameters that are signed, all but `realm` and `oauth_signature` (RFC 5849 section 3.4.1.3.1): the
/// protocol's own.
impl OwnParameters for AuthorizationHeader<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        write_own(out, Own::ConsumerKey, self.consumer_key);
        write_own(out, Own::Nonce, self.nonce);
        write_own(out, Own::SignatureMethod, self.signature_method);
        write_own(out, Own::Timestamp, self.timestamp);
        write_own(out, Own::Token, self.token);
        write_own(out, Own::Version, self.version);
    }

    fn push_to(&self, parameters: &mut Parameters) {
        for (own, value) in self.own() {
            if let Some(value) = value {
                parameters.push_values(Value::plain(own.name()), value);
            }
        }
    }
}

/// Inlined so that each name is copied as a constant.
#[inline(always)]
fn write_own(out: &mut Vec<u8>, own: Own, value: Option<Value<'_>>) {
    if let Some(value) = value {
        out.extend_from_slice(own.name_in_base_string().as_bytes());
        value.recode_twice(out);
        out.extend_from_slice(AND);
    }
}

#[cfg(test)]
mod tests;
