//! What the metadata catalogue says of a record type, as JSON Schema.

use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::field::{Field, Kind, Presence};
use crate::record_type::{RecordType, Sublist};

/// Where schemas refer to each other: NetSuite writes such references without a host.
const CATALOG: &str = "/services/rest/record/v1/metadata-catalog";

const DRAFT: &str = "http://json-schema.org/draft-06/hyper-schema#";

/// The JSON Schema of a type. `catalog` is the URL of the metadata catalogue.
pub fn schema(of: &RecordType, catalog: &str) -> Json {
    let refer = |target: &str| json!({ "$ref": format!("{CATALOG}/{target}") });
    json!({
        "type": "object",
        "properties": properties(of, &refer),
        "required": required(of),
        "x-ns-filterable": filterable(of),
        "$id": format!("{catalog}/{}", of.name),
        "$schema": DRAFT,
    })
}

/// The schema of a link, which every other refers to.
pub fn link_schema(catalog: &str) -> Json {
    json!({
        "type": "object",
        "properties": link_properties(),
        "$id": format!("{catalog}/{LINK}"),
        "$schema": DRAFT,
    })
}

pub(crate) const LINK: &str = "nsLink";

pub(crate) fn link_properties() -> Json {
    json!({
        "rel": { "title": "Relation", "type": "string", "readOnly": true },
        "href": { "title": "Hypertext Reference", "type": "string", "format": "URI", "readOnly": true },
    })
}

/// What a record has, by name. `refer` gives the schema of another record or of a link.
pub(crate) fn properties(of: &RecordType, refer: &impl Fn(&str) -> Json) -> Map<String, Json> {
    let mut properties = Map::new();
    let links = json!({ "title": "Links", "type": "array", "readOnly": true, "items": refer(LINK) });
    properties.insert("links".to_owned(), links);
    properties.insert(
        "id".to_owned(),
        json!({ "title": "Internal ID", "type": "string", "nullable": true }),
    );
    properties.extend(fields(&of.fields, refer));
    for sublist in &of.sublists {
        properties.insert(
            sublist.name.clone(),
            json!({
                "title": sublist.label,
                "type": "object",
                "properties": {
                    "totalResults": { "type": "integer", "readOnly": true },
                    "items": {
                        "type": "array",
                        "items": { "type": "object", "properties": line(sublist, refer) },
                    },
                },
            }),
        );
    }
    properties
}

/// What a line of a sublist has, by name.
pub(crate) fn line(sublist: &Sublist, refer: &impl Fn(&str) -> Json) -> Map<String, Json> {
    let mut line = Map::new();
    line.insert(sublist.key.clone(), json!({ "title": "Line", "type": "integer" }));
    line.extend(fields(&sublist.fields, refer));
    line
}

/// The fields that a new record must have.
pub(crate) fn required(of: &RecordType) -> Vec<&str> {
    let fields = of.fields.iter();
    fields
        .filter(|field| field.presence == Presence::Mandatory)
        .map(|field| field.name.as_str())
        .collect()
}

fn fields<'f>(
    fields: &'f [Arc<Field>],
    refer: &'f impl Fn(&str) -> Json,
) -> impl Iterator<Item = (String, Json)> + 'f {
    let shown = fields.iter().filter(|field| !field.hidden);
    shown.map(move |field| (field.name.clone(), property(field, refer)))
}

fn property(field: &Field, refer: &impl Fn(&str) -> Json) -> Json {
    let mut property = match &field.kind {
        Kind::Text | Kind::TextArea | Kind::Phone => {
            json!({ "type": "string", "maxLength": field.max_length })
        }
        Kind::Email => json!({ "type": "string", "format": "email" }),
        Kind::Url => json!({ "type": "string", "format": "URI" }),
        Kind::Date => json!({ "type": "string", "format": "date" }),
        Kind::DateTime => json!({ "type": "string", "format": "date-time" }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Int => json!({ "type": "integer", "format": "int64" }),
        Kind::Float | Kind::Currency | Kind::Rate => json!({ "type": "number", "format": "double" }),
        Kind::Percent => json!({ "type": "number", "format": "float" }),
        Kind::Enum(choices) => {
            let ids: Vec<_> = choices.iter().map(|choice| choice.id.as_str()).collect();
            let labels: Vec<_> = choices.iter().map(|choice| choice.label.as_str()).collect();
            json!({
                "type": "object",
                "properties": {
                    "id": { "title": "Internal identifier", "type": "string", "enum": ids },
                    "refName": { "title": "Reference Name", "type": "string", "enum": labels },
                },
            })
        }
        // Beside a `$ref` nothing else may stand.
        Kind::Ref(target) => return refer(target),
        Kind::MultiRef(target) => json!({
            "type": "object",
            "properties": { "items": { "type": "array", "items": refer(target) } },
        }),
        Kind::Subrecord(shape) => {
            let properties: Map<_, _> = fields(&shape.fields, refer).collect();
            json!({ "type": "object", "properties": properties })
        }
    };
    if let Some(property) = property.as_object_mut() {
        property.insert("title".to_owned(), field.label.as_str().into());
        property.insert("nullable".to_owned(), true.into());
        if field.read_only {
            property.insert("readOnly".to_owned(), true.into());
        }
        if field.is_custom() {
            property.insert("x-ns-custom-field".to_owned(), true.into());
        }
    }
    property
}

fn filterable(of: &RecordType) -> Json {
    let fields = of
        .fields
        .iter()
        .filter(|field| !field.hidden && !matches!(field.kind, Kind::Subrecord(_)));
    let names = fields.map(|field| field.name.as_str());
    std::iter::once("id").chain(names).collect()
}
