//! How a base string is made, as data: the right way is one value, and each mistake is a small change of it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use crate::alphabet::{Alphabet, is_plain};

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
#[derive(Clone, PartialEq)]
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
pub(crate) struct Text<'a> {
    bytes: Bytes<'a>,
    /// No alphabet changes it. Keys, tokens and most names are so, and are not looked at again.
    is_plain: bool,
}

#[derive(Clone)]
enum Bytes<'a> {
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
}

/// The halves of a base string. A mistake leaves one of them as it is, which is then not made again.
pub(crate) struct Halves<'s, 'a> {
    whole: &'s Base<'a>,
    address: Vec<u8>,
    parameters: Vec<u8>,
}

impl<'s, 'a> Halves<'s, 'a> {
    pub(crate) fn of(whole: &'s Base<'a>) -> Self {
        let (mut address, mut parameters) = (Vec::new(), Vec::new());
        if let Base::Http(recipe) = whole {
            recipe.write_address(&mut address);
            recipe.write_parameters(&mut parameters);
        }
        Self {
            whole,
            address,
            parameters,
        }
    }

    /// Writes a base string that has been made from this one.
    pub(crate) fn write(&self, changed: &Base<'_>, out: &mut Vec<u8>) {
        out.clear();
        match (changed, self.whole) {
            (Base::Http(recipe), Base::Http(whole)) => {
                if recipe.has_address_of(whole) {
                    out.extend_from_slice(&self.address);
                } else {
                    recipe.write_address(out);
                }
                if recipe.has_parameters_of(whole) {
                    out.extend_from_slice(&self.parameters);
                } else {
                    recipe.write_parameters(out);
                }
            }
            _ => out.extend(changed.to_bytes()),
        }
    }
}

/// A parameter as it is sorted: both parts encoded once.
struct Pair<'r> {
    parameter: &'r Parameter<'r>,
    name: Cow<'r, [u8]>,
    value: Cow<'r, [u8]>,
    /// The first bytes of the name as a number, which says of most names which stands first.
    start: u128,
}

impl Recipe<'_> {
    fn has_address_of(&self, other: &Self) -> bool {
        let way = |recipe: &Self| (recipe.scheme, recipe.port, recipe.uri);
        way(self) == way(other)
            && self.method == other.method
            && self.host == other.host
            && self.path == other.path
            && self.behind_path == other.behind_path
    }

    /// Whether the parameters come out as those of another recipe, without comparing each.
    fn has_parameters_of(&self, other: &Self) -> bool {
        let way = |recipe: &Self| (recipe.inner, recipe.order, recipe.outer, recipe.names_are_bare);
        Rc::ptr_eq(&self.parameters.0, &other.parameters.0) && way(self) == way(other)
    }

    /// Method and URI. Encoded piece by piece the URI comes out as it does in one.
    fn write_address(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.method.as_bytes());
        out.push(b'&');
        let port = self.port.map(|port| format!(":{port}"));
        for piece in [
            self.scheme,
            "://",
            &self.host,
            port.as_deref().unwrap_or_default(),
            &self.path,
            &self.behind_path,
        ] {
            self.uri.write(piece.as_bytes(), out);
        }
        out.push(b'&');
    }

    fn write_parameters(&self, out: &mut Vec<u8>) {
        let [and, equals] = self.outer.separators();
        for (index, pair) in self.sorted().iter().enumerate() {
            if index > 0 {
                out.extend_from_slice(and);
            }
            if pair.parameter.name.is_plain || self.names_are_bare {
                out.extend_from_slice(&pair.parameter.name);
            } else {
                self.outer.write(&pair.name, out);
            }
            out.extend_from_slice(equals);
            if pair.parameter.value.is_plain {
                out.extend_from_slice(&pair.parameter.value);
            } else {
                self.outer.write(&pair.value, out);
            }
        }
    }

    /// `name=value` texts as they stand in the base string before the outer encoding.
    pub(crate) fn pairs(&self) -> Vec<Vec<u8>> {
        let joined = |pair: &Pair<'_>| pair.joined().copied().collect();
        self.sorted().iter().map(joined).collect()
    }

    fn sorted(&self) -> Vec<Pair<'_>> {
        let pair = |parameter| Pair::of(parameter, self.inner);
        let mut pairs: Vec<_> = self.parameters.iter().map(pair).collect();
        if self.order != Order::AsListed {
            pairs.sort_by(|a, b| self.order.compare(a, b));
        }
        pairs
    }

    pub(crate) fn has_of(&self, origin: Origin) -> bool {
        self.parameters.iter().any(|parameter| parameter.origin == origin)
    }
}

impl<'r> Pair<'r> {
    fn of(parameter: &'r Parameter<'r>, alphabet: Alphabet) -> Self {
        let name = parameter.name.encoded(alphabet);
        let mut start = [0; 16];
        for (byte, of_name) in start.iter_mut().zip(&*name) {
            *byte = *of_name;
        }
        Self {
            parameter,
            name,
            value: parameter.value.encoded(alphabet),
            start: u128::from_be_bytes(start),
        }
    }

    /// `name=value`.
    fn joined(&self) -> impl Iterator<Item = &u8> {
        self.name.iter().chain(b"=").chain(&*self.value)
    }
}

impl Order {
    fn compare(self, a: &Pair<'_>, b: &Pair<'_>) -> Ordering {
        let by_name = || a.start.cmp(&b.start).then_with(|| a.name.cmp(&b.name));
        let by_value = || a.value.cmp(&b.value);
        let (first, second) = (a.parameter, b.parameter);
        match self {
            Self::Encoded => by_name().then_with(by_value),
            Self::Decoded => {
                let by_name = first.name.cmp(&*second.name);
                by_name.then_with(|| first.value.cmp(&*second.value))
            }
            Self::Joined => a.joined().cmp(b.joined()),
            Self::JoinedDecoded => first.joined().cmp(second.joined()),
            Self::NameOnly => by_name(),
            Self::NumericValues => by_name().then_with(|| match (first.number(), second.number()) {
                (Some(first), Some(second)) => first.cmp(&second),
                _ => by_value(),
            }),
            Self::IgnoringCase => {
                let lower = |pair: &Pair<'_>| pair.name.to_ascii_lowercase();
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

impl Text<'_> {
    fn encoded(&self, alphabet: Alphabet) -> Cow<'_, [u8]> {
        if self.is_plain {
            Cow::Borrowed(self)
        } else {
            Cow::Owned(alphabet.encoded(self))
        }
    }
}

impl Deref for Text<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match &self.bytes {
            Bytes::AsSent(text) => text,
            Bytes::Made(text) => text,
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
        Self {
            is_plain: is_plain(text),
            bytes: Bytes::AsSent(text),
        }
    }
}

impl From<Vec<u8>> for Text<'_> {
    fn from(text: Vec<u8>) -> Self {
        Self {
            is_plain: is_plain(&text),
            bytes: Bytes::Made(text.into()),
        }
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

    /// `name=value`.
    fn joined(&self) -> impl Iterator<Item = &u8> {
        self.name.iter().chain(b"=").chain(&*self.value)
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
