//! The `Authorization: OAuth` header (RFC 5849 section 3.5.1), parsed in place.
//!
//! Invariant: no parameter stands in it twice, and none but the verifier of a denied consent is empty. A parser that
//! keeps the last of two lets an attacker choose which one is checked.

mod reader;

use std::borrow::Cow;

use self::reader::{Name, Own, Reader};
use crate::base_string::{AND, OwnParameters, Parameters};
use crate::encoding::{Plus, decode, decode_into, recode_twice};

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

/// A name or value as it stands in the header: percent-encoded.
#[derive(Clone, Copy, Debug)]
pub struct Value<'a> {
    raw: &'a str,
    form: Form,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Only unreserved characters: decoding and encoding change nothing.
    Plain,
    Encoded,
    /// With characters that should have been encoded.
    Careless,
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

    fn is_empty(self) -> bool {
        self.raw.is_empty()
    }
}

fn decode_text(raw: &str) -> String {
    String::from_utf8_lossy(&decode(raw.as_bytes(), Plus::Literal)).into_owned()
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
mod tests {
    use super::*;
    use crate::percent_encode;
    use proptest::prelude::*;

    fn syntax(header: &str) -> Syntax {
        match AuthorizationHeader::parse(header) {
            Err(HeaderError::Syntax { problem, .. }) => problem,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn order_and_spacing_are_free() {
        for header in [
            r#"OAuth realm="1",oauth_nonce="abc",role="3""#,
            r#"oauth   oauth_nonce="abc"  ,	role="3", realm="1"  "#,
            r#"OAUTH role="3", realm="1" , oauth_nonce="%61bc""#,
        ] {
            let parsed = AuthorizationHeader::parse(header).unwrap();
            assert_eq!(parsed.realm(), Some("1"));
            assert_eq!(parsed.nonce().unwrap().text(), "abc");
            assert_eq!(parsed.other("role").unwrap().text(), "3");
        }
    }

    #[test]
    fn a_parameter_sent_twice_is_refused_however_it_is_spelt() {
        for header in [
            r#"OAuth oauth_nonce="a", oauth_nonce="a""#,
            r#"OAuth oauth_nonce="a", oauth%5Fnonce="b""#,
            r#"OAuth role="1", role="2""#,
            r#"OAuth realm="1", Realm="2""#,
        ] {
            assert!(
                matches!(AuthorizationHeader::parse(header), Err(HeaderError::Doubled(_))),
                "{header}"
            );
        }
    }

    #[test]
    fn an_empty_value_is_refused_by_name() {
        let empty = |name: &str| HeaderError::Empty(name.to_owned());
        assert_eq!(
            AuthorizationHeader::parse(r#"OAuth oauth_nonce="""#).unwrap_err(),
            empty("oauth_nonce")
        );
        assert_eq!(
            AuthorizationHeader::parse(r#"OAuth realm="""#).unwrap_err(),
            empty("realm")
        );
        assert!(AuthorizationHeader::parse(r#"OAuth oauth_verifier="""#).is_ok());
    }

    #[test]
    fn each_mistake_in_the_syntax_is_named() {
        assert_eq!(syntax(r#"OAuth oauth_nonce="a"#), Syntax::Unclosed);
        assert_eq!(syntax("OAuth oauth_nonce='a'"), Syntax::Unquoted);
        assert_eq!(syntax("OAuth oauth_nonce=a"), Syntax::Unquoted);
        assert_eq!(syntax("OAuth oauth_nonce=\u{201d}a\u{201d}"), Syntax::CurlyQuotes);
        assert_eq!(syntax(r#"OAuth oauth_nonce = "a""#), Syntax::Equals);
        assert_eq!(syntax(r#"OAuth oauth_nonce="a"&role="b""#), Syntax::Comma);
        assert_eq!(syntax(r#"OAuth oauth_nonce="a" role="b""#), Syntax::Comma);
        assert_eq!(syntax(r#"OAuth oauth_nonce="a","#), Syntax::Name);
        assert_eq!(syntax(r#"OAuth ="a""#), Syntax::Name);
        assert_eq!(syntax(r#"OAuth oauth_nonce="%6""#), Syntax::Escape);
        assert_eq!(
            syntax("OAuth oauth_nonce=\"a\",\r\n role=\"b\""),
            Syntax::LineBreak
        );
        assert_eq!(syntax("OAuth oauth_nonce=\"a\nb\""), Syntax::LineBreak);
        assert_eq!(syntax("OAuth oauth_nonce=\"\u{e9}\""), Syntax::Character);
    }

    #[test]
    fn the_place_of_a_mistake_is_given() {
        let error = AuthorizationHeader::parse(r#"OAuth realm="1"; oauth_nonce="a""#).unwrap_err();
        assert_eq!(
            error,
            HeaderError::Syntax {
                at: 15,
                problem: Syntax::Comma
            }
        );
    }

    #[test]
    fn another_scheme_is_named_without_its_credentials() {
        let error = AuthorizationHeader::parse("Bearer eyJhbGciOi").unwrap_err();
        assert_eq!(error, HeaderError::Scheme("Bearer".to_owned()));
        assert_eq!(AuthorizationHeader::parse(" ").unwrap_err(), HeaderError::Missing);
    }

    #[test]
    fn two_headers_joined_by_a_proxy_are_ambiguous() {
        let header = r#"OAuth oauth_nonce="abcdef", OAuth oauth_nonce="ghijkl""#;
        assert_eq!(
            AuthorizationHeader::parse(header).unwrap_err(),
            HeaderError::Ambiguous
        );
    }

    #[test]
    fn a_realm_may_be_raw_or_encoded_or_hold_escapes() {
        for (header, realm) in [
            (
                r#"OAuth realm="http://photos.example.net/""#,
                "http://photos.example.net/",
            ),
            (r#"OAuth realm="1234567%5FSB1""#, "1234567_SB1"),
            (r#"OAuth realm="a\"b""#, "a\"b"),
        ] {
            assert_eq!(AuthorizationHeader::parse(header).unwrap().realm(), Some(realm));
        }
    }

    #[test]
    fn size_and_number_of_parameters_are_bounded() {
        let long = format!(r#"OAuth oauth_nonce="{}""#, "a".repeat(MAX_HEADER));
        assert_eq!(
            AuthorizationHeader::parse(&long).unwrap_err(),
            HeaderError::TooLong
        );
        let many: Vec<String> = (0..40).map(|index| format!(r#"p{index}="x""#)).collect();
        let many = format!("OAuth {}", many.join(","));
        assert_eq!(
            AuthorizationHeader::parse(&many).unwrap_err(),
            HeaderError::TooMany
        );
    }

    proptest! {
        #[test]
        fn any_text_is_parsed_or_refused_without_a_panic(header in "(OAuth )?[ -~\r\n\té”]{0,200}") {
            let _ = AuthorizationHeader::parse(&header);
        }

        #[test]
        fn what_is_encoded_comes_back(value in ".{1,30}", name in "[a-z_]{1,10}") {
            let header = format!(r#"OAuth x{name}="{}""#, percent_encode(&value));
            let parsed = AuthorizationHeader::parse(&header).unwrap();
            prop_assert_eq!(parsed.other(&format!("x{name}")).unwrap().text(), value);
        }
    }
}
