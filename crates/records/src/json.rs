//! Records as SuiteTalk REST writes them, and request bodies as changes.

use jiff::civil::Date;
use serde_json::{Map, Value as Json, json};

use crate::catalog::RecordType;
use crate::changes::Changes;
use crate::error::{FieldError, Problem};
use crate::field::{Choice, Field, Kind};
use crate::record::Record;
use crate::value::{Key, Reference, Value, iso, parse_iso};

/// A record with its links. `base` is the URL of the record service without a slash at its end:
/// `https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1`. Fields without a value are left out.
pub fn write(record: &Record, of: &RecordType, base: &str) -> Json {
    let mut object = Map::new();
    object.insert("links".to_owned(), links(base, &of.name, record.id));
    object.insert("id".to_owned(), record.id.to_string().into());
    for field in &of.fields {
        if let Some(value) = record.get(&field.name) {
            object.insert(field.name.clone(), write_value(value, field, base));
        }
    }
    Json::Object(object)
}

/// The `links` array of a record: itself.
pub fn links(base: &str, record_type: &str, id: i64) -> Json {
    json!([{ "rel": "self", "href": format!("{base}/{record_type}/{id}") }])
}

/// The most names that are reported of those a type does not have, or that cannot be set: a body may hold any number
/// of them, and finding what each may have meant takes time.
const MOST_REPORTED: usize = 20;

/// A request body, read as far as the record type knows it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Draft {
    pub changes: Changes,
    /// The first of them. Whether they refuse the request is the caller's choice
    /// (`X-NetSuite-PropertyNameValidation`).
    pub unknown: Vec<FieldError>,
    /// A record that was read and is sent back carries these.
    pub read_only: Vec<FieldError>,
}

/// # Errors
/// Every value that its field cannot hold.
pub fn read(body: &Map<String, Json>, of: &RecordType) -> Result<Draft, Vec<FieldError>> {
    let mut draft = Draft::default();
    let mut errors = Vec::new();
    for (name, json) in body {
        let error = |problem| FieldError {
            path: name.clone(),
            problem,
        };
        let Some(field) = of.field(name) else {
            match name.as_str() {
                "links" => {}
                "id" => draft.read_only.push(error(Problem::ReadOnly)),
                _ if draft.unknown.len() < MOST_REPORTED => {
                    let nearest = of.nearest_fields(name);
                    draft.unknown.push(error(Problem::Unknown { nearest }));
                }
                _ => {}
            }
            continue;
        };
        if field.read_only {
            draft.read_only.push(error(Problem::ReadOnly));
            continue;
        }
        match read_value(json, field) {
            Ok(value) => draft.changes.insert(name, value),
            Err(problem) => errors.push(error(problem)),
        }
    }
    match errors.is_empty() {
        true => Ok(draft),
        false => Err(errors),
    }
}

fn write_value(value: &Value, field: &Field, base: &str) -> Json {
    match (value, &field.kind) {
        (Value::Text(text), _) => text.as_str().into(),
        (Value::Integer(number), _) => (*number).into(),
        (Value::Decimal(number), _) => (*number).into(),
        (Value::Bool(on), _) => (*on).into(),
        (Value::Date(date), _) => date.to_string().into(),
        (Value::DateTime(time), _) => iso(*time).into(),
        (Value::Choice(id), kind) => {
            let label = match kind {
                Kind::Enum(choices) => choices.iter().find(|choice| choice.id == *id),
                _ => None,
            };
            json!({ "id": id, "refName": label.map_or(id, |choice: &Choice| &choice.label) })
        }
        (Value::Reference(reference), kind) => write_reference(reference, kind, base),
        (Value::References(references), kind) => {
            let items: Vec<_> = references
                .iter()
                .map(|reference| write_reference(reference, kind, base))
                .collect();
            json!({ "items": items })
        }
    }
}

fn write_reference(reference: &Reference, kind: &Kind, base: &str) -> Json {
    let mut object = Map::new();
    if let (Some(id), Kind::Ref(target) | Kind::MultiRef(target)) = (reference.id(), kind) {
        object.insert("links".to_owned(), links(base, target, id));
        object.insert("id".to_owned(), id.to_string().into());
    }
    if let Some(name) = &reference.name {
        object.insert("refName".to_owned(), name.as_str().into());
    }
    Json::Object(object)
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
        Some(external) if !external.is_empty() => Key::External(external.to_owned()),
        _ => Key::Internal(id(json)?.parse().ok()?),
    };
    let name = json
        .get("refName")
        .and_then(Json::as_str)
        .filter(|name| !name.is_empty() && name.len() <= 1000)
        .map(ToOwned::to_owned);
    Some(Reference { key, name })
}

fn id(json: &Json) -> Option<String> {
    match json.get("id").unwrap_or(json) {
        Json::String(id) => Some(id.clone()),
        Json::Number(id) => id.as_i64().map(|id| id.to_string()),
        _ => None,
    }
}
