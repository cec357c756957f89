//! Records to JSON.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use super::links;
use crate::field::{Choice, Field, Kind};
use crate::record::{Line, Record, Values};
use crate::record_type::{RecordType, Sublist};
use crate::value::{Reference, Value, iso};

/// How a record is written.
#[derive(Clone, Copy, Debug)]
pub struct Style<'a> {
    /// The URL of the record service without a slash at its end:
    /// `https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1`.
    pub base: &'a str,
    /// Which sublists and subrecords are written whole, and not as links.
    pub expands: Expands<'a>,
    /// Choices as their ids alone (`simpleEnumFormat`).
    pub simple_enums: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expands<'a> {
    Nothing,
    /// `expand=item,billingAddress`.
    Named(&'a [&'a str]),
    /// `expandSubResources=true`.
    Everything,
}

impl Expands<'_> {
    fn has(self, name: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Named(names) => names.contains(&name),
            Self::Everything => true,
        }
    }
}

impl<'a> Style<'a> {
    pub const fn plain(base: &'a str) -> Self {
        Self {
            base,
            expands: Expands::Nothing,
            simple_enums: false,
        }
    }
}

/// A record with its links. Fields without a value are left out.
pub fn write(record: &Record, of: &RecordType, style: Style<'_>) -> Json {
    let itself = format!("{}/{}/{}", style.base, of.name, record.id);
    let mut object = Map::new();
    object.insert("links".to_owned(), links(style.base, &of.name, record.id));
    object.insert("id".to_owned(), record.id.to_string().into());
    write_values(&mut object, &of.fields, &record.values, &itself, style);
    for sublist in &of.sublists {
        let written = match style.expands.has(&sublist.name) {
            true => write_lines(record, of, sublist, style),
            false => linked(&format!("{itself}/{}", sublist.name)),
        };
        object.insert(sublist.name.clone(), written);
    }
    Json::Object(object)
}

/// The lines of a sublist, as its own address shows them: links, or whole.
pub fn write_lines(record: &Record, of: &RecordType, sublist: &Sublist, style: Style<'_>) -> Json {
    let whole = style.expands.has(&sublist.name);
    let items: Vec<_> = record
        .lines(&sublist.name)
        .iter()
        .map(|line| match whole {
            true => write_line(record, of, sublist, line, style),
            false => linked(&line_address(record, of, sublist, line, style)),
        })
        .collect();
    let itself = format!("{}/{}/{}/{}", style.base, of.name, record.id, sublist.name);
    json!({
        "links": [{ "rel": "self", "href": itself }],
        "count": items.len(),
        "hasMore": false,
        "offset": 0,
        "totalResults": items.len(),
        "items": items,
    })
}

pub fn write_line(
    record: &Record,
    of: &RecordType,
    sublist: &Sublist,
    line: &Line,
    style: Style<'_>,
) -> Json {
    let itself = line_address(record, of, sublist, line, style);
    let mut object = Map::new();
    object.insert("links".to_owned(), json!([{ "rel": "self", "href": itself }]));
    object.insert(sublist.key.clone(), line.number.into());
    write_values(&mut object, &sublist.fields, &line.values, &itself, style);
    Json::Object(object)
}

fn line_address(
    record: &Record,
    of: &RecordType,
    sublist: &Sublist,
    line: &Line,
    style: Style<'_>,
) -> String {
    format!(
        "{}/{}/{}/{}/{}",
        style.base, of.name, record.id, sublist.name, line.number
    )
}

/// A subrecord, as its own address shows it.
pub fn write_subrecord(record: &Record, of: &RecordType, field: &Field, style: Style<'_>) -> Option<Json> {
    let itself = format!("{}/{}/{}", style.base, of.name, record.id);
    let value = record.get(&field.name)?;
    Some(write_value(
        value,
        field,
        &itself,
        Style {
            expands: Expands::Everything,
            ..style
        },
    ))
}

/// A subrecord of a line, as its own address shows it. None where the line has none of this name.
pub fn write_subrecord_of_line(
    record: &Record,
    of: &RecordType,
    sublist: &Sublist,
    line: &Line,
    name: &str,
    style: Style<'_>,
) -> Option<Json> {
    let is_meant = |field: &&Arc<Field>| field.name == name && matches!(field.kind, Kind::Subrecord(_));
    let field = sublist.fields.iter().find(is_meant)?;
    let itself = line_address(record, of, sublist, line, style);
    let expands = Expands::Everything;
    Some(write_value(
        line.get(name)?,
        field,
        &itself,
        Style { expands, ..style },
    ))
}

fn write_values(
    object: &mut Map<String, Json>,
    fields: &[Arc<Field>],
    values: &Values,
    owner: &str,
    style: Style<'_>,
) {
    for field in fields.iter().filter(|field| !field.hidden) {
        if let Some(value) = values.get(&field.name) {
            object.insert(field.name.clone(), write_value(value, field, owner, style));
        }
    }
}

fn write_value(value: &Value, field: &Field, owner: &str, style: Style<'_>) -> Json {
    match (value, &field.kind) {
        (Value::Text(text), _) => text.as_str().into(),
        (Value::Integer(number), _) => (*number).into(),
        (Value::Decimal(number), _) => (*number).into(),
        (Value::Bool(on), _) => (*on).into(),
        (Value::Date(date), _) => date.to_string().into(),
        (Value::DateTime(time), _) => iso(*time).into(),
        (Value::Choice(id), _) if style.simple_enums => id.as_str().into(),
        (Value::Choice(id), kind) => {
            let label = match kind {
                Kind::Enum(choices) => choices.iter().find(|choice| choice.id == *id),
                _ => None,
            };
            json!({ "id": id, "refName": label.map_or(id, |choice: &Choice| &choice.label) })
        }
        (Value::Reference(reference), kind) => write_reference(reference, kind, style.base),
        (Value::References(references), kind) => {
            let items: Vec<_> = references
                .iter()
                .map(|reference| write_reference(reference, kind, style.base))
                .collect();
            json!({ "items": items })
        }
        (Value::Subrecord(values), Kind::Subrecord(shape)) => {
            let itself = format!("{owner}/{}", field.name);
            let mut written = linked(&itself);
            if let (true, Some(object)) = (style.expands.has(&field.name), written.as_object_mut()) {
                write_values(object, &shape.fields, values, &itself, style);
            }
            written
        }
        (Value::Subrecord(_), _) => Json::Null,
    }
}

fn linked(address: &str) -> Json {
    json!({ "links": [{ "rel": "self", "href": address }] })
}

fn write_reference(reference: &Reference, kind: &Kind, base: &str) -> Json {
    let mut object = Map::new();
    if let (Some(id), Kind::Ref(target) | Kind::MultiRef(target)) = (reference.id(), kind) {
        let record_type = reference.record_type.as_ref().unwrap_or(target);
        object.insert("links".to_owned(), links(base, record_type, id));
        object.insert("id".to_owned(), id.to_string().into());
    }
    if let Some(name) = &reference.name {
        object.insert("refName".to_owned(), name.as_str().into());
    }
    Json::Object(object)
}
