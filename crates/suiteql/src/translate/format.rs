//! Conversions that are asked for, with a format or to a kind: TO_CHAR, TO_DATE, TO_NUMBER, CAST, EXTRACT, ROUND, TRUNC.

use sqlparser::ast;

use crate::date_model::DateModel;
use crate::error::QueryError;
use crate::functions::Internal;
use crate::schema::Kind;
use crate::term::{Class, Term};
use crate::value::Value;

use super::conversion::call;
use super::value::built_in;
use super::{Result, Translator};

impl Translator<'_> {
    pub(super) fn special_of_two(&mut self, name: &str, one: Term, other: Term) -> Result<Term> {
        match name {
            "nullif" => {
                let kind = one.kind.clone();
                let (one, other) = self.comparable(one, other)?;
                Ok(built_in(kind, "nullif", vec![one, other]))
            }
            "to_date" | "to_timestamp" if one.class() != Class::Text => self.date_of(one),
            "to_date" | "to_timestamp" => {
                let model = self.constant_text(&other).map(str::to_owned);
                let model = model.ok_or_else(|| {
                    QueryError::invalid(
                        format!("The format of {} is not a literal", name.to_uppercase()),
                        "Write it as 'YYYY-MM-DD', or give it as a parameter.",
                    )
                })?;
                let parsed = DateModel::parse(&model).map_err(|words| {
                    QueryError::invalid(words, "Use elements such as YYYY, MM, DD, HH24, MI and SS.")
                })?;
                self.read_date(one, &model, name == "to_timestamp" || parsed.has_time())
            }
            "to_char" | "to_number" => self.with_model(name, one, other),
            _ => Err(QueryError::arguments(name, "another number of arguments")),
        }
    }

    /// `TO_CHAR` and `TO_NUMBER` with a format.
    pub(super) fn with_model(&mut self, name: &str, value: Term, model: Term) -> Result<Term> {
        if name == "to_number" {
            return Ok(match value.class() {
                Class::Text => call(Kind::Number, Internal::ReadNumber, vec![value, model]),
                _ => self.number_of(value)?,
            });
        }
        match value.class() {
            Class::Date | Class::Moment => {
                if let Some(written) = self.constant_text(&model) {
                    DateModel::parse(written).map_err(|words| {
                        QueryError::invalid(words, "Use elements such as YYYY, MM, DD, HH24, MI and SS.")
                    })?;
                }
                Ok(call(Kind::Text, Internal::DateText, vec![value, model]))
            }
            Class::Null => Ok(Term::null()),
            Class::Number | Class::Text => {
                let value = self.number_of(value)?;
                Ok(call(Kind::Text, Internal::NumberModel, vec![value, model]))
            }
        }
    }

    /// ROUND and TRUNC, of numbers and of dates.
    pub(super) fn rounded(&mut self, round: bool, mut arguments: Vec<Term>) -> Result<Term> {
        let first = arguments.remove(0);
        let (kind, function) = match first.class() {
            Class::Date | Class::Moment if round => (Kind::Date, Internal::RoundDate),
            Class::Date | Class::Moment => (Kind::Date, Internal::CutDate),
            _ if round => (Kind::Number, Internal::RoundNumber),
            _ => (Kind::Number, Internal::CutNumber),
        };
        let mut converted = Vec::new();
        converted.push(if kind == Kind::Date {
            first
        } else {
            self.number_of(first)?
        });
        for argument in arguments {
            converted.push(if kind == Kind::Date {
                self.text_of(argument)?
            } else {
                self.number_of(argument)?
            });
        }
        Ok(call(kind, function, converted))
    }

    pub(super) fn cast(&mut self, value: Term, target: &ast::DataType) -> Result<Term> {
        let name = target.to_string().to_uppercase();
        let word = name.split(['(', ' ']).next().unwrap_or_default();
        match word {
            "VARCHAR" | "VARCHAR2" | "NVARCHAR2" | "NVARCHAR" | "CHAR" | "CHARACTER" | "CLOB" => {
                let value = self.text_of(value)?;
                match sizes(&name).next() {
                    None => Ok(value),
                    Some(room) => {
                        let room = self.literal(Value::Integer(room))?;
                        Ok(call(Kind::Text, Internal::CutText, vec![value, room]))
                    }
                }
            }
            "NUMBER" | "NUMERIC" | "DECIMAL" | "DEC" => {
                let value = self.number_of(value)?;
                let mut sizes = sizes(&name);
                if word == "NUMBER" && sizes.next().is_none() {
                    return Ok(value);
                }
                // Behind a size without a scale, and where these three have none, the number is whole.
                let scale = if word == "NUMBER" {
                    sizes.next()
                } else {
                    sizes.nth(1)
                };
                let scale = self.literal(Value::Integer(scale.unwrap_or_default()))?;
                Ok(call(Kind::Number, Internal::RoundNumber, vec![value, scale]))
            }
            "FLOAT" | "REAL" | "DOUBLE" => self.number_of(value),
            "INTEGER" | "INT" | "SMALLINT" => {
                let value = self.number_of(value)?;
                Ok(call(Kind::Integer, Internal::RoundNumber, vec![value]))
            }
            "DATE" => self.date_of(value),
            "TIMESTAMP" => self.moment_of(value),
            _ => Err(QueryError::unsupported(
                format!("CAST to {word}"),
                "Cast to VARCHAR, NUMBER, INTEGER, DATE or TIMESTAMP.",
            )),
        }
    }

    pub(super) fn extract(&mut self, field: &ast::DateTimeField, value: Term) -> Result<Term> {
        let unit = field.to_string().to_uppercase();
        if !["YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND"].contains(&unit.as_str()) {
            return Err(QueryError::unsupported(
                format!("EXTRACT({unit} …)"),
                "Extract YEAR, MONTH, DAY, HOUR, MINUTE or SECOND, or use TO_CHAR.",
            ));
        }
        let (unit, date) = (self.text(&unit)?, self.date_of(value)?);
        Ok(call(Kind::Integer, Internal::Extract, vec![unit, date]))
    }
}

/// What stands in the brackets of a kind: `NUMBER(10,2)`.
fn sizes(kind: &str) -> impl Iterator<Item = i64> {
    let inner = kind.split_once('(').and_then(|(_, rest)| rest.split_once(')'));
    let inner = inner.map_or("", |(inner, _)| inner);
    inner
        .split(',')
        .filter_map(|size| size.split_whitespace().next()?.parse().ok())
}
