//! A value of a row, and how a number is written.

use rusqlite::ToSql;
use rusqlite::types::{ToSqlOutput, ValueRef};

/// A value as SuiteQL gives it: dates are already in the account's format.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Integer(i64),
    Number(f64),
    Text(String),
}

impl Value {
    /// What it takes in memory, in bytes.
    pub fn size(&self) -> usize {
        let text = match self {
            Self::Text(text) => text.len(),
            _ => 0,
        };
        size_of::<Self>() + text
    }

    /// As REST writes it: every value is a string, and NULL is not there at all.
    pub fn to_text(&self) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Integer(integer) => Some(integer.to_string()),
            Self::Number(number) => Some(number_text(*number)),
            Self::Text(text) => Some(text.clone()),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(integer: i64) -> Self {
        Self::Integer(integer)
    }
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Number(number) => ValueRef::Real(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// Of a decimal that a double holds and gives back.
const DIGITS: usize = 15;

/// The number nearest to `number` that has fifteen digits: what Oracle, which counts in decimals, would have had.
pub(crate) fn fifteen_digits(number: f64) -> f64 {
    format!("{number:.14e}").parse().unwrap_or(number)
}

/// A number with at most fifteen digits and no exponent: `12`, `0.5`, `-3.25`.
pub(crate) fn number_text(number: f64) -> String {
    if !number.is_finite() {
        return "~".to_owned();
    }
    // Most numbers have no more digits than that, and are written as they are.
    let shortest = number.to_string();
    let text = match shortest.len() <= DIGITS {
        true => shortest,
        false => fifteen_digits(number).to_string(),
    };
    if text == "-0" { "0".to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::number_text;

    #[test]
    fn a_number_is_written_as_a_decimal_would_be() {
        assert_eq!(number_text(0.1 + 0.2), "0.3");
        assert_eq!(number_text(12.0), "12");
        assert_eq!(number_text(-3.25), "-3.25");
        assert_eq!(number_text(-0.0), "0");
        assert_eq!(number_text(1e20), "100000000000000000000");
    }
}
