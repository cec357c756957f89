//! Single values, read without a word about what they are: a wrong one may be a secret.

use countersign_model::Word;
use countersign_spelling::{nearest, suggestion};
use toml::de::DeValue;

pub(crate) const TEXT: &str = "text in quotation marks";

pub(crate) fn text<'d>(value: &'d DeValue<'d>) -> Option<&'d str> {
    match value {
        DeValue::String(text) => Some(text),
        _ => None,
    }
}

pub(crate) fn number<N: TryFrom<u64>>(value: &DeValue<'_>) -> Option<N> {
    let DeValue::Integer(digits) = value else {
        return None;
    };
    let number = u64::from_str_radix(digits.as_str(), digits.radix()).ok()?;
    N::try_from(number).ok()
}

pub(crate) fn word_named<W: Word>(text: &str) -> Result<W, String> {
    W::named(text).map_err(|_| {
        let known: Vec<&str> = W::WORDS.iter().map(|known| known.word()).collect();
        let near = suggestion(&nearest(text, known.iter().copied()));
        format!("names no {}{}", W::NOUN, or_list(&near, &known))
    })
}

/// The name that was meant, or where no name is near all of them.
pub(crate) fn or_list(near: &str, known: &[&str]) -> String {
    if near.is_empty() {
        format!("; there are {}.", known.join(", "))
    } else {
        near.to_owned()
    }
}
