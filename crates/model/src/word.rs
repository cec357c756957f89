//! Closed lists of words: one table gives an enum its word, its full list and its parser, so the three never differ.

use thiserror::Error;

/// A word that is not on its closed list: written by a newer version, or by hand.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{word:?} is no {noun} this version knows; was it written by a newer one?")]
pub struct UnknownWord {
    pub noun: &'static str,
    pub word: String,
}

/// An enum that is such a list.
pub trait Word: Copy + Eq + Sized + 'static {
    /// What its values are called together, in the singular.
    const NOUN: &'static str;
    const WORDS: &'static [Self];

    fn word(self) -> &'static str;

    /// The value with this word, upper and lower case aside.
    fn named(word: &str) -> Result<Self, UnknownWord> {
        let is = |known: &Self| known.word().eq_ignore_ascii_case(word.trim());
        let known = Self::WORDS.iter().copied().find(is);
        known.ok_or_else(|| UnknownWord {
            noun: Self::NOUN,
            word: word.chars().take(100).collect(),
        })
    }
}

macro_rules! words {
    ($type:ident, $noun:literal { $($variant:ident => $word:literal),+ $(,)? }) => {
        impl $type {
            pub const ALL: &[Self] = &[$(Self::$variant),+];

            /// The word people see; `FromStr` takes it back.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl $crate::word::Word for $type {
            const NOUN: &'static str = $noun;
            const WORDS: &'static [Self] = Self::ALL;

            fn word(self) -> &'static str {
                self.label()
            }
        }

        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.label())
            }
        }

        impl std::str::FromStr for $type {
            type Err = $crate::word::UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|known| known.label() == word).ok_or_else(|| {
                    $crate::word::UnknownWord { noun: $noun, word: word.to_owned() }
                })
            }
        }
    };
}

pub(crate) use words;
