//! The properties of a schema as lines of a declaration.

use serde_json::{Map, Value as Json};

use crate::line::{self, is_choice, is_name, quoted};

/// Schemas that others of the document refer to, by name.
pub(super) struct Described<'j> {
    pub(super) schemas: &'j Map<String, Json>,
}

/// What a type has.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) body: Vec<Line>,
    pub(super) sublists: Vec<(String, Vec<Line>)>,
    /// Names, and why nothing was made of them.
    pub(super) left_out: Vec<(String, String)>,
}

#[derive(Debug)]
pub(super) struct Line {
    pub(super) name: String,
    label: String,
    kind: String,
    /// `ro`, and what it begins with.
    rest: String,
}

/// What every record has, or no field is called.
const NOT_FIELDS: [&str; 6] = ["id", "links", "externalId", "refName", "totalResults", "line"];

/// Columns of lines that are there already.
const OF_LINES: [&str; 7] = [
    "internalId",
    "uniqueKey",
    "transaction",
    "linesequencenumber",
    "mainline",
    "parent",
    "count",
];

/// What a property is.
enum Read {
    Field(String),
    /// The properties of a line.
    Lines(Map<String, Json>),
    Nothing(&'static str),
    Skipped,
}

impl Line {
    pub(super) fn text(&self) -> String {
        line::field(&self.name, &self.label, &format!("{}{}", self.kind, self.rest))
    }

    pub(super) fn is_text(&self) -> bool {
        self.kind.starts_with("text(")
    }

    pub(super) fn is_custom(&self) -> bool {
        self.name.starts_with("cust") && self.name.contains('_')
    }
}

impl Described<'_> {
    pub(super) fn content(&self, properties: &Map<String, Json>) -> Content {
        let mut content = Content::default();
        for (name, schema) in properties {
            match self.read(name, schema) {
                Read::Field(kind) => content.body.push(made(name, schema, kind)),
                Read::Lines(line) => {
                    let lines = self.lines(name, &line, &mut content.left_out);
                    if !lines.is_empty() {
                        content.sublists.push((name.clone(), lines));
                    }
                }
                Read::Nothing(why) => content.left_out.push((name.clone(), why.to_owned())),
                Read::Skipped => {}
            }
        }
        content
    }

    fn lines(
        &self,
        sublist: &str,
        line: &Map<String, Json>,
        left_out: &mut Vec<(String, String)>,
    ) -> Vec<Line> {
        let mut lines = Vec::new();
        for (name, schema) in line.iter().filter(|(name, _)| !OF_LINES.contains(&name.as_str())) {
            match self.read(name, schema) {
                Read::Field(kind) => lines.push(made(name, schema, kind)),
                Read::Lines(_) => left_out.push((format!("{sublist}.{name}"), "lines of lines".to_owned())),
                Read::Nothing(why) => left_out.push((format!("{sublist}.{name}"), why.to_owned())),
                Read::Skipped => {}
            }
        }
        lines
    }

    fn read(&self, name: &str, schema: &Json) -> Read {
        if NOT_FIELDS.contains(&name) {
            return Read::Skipped;
        }
        if !is_name(name) {
            return Read::Nothing("no field can be called so");
        }
        if let Some(refers) = schema.get("$ref").and_then(Json::as_str) {
            return self.referred(last(refers));
        }
        let word = |member: &str| schema.get(member).and_then(Json::as_str).unwrap_or_default();
        let length = schema
            .get("maxLength")
            .and_then(Json::as_u64)
            .filter(|length| *length > 0);
        Read::Field(match (word("type"), word("format")) {
            ("string", "date") => "date".to_owned(),
            ("string", "date-time") => "datetime".to_owned(),
            ("string", "email") => "email".to_owned(),
            ("string", "URI" | "uri") => "url".to_owned(),
            ("string", _) => match length {
                Some(length @ 1001..) => format!("textarea({})", length.min(1_000_000)),
                length => format!("text({})", length.unwrap_or(300)),
            },
            ("boolean", _) => "bool".to_owned(),
            ("integer", _) => "int".to_owned(),
            ("number", _) => "float".to_owned(),
            ("object", _) => return self.object(schema),
            _ => return Read::Nothing("its kind is not known here"),
        })
    }

    /// Another type, or a part of this one that is described elsewhere in the document.
    fn referred(&self, target: &str) -> Read {
        if target.starts_with("nsLink") || target.starts_with("nsResource") {
            return Read::Skipped;
        }
        if !target.contains('-') {
            return match is_name(target) {
                true => Read::Field(format!("ref({target})")),
                false => Read::Nothing("what it refers to has no name"),
            };
        }
        match self.schemas.get(target) {
            Some(part) => self.object(part),
            None => Read::Nothing("it is described elsewhere: take the type as OpenAPI, with all its parts"),
        }
    }

    fn object(&self, schema: &Json) -> Read {
        let Some(properties) = schema.get("properties").and_then(Json::as_object) else {
            return Read::Nothing("it is an object of no known properties");
        };
        if let Some(items) = properties.get("items").and_then(|items| items.get("items")) {
            let target = items.get("$ref").and_then(Json::as_str).map(last);
            return match target {
                Some(target) if !target.contains('-') && is_name(target) => {
                    Read::Field(format!("multiref({target})"))
                }
                Some(target) => {
                    let line = self.schemas.get(target).and_then(|line| line.get("properties"));
                    lines_of(line)
                }
                None => lines_of(items.get("properties")),
            };
        }
        if let Some(id) = properties.get("id")
            && properties.contains_key("refName")
        {
            return choices(id, properties.get("refName"));
        }
        Read::Nothing("it is a subrecord")
    }
}

fn lines_of(line: Option<&Json>) -> Read {
    match line.and_then(Json::as_object) {
        Some(line) => Read::Lines(line.clone()),
        None => {
            Read::Nothing("its lines are described elsewhere: take the type as OpenAPI, with all its parts")
        }
    }
}

fn choices(id: &Json, label: Option<&Json>) -> Read {
    let texts = |schema: &Json| {
        let listed = schema.get("enum").and_then(Json::as_array);
        let texts = listed.into_iter().flatten().filter_map(Json::as_str);
        texts.map(ToOwned::to_owned).collect::<Vec<_>>()
    };
    let (ids, labels) = (texts(id), label.map(texts).unwrap_or_default());
    if ids.is_empty() {
        return Read::Nothing("its choices are not listed");
    }
    if !ids.iter().all(|id| is_choice(id)) {
        return Read::Nothing("its choices have ids of other letters than a declaration has");
    }
    let mut listed: Vec<String> = Vec::new();
    for (place, id) in ids.iter().enumerate() {
        let choice = format!("{id}:{}", quoted(labels.get(place).unwrap_or(id)));
        if !ids.iter().take(place).any(|other| other == id) {
            listed.push(choice);
        }
    }
    Read::Field(format!("enum({})", listed.join(", ")))
}

fn made(name: &str, schema: &Json, kind: String) -> Line {
    let is_read_only = schema.get("readOnly") == Some(&Json::Bool(true));
    let moment = kind == "datetime";
    let rest = match name {
        "createdDate" | "dateCreated" | "created" if moment => " ro =created",
        "lastModifiedDate" | "lastModified" if moment => " ro =modified",
        _ if is_read_only => " ro",
        _ => "",
    };
    Line {
        name: name.to_owned(),
        label: schema
            .get("title")
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned(),
        kind,
        rest: rest.to_owned(),
    }
}

/// The name that a reference ends with.
fn last(refers: &str) -> &str {
    refers.rsplit('/').next().unwrap_or(refers)
}
