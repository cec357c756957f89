//! What is left of a key or token id in a trail: enough to find it again, too little to be worth stealing a log for.

use std::fmt;

/// The last four characters of an identifier, shown as `…67e4`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Masked(String);

impl Masked {
    /// Masks anything a caller sent. What has fewer than eight characters keeps none: four of seven is no mask.
    pub fn of(full: &str) -> Self {
        if full.chars().count() < 8 {
            Self(String::new())
        } else {
            Self::from_tail(full)
        }
    }

    /// From what [`tail`](Self::tail) gave; a longer text is cut to its last four characters.
    pub fn from_tail(tail: &str) -> Self {
        let visible = |character: char| {
            if character.is_ascii_graphic() {
                character
            } else {
                '?'
            }
        };
        let mut last: Vec<char> = tail.chars().rev().take(4).map(visible).collect();
        last.reverse();
        Self(last.into_iter().collect())
    }

    /// The characters that are left, four at most.
    pub fn tail(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Masked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…{}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_is_masked_to_its_last_four() {
        assert_eq!(Masked::of("ef40afdd8abaac11").to_string(), "…ac11");
        assert_eq!(Masked::of("secret7").to_string(), "…");
    }

    proptest! {
        #[test]
        fn never_more_than_four_printable_characters_remain(text in ".*") {
            let masked = Masked::of(&text);
            prop_assert!(masked.tail().len() <= 4);
            prop_assert!(masked.tail().bytes().all(|byte| byte.is_ascii_graphic()));
            prop_assert_eq!(Masked::from_tail(masked.tail()), masked);
        }
    }
}
