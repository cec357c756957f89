//! The order parameters are sorted in.

use std::borrow::Cow;
use std::cmp::Ordering;

use super::Parameter;
use crate::alphabet::Alphabet;

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

/// A parameter as it is sorted: both parts encoded once.
pub(super) struct Pair<'r> {
    pub(super) parameter: &'r Parameter<'r>,
    pub(super) name: Cow<'r, [u8]>,
    pub(super) value: Cow<'r, [u8]>,
    /// The first bytes of the name as a number, which says of most names which stands first.
    start: u128,
}

impl<'r> Pair<'r> {
    pub(super) fn of(parameter: &'r Parameter<'r>, alphabet: Alphabet) -> Self {
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
    pub(super) fn joined(&self) -> impl Iterator<Item = &u8> {
        self.name.iter().chain(b"=").chain(&*self.value)
    }
}

impl Order {
    pub(super) fn compare(self, a: &Pair<'_>, b: &Pair<'_>) -> Ordering {
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
