//! What is found as a row of columns.

use std::sync::Arc;

use countersign_protocol::EndpointVersion;
use countersign_records::{Catalog, Link, Record, RecordType, Reference, Value};

use super::column::Column;
use super::joins::Way;
use super::{Search, joins};
use crate::escaped::Xml;
use crate::names::{choice_name, field_name, uncapitalised};
use crate::namespace::Namespace;
use crate::record::Form;
use crate::record::write::{choice, plain};
use crate::schema::family::Family;

/// A record that columns are taken from beside the one that was found.
#[derive(Clone, Debug, PartialEq)]
pub struct Beside {
    way: &'static Way,
    pub record: Record,
    pub of: Arc<RecordType>,
}

impl Search {
    /// Rows are asked for, and not whole records.
    pub const fn gives_rows(&self) -> bool {
        !self.columns.is_empty()
    }

    /// Of each join that columns are taken through: its name, the field that leads to the other record, what it holds.
    pub fn referred<'s>(
        &'s self,
        record: &'s Record,
    ) -> impl Iterator<Item = (&'static str, &'static str, &'s Reference)> {
        let mut ways: Vec<&'static Way> = Vec::new();
        for way in self.columns.iter().filter_map(|column| column.way) {
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
        ways.into_iter().filter_map(|way| {
            let referring = way.links.iter().find_map(|link| match link {
                Link::Field(field) => match record.get(field)? {
                    Value::Reference(to) => Some((*field, to)),
                    _ => None,
                },
                _ => None,
            });
            referring.map(|(field, to)| (way.name, field, to))
        })
    }

    /// A record that was found at the end of a join; nothing where that join leads to other types.
    pub fn beside(
        &self,
        join: &str,
        record: Record,
        of: Arc<RecordType>,
        catalog: &Catalog,
    ) -> Option<Beside> {
        let way = joins::find(&self.subject, join)?;
        let is_meant = Family::all(catalog)
            .iter()
            .any(|family| family.subject == way.target && family.types.contains(&of));
        is_meant.then_some(Beside { way, record, of })
    }

    /// `<platformCore:searchRow>` of a record.
    pub fn write_row(
        &self,
        xml: &mut Xml,
        record: &Record,
        of: &RecordType,
        beside: &[Beside],
        version: EndpointVersion,
    ) {
        let namespace = Family::namespace_of(of);
        let prefix = namespace.prefix();
        let (own, xsi_type) = (
            format!("xmlns:{prefix}"),
            format!("{prefix}:{}SearchRow", self.subject),
        );
        let (own_urn, common_urn) = (namespace.urn(version), Namespace::COMMON.urn(version));
        let attributes = [
            ("xsi:type", xsi_type.as_str()),
            (own.as_str(), own_urn.as_str()),
            ("xmlns:platformCommon", common_urn.as_str()),
        ];
        xml.element("platformCore:searchRow", &attributes, |xml| {
            self.part(xml, &format!("{prefix}:basic"), None, record, of);
            for beside in beside {
                let name = format!("{prefix}:{}", beside.way.name);
                self.part(xml, &name, Some(beside.way), &beside.record, &beside.of);
            }
        });
    }

    fn part(&self, xml: &mut Xml, element: &str, way: Option<&Way>, record: &Record, of: &RecordType) {
        xml.element(element, &[], |xml| {
            for column in self.columns.iter().filter(|column| column.way == way) {
                cell(xml, column, record, of);
            }
        });
    }
}

/// A column without a value is not there, as in NetSuite.
fn cell(xml: &mut Xml, column: &Column, record: &Record, of: &RecordType) {
    const VALUE: &str = "platformCore:searchValue";
    let mut value = Xml::new();
    match column.name.as_str() {
        "internalId" => value.element(VALUE, &[("internalId", &record.id.to_string())], |_| {}),
        "externalId" => {
            if let Some(id) = record.external_id() {
                value.element(VALUE, &[("externalId", id)], |_| {});
            }
        }
        // A journal entry is `_journal`.
        "type" if of.field("type").is_none() => value.leaf(
            VALUE,
            &format!("_{}", of.name.strip_suffix("Entry").unwrap_or(&of.name)),
        ),
        "recordType" => value.leaf(VALUE, &uncapitalised(&of.soap_name)),
        name => {
            let field = of.fields.iter().find(|field| field_name(field) == name);
            let held = field.and_then(|field| Some((field, record.get(&field.name)?)));
            if let Some((field, held)) = held {
                match (Form::of(field), held) {
                    (Form::Label(choices), Value::Choice(id)) => {
                        value.leaf(
                            VALUE,
                            choice(choices, id).map_or(id, |choice| choice.label.as_str()),
                        );
                    }
                    (Form::Enumeration(choices), Value::Choice(id)) => {
                        value.leaf(
                            VALUE,
                            &choice(choices, id).map_or_else(|| id.clone(), choice_name),
                        );
                    }
                    (Form::Listed(_), Value::Choice(id)) => {
                        value.element(VALUE, &[("internalId", id)], |_| {});
                    }
                    (_, Value::Reference(to)) => {
                        let id = to.id().unwrap_or_default().to_string();
                        value.element(VALUE, &[("internalId", &id)], |xml| {
                            if let Some(name) = &to.name {
                                xml.leaf("platformCore:name", name);
                            }
                        });
                    }
                    (_, held) => value.leaf(VALUE, &plain(held)),
                }
            }
        }
    }
    if value.as_str().is_empty() {
        return;
    }
    xml.element(&format!("platformCommon:{}", column.name), &[], |xml| {
        if let Some(label) = &column.label {
            xml.leaf("platformCore:customLabel", label);
        }
        xml.push(value.as_str());
    });
}
