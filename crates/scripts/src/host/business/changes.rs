//! What a script wants of a record, as [`Changes`].
//!
//! A script writes a number as a text and a box as `T`; all of it is taken, as NetSuite takes it. A field that the type has
//! not, and one that cannot be set, is passed over.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_records::{
    Changes, Field, Key, Kind, LineEdit, RecordType, Reference, Value as Held, number_of,
};
use countersign_suitescript::HostError;
use countersign_world::UnixTime;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Business;
use super::error::{invalid_key, invalid_value};
use super::search::date;

/// As the modules write it.
#[derive(Default, Deserialize)]
pub(super) struct Wanted {
    /// By script id; null clears a field.
    #[serde(default)]
    fields: Map<String, Value>,
    #[serde(default)]
    lines: BTreeMap<String, WantedLines>,
}

#[derive(Deserialize)]
struct WantedLines {
    /// Lines that no edit names go.
    #[serde(default)]
    replaces: bool,
    edits: Vec<Edit>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Edit {
    Add(Map<String, Value>),
    Change(i64, Map<String, Value>),
    Remove(i64),
}

impl Wanted {
    pub(super) fn of_fields(fields: Map<String, Value>) -> Self {
        Self {
            fields,
            lines: BTreeMap::new(),
        }
    }
}

impl Business {
    pub(super) fn changes(&self, of: &RecordType, wanted: &Wanted) -> Result<Changes, HostError> {
        let mut changes = self.field_changes(&of.fields, &wanted.fields)?;
        for (name, lines) in &wanted.lines {
            let Some(sublist) = of.sublists.iter().find(|sublist| sublist.script_id == *name) else {
                continue;
            };
            if lines.replaces {
                changes.replace_lines(&sublist.name);
            }
            for edit in &lines.edits {
                let edit = match edit {
                    Edit::Add(values) => LineEdit::Add(self.field_changes(&sublist.fields, values)?),
                    Edit::Change(number, values) => {
                        LineEdit::Change(*number, self.field_changes(&sublist.fields, values)?)
                    }
                    Edit::Remove(number) => LineEdit::Remove(*number),
                };
                changes.edit(&sublist.name, edit);
            }
        }
        Ok(changes)
    }

    fn field_changes(
        &self,
        fields: &[Arc<Field>],
        wanted: &Map<String, Value>,
    ) -> Result<Changes, HostError> {
        let mut changes = Changes::new();
        for (name, value) in wanted {
            let found = fields
                .iter()
                .find(|field| field.script_id.eq_ignore_ascii_case(name));
            let Some(field) = found.filter(|field| !field.read_only && !field.hidden) else {
                continue;
            };
            changes = match self.value(field, value)? {
                Some(value) => changes.set(&field.name, value),
                None => changes.clear(&field.name),
            };
        }
        Ok(changes)
    }

    /// Nothing for what clears the field.
    pub(super) fn value(&self, field: &Field, value: &Value) -> Result<Option<Held>, HostError> {
        if let Some(text) = value
            .get("text")
            .filter(|_| !matches!(field.kind, Kind::Subrecord(_)))
        {
            return self.by_text(field, text);
        }
        let wrong = || invalid_value(&written(value), &field.script_id);
        if value.is_null() || value.as_str() == Some("") {
            return Ok(None);
        }
        let number = || match value {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().trim_end_matches('%').parse().ok(),
            _ => None,
        };
        let held = match &field.kind {
            Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => match value {
                Value::Array(_) | Value::Object(_) => None,
                value => Some(Held::Text(written(value))),
            },
            Kind::Date => value.as_str().and_then(date::day).map(Held::Date),
            Kind::DateTime => value.as_str().and_then(moment).map(Held::DateTime),
            Kind::Bool => checked(value).map(Held::Bool),
            Kind::Int => {
                let whole = number().filter(|number| number.fract() == 0.0 && number.abs() < 9e15);
                #[expect(clippy::cast_possible_truncation, reason = "it is whole and below 2^53")]
                whole.map(|number| Held::Integer(number as i64))
            }
            Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => number().map(Held::Decimal),
            Kind::Enum(choices) => {
                let id = written(value);
                if choices.iter().all(|choice| choice.id != id) {
                    return Err(invalid_key(&field.script_id, &id));
                }
                Some(Held::Choice(id))
            }
            Kind::Ref(_) => Some(Held::Reference(reference(field, value)?)),
            Kind::MultiRef(_) => {
                let all = match value {
                    Value::Array(all) => all.iter().collect(),
                    one => vec![one],
                };
                let all: Result<_, _> = all.into_iter().map(|one| reference(field, one)).collect();
                Some(Held::References(all?))
            }
            Kind::Subrecord(shape) => match value {
                Value::Object(wanted) => {
                    let mut inside = BTreeMap::new();
                    for field in &shape.fields {
                        if let Some(value) = wanted.get(&field.script_id)
                            && let Some(held) = self.value(field, value)?
                        {
                            inside.insert(field.name.clone(), held);
                        }
                    }
                    Some(Held::Subrecord(inside))
                }
                _ => None,
            },
        };
        held.map(Some).ok_or_else(wrong)
    }

    /// What `setText` was given: the label of a choice, the name of a record, `Yes`, a date as the account writes it.
    fn by_text(&self, field: &Field, text: &Value) -> Result<Option<Held>, HostError> {
        let words = match text {
            Value::Array(all) => all.iter().map(written).collect(),
            one => vec![written(one)],
        };
        let Some(first) = words.first().filter(|first| !first.is_empty()) else {
            return Ok(None);
        };
        let named = |word: &String| match field.target() {
            Some(target) => self
                .id_by_name(target, word)?
                .map(Reference::to)
                .ok_or_else(|| invalid_key(&field.script_id, word)),
            None => Err(invalid_key(&field.script_id, word)),
        };
        match &field.kind {
            Kind::Enum(choices) => {
                let found = choices
                    .iter()
                    .find(|choice| choice.label.eq_ignore_ascii_case(first));
                let found = found.ok_or_else(|| invalid_key(&field.script_id, first))?;
                Ok(Some(Held::Choice(found.id.clone())))
            }
            Kind::Ref(_) => Ok(Some(Held::Reference(named(first)?))),
            Kind::MultiRef(_) => {
                let all: Result<_, _> = words.iter().map(named).collect();
                Ok(Some(Held::References(all?)))
            }
            _ => self.value(field, &Value::String(first.clone())),
        }
    }
}

fn reference(field: &Field, value: &Value) -> Result<Reference, HostError> {
    let id = match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => number_of(text.trim()),
        _ => None,
    };
    id.map(Reference::to)
        .ok_or_else(|| invalid_key(&field.script_id, &written(value)))
}

/// A value without quotation marks, as scripts print it.
pub(super) fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(true) => "T".to_owned(),
        Value::Bool(false) => "F".to_owned(),
        Value::Null => String::new(),
        // A JavaScript number that is whole is written without a fraction.
        Value::Number(number) => match number.as_f64() {
            Some(number) => number.to_string(),
            None => number.to_string(),
        },
        other => other.to_string(),
    }
}

pub(super) fn checked(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(on) => Some(*on),
        Value::String(text) => match text.to_ascii_lowercase().as_str() {
            "t" | "true" | "yes" => Some(true),
            "f" | "false" | "no" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn moment(text: &str) -> Option<UnixTime> {
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(UnixTime::from_seconds(timestamp.as_second()));
    }
    let moment = date::moment(text)?;
    let zoned = moment.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
    Some(UnixTime::from_seconds(zoned.timestamp().as_second()))
}

/// Which record: a number, or a text of digits.
pub(super) fn key(id: &Value) -> Option<Key> {
    let id = match id {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => number_of(text.trim()),
        _ => None,
    };
    id.map(Key::Internal)
}
