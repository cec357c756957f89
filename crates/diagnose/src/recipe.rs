//! How a base string is made, as data: the right way is one value, and each mistake is a small change of it.

mod order;
mod parameter;

use std::borrow::Cow;

pub(crate) use self::order::Order;
use self::order::Pair;
pub(crate) use self::parameter::{Origin, Parameter, Parameters, Text};
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
        self.parameters.are_shared_with(&other.parameters) && way(self) == way(other)
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

impl PassportRecipe<'_> {
    fn write(&self, out: &mut Vec<u8>) {
        let encoded = self
            .values
            .each_ref()
            .map(|value| self.inner.encoded(value.as_bytes()));
        self.outer.write(&encoded.join(self.separator.as_bytes()), out);
    }
}
