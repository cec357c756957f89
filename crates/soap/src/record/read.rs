//! A record's element to changes. Every element must be one the type has: a value that is dropped silently would be
//! missed only much later.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_records::{Changes, Field, FieldError, Kind, LineEdit, Problem, RecordType, Sublist, Value};
use countersign_spelling::{nearest, question};

use super::Form;
use super::value::{not_a, read_value, references};
use crate::custom_record::{is_custom_record, soap_name};
use crate::element::Element;
use crate::envelope::{Preferences, is_true};
use crate::names::{choice_of, field_name, is_visible, line_name, list_name};
use crate::status::Detail;

/// A record as a request shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    pub internal_id: Option<i64>,
    pub external_id: Option<String>,
    pub changes: Changes,
}

/// # Errors
/// Everything that is wrong with it.
pub fn read_record(
    element: &Element,
    of: &RecordType,
    preferences: Preferences,
) -> Result<Target, Vec<Detail>> {
    let mut reader = Reader {
        ignore_read_only: preferences.ignore_read_only_fields,
        problems: Vec::new(),
    };
    let mut changes = Changes::new();
    for child in element.children() {
        let list = of
            .sublists
            .iter()
            .find(|sublist| list_name(sublist) == child.name());
        match (child.name(), list) {
            ("nullFieldList", _) => {
                for name in child.all("name") {
                    changes = reader.cleared(changes, of, name.text());
                }
            }
            (_, Some(sublist)) => changes = reader.lines(changes, sublist, child),
            // It said of which type the record is.
            ("recType", _) if is_custom_record(of) => {}
            _ => changes = reader.field(changes, &of.fields, child, soap_name(of)),
        }
    }
    let internal_id = match element.attribute("internalId").filter(|id| !id.is_empty()) {
        None => None,
        Some(id) => id.trim().parse().map(Some).unwrap_or_else(|_| {
            reader.problems.push(Detail::new(
                "INVALID_KEY_OR_REF",
                format!("Invalid internalId {id:?}."),
            ));
            None
        }),
    };
    let external_id = element.attribute("externalId").filter(|id| !id.is_empty());
    if let Some(id) = external_id {
        changes = changes.set("externalId", Value::Text(id.to_owned()));
    }
    match reader.problems.is_empty() {
        true => Ok(Target {
            internal_id,
            external_id: external_id.map(ToOwned::to_owned),
            changes,
        }),
        false => Err(reader.problems),
    }
}

/// The most that is reported of one record.
const MOST_REPORTED: usize = 20;

struct Reader {
    ignore_read_only: bool,
    problems: Vec<Detail>,
}

impl Reader {
    fn wrong(&mut self, path: &str, problem: Problem) {
        if self.problems.len() < MOST_REPORTED {
            let path = path.to_owned();
            self.problems
                .push(Detail::of_field(&FieldError { path, problem }));
        }
    }

    /// Whether a field may be set.
    fn is_open(&mut self, field: &Field, name: &str) -> bool {
        if field.read_only && !self.ignore_read_only {
            self.wrong(name, Problem::ReadOnly);
        }
        !field.read_only
    }

    fn cleared(&mut self, mut changes: Changes, of: &RecordType, name: &str) -> Changes {
        if let Some(sublist) = of.sublists.iter().find(|sublist| list_name(sublist) == name) {
            changes.replace_lines(&sublist.name);
            return changes;
        }
        let is_meant = |field: &&Arc<Field>| {
            (is_visible(field) && field_name(field) == name) || (field.is_custom() && field.script_id == name)
        };
        match of.fields.iter().find(is_meant) {
            Some(field) if self.is_open(field, name) => changes.clear(&field.name),
            Some(_) => changes,
            None => {
                self.unknown(&of.fields, name, soap_name(of));
                changes
            }
        }
    }

    fn field(&mut self, changes: Changes, fields: &[Arc<Field>], element: &Element, owner: &str) -> Changes {
        if element.name() == "customFieldList" {
            return element.all("customField").fold(changes, |changes, custom| {
                self.custom(changes, fields, custom, owner)
            });
        }
        let name = element.name();
        let meant = fields
            .iter()
            .find(|field| is_visible(field) && field_name(field) == name);
        let Some(field) = meant else {
            self.unknown(fields, name, owner);
            return changes;
        };
        if element.is_nil() || !self.is_open(field, name) {
            return changes;
        }
        match self.value(field, element) {
            Ok(Some(value)) => changes.set(&field.name, value),
            Ok(None) => changes.clear(&field.name),
            Err(problem) => {
                self.wrong(name, problem);
                changes
            }
        }
    }

    /// By its script id, or in its place the internal id: older versions say it there.
    fn custom(&mut self, changes: Changes, fields: &[Arc<Field>], element: &Element, owner: &str) -> Changes {
        let said = element
            .attribute("scriptId")
            .or_else(|| element.attribute("internalId"));
        let said = said.unwrap_or_default();
        let is_meant = |field: &&Arc<Field>| field.is_custom() && field.script_id.eq_ignore_ascii_case(said);
        let Some(field) = fields.iter().find(is_meant) else {
            self.unknown(fields, said, owner);
            return changes;
        };
        if !self.is_open(field, said) {
            return changes;
        }
        let value = match (&field.kind, element.child("value")) {
            (_, None) => return changes.clear(&field.name),
            (Kind::MultiRef(_), Some(_)) => references(element.all("value")).ok_or_else(|| not_a(field)),
            (Kind::Enum(choices), Some(value)) => {
                let said = value.attribute("internalId").unwrap_or(value.text());
                let choice = choice_of(choices, said).map(|choice| Value::Choice(choice.id.clone()));
                choice.ok_or_else(|| not_a(field))
            }
            (_, Some(value)) => read_value(field, value),
        };
        match value.and_then(|value| field.accept(value)) {
            Ok(Some(value)) => changes.set(&field.name, value),
            Ok(None) => changes.clear(&field.name),
            Err(problem) => {
                self.wrong(said, problem);
                changes
            }
        }
    }

    /// `replaceAll`, which is so unless it says it is not: lines that are not named go.
    fn lines(&mut self, mut changes: Changes, sublist: &Sublist, list: &Element) -> Changes {
        if list.attribute("replaceAll").is_none_or(is_true) {
            changes.replace_lines(&sublist.name);
        }
        for element in list.children() {
            if element.name() != line_name(sublist) {
                self.unknown(&[], element.name(), &list_name(sublist));
                continue;
            }
            let mut number = None;
            let mut line = Changes::new();
            for child in element.children() {
                if child.name() == sublist.key {
                    number = child.text().parse().ok();
                } else {
                    line = self.field(line, &sublist.fields, child, line_name(sublist));
                }
            }
            let edit = match number {
                Some(number) => LineEdit::Change(number, line),
                None => LineEdit::Add(line),
            };
            changes.edit(&sublist.name, edit);
        }
        changes
    }

    fn value(&mut self, field: &Field, element: &Element) -> Result<Option<Value>, Problem> {
        let Form::Subrecord(shape) = Form::of(field) else {
            return read_value(field, element).and_then(|value| field.accept(value));
        };
        let mut values = BTreeMap::new();
        for child in element.children().filter(|child| child.name() != "internalId") {
            match shape.field(child.name()) {
                None => self.unknown(&shape.fields, child.name(), &shape.name),
                Some(part) => match read_value(part, child) {
                    Ok(value) => drop(values.insert(part.name.clone(), value)),
                    Err(problem) => self.wrong(child.name(), problem),
                },
            }
        }
        field.accept(Value::Subrecord(values))
    }

    fn unknown(&mut self, fields: &[Arc<Field>], name: &str, owner: &str) {
        if self.problems.len() < MOST_REPORTED {
            let known: Vec<_> = fields
                .iter()
                .filter(|field| is_visible(field))
                .map(|field| field_name(field))
                .collect();
            let meant = question(&nearest(name, known.iter().map(String::as_str)));
            let name: String = name.chars().take(80).collect();
            let text = format!("{owner} has no element {name} in this account.{meant}");
            self.problems.push(Detail::new("USER_ERROR", text));
        }
    }
}
