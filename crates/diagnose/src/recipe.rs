//! How a base string is made, as data: the right way is one value, and each mistake is a small change of it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use crate::alphabet::Alphabet;

/// What a caller hashed.
#[derive(Clone)]
pub(crate) enum Base<'a> {
    Http(Recipe<'a>),
    Passport(PassportRecipe<'a>),
}

/// The base string of an HTTP request (RFC 5849 section 3.4.1).
#[derive(Clone)]
pub(crate) struct Recipe<'a> {
    pub(crate) method: Cow<'a, str>,
    pub(crate) scheme: &'static str,
    /// Host name or address as it is signed.
    pub(crate) host: Cow<'a, str>,
    /// None where it is not signed.
    pub(crate) port: Option<u16>,
    pub(crate) path: Cow<'a, str>,
    /// What stands behind the path inside the base string URI. Right is nothing.
    pub(crate) behind_path: Cow<'a, str>,
    pub(crate) parameters: Parameters<'a>,
    /// How the base string URI is encoded.
    pub(crate) uri: Alphabet,
    /// How names and values are encoded before they are joined.
    pub(crate) inner: Alphabet,
    pub(crate) order: Order,
    /// How the joined parameters are encoded.
    pub(crate) outer: Alphabet,
    /// Names stand in the base string as they are, encoded neither before nor after they are joined.
    pub(crate) names_are_bare: bool,
}

/// The parameters that are signed. Copies share them until one is changed.
#[derive(Clone)]
pub(crate) struct Parameters<'a>(Rc<Vec<Parameter<'a>>>);

/// A parameter that is signed.
#[derive(Clone)]
pub(crate) struct Parameter<'a> {
    pub(crate) origin: Origin,
    /// As it is encoded and signed: right is the text decoded once.
    pub(crate) name: Text<'a>,
    pub(crate) value: Text<'a>,
    /// As it came over the wire.
    pub(crate) wire_name: &'a [u8],
    pub(crate) wire_value: &'a [u8],
}

/// A name or value. A recipe is copied for every change of it, so a copy costs next to nothing.
#[derive(Clone)]
pub(crate) enum Text<'a> {
    AsSent(&'a [u8]),
    Made(Rc<[u8]>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Origin {
    Header,
    Query,
    Form,
    /// Signed, but nowhere in the request.
    Added,
}

/// By what parameters are sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Order {
    /// RFC 5849 section 3.4.1.3.2: encoded names, then encoded values, byte by byte.
    Encoded,
    Decoded,
    /// Encoded `name=value` texts.
    Joined,
    JoinedDecoded,
    /// Equal names stay as they were.
    NameOnly,
    /// Values that are numbers sort as numbers.
    NumericValues,
    IgnoringCase,
    /// They stay as they were.
    AsListed,
}

/// The base string of a TokenPassport or Connect password.
#[derive(Clone)]
pub(crate) struct PassportRecipe<'a> {
    /// Account, consumer key, token, nonce, timestamp.
    pub(crate) values: [Cow<'a, str>; 5],
    pub(crate) separator: &'static str,
    /// How each value is encoded. Right is not at all.
    pub(crate) inner: Alphabet,
    /// How the joined text is encoded. Right is not at all.
    pub(crate) outer: Alphabet,
}

/// Where the account and the timestamp stand among a passport's values.
pub(crate) const PASSPORT_ACCOUNT: usize = 0;
pub(crate) const PASSPORT_TIMESTAMP: usize = 4;

impl Base<'_> {
    /// How many values are signed.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Http(recipe) => recipe.parameters.len(),
            Self::Passport(recipe) => recipe.values.len(),
        }
    }

    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        match self {
            Self::Http(recipe) => {
                recipe.write_address(&mut out);
                recipe.write_parameters(&mut out);
            }
            Self::Passport(recipe) => recipe.write(&mut out),
        }
        out
    }

    /// The same, where the parameters of another recipe are written already: most mistakes leave them as they are.
    pub(crate) fn to_bytes_beside(&self, other: &Self, written: &[u8]) -> Vec<u8> {
        match (self, other) {
            (Self::Http(recipe), Self::Http(other)) if recipe.has_parameters_of(other) => {
                let mut out = Vec::with_capacity(256 + written.len());
                recipe.write_address(&mut out);
                out.extend_from_slice(written);
                out
            }
            _ => self.to_bytes(),
        }
    }

    /// The parameters of a header's base string as they stand in it.
    pub(crate) fn written_parameters(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        if let Self::Http(recipe) = self {
            recipe.write_parameters(&mut out);
        }
        out
    }
}

/// The parameters written as `name=value`, both parts encoded, in one buffer.
struct Encoded<'r> {
    pairs: Vec<EncodedPair<'r>>,
    bytes: Vec<u8>,
}

#[derive(Clone, Copy)]
struct EncodedPair<'r> {
    parameter: &'r Parameter<'r>,
    start: usize,
    name_end: usize,
    end: usize,
}

impl Recipe<'_> {
    /// Whether the parameters come out as those of another recipe, without comparing each.
    fn has_parameters_of(&self, other: &Self) -> bool {
        let way = |recipe: &Self| (recipe.inner, recipe.order, recipe.outer, recipe.names_are_bare);
        Rc::ptr_eq(&self.parameters.0, &other.parameters.0) && way(self) == way(other)
    }

    fn write_address(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.method.as_bytes());
        out.push(b'&');
        self.uri.write(self.base_uri().as_bytes(), out);
        out.push(b'&');
    }

    fn write_parameters(&self, out: &mut Vec<u8>) {
        let encoded = self.encoded();
        for (index, pair) in encoded.pairs.iter().enumerate() {
            if index > 0 {
                self.outer.write(b"&", out);
            }
            if self.names_are_bare {
                out.extend_from_slice(&pair.parameter.name);
                self.outer.write(encoded.behind_name(pair), out);
            } else {
                self.outer.write(encoded.joined(pair), out);
            }
        }
    }

    /// Scheme, host, port and path as they are signed.
    fn base_uri(&self) -> String {
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        format!(
            "{}://{}{port}{}{}",
            self.scheme, self.host, self.path, self.behind_path
        )
    }

    /// `name=value` texts as they stand in the base string before the outer encoding.
    pub(crate) fn pairs(&self) -> Vec<Vec<u8>> {
        let encoded = self.encoded();
        let joined = encoded.pairs.iter().map(|pair| encoded.joined(pair).to_vec());
        joined.collect()
    }

    fn encoded(&self) -> Encoded<'_> {
        let mut bytes = Vec::with_capacity(512);
        let encode = |parameter| EncodedPair::write(parameter, self.inner, &mut bytes);
        let mut pairs: Vec<_> = self.parameters.iter().map(encode).collect();
        if self.order != Order::AsListed {
            pairs.sort_by(|a, b| self.order.compare(&bytes, a, b));
        }
        Encoded { pairs, bytes }
    }

    pub(crate) fn has_of(&self, origin: Origin) -> bool {
        self.parameters.iter().any(|parameter| parameter.origin == origin)
    }
}

impl Encoded<'_> {
    fn joined(&self, pair: &EncodedPair<'_>) -> &[u8] {
        pair.joined(&self.bytes)
    }

    /// `=value`.
    fn behind_name(&self, pair: &EncodedPair<'_>) -> &[u8] {
        self.bytes.get(pair.name_end..pair.end).unwrap_or_default()
    }
}

impl<'r> EncodedPair<'r> {
    fn write(parameter: &'r Parameter<'r>, alphabet: Alphabet, bytes: &mut Vec<u8>) -> Self {
        let start = bytes.len();
        alphabet.write(&parameter.name, bytes);
        let name_end = bytes.len();
        bytes.push(b'=');
        alphabet.write(&parameter.value, bytes);
        Self {
            parameter,
            start,
            name_end,
            end: bytes.len(),
        }
    }

    fn joined(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start..self.end).unwrap_or_default()
    }

    fn name(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.start..self.name_end).unwrap_or_default()
    }

    fn value(self, bytes: &[u8]) -> &[u8] {
        bytes.get(self.name_end + 1..self.end).unwrap_or_default()
    }
}

impl Order {
    fn compare(self, bytes: &[u8], a: &EncodedPair<'_>, b: &EncodedPair<'_>) -> Ordering {
        let by_name = || a.name(bytes).cmp(b.name(bytes));
        let by_value = || a.value(bytes).cmp(b.value(bytes));
        let decoded = (a.parameter, b.parameter);
        match self {
            Self::Encoded => by_name().then_with(by_value),
            Self::Decoded => {
                let (a, b) = decoded;
                a.name.cmp(&b.name).then_with(|| a.value.cmp(&b.value))
            }
            Self::Joined => a.joined(bytes).cmp(b.joined(bytes)),
            Self::JoinedDecoded => decoded.0.joined().cmp(&decoded.1.joined()),
            Self::NameOnly => by_name(),
            Self::NumericValues => by_name().then_with(|| match (decoded.0.number(), decoded.1.number()) {
                (Some(first), Some(second)) => first.cmp(&second),
                _ => by_value(),
            }),
            Self::IgnoringCase => {
                let lower = |pair: &EncodedPair<'_>| pair.name(bytes).to_ascii_lowercase();
                lower(a).cmp(&lower(b)).then_with(by_value)
            }
            Self::AsListed => Ordering::Equal,
        }
    }
}

impl<'a> Deref for Parameters<'a> {
    type Target = Vec<Parameter<'a>>;

    fn deref(&self) -> &Vec<Parameter<'a>> {
        &self.0
    }
}

impl DerefMut for Parameters<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Rc::make_mut(&mut self.0)
    }
}

impl<'a> From<Vec<Parameter<'a>>> for Parameters<'a> {
    fn from(parameters: Vec<Parameter<'a>>) -> Self {
        Self(Rc::new(parameters))
    }
}

impl Deref for Text<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::AsSent(text) => text,
            Self::Made(text) => text,
        }
    }
}

impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        **self == **other
    }
}

impl<'a> From<&'a [u8]> for Text<'a> {
    fn from(text: &'a [u8]) -> Self {
        Self::AsSent(text)
    }
}

impl From<Vec<u8>> for Text<'_> {
    fn from(text: Vec<u8>) -> Self {
        Self::Made(text.into())
    }
}

impl<'a> Parameter<'a> {
    /// One that is signed without being sent.
    pub(crate) fn added(name: impl Into<Text<'a>>, value: impl Into<Text<'a>>) -> Self {
        Self {
            origin: Origin::Added,
            name: name.into(),
            value: value.into(),
            wire_name: &[],
            wire_value: &[],
        }
    }

    pub(crate) fn is_named(&self, name: &str) -> bool {
        *self.name == *name.as_bytes()
    }

    fn joined(&self) -> Vec<u8> {
        [&*self.name, &*self.value].join(b"=".as_slice())
    }

    fn number(&self) -> Option<u64> {
        std::str::from_utf8(&self.value).ok()?.parse().ok()
    }
}

impl PassportRecipe<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let encoded = self
            .values
            .each_ref()
            .map(|value| self.inner.encoded(value.as_bytes()));
        self.outer.write(&encoded.join(self.separator.as_bytes()), out);
    }
}
