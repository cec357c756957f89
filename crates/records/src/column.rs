//! How a value lies in its column.
//!
//! Dates and moments are ISO text, which sorts by time; boxes are NetSuite's `T` and `F`; several references are a JSON
//! array of ids, and a subrecord a JSON object.

use std::collections::BTreeMap;

use rusqlite::types::{Value as Sql, ValueRef};
use serde_json::{Map, Value as Json};

use crate::field::Kind;
use crate::value::{Reference, Value, parse_iso};

/// SQLite's type for a kind.
pub(crate) const fn storage(kind: &Kind) -> &'static str {
    match kind {
        Kind::Int | Kind::Ref(_) => "INTEGER",
        Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => "REAL",
        Kind::Text
        | Kind::TextArea
        | Kind::Email
        | Kind::Phone
        | Kind::Url
        | Kind::Date
        | Kind::DateTime
        | Kind::Bool
        | Kind::Enum(_)
        | Kind::MultiRef(_)
        | Kind::Subrecord(_) => "TEXT",
    }
}

pub(crate) fn to_sql(value: &Value) -> Sql {
    match value {
        Value::Integer(number) => Sql::Integer(*number),
        Value::Decimal(number) => Sql::Real(*number),
        Value::Reference(reference) => reference.id().map_or(Sql::Null, Sql::Integer),
        Value::References(_) => Sql::Text(format!("[{value}]")),
        Value::Subrecord(values) => {
            let values = values.iter().map(|(name, value)| (name.clone(), plain(value)));
            Sql::Text(Json::Object(values.collect()).to_string())
        }
        Value::Text(_) | Value::Bool(_) | Value::Date(_) | Value::DateTime(_) | Value::Choice(_) => {
            Sql::Text(value.to_string())
        }
    }
}

/// Nothing when the store holds what this kind never writes.
pub(crate) fn from_sql(kind: &Kind, stored: ValueRef<'_>) -> Option<Value> {
    let text = || stored.as_str().ok();
    Some(match kind {
        Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => {
            Value::Text(text()?.to_owned())
        }
        Kind::Date => Value::Date(text()?.parse().ok()?),
        Kind::DateTime => Value::DateTime(parse_iso(text()?)?),
        Kind::Bool => match text()? {
            "T" => Value::Bool(true),
            "F" => Value::Bool(false),
            _ => return None,
        },
        Kind::Int => Value::Integer(stored.as_i64().ok()?),
        Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => Value::Decimal(stored.as_f64().ok()?),
        Kind::Enum(_) => Value::Choice(text()?.to_owned()),
        Kind::Ref(_) => Value::Reference(Reference::to(stored.as_i64().ok()?)),
        Kind::MultiRef(_) => {
            let ids = text()?.strip_prefix('[')?.strip_suffix(']')?;
            let ids = ids.split(',').map(|id| id.parse().ok().map(Reference::to));
            Value::References(ids.collect::<Option<_>>()?)
        }
        Kind::Subrecord(shape) => {
            let stored: Map<String, Json> = serde_json::from_str(text()?).ok()?;
            let mut values = BTreeMap::new();
            for (name, json) in stored {
                // A field that is declared no longer is left out.
                if let Some(field) = shape.field(&name) {
                    values.insert(name, from_plain(&field.kind, &json)?);
                }
            }
            Value::Subrecord(values)
        }
    })
}

fn plain(value: &Value) -> Json {
    match value {
        Value::Bool(on) => (*on).into(),
        other => other.to_string().into(),
    }
}

fn from_plain(kind: &Kind, json: &Json) -> Option<Value> {
    let text = || json.as_str().map(ToOwned::to_owned);
    Some(match kind {
        Kind::Bool => Value::Bool(json.as_bool()?),
        Kind::Enum(_) => Value::Choice(text()?),
        _ => Value::Text(text()?),
    })
}
