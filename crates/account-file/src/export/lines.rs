//! A file of TOML while it is written, line by line.

use countersign_model::PermissionSet;
use std::fmt::{self, Display, Write as _};

/// The text, line by line. It may hold secrets: `Debug` shows nothing of it.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    /// Whether any was written before.
    begun: bool,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lines({} bytes)", self.text.len())
    }
}

impl Lines {
    /// What was written since this was asked last.
    pub(super) fn take(&mut self) -> String {
        std::mem::take(&mut self.text)
    }

    pub(super) fn line(&mut self, line: impl Display) {
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{line}");
        self.begun = true;
    }

    pub(super) fn whole(&mut self, lines: &str) {
        self.text.push_str(lines);
    }

    pub(super) fn table(&mut self, header: &str) {
        if self.begun {
            self.text.push('\n');
        }
        self.line(header);
    }

    /// On one line, whatever the text holds.
    pub(super) fn comment(&mut self, text: &str) {
        let shown = |character: char| if character.is_control() { ' ' } else { character };
        let text: String = text.chars().map(shown).collect();
        self.line(format_args!("# {text}"));
    }

    pub(super) fn text(&mut self, key: &str, text: &str) {
        self.line(format_args!("{key} = {}", quoted(text)));
    }

    pub(super) fn text_unless_empty(&mut self, key: &str, text: &str) {
        if !text.is_empty() {
            self.text(key, text);
        }
    }

    pub(super) fn value(&mut self, key: &str, value: impl Display) {
        self.line(format_args!("{key} = {value}"));
    }

    /// A box, where it is not as it is without a word.
    pub(super) fn flag(&mut self, key: &str, flag: bool, default: bool) {
        if flag != default {
            self.value(key, flag);
        }
    }

    pub(super) fn texts<'t>(&mut self, key: &str, texts: impl Iterator<Item = &'t str>) {
        let texts: Vec<String> = texts.map(quoted).collect();
        let line = format!("{key} = [{}]", texts.join(", "));
        const WIDTH: usize = 100;
        if line.chars().count() <= WIDTH {
            return self.line(line);
        }
        self.line(format_args!("{key} = ["));
        for text in texts {
            self.line(format_args!("  {text},"));
        }
        self.line("]");
    }

    pub(super) fn permissions(&mut self, header: &str, permissions: &PermissionSet) {
        if !permissions.is_empty() {
            self.line(header);
            for (permission, level) in permissions.iter() {
                self.line(format_args!(
                    "{} = {}",
                    quoted(permission.label()),
                    quoted(level.label())
                ));
            }
        }
    }
}

/// A basic string of TOML: on one line, every control character escaped.
pub(super) fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            character if character.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(character));
            }
            character => quoted.push(character),
        }
    }
    quoted.push('"');
    quoted
}
