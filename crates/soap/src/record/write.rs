//! A record to its element, in the order its schema declares.

use std::sync::Arc;

use countersign_protocol::EndpointVersion;
use countersign_records::{
    Catalog, Choice, Field, Kind, Line, Record, RecordType, Reference, Sublist, Value,
};
use countersign_world::UnixTime;

use super::Form;
use crate::custom_record::{is_custom_record, number_of, soap_name, standard_fields};
use crate::escaped::Xml;
use crate::names::{
    choice_name, custom_fields, custom_type, field_name, line_name, list_name, visible_fields,
};
use crate::namespace::Namespace;

/// The record as an element of the name given, `record` or `platformCore:record`; with its sublists, or without.
pub fn write_record(
    xml: &mut Xml,
    element: &str,
    record: &Record,
    of: &RecordType,
    (version, catalog): (EndpointVersion, &Catalog),
    has_lines: bool,
) {
    write(xml, element, record, of, (version, catalog), (has_lines, true));
}

/// A record that is not saved: it has no id, and its lines have no numbers.
pub fn write_draft(
    xml: &mut Xml,
    element: &str,
    record: &Record,
    of: &RecordType,
    schemas: (EndpointVersion, &Catalog),
) {
    write(xml, element, record, of, schemas, (true, false));
}

fn write(
    xml: &mut Xml,
    element: &str,
    record: &Record,
    of: &RecordType,
    (version, catalog): (EndpointVersion, &Catalog),
    (has_lines, is_saved): (bool, bool),
) {
    let namespace = Namespace::of(of);
    let writer = Writer {
        prefix: namespace.prefix(),
        is_saved,
    };
    let (id, xsi_type) = (
        record.id.to_string(),
        format!("{}:{}", namespace.prefix(), soap_name(of)),
    );
    let own = format!("xmlns:{}", namespace.prefix());
    let (own_urn, common_urn) = (namespace.urn(version), Namespace::COMMON.urn(version));
    let mut attributes = Vec::new();
    attributes.extend(is_saved.then_some(("internalId", id.as_str())));
    attributes.extend(record.external_id().map(|external| ("externalId", external)));
    attributes.extend([
        ("xsi:type", xsi_type.as_str()),
        (own.as_str(), own_urn.as_str()),
        ("xmlns:platformCommon", common_urn.as_str()),
    ]);
    xml.element(element, &attributes, |xml| {
        if is_custom_record(of) {
            writer.fields(xml, standard_fields(of), |name| record.get(name));
            let number = number_of(of, catalog).unwrap_or_default().to_string();
            let name = format!("{}:recType", writer.prefix);
            reference(xml, &name, &number, Some(&of.label));
        } else {
            writer.fields(xml, visible_fields(&of.fields), |name| record.get(name));
        }
        if has_lines {
            for sublist in &of.sublists {
                writer.lines(xml, record, sublist);
            }
        }
        writer.custom(xml, &of.fields, |name| record.get(name));
    });
}

struct Writer {
    prefix: &'static str,
    is_saved: bool,
}

impl Writer {
    fn fields<'f, 'v>(
        &self,
        xml: &mut Xml,
        fields: impl Iterator<Item = &'f Arc<Field>>,
        get: impl Fn(&str) -> Option<&'v Value>,
    ) {
        for field in fields {
            if let Some(value) = get(&field.name) {
                self.field(xml, field, value);
            }
        }
    }

    fn field(&self, xml: &mut Xml, field: &Field, value: &Value) {
        let name = format!("{}:{}", self.prefix, field_name(field));
        match (Form::of(field), value) {
            (Form::Label(choices), Value::Choice(id)) => {
                let label = choice(choices, id).map_or(id.as_str(), |choice| choice.label.as_str());
                xml.leaf(&name, label);
            }
            (Form::Enumeration(choices), Value::Choice(id)) => {
                xml.leaf(
                    &name,
                    &choice(choices, id).map_or_else(|| id.clone(), choice_name),
                );
            }
            (Form::Listed(choices), Value::Choice(id)) => {
                let label = choice(choices, id).map(|choice| choice.label.as_str());
                reference(xml, &name, id, label);
            }
            (Form::Id, Value::Reference(to)) => xml.leaf(&name, &to.id().unwrap_or_default().to_string()),
            (_, Value::Reference(to)) => referred(xml, &name, to),
            (_, Value::References(targets)) => xml.element(&name, &[], |xml| {
                for to in targets {
                    referred(xml, "platformCore:recordRef", to);
                }
            }),
            (Form::Subrecord(shape), Value::Subrecord(values)) => xml.element(&name, &[], |xml| {
                let common = Self {
                    prefix: Namespace::COMMON.prefix(),
                    ..*self
                };
                common.fields(xml, visible_fields(&shape.fields), |name| values.get(name));
            }),
            (_, value) => xml.leaf(&name, &plain(value)),
        }
    }

    fn lines(&self, xml: &mut Xml, record: &Record, sublist: &Sublist) {
        let lines = record.lines(&sublist.name);
        if lines.is_empty() {
            return;
        }
        xml.element(&format!("{}:{}", self.prefix, list_name(sublist)), &[], |xml| {
            for line in lines {
                xml.element(&format!("{}:{}", self.prefix, line_name(sublist)), &[], |xml| {
                    self.line(xml, sublist, line);
                });
            }
        });
    }

    fn line(&self, xml: &mut Xml, sublist: &Sublist, line: &Line) {
        if self.is_saved {
            let key = format!("{}:{}", self.prefix, sublist.key);
            xml.leaf(&key, &line.number.to_string());
        }
        self.fields(xml, visible_fields(&sublist.fields), |name| line.get(name));
        self.custom(xml, &sublist.fields, |name| line.get(name));
    }

    fn custom<'v>(&self, xml: &mut Xml, fields: &[Arc<Field>], get: impl Fn(&str) -> Option<&'v Value>) {
        let mut list = Xml::new();
        for field in custom_fields(fields) {
            if let Some(value) = get(&field.name) {
                let xsi_type = format!("platformCore:{}CustomFieldRef", custom_type(&field.kind));
                let attributes = [("scriptId", field.script_id.as_str()), ("xsi:type", &xsi_type)];
                list.element("platformCore:customField", &attributes, |xml| {
                    custom_value(xml, field, value);
                });
            }
        }
        if !list.as_str().is_empty() {
            xml.element(&format!("{}:customFieldList", self.prefix), &[], |xml| {
                xml.push(list.as_str());
            });
        }
    }
}

fn custom_value(xml: &mut Xml, field: &Field, value: &Value) {
    const VALUE: &str = "platformCore:value";
    match (&field.kind, value) {
        (Kind::Enum(choices), Value::Choice(id)) => {
            reference(
                xml,
                VALUE,
                id,
                choice(choices, id).map(|choice| choice.label.as_str()),
            );
        }
        (_, Value::Reference(to)) => referred(xml, VALUE, to),
        (_, Value::References(targets)) => targets.iter().for_each(|to| referred(xml, VALUE, to)),
        (_, value) => xml.leaf(VALUE, &plain(value)),
    }
}

pub(crate) fn choice<'c>(choices: &'c [Choice], id: &str) -> Option<&'c Choice> {
    choices.iter().find(|choice| choice.id == id)
}

fn referred(xml: &mut Xml, element: &str, to: &Reference) {
    reference(
        xml,
        element,
        &to.id().unwrap_or_default().to_string(),
        to.name.as_deref(),
    );
}

fn reference(xml: &mut Xml, element: &str, id: &str, name: Option<&str>) {
    xml.element(element, &[("internalId", id)], |xml| {
        if let Some(name) = name {
            xml.leaf("platformCore:name", name);
        }
    });
}

pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Bool(on) => on.to_string(),
        // SuiteTalk has moments only: a day is its midnight.
        Value::Date(date) => format!("{date}T00:00:00.000Z"),
        Value::DateTime(time) => moment(*time),
        other => other.to_string(),
    }
}

/// `2026-10-31T08:00:00.000Z`.
pub(crate) fn moment(time: UnixTime) -> String {
    let time = jiff::Timestamp::from_millisecond(time.millis()).unwrap_or_default();
    format!("{time:.3}")
}
