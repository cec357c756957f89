//! Oracle's functions, as SQLite calls them: one table that both the translation and the connection read.
//!
//! Invariant: every function ends in time linear in its arguments, and gives at most [`LONGEST_TEXT`] characters.

mod date;
mod internal;
mod number;
mod pattern;
mod text;

use std::borrow::Cow;

use jiff::civil::DateTime;
use rusqlite::functions::{Context, FunctionFlags};
use rusqlite::types::{Value, ValueRef};
use rusqlite::{Connection, Error, Result};

pub(crate) use internal::Internal;
pub(crate) use number::round_to;

use crate::date_model::stored;
use crate::value::number_text;

/// Before the name of each function, so that none of SQLite's own is meant by accident.
pub(crate) const PREFIX: &str = "ns_";
/// What a padded text may grow to; Oracle's VARCHAR2.
const LONGEST_TEXT: usize = 4000;

/// What an argument is turned into before the call.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Takes {
    Text,
    Number,
    Date,
}

/// What a function gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Gives {
    Text,
    Integer,
    Number,
    /// A date where the first argument is one, a moment where it is a moment.
    AsFirst,
}

/// A function that needs nothing but its arguments.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) takes: &'static [Takes],
    /// How many of the last arguments may be left out.
    pub(crate) optional: usize,
    pub(crate) gives: Gives,
    apply: Apply,
}

type Apply = fn(&Arguments<'_, '_>) -> Result<Value>;

/// The function with this name, in lower case.
pub(crate) fn named(name: &str) -> Option<&'static Function> {
    all().find(|function| function.name == name)
}

pub(crate) fn all() -> impl Iterator<Item = &'static Function> {
    [
        text::FUNCTIONS,
        pattern::FUNCTIONS,
        number::FUNCTIONS,
        date::FUNCTIONS,
    ]
    .into_iter()
    .flatten()
}

/// Makes them callable on this connection.
pub(crate) fn register(connection: &Connection) -> Result<()> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    let named = all().map(|function| (format!("{PREFIX}{}", function.name), function.apply));
    let internal = internal::FUNCTIONS
        .iter()
        .map(|(name, apply)| ((*name).to_owned(), *apply));
    for (name, apply) in named.chain(internal) {
        connection.create_scalar_function(name.as_str(), -1, flags, move |context: &Context<'_>| {
            apply(&Arguments(context))
        })?;
    }
    Ok(())
}

/// The arguments of a call.
struct Arguments<'c, 'a>(&'a Context<'c>);

impl Arguments<'_, '_> {
    fn len(&self) -> usize {
        self.0.len()
    }

    fn raw(&self, index: usize) -> ValueRef<'_> {
        if index < self.0.len() {
            self.0.get_raw(index)
        } else {
            ValueRef::Null
        }
    }

    /// `None`: NULL. A number is written out.
    fn text(&self, index: usize) -> Option<Cow<'_, str>> {
        match self.raw(index) {
            ValueRef::Null => None,
            ValueRef::Integer(integer) => Some(integer.to_string().into()),
            ValueRef::Real(real) => Some(number_text(real).into()),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => Some(String::from_utf8_lossy(bytes)),
        }
    }

    fn number(&self, index: usize) -> Result<Option<f64>> {
        match self.raw(index) {
            ValueRef::Null => Ok(None),
            #[expect(
                clippy::cast_precision_loss,
                reason = "Oracle's numbers are decimals; fifteen digits are kept"
            )]
            ValueRef::Integer(integer) => Ok(Some(integer as f64)),
            ValueRef::Real(real) => Ok(Some(real)),
            ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
                read_number(&String::from_utf8_lossy(bytes)).map(Some)
            }
        }
    }

    /// A number without its fraction.
    fn integer(&self, index: usize) -> Result<Option<i64>> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a number beyond 64 bits is as good as the last one"
        )]
        Ok(self.number(index)?.map(|number| number.trunc() as i64))
    }

    fn date(&self, index: usize) -> Result<Option<DateTime>> {
        let Some(text) = self.text(index) else {
            return Ok(None);
        };
        stored(&text)
            .map(Some)
            .ok_or_else(|| wrong(format!("`{text}` is not a date. Compare dates with dates.")))
    }

    /// Whether the argument has a time of day.
    fn has_time(&self, index: usize) -> bool {
        self.text(index).is_some_and(|text| text.len() > 10)
    }
}

fn read_number(text: &str) -> Result<f64> {
    let plain = text.trim();
    let digits = plain
        .bytes()
        .all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
    let number = plain
        .parse::<f64>()
        .ok()
        .filter(|number| digits && number.is_finite());
    number.ok_or_else(|| {
        wrong(format!(
            "`{text}` is not a number. Compare text with text, or convert it."
        ))
    })
}

/// A value the function cannot work with, in words for the caller.
fn wrong(words: String) -> Error {
    Error::UserFunctionError(words.into())
}

/// The empty text is NULL.
fn text_value(text: impl Into<String>) -> Value {
    let text = text.into();
    if text.is_empty() {
        Value::Null
    } else {
        Value::Text(text)
    }
}

/// Integers are kept as such, so that they are counted and written exactly.
fn number_value(number: f64) -> Result<Value> {
    if !number.is_finite() {
        return Err(wrong("A number became too large. Use smaller ones.".to_owned()));
    }
    #[expect(clippy::cast_possible_truncation, reason = "it is whole and below 2^53")]
    Ok(if number.fract() == 0.0 && number.abs() < 9e15 {
        Value::Integer(number as i64)
    } else {
        Value::Real(number)
    })
}
