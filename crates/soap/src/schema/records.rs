//! Schemas of the record types: a type for each, its lines, its search and its enumerations.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_records::{Field, Kind, RecordType, Shape, Sublist};

use super::Schemas;
use super::family::Family;
use super::fragment::{Part, complex, enumeration};
use super::stubs;
use crate::custom_record::{CUSTOM_RECORD, STANDARD};
use crate::escaped::Xml;
use crate::names::{
    capitalised, choice_name, custom_fields, field_name, line_name, line_type, list_name, uncapitalised,
    visible_fields,
};
use crate::namespace::Namespace;
use crate::record::Form;
use crate::search::column::{self, OF_SEVERAL, OWN};
use crate::search::joins;

const IDS: [(&str, &str); 2] = [("internalId", "xsd:string"), ("externalId", "xsd:string")];

impl Schemas<'_> {
    fn types_in(&self, namespace: Namespace) -> impl Iterator<Item = &Arc<RecordType>> {
        let is_in =
            move |of: &&Arc<RecordType>| of.soap_namespace.is_some() && Namespace::of(of) == namespace;
        self.catalog.types().filter(is_in)
    }

    /// The record types of a namespace, with their searches.
    pub(super) fn records(&self, namespace: Namespace) -> String {
        let mut xml = Xml::new();
        let mut declared = Vec::new();
        for of in self.types_in(namespace) {
            record(&mut xml, of, namespace);
            declared.push(of.soap_name.clone());
            for sublist in &of.sublists {
                lines(&mut xml, of, sublist, namespace);
                declared.extend([line_type(of, sublist), format!("{}List", line_type(of, sublist))]);
            }
        }
        if namespace == Namespace::CUSTOMIZATION {
            custom_record(&mut xml, namespace);
            declared.push(CUSTOM_RECORD.to_owned());
        }
        for family in Family::all(self.catalog)
            .iter()
            .filter(|family| family.namespace == namespace)
        {
            search(&mut xml, &family.subject, namespace);
            let subject = &family.subject;
            declared.extend(["Search", "SearchAdvanced", "SearchRow"].map(|end| format!("{subject}{end}")));
        }
        stubs::write(&mut xml, namespace, &declared);
        xml.into_string()
    }

    /// Addresses and the like, and what every search tests.
    pub(super) fn common(&self) -> String {
        let mut xml = Xml::new();
        let mut declared = Vec::new();
        for shape in self.shapes() {
            let parts: Vec<_> = std::iter::once(Part::one("internalId", "xsd:string"))
                .chain(fields(&shape.fields, &shape.name, Namespace::COMMON))
                .collect();
            complex(&mut xml, &shape.name, None, &parts, &[]);
            declared.push(shape.name.clone());
        }
        for family in Family::all(self.catalog) {
            let (basic, row) = (
                format!("{}SearchBasic", family.subject),
                format!("{}SearchRowBasic", family.subject),
            );
            complex(
                &mut xml,
                &basic,
                Some("platformCore:SearchRecordBasic"),
                &criteria(&family),
                &[],
            );
            complex(
                &mut xml,
                &row,
                Some("platformCore:SearchRowBasic"),
                &columns(&family),
                &[],
            );
            declared.extend([basic, row]);
        }
        stubs::write(&mut xml, Namespace::COMMON, &declared);
        xml.into_string()
    }

    /// The enumerations of a namespace's types.
    pub(super) fn enumerations(&self, namespace: Namespace) -> String {
        let mut xml = Xml::new();
        let mut declared = Vec::new();
        for of in self.types_in(namespace) {
            let lines = of
                .sublists
                .iter()
                .map(|sublist| (line_type(of, sublist), &sublist.fields));
            for (owner, fields) in std::iter::once((of.soap_name.clone(), &of.fields)).chain(lines) {
                for field in visible_fields(fields) {
                    if let Form::Enumeration(choices) = Form::of(field) {
                        let name = format!("{owner}{}", capitalised(&field.name));
                        enumeration(&mut xml, &name, choices.iter().map(choice_name));
                        declared.push(name);
                    }
                }
            }
        }
        stubs::write_types(&mut xml, namespace, &declared);
        xml.into_string()
    }

    pub(super) fn core_types(&self) -> String {
        let mut xml = Xml::new();
        let named = self.catalog.types().filter(|of| of.soap_namespace.is_some());
        enumeration(&mut xml, "RecordType", named.map(|of| of.name.clone()));
        xml.push(include_str!("../../schemas/coreTypes.xsd"));
        xml.into_string()
    }

    /// The subrecords of all types, each once.
    fn shapes(&self) -> impl Iterator<Item = &Shape> {
        let mut shapes = BTreeMap::new();
        for of in self.catalog.types() {
            let lines = of.sublists.iter().flat_map(|sublist| &sublist.fields);
            for field in of.fields.iter().chain(lines) {
                if let Kind::Subrecord(shape) = &field.kind {
                    shapes.entry(shape.name.as_str()).or_insert(shape.as_ref());
                }
            }
        }
        shapes.into_values()
    }
}

fn record(xml: &mut Xml, of: &RecordType, namespace: Namespace) {
    let prefix = namespace.prefix();
    let mut parts: Vec<_> = fields(&of.fields, &of.soap_name, namespace).collect();
    for sublist in &of.sublists {
        parts.push(Part::one(
            list_name(sublist),
            format!("{prefix}:{}List", line_type(of, sublist)),
        ));
    }
    parts.push(custom_list());
    named_record(xml, &of.soap_name, &parts, namespace);
}

fn custom_record(xml: &mut Xml, namespace: Namespace) {
    let standard = STANDARD.iter().map(|(name, of, _)| Part::one(*name, *of));
    let mut parts: Vec<_> = standard.collect();
    parts.extend([Part::one("recType", "platformCore:RecordRef"), custom_list()]);
    named_record(xml, CUSTOM_RECORD, &parts, namespace);
}

/// The type of a record, and its element.
fn named_record(xml: &mut Xml, name: &str, parts: &[Part], namespace: Namespace) {
    complex(xml, name, Some("platformCore:Record"), parts, &IDS);
    let of_type = format!("{}:{name}", namespace.prefix());
    xml.element(
        "xsd:element",
        &[("name", &uncapitalised(name)), ("type", &of_type)],
        |_| {},
    );
}

fn lines(xml: &mut Xml, of: &RecordType, sublist: &Sublist, namespace: Namespace) {
    let name = line_type(of, sublist);
    let key = match sublist.key.as_str() {
        "internalId" => "xsd:string",
        _ => "xsd:long",
    };
    let mut parts = vec![Part::one(&sublist.key, key)];
    parts.extend(fields(&sublist.fields, &name, namespace));
    if custom_fields(&sublist.fields).next().is_some() || sublist.table == "transactionline" {
        parts.push(custom_list());
    }
    complex(xml, &name, None, &parts, &[]);
    xml.push("  ");
    xml.element("xsd:complexType", &[("name", &format!("{name}List"))], |xml| {
        let line = format!("{}:{name}", namespace.prefix());
        xml.element("xsd:sequence", &[], |xml| {
            let occurs = [
                ("name", line_name(sublist)),
                ("type", &line),
                ("minOccurs", "0"),
                ("maxOccurs", "unbounded"),
            ];
            xml.element("xsd:element", &occurs, |_| {});
        });
        let replace = [
            ("name", "replaceAll"),
            ("type", "xsd:boolean"),
            ("default", "true"),
        ];
        xml.element("xsd:attribute", &replace, |_| {});
    });
    xml.push("\n");
}

fn custom_list() -> Part {
    Part::one("customFieldList", "platformCore:CustomFieldList")
}

fn fields<'f>(
    fields: &'f [Arc<Field>],
    owner: &'f str,
    namespace: Namespace,
) -> impl Iterator<Item = Part> + 'f {
    visible_fields(fields).map(move |field| {
        let of = match Form::of(field) {
            Form::Text | Form::Label(_) => "xsd:string".to_owned(),
            Form::Bool => "xsd:boolean".to_owned(),
            Form::Long | Form::Id => "xsd:long".to_owned(),
            Form::Double => "xsd:double".to_owned(),
            Form::Date | Form::Moment => "xsd:dateTime".to_owned(),
            // A namespace without types of its own has its enumerations as text.
            Form::Enumeration(_) if !namespace.has_types => "xsd:string".to_owned(),
            Form::Enumeration(_) => {
                format!("{}:{owner}{}", namespace.types_prefix(), capitalised(&field.name))
            }
            Form::Listed(_) | Form::Reference => "platformCore:RecordRef".to_owned(),
            Form::References => "platformCore:RecordRefList".to_owned(),
            Form::Subrecord(shape) => format!("platformCommon:{}", shape.name),
        };
        Part::one(field_name(field), of)
    })
}

fn search(xml: &mut Xml, subject: &str, namespace: Namespace) {
    let own = |end: &str| format!("{}:{subject}{end}", namespace.prefix());
    let part = |name: &str, of: &str, end: &str| Part::one(name, format!("platformCommon:{of}{end}"));
    let mut criteria = vec![part("basic", subject, "SearchBasic")];
    let mut row = vec![part("basic", subject, "SearchRowBasic")];
    for way in joins::of(subject) {
        criteria.push(part(way.name, way.target, "SearchBasic"));
        row.extend(
            way.is_single()
                .then(|| part(way.name, way.target, "SearchRowBasic")),
        );
    }
    complex(
        xml,
        &format!("{subject}Search"),
        Some("platformCore:SearchRecord"),
        &criteria,
        &[],
    );
    complex(
        xml,
        &format!("{subject}SearchRow"),
        Some("platformCore:SearchRow"),
        &row,
        &[],
    );
    let advanced = [
        Part::one("criteria", own("Search")),
        Part::one("columns", own("SearchRow")),
    ];
    let saved = [
        ("savedSearchId", "xsd:string"),
        ("savedSearchScriptId", "xsd:string"),
    ];
    let name = format!("{subject}SearchAdvanced");
    complex(xml, &name, Some("platformCore:SearchRecord"), &advanced, &saved);
}

fn criteria(family: &Family) -> Vec<Part> {
    let field = |name: &str, kind: &str| Part::one(name, format!("platformCore:Search{kind}"));
    let mut parts = vec![
        field("externalId", "MultiSelectField"),
        field("externalIdString", "StringField"),
        field("internalId", "MultiSelectField"),
        field("internalIdNumber", "LongField"),
    ];
    if family.has_several() {
        parts.push(field("type", "EnumMultiSelectField"));
        parts.push(field("recordType", "StringField"));
    }
    if family.is_transaction() {
        parts.push(field("mainLine", "BooleanField"));
    }
    if family.is_of_custom_records() {
        parts.push(Part::one("recType", "platformCore:RecordRef"));
        let standard = STANDARD.iter();
        parts.extend(standard.map(|(name, _, tested)| Part::one(*name, format!("platformCore:{tested}"))));
        parts.push(field("customFieldList", "CustomFieldList"));
        return parts;
    }
    for (name, tested) in family.fields() {
        let kind = match Form::of(tested) {
            Form::Text => "StringField",
            Form::Bool => "BooleanField",
            Form::Long => "LongField",
            Form::Double => "DoubleField",
            Form::Date | Form::Moment => "DateField",
            Form::Label(_) | Form::Enumeration(_) => "EnumMultiSelectField",
            Form::Listed(_) | Form::Reference | Form::Id | Form::References => "MultiSelectField",
            Form::Subrecord(_) => continue,
        };
        parts.push(field(name, kind));
    }
    parts.push(field("customFieldList", "CustomFieldList"));
    parts
}

/// A column may be asked for more than once, under several labels.
fn columns(family: &Family) -> Vec<Part> {
    let column = |name: &str, kind: &str| Part::many(name, format!("platformCore:{kind}"));
    let mut parts: Vec<_> = OWN.iter().map(|(name, kind)| column(name, kind)).collect();
    if family.has_several() {
        parts.extend(OF_SEVERAL.iter().map(|(name, kind)| column(name, kind)));
    }
    for field in family.fields().into_values() {
        if let Some(kind) = column::kind(Form::of(field)) {
            parts.push(column(&field_name(field), kind));
        }
    }
    parts
}
