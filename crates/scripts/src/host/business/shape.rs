//! What a record type has, as `N/record` tells it: its fields and sublists by script id.

use countersign_records::{Calculation, Field, Initial, Kind, Presence, RecordType, Sublist};
use countersign_suitescript::HostError;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::Business;
use super::body::{ADDRESS_BOOK, ADDRESS_IDS, ADDRESSES, has_lines_of_the_ledger, is_transaction_status};

#[derive(Deserialize)]
pub(super) struct Named {
    #[serde(rename = "type")]
    record_type: String,
}

impl Business {
    /// `record.type`
    pub(super) fn describe(&self, named: &Named) -> Result<Value, HostError> {
        let of = self.record_type(&named.record_type)?;
        let mut sublists: Vec<Value> = of.sublists.iter().map(sublist).collect();
        sublists.extend(self.children(&of));
        let mut fields = fields(&of.fields);
        if is_transaction_status(&of)
            && let Some(fields) = fields.as_array_mut()
        {
            fields.retain(|field| field.get("id") != Some(&json!("status")));
            for (id, label) in [("status", "Status"), ("statusref", "Status")] {
                fields.push(json!({ "id": id, "label": label, "type": "text", "isReadOnly": true }));
            }
        }
        if let Some(fields) = fields.as_array_mut() {
            for (id, address) in ADDRESSES {
                if let Some(address) = of.field(address) {
                    fields.push(
                        json!({ "id": id, "label": address.label, "type": "textarea", "isReadOnly": true }),
                    );
                }
            }
        }
        Ok(json!({
            "type": script_name(&of),
            "label": of.label,
            "class": class(&of),
            "fields": fields,
            "sublists": sublists,
        }))
    }
}

impl Business {
    /// The custom records whose field leads to a record of the type: each field is a sublist of it, `recmach` and its id.
    fn children(&self, of: &RecordType) -> Vec<Value> {
        let leads_here = |field: &&std::sync::Arc<Field>| {
            let target = field.target().unwrap_or_default();
            let names = [Some(of.script_id.as_str()), Some(&of.table), of.view.as_deref()];
            let is_here = names
                .iter()
                .flatten()
                .any(|name| name.eq_ignore_ascii_case(target));
            is_here && field.is_custom() && matches!(field.kind, Kind::Ref(_))
        };
        let types = self.records.types().filter(|child| class(child) == "custom");
        types
            .flat_map(|child| {
                child.fields.iter().filter(leads_here).map(|by| {
                    json!({
                        "id": format!("recmach{}", by.script_id),
                        "label": child.label,
                        "fields": fields(&child.fields),
                        "child": child.script_id,
                        "by": by.script_id,
                    })
                })
            })
            .collect()
    }
}

/// What usage units go by.
fn class(of: &RecordType) -> &'static str {
    if of.is_transaction() {
        "transaction"
    } else if of.script_id.starts_with("customrecord") {
        "custom"
    } else {
        "nontransaction"
    }
}

/// The type as scripts name it: what REST has three types for is one for a script.
pub(super) fn script_name(of: &RecordType) -> &str {
    match of.script_id.as_str() {
        "servicesaleitem" | "serviceresaleitem" | "servicepurchaseitem" => "serviceitem",
        "noninventorysaleitem" | "noninventoryresaleitem" | "noninventorypurchaseitem" => "noninventoryitem",
        "otherchargesaleitem" | "otherchargeresaleitem" | "otherchargepurchaseitem" => "otherchargeitem",
        name => name,
    }
}

/// The types that a script may mean by a name, the likeliest first.
pub(super) fn meant_by(name: &str) -> Vec<&str> {
    match name {
        "serviceitem" => vec!["servicesaleitem", "serviceresaleitem", "servicepurchaseitem"],
        "noninventoryitem" => vec![
            "noninventorysaleitem",
            "noninventoryresaleitem",
            "noninventorypurchaseitem",
        ],
        "otherchargeitem" => vec![
            "otherchargesaleitem",
            "otherchargeresaleitem",
            "otherchargepurchaseitem",
        ],
        "customer" => vec!["customer", "lead", "prospect"],
        "lead" => vec!["lead", "customer"],
        name => vec![name],
    }
}

fn sublist(sublist: &Sublist) -> Value {
    let mut fields = fields(&sublist.fields);
    // On the form an amount is applied, and a line fulfilled, by checking the line's box. No record keeps the box: a line
    // without it is not there.
    if let Some(id) = line_box(sublist)
        && let Some(fields) = fields.as_array_mut()
    {
        fields.push(json!({ "id": id, "label": "", "type": "checkbox", "isLineBox": true }));
    }
    if has_lines_of_the_ledger(sublist)
        && let Some(fields) = fields.as_array_mut()
    {
        for (id, kind) in [
            ("line", "integer"),
            ("lineuniquekey", "integer"),
            ("itemtype", "text"),
        ] {
            fields.push(json!({ "id": id, "label": "", "type": kind, "isReadOnly": true }));
        }
    }
    if sublist.name == ADDRESS_BOOK
        && let Some(fields) = fields.as_array_mut()
    {
        let of = |id| json!({ "id": id, "label": "", "type": "integer", "isReadOnly": true });
        fields.extend(ADDRESS_IDS.map(of));
    }
    json!({
        "id": sublist.script_id,
        "label": sublist.label,
        "fields": fields,
    })
}

/// The box that says whether a line of a transformed record is wanted.
fn line_box(sublist: &Sublist) -> Option<&'static str> {
    if sublist.name == "apply" {
        Some("apply")
    } else if sublist.field("orderLine").is_some_and(|line| !line.hidden) {
        Some("itemreceive")
    } else {
        None
    }
}

fn fields(fields: &[std::sync::Arc<Field>]) -> Value {
    fields
        .iter()
        .filter(|field| !field.hidden)
        .map(|of| field(of, fields))
        .collect()
}

fn field(field: &Field, beside: &[std::sync::Arc<Field>]) -> Value {
    let mut told = Map::new();
    told.insert("id".to_owned(), field.script_id.clone().into());
    told.insert("label".to_owned(), field.label.clone().into());
    told.insert("type".to_owned(), kind_name(&field.kind).into());
    if field.presence == Presence::Mandatory {
        told.insert("isMandatory".to_owned(), true.into());
    }
    if field.read_only {
        told.insert("isReadOnly".to_owned(), true.into());
    }
    if field.unique {
        told.insert("isUnique".to_owned(), true.into());
    }
    match &field.kind {
        Kind::Enum(choices) => {
            let options = choices
                .iter()
                .map(|choice| json!({ "value": choice.id, "text": choice.label }));
            told.insert("options".to_owned(), options.collect());
        }
        Kind::Subrecord(shape) => {
            told.insert("fields".to_owned(), fields(&shape.fields));
        }
        _ => {}
    }
    let follows = follows(field, beside);
    if !follows.is_empty() {
        told.insert("follows".to_owned(), follows.into());
    }
    Value::Object(told)
}

/// The fields whose change makes the account fill this one in anew.
fn follows(field: &Field, beside: &[std::sync::Arc<Field>]) -> Vec<String> {
    let mut names: Vec<&str> = Vec::new();
    if let Some(path) = &field.source {
        names.push(&path.field);
    }
    names.extend(field.calculation.iter().flat_map(Calculation::inputs));
    match &field.initial {
        Some(Initial::PeriodOf(date)) => names.push(date),
        Some(Initial::DueOn { date, terms }) => names.extend([date.as_str(), terms.as_str()]),
        _ => {}
    }
    let known = |name: &str| beside.iter().find(|other| other.name == name);
    names
        .into_iter()
        .filter_map(known)
        .map(|other| other.script_id.clone())
        .collect()
}

/// As `Field.type` of `N/record` has it.
const fn kind_name(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::TextArea => "textarea",
        Kind::Email => "email",
        Kind::Phone => "phone",
        Kind::Url => "url",
        Kind::Date => "date",
        Kind::DateTime => "datetime",
        Kind::Bool => "checkbox",
        Kind::Int => "integer",
        Kind::Float => "float",
        Kind::Currency => "currency",
        Kind::Rate => "rate",
        Kind::Percent => "percent",
        Kind::Enum(_) | Kind::Ref(_) => "select",
        Kind::MultiRef(_) => "multiselect",
        Kind::Subrecord(_) => "summary",
    }
}
