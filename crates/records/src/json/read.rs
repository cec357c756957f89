//! Request bodies to changes.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use serde_json::{Map, Value as Json};

use crate::changes::{Changes, LineEdit};
use crate::error::{FieldError, Problem};
use crate::field::{Field, Kind, Shape};
use crate::record_type::{RecordType, Sublist};
use crate::value::{Key, Reference, Value, number_of, parse_iso};

/// The most names that are reported of those a type does not have, or that cannot be set: a body may hold any number
/// of them, and finding what each may have meant takes time.
const MOST_REPORTED: usize = 20;

/// The same for values that a field cannot hold: a body may have any number of lines.
const MOST_WRONG: usize = 100;

/// A request body, read as far as the record type knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    pub changes: Changes,
    /// The first of them. Whether they refuse the request is the caller's choice
    /// (`X-NetSuite-PropertyNameValidation`).
    pub unknown: Vec<FieldError>,
    /// A record that was read and is sent back carries these.
    pub read_only: Vec<FieldError>,
    /// Values that their fields cannot hold, left out (`X-NetSuite-PropertyValueValidation`).
    pub wrong: Vec<FieldError>,
    /// What stands where a line should and is none. Never left out: where the lines of a body replace those of the record, it
    /// would take with it the line it may have meant.
    pub not_lines: Vec<FieldError>,
}

impl Draft {
    /// # Errors
    /// Every value that its field cannot hold, and what is no line.
    pub fn with_right_values(mut self) -> Result<Self, Vec<FieldError>> {
        self.wrong.append(&mut self.not_lines);
        match self.wrong.is_empty() {
            true => Ok(self),
            false => Err(self.wrong),
        }
    }

    fn not_a_line(&mut self, path: String, problem: Problem) {
        if self.not_lines.len() < MOST_WRONG {
            self.not_lines.push(FieldError { path, problem });
        }
    }

    fn wrong(&mut self, path: String, problem: Problem) {
        if self.wrong.len() < MOST_WRONG {
            self.wrong.push(FieldError { path, problem });
        }
    }

    fn read_only(&mut self, path: String) {
        if self.read_only.len() < MOST_WRONG {
            let problem = Problem::ReadOnly;
            self.read_only.push(FieldError { path, problem });
        }
    }

    fn unknown(&mut self, path: String, nearest: impl FnOnce() -> Vec<String>) {
        if self.unknown.len() < MOST_REPORTED {
            let problem = Problem::Unknown { nearest: nearest() };
            self.unknown.push(FieldError { path, problem });
        }
    }
}

/// # Errors
/// Every value that its field cannot hold.
pub fn read(body: &Map<String, Json>, of: &RecordType) -> Result<Draft, Vec<FieldError>> {
    read_leniently(body, of).with_right_values()
}

/// The same, with the wrong values put aside.
pub fn read_leniently(body: &Map<String, Json>, of: &RecordType) -> Draft {
    let mut draft = Draft::default();
    let mut changes = Changes::new();
    for (name, json) in body {
        if let Some(sublist) = of.sublist(name) {
            read_lines(&mut draft, &mut changes, sublist, json);
        } else if name == "id" {
            draft.read_only(name.clone());
        } else if name != "links" {
            read_field(
                &mut draft,
                &mut changes,
                &of.fields,
                name,
                json,
                name.clone(),
                || of.nearest_fields(name),
            );
        }
    }
    draft.changes = changes;
    draft
}

/// One line of a sublist, as its own address takes it.
pub fn read_line(body: &Map<String, Json>, sublist: &Sublist) -> Draft {
    let mut draft = Draft::default();
    draft.changes = line(&mut draft, sublist, body, "");
    draft
}

fn read_field(
    draft: &mut Draft,
    changes: &mut Changes,
    fields: &[Arc<Field>],
    name: &str,
    json: &Json,
    path: String,
    nearest: impl FnOnce() -> Vec<String>,
) {
    let field = fields.iter().find(|field| field.name == name && !field.hidden);
    let Some(field) = field else {
        return draft.unknown(path, nearest);
    };
    if field.read_only {
        draft.read_only(path);
        return;
    }
    if let (Kind::Subrecord(shape), Some(object)) = (&field.kind, json.as_object()) {
        // Links alone are what a record that was read without its subrecords has in their place.
        if object.keys().any(|name| name != "links") {
            read_subrecord(draft, changes, name, shape, object, &path);
        }
        return;
    }
    match read_value(json, field) {
        Ok(value) => changes.insert(name, value),
        Err(problem) => draft.wrong(path, problem),
    }
}

fn read_subrecord(
    draft: &mut Draft,
    changes: &mut Changes,
    name: &str,
    shape: &Shape,
    object: &Map<String, Json>,
    path: &str,
) {
    let mut values = BTreeMap::new();
    for (name, json) in object.iter().filter(|(name, _)| *name != "links") {
        let path = format!("{path}.{name}");
        match shape.field(name).map(|field| read_value(json, field)) {
            Some(Ok(Some(value))) => drop(values.insert(name.clone(), value)),
            Some(Ok(None)) => {}
            Some(Err(problem)) => draft.wrong(path, problem),
            None => draft.unknown(path, || shape.nearest_fields(name)),
        }
    }
    changes.insert(name, (!values.is_empty()).then_some(Value::Subrecord(values)));
}

/// `{"items": [{"line": 1, "quantity": 2}, …]}`: a line with its number is changed, one without is added.
fn read_lines(draft: &mut Draft, changes: &mut Changes, sublist: &Sublist, json: &Json) {
    let Some(items) = json.get("items") else {
        // A record that was read without its lines has links in their place.
        if !json.is_object() {
            draft.not_a_line(sublist.name.clone(), NOT_LINES);
        }
        return;
    };
    let Some(items) = items.as_array() else {
        draft.not_a_line(format!("{}.items", sublist.name), NOT_LINES);
        return;
    };
    for (place, item) in items.iter().enumerate() {
        let path = format!("{}.items[{place}]", sublist.name);
        let Some(item) = item.as_object() else {
            draft.not_a_line(path, NOT_LINES);
            continue;
        };
        let fields = line(draft, sublist, item, &format!("{path}."));
        let edit = match item.get(&sublist.key).map(line_number) {
            Some(Some(number)) => LineEdit::Change(number, fields),
            Some(None) => {
                draft.not_a_line(format!("{path}.{}", sublist.key), NOT_A_LINE);
                continue;
            }
            None => LineEdit::Add(fields),
        };
        changes.edit(&sublist.name, edit);
    }
}

fn line(draft: &mut Draft, sublist: &Sublist, item: &Map<String, Json>, path: &str) -> Changes {
    let mut changes = Changes::new();
    for (name, json) in item {
        if *name != sublist.key && name != "links" {
            let path = format!("{path}{name}");
            read_field(draft, &mut changes, &sublist.fields, name, json, path, || {
                sublist.nearest_fields(name)
            });
        }
    }
    changes
}

const NOT_LINES: Problem = Problem::NotA {
    expected: "lines, as {\"items\": [{…}]}",
};

const NOT_A_LINE: Problem = Problem::NotA {
    expected: "the number of a line, as 1",
};

fn line_number(json: &Json) -> Option<i64> {
    match json {
        Json::String(digits) => number_of(digits),
        other => other.as_i64(),
    }
}

/// `null` clears; so does an empty text.
fn read_value(json: &Json, field: &Field) -> Result<Option<Value>, Problem> {
    if json.is_null() {
        return Ok(None);
    }
    let text = || json.as_str();
    let value = match &field.kind {
        Kind::Text | Kind::TextArea | Kind::Email | Kind::Phone | Kind::Url => {
            text().map(|text| Value::Text(text.to_owned()))
        }
        Kind::Bool => json.as_bool().map(Value::Bool),
        Kind::Int => json.as_i64().map(Value::Integer),
        Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => json.as_f64().map(Value::Decimal),
        Kind::Date => text().and_then(date).map(Value::Date),
        Kind::DateTime => text().and_then(parse_iso).map(Value::DateTime),
        Kind::Enum(_) => id(json).map(Value::Choice),
        Kind::Ref(_) => reference(json).map(Value::Reference),
        Kind::MultiRef(_) => json
            .get("items")
            .and_then(Json::as_array)
            .and_then(|items| items.iter().map(reference).collect::<Option<_>>())
            .map(Value::References),
        Kind::Subrecord(_) => None,
    };
    let value = value.ok_or_else(|| Problem::NotA {
        expected: field.kind.expectation(),
    })?;
    field.accept(value)
}

fn date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

/// `{"id": "5", "refName": "…"}`, `{"externalId": "…"}`, or the id alone.
fn reference(json: &Json) -> Option<Reference> {
    let key = match json.get("externalId").and_then(Json::as_str) {
        Some(external) if !external.is_empty() => Key::external(external)?,
        _ => Key::Internal(number_of(&id(json)?)?),
    };
    let name = json
        .get("refName")
        .and_then(Json::as_str)
        .filter(|name| !name.is_empty() && name.len() <= 1000)
        .map(ToOwned::to_owned);
    Some(Reference {
        key,
        name,
        record_type: None,
    })
}

fn id(json: &Json) -> Option<String> {
    match json.get("id").unwrap_or(json) {
        Json::String(id) => Some(id.clone()),
        Json::Number(id) => id.as_i64().map(|id| id.to_string()),
        _ => None,
    }
}
