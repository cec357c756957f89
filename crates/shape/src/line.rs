//! Lines of the language that declarations are written in.

/// Longer names are nobody's.
const LONGEST_NAME: usize = 60;
/// Longer labels are cut.
const LONGEST_LABEL: usize = 200;

/// Whether a field or type can be called so.
pub(crate) fn is_name(name: &str) -> bool {
    name.len() <= LONGEST_NAME
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// Whether a choice can have this id.
pub(crate) fn is_choice(id: &str) -> bool {
    let is_word = |first: char| first.is_ascii_alphabetic() || first == '_';
    let is_number = !id.is_empty() && id.chars().all(|digit| digit.is_ascii_digit());
    is_number
        || (id.starts_with(is_word)
            && id
                .chars()
                .all(|letter| letter.is_ascii_alphanumeric() || letter == '_'))
}

/// Text between quotes, on one line.
pub(crate) fn quoted(text: &str) -> String {
    let mut line = String::from("\"");
    for letter in text.chars().take(LONGEST_LABEL) {
        match letter {
            '"' | '\\' => line.extend(['\\', letter]),
            letter if letter.is_control() => line.push(' '),
            letter => line.push(letter),
        }
    }
    line.push('"');
    line
}

/// A field: its name, its label where one is known, and what else is true of it.
pub(crate) fn field(name: &str, label: &str, rest: &str) -> String {
    match label.trim() {
        "" => format!("{name} {rest}"),
        label => format!("{name} {} {rest}", quoted(label)),
    }
}
