//! Kinds: what Oracle converts by itself when a number meets a text or a date a moment, and what it refuses.

use jiff::civil::DateTime;

use crate::date_model::{DateModel, store_date, store_moment};
use crate::error::QueryError;
use crate::functions::Internal;
use crate::schema::Kind;
use crate::term::{Class, Piece, Term, pieces};
use crate::value::Value;

use super::{Result, Translator};

/// A call of one of our functions.
pub(super) fn call(kind: Kind, function: Internal, arguments: Vec<Term>) -> Term {
    Term::new(kind, call_pieces(function.name(), arguments))
}

pub(super) fn call_pieces(function: &'static str, arguments: Vec<Term>) -> Vec<Piece> {
    let mut pieces = pieces![function, "("];
    pieces.extend(list(arguments));
    pieces.push(")".into());
    pieces
}

/// The terms with commas between them.
pub(super) fn list(terms: Vec<Term>) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for (index, term) in terms.into_iter().enumerate() {
        if index > 0 {
            pieces.push(", ".into());
        }
        pieces.push(term.into());
    }
    pieces
}

impl Translator<'_> {
    pub(super) fn text_of(&mut self, term: Term) -> Result<Term> {
        match term.class() {
            Class::Null | Class::Text => Ok(term),
            Class::Number => Ok(call(Kind::Text, Internal::NumberText, vec![term])),
            Class::Date | Class::Moment => {
                let model = self.text(self.date_format.model())?;
                Ok(call(Kind::Text, Internal::DateText, vec![term, model]))
            }
        }
    }

    pub(super) fn number_of(&mut self, term: Term) -> Result<Term> {
        match term.class() {
            Class::Null | Class::Number => Ok(term),
            Class::Text => {
                let known = self.constant_text(&term).map(|text| text.trim().to_owned());
                if let Some(integer) = known.and_then(|known| known.parse().ok()) {
                    return self.literal(Value::Integer(integer));
                }
                Ok(call(Kind::Number, Internal::ReadNumber, vec![term]))
            }
            Class::Date | Class::Moment => Err(mismatch("a number", "a date")),
        }
    }

    /// A date or a moment; text is read in the account's date format.
    pub(super) fn date_of(&mut self, term: Term) -> Result<Term> {
        match term.class() {
            Class::Null | Class::Date | Class::Moment => Ok(term),
            Class::Text => {
                let model = self.date_format.model();
                self.read_date(term, model, false)
            }
            Class::Number => Err(mismatch("a date", "a number")),
        }
    }

    /// `TO_DATE(text, model)`; a literal is read here and now, so that its mistakes are told before anything runs.
    pub(super) fn read_date(&mut self, text: Term, model: &str, moment: bool) -> Result<Term> {
        let kind = if moment { Kind::DateTime } else { Kind::Date };
        if let Some(known) = self.constant_text(&text) {
            let read = DateModel::parse(model).and_then(|model| model.read(known, self.now));
            let read: DateTime = read.map_err(|words| {
                QueryError::invalid(
                    words,
                    format!("Write it as {model} says, or give its own format to TO_DATE."),
                )
            })?;
            let stored = if moment {
                store_moment(read)
            } else {
                store_date(read.date())
            };
            return Ok(self.text(&stored)?.with_kind(kind));
        }
        let function = if moment {
            Internal::ReadMoment
        } else {
            Internal::ReadDate
        };
        let (model, now) = (self.text(model)?, self.now()?);
        Ok(call(kind, function, vec![text, model, now]))
    }

    pub(super) fn moment_of(&mut self, term: Term) -> Result<Term> {
        let term = self.date_of(term)?;
        Ok(match term.class() {
            Class::Date => call(Kind::DateTime, Internal::Midnight, vec![term]),
            _ => term,
        })
    }

    /// Two values made comparable.
    pub(super) fn comparable(&mut self, one: Term, other: Term) -> Result<(Term, Term)> {
        let target = compared_as(one.class(), other.class())?;
        Ok((self.of_class(one, target)?, self.of_class(other, target)?))
    }

    /// Values of which any may be the result, made one kind: of CASE, NVL and their like.
    pub(super) fn alike(&mut self, terms: Vec<Term>) -> Result<(Option<Kind>, Vec<Term>)> {
        let mut target = Class::Null;
        for term in &terms {
            target = result_class(target, term.class())?;
        }
        let mut kind: Option<Kind> = None;
        let mut converted = Vec::new();
        for term in terms {
            let term = self.of_class(term, target)?;
            kind = united_kind(kind.as_ref(), term.kind.as_ref());
            converted.push(term);
        }
        Ok((kind, converted))
    }

    fn of_class(&mut self, term: Term, class: Class) -> Result<Term> {
        match class {
            Class::Null => Ok(term),
            Class::Text => self.text_of(term),
            Class::Number => self.number_of(term),
            Class::Date => self.date_of(term),
            Class::Moment => self.moment_of(term),
        }
    }
}

/// Oracle compares a number with a text as numbers, and a date with a text as dates.
fn compared_as(one: Class, other: Class) -> Result<Class> {
    match (one.min(other), one.max(other)) {
        (Class::Number, Class::Date | Class::Moment) => Err(mismatch("a number", "a date")),
        (_, greater) => Ok(greater),
    }
}

/// Of a number or a text a result is made that is text.
fn result_class(one: Class, other: Class) -> Result<Class> {
    match (one.min(other), one.max(other)) {
        (Class::Text, _) => Ok(Class::Text),
        (Class::Number, Class::Date | Class::Moment) => Err(mismatch("a number", "a date")),
        (_, greater) => Ok(greater),
    }
}

fn mismatch(one: &str, other: &str) -> QueryError {
    QueryError::invalid(
        format!("Inconsistent data types: {one} was expected and {other} was found"),
        "Convert one of them with TO_CHAR, TO_NUMBER or TO_DATE.",
    )
}

/// The kind of what may be either.
pub(super) fn united_kind(one: Option<&Kind>, other: Option<&Kind>) -> Option<Kind> {
    match (one, other) {
        (None, kind) | (kind, None) => kind.cloned(),
        (Some(one), Some(other)) if one == other => Some(one.clone()),
        (Some(one), Some(other)) => Some(match (plain(one), plain(other)) {
            (one, other) if one == other => one,
            (Kind::Integer | Kind::Number, Kind::Integer | Kind::Number) => Kind::Number,
            (Kind::Date | Kind::DateTime, Kind::Date | Kind::DateTime) => Kind::DateTime,
            _ => Kind::Text,
        }),
    }
}

fn plain(kind: &Kind) -> Kind {
    match kind {
        Kind::Text | Kind::Bool | Kind::Enum(_) | Kind::EnumBy { .. } => Kind::Text,
        Kind::Integer | Kind::Reference { .. } => Kind::Integer,
        Kind::Number | Kind::Currency => Kind::Number,
        Kind::Date => Kind::Date,
        Kind::DateTime => Kind::DateTime,
    }
}
