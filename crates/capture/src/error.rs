//! Why a capture cannot be read. Invariant: no error quotes a value, only places and names.

use std::fmt;

use crate::captured::Form;

/// A place in a text, counted from 1, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

impl Place {
    /// The place of a byte.
    pub(crate) fn of(text: &str, byte: usize) -> Self {
        let before = text.get(..byte).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: before.matches('\n').count() + 1,
            column: before.get(line_start..).unwrap_or_default().chars().count() + 1,
        }
    }

    pub(crate) const START: Self = Self { line: 1, column: 1 };
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}", self.line, self.column)
    }
}

/// A capture that cannot be read: what is wrong, where, and how to get one that can.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{}{problem}", taken_for(*.form), place(*.at))]
pub struct CaptureError {
    /// What it was taken for.
    pub form: Option<Form>,
    pub at: Option<Place>,
    /// What was found, and what was expected.
    pub problem: String,
    /// How to get a good one.
    pub advice: &'static str,
}

fn taken_for(form: Option<Form>) -> String {
    form.map(|form| format!("read as {}: ", form.title()))
        .unwrap_or_default()
}

fn place(at: Option<Place>) -> String {
    at.map(|at| format!("{at}: ")).unwrap_or_default()
}

impl CaptureError {
    pub(crate) fn of(form: Form, at: impl Into<Option<Place>>, problem: impl Into<String>) -> Self {
        Self {
            form: Some(form),
            at: at.into(),
            problem: problem.into(),
            advice: form.advice(),
        }
    }

    pub(crate) fn unrecognised(problem: impl Into<String>) -> Self {
        Self {
            form: None,
            at: None,
            problem: problem.into(),
            advice: "give a curl command, a dump of curl -v, a HAR file, a Postman export, a SOAP envelope, or three \
                     lines: the method with the URL, the Authorization header, the Content-Type; --as FORM says which it is",
        }
    }

    pub(crate) fn advised(self, advice: &'static str) -> Self {
        Self { advice, ..self }
    }
}

/// A word of the input that can be shown: an option or a variable's name, cut where it is long.
pub(crate) fn shown(name: &str) -> String {
    let visible = |c: char| if c.is_control() { '\u{fffd}' } else { c };
    name.chars().take(32).map(visible).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_as_an_editor_counts_it() {
        let text = "ab\nc\u{e9}d\n";
        assert_eq!(Place::of(text, 0), Place::START);
        assert_eq!(Place::of(text, 3), Place { line: 2, column: 1 });
        assert_eq!(Place::of(text, 6), Place { line: 2, column: 3 });
    }
}
