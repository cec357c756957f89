//! `[[customer]]`: a customer with the fields the REST record service takes. Which fields there are is for the records
//! to say; here only that a customer can be told from another, and that its values have a form in JSON.

use crate::mistake::FileError;
use crate::place::Place;
use crate::table::{Reader, in_file_order};
use serde_json::{Map, Number, Value};
use std::fmt;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// By what a customer of the file is found again in an account: the first of these fields it has.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CustomerKey {
    ExternalId(String),
    EntityId(String),
    CompanyName(String),
    /// First name and last name.
    Person(String, String),
}

impl CustomerKey {
    pub fn of(fields: &Map<String, Value>) -> Option<Self> {
        let text = |key: &str| match fields.get(key) {
            Some(Value::String(text)) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => None,
        };
        let person = || Some(Self::Person(text("firstName")?, text("lastName")?));
        text("externalId")
            .map(Self::ExternalId)
            .or_else(|| text("entityId").map(Self::EntityId))
            .or_else(|| text("companyName").map(Self::CompanyName))
            .or_else(person)
    }
}

impl fmt::Display for CustomerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExternalId(text) | Self::EntityId(text) | Self::CompanyName(text) => f.write_str(text),
            Self::Person(first, last) => write!(f, "{first} {last}"),
        }
    }
}

/// A customer of the file.
#[derive(Debug)]
pub struct Customer {
    pub key: CustomerKey,
    pub fields: Map<String, Value>,
    /// Where it stands in the file, for what the records refuse later.
    pub place: Place,
}

impl Customer {
    pub(crate) fn read(number: usize, value: &Spanned<DeValue<'_>>, reader: &mut Reader<'_>) -> Option<Self> {
        let place = reader.lines.place(value.span().start);
        let path = format!("customer {number}");
        let refused = |place, message: &str| FileError {
            place,
            path: path.clone(),
            field: None,
            message: message.to_owned(),
        };
        let DeValue::Table(table) = value.get_ref() else {
            let message = "must be a table: write [[customer]] above its fields.";
            reader.mistakes.add(refused(place, message));
            return None;
        };
        let mut wrong = Vec::new();
        let fields = object(table, &mut wrong);
        for (at, message) in wrong {
            reader.mistakes.add(refused(reader.lines.place(at), message));
        }
        let key = CustomerKey::of(&fields);
        if key.is_none() {
            let message = "needs an externalId, an entityId, a companyName, or firstName and lastName.";
            reader.mistakes.add(refused(place, message));
        }
        Some(Self {
            key: key?,
            fields,
            place,
        })
    }
}

/// What has no form in JSON, with its place.
type Wrong = Vec<(usize, &'static str)>;

fn object(table: &DeTable<'_>, wrong: &mut Wrong) -> Map<String, Value> {
    let lines = in_file_order(table).into_iter();
    let member = |(key, value): (&Spanned<std::borrow::Cow<'_, str>>, _)| {
        (key.get_ref().to_string(), json(value, wrong))
    };
    lines.map(member).collect()
}

/// The parser holds the depth of a file to a bound.
fn json(value: &Spanned<DeValue<'_>>, wrong: &mut Wrong) -> Value {
    let number = match value.get_ref() {
        DeValue::String(text) => return Value::String(text.to_string()),
        DeValue::Boolean(flag) => return Value::Bool(*flag),
        DeValue::Array(list) => return Value::Array(list.iter().map(|value| json(value, wrong)).collect()),
        DeValue::Table(table) => return Value::Object(object(table, wrong)),
        DeValue::Datetime(_) => Err("has a date without quotation marks: write \"2026-10-31\"."),
        DeValue::Integer(digits) => i64::from_str_radix(digits.as_str(), digits.radix())
            .map(Number::from)
            .map_err(|_| "has a number that is too large."),
        DeValue::Float(digits) => {
            let float = digits.as_str().parse().ok().and_then(Number::from_f64);
            float.ok_or("has a number that is not finite.")
        }
    };
    number.map_or_else(
        |message| {
            wrong.push((value.span().start, message));
            Value::Null
        },
        Value::Number,
    )
}
