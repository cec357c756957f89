//! Words of an error, as a page or a problem says them.

use std::fmt::Display;

/// With a capital and a full stop.
pub fn sentence(text: &(impl Display + ?Sized)) -> String {
    let text = text.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    let mut sentence: String = first.into_iter().chain(letters).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_begins_with_a_capital_and_has_one_end() {
        assert_eq!(sentence("the name is taken"), "The name is taken.");
        assert_eq!(sentence("Who is it?"), "Who is it?");
        assert_eq!(sentence("éclair"), "éclair.");
    }
}
