//! What the metadata catalogue of REST answered: the JSON Schema of a type, or an OpenAPI document of several.
//!
//! Of a type that is there, the fields it does not have are added to it; a type that is not there becomes one, whose
//! records are stored and validated.

mod property;

use countersign_records::{Catalog, Declaration, RecordType};
use serde_json::{Map, Value as Json};

use crate::line::{is_name, quoted};
use crate::{File, Shape, extended};
use property::{Content, Described, Line};

/// What guards a type that is nobody's own.
const GUARD: &str = "LIST_CUSTRECORDENTRY";

/// Of the fields of a new type, the first that is there says what a record is called.
const NAMING: [&str; 8] = [
    "name",
    "entityId",
    "tranId",
    "itemId",
    "title",
    "companyName",
    "altName",
    "itemName",
];

pub(crate) fn read(file: &File, catalog: &mut Catalog, stored: &[Declaration], shape: &mut Shape) {
    let json: Json = match serde_json::from_str(file.text.trim_start_matches('\u{feff}')) {
        Ok(json) => json,
        Err(error) => return shape.wrong(&file.name, "", format!("this is not JSON: {error}")),
    };
    let schemas = json.pointer("/components/schemas").and_then(Json::as_object);
    let nothing = Map::new();
    let described = Described {
        schemas: schemas.unwrap_or(&nothing),
    };
    let types: Vec<(String, &Map<String, Json>)> = match schemas {
        Some(schemas) => schemas
            .iter()
            .filter(|(name, schema)| is_type(name, schema))
            .filter_map(|(name, schema)| Some((name.clone(), schema.get("properties")?.as_object()?)))
            .collect(),
        None => {
            let id = json.get("$id").and_then(Json::as_str).unwrap_or_default();
            let name = id.rsplit('/').next().unwrap_or_default();
            let properties = json.get("properties").and_then(Json::as_object);
            properties
                .map(|properties| (name.to_owned(), properties))
                .into_iter()
                .collect()
        }
    };
    if types.is_empty() {
        let text = match json.get("items") {
            Some(_) => {
                "this lists types and describes none: ask for a type with Accept: application/schema+json"
            }
            None => "this describes no record type, neither as JSON Schema nor as OpenAPI",
        };
        return shape.wrong(&file.name, "", text);
    }
    for (name, properties) in types {
        if !is_name(&name) {
            shape.wrong(&file.name, &name, "no record type can be called so");
            continue;
        }
        let mut reading = Reading {
            file,
            name: &name,
            content: described.content(properties),
            shape,
        };
        match catalog.get(&name).cloned() {
            Some(known) => reading.add_to(&known, catalog, stored),
            None => reading.make(catalog, &json),
        }
    }
}

/// Not a part of one, a list of them, or what errors and links look like.
fn is_type(name: &str, schema: &Json) -> bool {
    let has = |property: &str| schema.pointer(&format!("/properties/{property}")).is_some();
    !name.contains('-') && !name.starts_with("ns") && has("id") && has("links") && !has("items")
}

struct Reading<'f> {
    file: &'f File,
    name: &'f str,
    content: Content,
    shape: &'f mut Shape,
}

impl Reading<'_> {
    fn left_out(&mut self, about: &str, text: impl Into<String>) {
        let about = format!("{}.{about}", self.name);
        self.shape.left_out(&self.file.name, &about, text);
    }

    fn tell(&mut self) {
        for (about, text) in std::mem::take(&mut self.content.left_out) {
            self.left_out(&about, text);
        }
    }

    fn make(&mut self, catalog: &mut Catalog, json: &Json) {
        self.tell();
        let soap_name = match self.name.starts_with("custom") {
            true => self.name.to_owned(),
            false => upper_first(self.name),
        };
        let has = |name: &&&str| {
            self.content
                .body
                .iter()
                .any(|line| line.name == ***name && line.is_text())
        };
        let named = NAMING.iter().find(has).unwrap_or(&"id");
        let label = json.get("title").and_then(Json::as_str).unwrap_or(self.name);
        let head = format!("record {soap_name} {} named={named} may={GUARD}", quoted(label));
        let lines = self.lines();
        let whole = lines.iter().fold(head.clone(), |text, (sublist, line)| {
            let line = placed(&text, sublist.as_deref(), &line.text());
            text + &line
        });
        let (mut text, mut kept) = (head.clone(), catalog.clone());
        match extended(catalog, &self.declaration(self.name, &whole)) {
            Ok(extended) => (text, kept) = (whole, extended),
            // Then one at a time, so that one that cannot be leaves the others in.
            Err(_) => {
                for (sublist, line) in lines {
                    let with = format!("{text}{}", placed(&text, sublist.as_deref(), &line.text()));
                    match extended(catalog, &self.declaration(self.name, &with)) {
                        Ok(extended) => (text, kept) = (with, extended),
                        Err(reason) => self.left_out(&line.name, reason),
                    }
                }
            }
        }
        let declaration = self.declaration(self.name, &text);
        match text == head {
            true => self
                .shape
                .wrong(&self.file.name, self.name, "none of its fields can be read"),
            false => {
                *catalog = kept;
                self.shape.declarations.push(declaration);
            }
        }
    }

    /// Custom fields are declarations of their own, so that their objects can take their places; others are one together.
    fn add_to(&mut self, known: &RecordType, catalog: &mut Catalog, stored: &[Declaration]) {
        self.tell();
        let extras = format!("{}.*", known.name);
        let before = stored.iter().find(|declaration| declaration.name == extras);
        let mut text = before.map_or_else(String::new, |declaration| declaration.text.clone());
        let mut added = false;
        for (sublist, line) in self.lines() {
            let is_there = match &sublist {
                None => known.field_in_any_case(&line.name).is_some() || known.sublist(&line.name).is_some(),
                Some(name) => known.sublist(name).is_some_and(|sublist| {
                    let mut fields = sublist.fields.iter();
                    fields.any(|field| field.script_id.eq_ignore_ascii_case(&line.name))
                }),
            };
            if is_there {
                continue;
            }
            if let Some(name) = &sublist
                && known.sublist(name).is_none()
                && known.field_in_any_case(name).is_some()
            {
                self.left_out(name, "the type has a field of this name, and no lines");
                continue;
            }
            let head = format!("extend {}", known.soap_name);
            let block = format!("{head}{}", placed("", sublist.as_deref(), &line.text()));
            let place = sublist.map_or_else(String::new, |sublist| format!("{sublist}."));
            let name = format!("{}.{place}{}", known.name, line.name);
            let alone = self.declaration(&name, &block);
            match extended(catalog, &alone) {
                Err(reason) => self.left_out(&line.name, reason),
                Ok(extended) => {
                    *catalog = extended;
                    if line.is_custom() {
                        self.shape.declarations.push(alone);
                    } else {
                        added = true;
                        text.push_str(if text.is_empty() { "" } else { "\n" });
                        text.push_str(&block);
                    }
                }
            }
        }
        if added {
            let declaration = self.declaration(&extras, &text);
            self.shape.declarations.push(declaration);
        }
    }

    /// Body fields first, then the lines of each sublist.
    fn lines(&mut self) -> Vec<(Option<String>, Line)> {
        let content = std::mem::take(&mut self.content);
        let body = content.body.into_iter().map(|line| (None, line));
        let lines = content
            .sublists
            .into_iter()
            .flat_map(|(sublist, lines)| lines.into_iter().map(move |line| (Some(sublist.clone()), line)));
        body.chain(lines).collect()
    }

    fn declaration(&self, name: &str, text: &str) -> Declaration {
        Declaration {
            name: name.to_owned(),
            text: text.to_owned(),
            source: self.file.name.clone(),
        }
    }
}

/// A line below the head of its type, or below that of its sublist, which is opened where it is not the one that is.
fn placed(before: &str, sublist: Option<&str>, line: &str) -> String {
    let Some(sublist) = sublist else {
        return format!("\n  {line}");
    };
    let open = before
        .rsplit("\n  sublist ")
        .next()
        .filter(|_| before.contains("\n  sublist "));
    match open.and_then(|rest| rest.lines().next()) == Some(sublist) {
        true => format!("\n    {line}"),
        false => format!("\n  sublist {sublist}\n    {line}"),
    }
}

fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
