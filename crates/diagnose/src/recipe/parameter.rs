//! The parameters of a base string.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use crate::alphabet::{Alphabet, is_plain};

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
    pub(super) is_plain: bool,
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

impl Parameters<'_> {
    /// Whether they are copies of one another, and so the same without comparing each.
    pub(super) fn are_shared_with(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
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
    pub(super) fn encoded(&self, alphabet: Alphabet) -> Cow<'_, [u8]> {
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
    pub(super) fn joined(&self) -> impl Iterator<Item = &u8> {
        self.name.iter().chain(b"=").chain(&*self.value)
    }

    pub(super) fn number(&self) -> Option<u64> {
        std::str::from_utf8(&self.value).ok()?.parse().ok()
    }
}
