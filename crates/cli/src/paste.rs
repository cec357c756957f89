//! Commands as they can be pasted into another terminal: with whole paths, quoted for a shell.

use std::path::Path;

use countersign_world::environment;

use crate::folder;

/// This program with these words.
pub(crate) fn command(words: &[&str]) -> String {
    let words = words.iter().map(|word| quoted(word));
    std::iter::once(program())
        .chain(words)
        .collect::<Vec<_>>()
        .join(" ")
}

/// This program with these words, on the account in `data`: named unless it is where the program looks by itself.
pub(crate) fn command_on(words: &[&str], data: &Path) -> String {
    let looked_for =
        environment::variable("COUNTERSIGN_DATA").is_none() && folder::usual().as_deref() == Some(data);
    if looked_for {
        return command(words);
    }
    let data = data.to_string_lossy();
    command(&[words, &["--data", &data]].concat())
}

/// As it was called: a name that the shell finds stays one, a path becomes a whole one.
fn program() -> String {
    let name = std::env::args().next().unwrap_or_default();
    if name.is_empty() {
        return "countersign".to_owned();
    }
    if !name.contains('/') {
        return quoted(&name);
    }
    let path = std::path::absolute(&name);
    path.map_or_else(|_| quoted(&name), |path| quoted(&path.to_string_lossy()))
}

pub(crate) fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_a_shell_would_take_apart_is_quoted() {
        for (word, written) in [
            ("/srv/account", "/srv/account"),
            ("my account", "'my account'"),
            ("it's", r"'it'\''s'"),
            ("$HOME", "'$HOME'"),
            ("/x?limit=3", "'/x?limit=3'"),
            ("", "''"),
        ] {
            assert_eq!(quoted(word), written);
        }
    }
}
