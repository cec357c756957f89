//! The addresses of the record service, as one OpenAPI document: every status an address answers is in it.

use std::slice::from_ref;
use std::sync::Arc;

use serde_json::{Map, Value as Json, json};

use crate::metadata::{LINK, line, link_properties, properties, required};
use crate::record_type::{RecordType, Sublist};

const SINGULAR: &str = "application/vnd.oracle.resource+json; type=singular";
const COLLECTION: &str = "application/vnd.oracle.resource+json; type=collection";
const ERROR: &str = "application/vnd.oracle.resource+json; type=error";

/// Answers to a request that names no record, and what each says.
const REFUSALS: [(&str, &str); 5] = [
    (
        "400",
        "The request cannot be understood or its content is refused",
    ),
    ("401", "The login failed"),
    ("403", "The role lacks a permission"),
    ("413", "The body is too large"),
    ("429", "Too many requests run at once"),
];
const MISSING: (&str, &str) = ("404", "There is no such record, or no such part of it");
const NOT_EMULATED: (&str, &str) = ("501", "NetSuite does this, and this account does not");

/// One OpenAPI 3.0 document for some types. `server` is the URL of the record service.
pub fn openapi<'t>(types: impl Iterator<Item = &'t Arc<RecordType>>, server: &str) -> Json {
    let mut paths = Map::new();
    let mut schemas = Map::new();
    let link = json!({ "type": "object", "properties": link_properties() });
    schemas.insert(LINK.to_owned(), link);
    schemas.insert("nsReference".to_owned(), reference());
    schemas.insert("nsCollection".to_owned(), collection());
    schemas.insert("nsError".to_owned(), error());
    for of in types {
        let properties = properties(of, &refer);
        schemas.insert(
            of.name.clone(),
            json!({ "type": "object", "properties": properties }),
        );
        add_paths(&mut paths, of);
    }
    json!({
        "openapi": "3.0.1",
        "info": { "title": "REST Record Service", "version": "1.0" },
        "servers": [{ "url": server }],
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// To records of any type a reference has the same shape.
fn refer(target: &str) -> Json {
    let schema = if target == LINK { LINK } else { "nsReference" };
    component(schema)
}

fn component(name: &str) -> Json {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn reference() -> Json {
    json!({
        "type": "object",
        "properties": {
            "id": { "title": "Internal identifier", "type": "string" },
            "refName": { "title": "Reference Name", "type": "string" },
            "externalId": { "title": "External identifier", "type": "string" },
            "links": { "title": "Links", "type": "array", "readOnly": true, "items": component(LINK) },
        },
    })
}

fn collection() -> Json {
    json!({
        "type": "object",
        "properties": {
            "links": { "type": "array", "items": component(LINK) },
            "count": { "type": "integer" },
            "hasMore": { "type": "boolean" },
            "items": { "type": "array", "items": { "type": "object" } },
            "offset": { "type": "integer" },
            "totalResults": { "type": "integer" },
        },
        "required": ["links", "count", "hasMore", "items", "offset", "totalResults"],
    })
}

fn error() -> Json {
    json!({
        "type": "object",
        "properties": {
            "type": { "type": "string" },
            "title": { "type": "string" },
            "status": { "type": "integer" },
            "o:errorDetails": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {
                        "detail": { "type": "string" },
                        "o:errorCode": { "type": "string" },
                        "o:errorPath": { "type": "string" },
                        "o:errorQueryParam": { "type": "string" },
                        "o:errorUrlPath": { "type": "string" },
                    },
                    "required": ["detail", "o:errorCode"],
                },
            },
        },
        "required": ["type", "title", "status", "o:errorDetails"],
    })
}

fn add_paths(paths: &mut Map<String, Json>, of: &RecordType) {
    let id = path("id", json!({ "type": "string", "minLength": 1 }));
    let at = format!("/{}/{{id}}", of.name);
    paths.insert(format!("/{}", of.name), all(of));
    paths.insert(at.clone(), one(of, &id));
    for sublist in &of.sublists {
        add_sublist(paths, of, sublist, &at, &id);
    }
    for transform in &of.transforms {
        let summary = format!("Transform to {}.", transform.to);
        // What it becomes may not be among the types of this document.
        let body = json!({ "type": "object" });
        let made = answers(written(), &[MISSING]);
        let post = operation(of, &summary, from_ref(&id), Some(&body), made);
        let place = format!("{at}/!transform/{}", transform.to);
        paths.insert(place, json!({ "post": post }));
    }
}

/// The address of all records of a type.
fn all(of: &RecordType) -> Json {
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": 1000 });
    let narrowed = [
        text("q"),
        query("limit", limit),
        query("offset", json!({ "type": "integer", "minimum": 0 })),
    ];
    let page = ok(
        "A page of links to records",
        COLLECTION,
        &component("nsCollection"),
    );
    let required = required(of);
    let new = match required.is_empty() {
        true => component(&of.name),
        false => json!({ "allOf": [component(&of.name), { "required": required }] }),
    };
    json!({
        "get": operation(of, "Get list of records.", &narrowed, None, answers(page, &[])),
        "post": operation(of, "Insert record.", &[], Some(&new), answers(written(), &[])),
    })
}

/// The address of one record.
fn one(of: &RecordType, id: &Json) -> Json {
    let record = component(&of.name);
    let shown = [
        id.clone(),
        text("fields"),
        text("expand"),
        flag("expandSubResources"),
        flag("simpleEnumFormat"),
    ];
    let changed = [
        id.clone(),
        text("replace"),
        flag("replaceSelectedFields"),
        text("fields"),
    ];
    let found = answers(ok("The record", SINGULAR, &record), &[MISSING, NOT_EMULATED]);
    let known = answers(written(), &[MISSING]);
    json!({
        "get": operation(of, "Get record.", &shown, None, found),
        "patch": operation(of, "Update record.", &changed, Some(&record), known.clone()),
        "put": operation(of, "Insert or update record.", &changed, Some(&record), known),
        "delete": operation(of, "Remove record.", from_ref(id), None, answers(gone(), &[MISSING])),
    })
}

fn add_sublist(paths: &mut Map<String, Json>, of: &RecordType, sublist: &Sublist, at: &str, id: &Json) {
    let schema = json!({ "type": "object", "properties": line(sublist, &refer) });
    let place = format!("{at}/{}", sublist.name);
    let expand = flag("expandSubResources");
    let all = answers(
        ok("The lines", COLLECTION, &component("nsCollection")),
        &[MISSING],
    );
    let known = answers(written(), &[MISSING]);
    paths.insert(
        place.clone(),
        json!({
            "get": operation(of, "Get lines.", &[id.clone(), expand], None, all),
            "post": operation(of, "Insert line.", from_ref(id), Some(&schema), known.clone()),
        }),
    );
    let one = [id.clone(), path("line", json!({ "type": "integer" }))];
    paths.insert(
        format!("{place}/{{line}}"),
        json!({
            "get": operation(of, "Get line.", &one, None, answers(ok("The line", SINGULAR, &schema), &[MISSING])),
            "patch": operation(of, "Update line.", &one, Some(&schema), known),
            "delete": operation(of, "Remove line.", &one, None, answers(gone(), &[MISSING])),
        }),
    );
}

fn operation(
    of: &RecordType,
    summary: &str,
    parameters: &[Json],
    body: Option<&Json>,
    responses: Map<String, Json>,
) -> Json {
    let mut operation = Map::new();
    operation.insert("tags".to_owned(), json!([of.name]));
    operation.insert("summary".to_owned(), summary.into());
    operation.insert("parameters".to_owned(), parameters.into());
    if let Some(schema) = body {
        let body = json!({ "content": { "application/json": { "schema": schema } } });
        operation.insert("requestBody".to_owned(), body);
    }
    operation.insert("responses".to_owned(), responses.into());
    Json::Object(operation)
}

fn path(name: &str, schema: Json) -> Json {
    json!({ "name": name, "in": "path", "required": true, "schema": schema })
}

fn query(name: &str, schema: Json) -> Json {
    json!({ "name": name, "in": "query", "required": false, "schema": schema })
}

fn text(name: &str) -> Json {
    query(name, json!({ "type": "string" }))
}

fn flag(name: &str) -> Json {
    query(name, json!({ "type": "boolean" }))
}

fn ok(what: &str, media_type: &str, schema: &Json) -> (&'static str, Json) {
    let content = json!({ media_type: { "schema": schema } });
    ("200", json!({ "description": what, "content": content }))
}

fn written() -> (&'static str, Json) {
    let location = json!({ "description": "Where it is", "schema": { "type": "string" } });
    let headers = json!({ "Location": location });
    (
        "204",
        json!({ "description": "It was written", "headers": headers }),
    )
}

fn gone() -> (&'static str, Json) {
    ("204", json!({ "description": "It is gone" }))
}

fn answers(answer: (&str, Json), more: &[(&str, &str)]) -> Map<String, Json> {
    let refused = |(status, what): &(&str, &str)| {
        let content = json!({ ERROR: { "schema": component("nsError") } });
        (
            (*status).to_owned(),
            json!({ "description": what, "content": content }),
        )
    };
    let mut answers: Map<_, _> = REFUSALS.iter().chain(more).map(refused).collect();
    answers.insert(answer.0.to_owned(), answer.1);
    answers
}
