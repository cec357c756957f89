//! A record as the modules are given it: what each field holds, and what a reference or a choice is shown as.
//!
//! A date is `YYYY-MM-DD` and a moment `YYYY-MM-DDTHH:MM:SSZ`; the modules make them a script's `Date`. An id is a text.

use std::collections::BTreeMap;
use std::sync::Arc;

use countersign_records::{
    Catalog, Field, Kind, Line, Record, RecordType, Reference, Sublist, Value as Held,
};
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::shape::script_name;

pub(super) fn write(record: &Record, of: &RecordType, catalog: &Catalog) -> Value {
    let (mut values, mut texts) = fields(&of.fields, &|name| record.get(name));
    for (id, address) in ADDRESSES {
        if let Some(Held::Subrecord(parts)) = record.get(address) {
            values.insert(id.to_owned(), address_text(parts).into());
        }
    }
    if is_transaction_status(of)
        && let Some(label) = texts.remove("status")
    {
        let word = camel(label.as_str().unwrap_or_default());
        values.insert("statusref".to_owned(), word.into());
        values.insert("status".to_owned(), label);
    }
    let mut lines = Map::new();
    for sublist in &of.sublists {
        let written = record.lines(&sublist.name).iter().map(|line| {
            let (mut values, texts) = fields(&sublist.fields, &|name| line.get(name));
            if has_lines_of_the_ledger(sublist) {
                values.insert("line".to_owned(), line.number.into());
                values.insert("lineuniquekey".to_owned(), line.row.into());
                values.insert("itemtype".to_owned(), item_type(line, catalog).into());
            }
            if sublist.name == ADDRESS_BOOK {
                values.extend(ADDRESS_IDS.map(|id| (id.to_owned(), line.number.into())));
            }
            json!({ "line": line.number, "values": values, "texts": texts })
        });
        lines.insert(sublist.script_id.clone(), written.collect());
    }
    json!({
        "id": (record.id != 0).then_some(record.id),
        "type": script_name(of),
        "values": values,
        "texts": texts,
        "lines": lines,
    })
}

/// The texts of addresses: the field a script reads, and the subrecord it is of.
pub(super) const ADDRESSES: [(&str, &str); 2] = [
    ("billaddress", "billingAddress"),
    ("shipaddress", "shippingAddress"),
];

/// As it was written down, or put together of its parts.
fn address_text(parts: &BTreeMap<String, Held>) -> String {
    let text = |name: &str| match parts.get(name) {
        Some(Held::Text(text)) => Some(text.as_str()),
        _ => None,
    };
    if let Some(written) = text("addrText") {
        return written.to_owned();
    }
    let town: Vec<&str> = ["city", "state", "zip"].into_iter().filter_map(text).collect();
    let town = town.join(" ");
    let lines = ["attention", "addressee", "addr1", "addr2", "addr3"]
        .into_iter()
        .filter_map(text);
    let lines: Vec<&str> = lines
        .chain((!town.is_empty()).then_some(town.as_str()))
        .chain(text("country"))
        .collect();
    lines.join("\n")
}

pub(super) const ADDRESS_BOOK: &str = "addressBook";

/// What a script reads the id of an address as.
pub(super) const ADDRESS_IDS: [&str; 3] = ["id", "internalid", "addressid"];

/// Every line of a transaction has a key and a number, whatever it says.
pub(super) fn has_lines_of_the_ledger(sublist: &Sublist) -> bool {
    sublist.table == "transactionline"
}

/// NetSuite's word for the kind of item of a line: `InvtPart`.
fn item_type(line: &Line, catalog: &Catalog) -> Option<String> {
    let Some(Held::Reference(item)) = line.get("item") else {
        return None;
    };
    let of = catalog.get(item.record_type.as_deref()?)?;
    let told = of.constants.iter().find(|(column, _)| column == "itemtype");
    told.map(|(_, word)| word.clone())
}

/// A script reads the status of a transaction in words, and in one word as `statusref`.
pub(super) fn is_transaction_status(of: &RecordType) -> bool {
    let status = of.is_transaction().then(|| of.field("status")).flatten();
    status.is_some_and(|status| matches!(status.kind, Kind::Enum(_)))
}

/// A status in one word: `pendingFulfillment` of `Pending Fulfillment`.
pub(super) fn camel(label: &str) -> String {
    let words = label
        .split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let mut name = String::new();
    for (place, word) in words.enumerate() {
        let mut letters = word.chars();
        if let Some(first) = letters.next() {
            match place {
                0 => name.extend(first.to_lowercase()),
                _ => name.extend(first.to_uppercase()),
            }
            name.push_str(letters.as_str());
        }
    }
    name
}

fn fields<'r>(
    fields: &[Arc<Field>],
    get: &dyn Fn(&str) -> Option<&'r Held>,
) -> (Map<String, Value>, Map<String, Value>) {
    let (mut values, mut texts) = (Map::new(), Map::new());
    for field in fields.iter().filter(|field| !field.hidden) {
        let Some(held) = get(&field.name) else { continue };
        values.insert(field.script_id.clone(), value(field, held));
        if let Some(shown) = shown(field, held) {
            texts.insert(field.script_id.clone(), shown);
        }
    }
    (values, texts)
}

fn value(field: &Field, held: &Held) -> Value {
    match held {
        Held::Text(text) | Held::Choice(text) => text.as_str().into(),
        Held::Integer(number) => (*number).into(),
        Held::Decimal(number) => (*number).into(),
        Held::Bool(on) => (*on).into(),
        Held::Date(date) => date.to_string().into(),
        Held::DateTime(time) => Timestamp::from_second(time.seconds())
            .unwrap_or_default()
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
            .into(),
        Held::Reference(reference) => reference.key.to_string().into(),
        Held::References(references) => references.iter().map(|one| one.key.to_string()).collect(),
        Held::Subrecord(inside) => {
            let Kind::Subrecord(shape) = &field.kind else {
                return Value::Null;
            };
            let (values, _) = fields(&shape.fields, &|name| inside.get(name));
            Value::Object(values)
        }
    }
}

/// Of what has a text of its own.
fn shown(field: &Field, held: &Held) -> Option<Value> {
    let name = |reference: &Reference| match &reference.name {
        Some(name) => name.clone(),
        None => reference.key.to_string(),
    };
    match (held, &field.kind) {
        (Held::Choice(id), Kind::Enum(choices)) => {
            let label = choices.iter().find(|choice| choice.id == *id);
            label.map(|choice| choice.label.as_str().into())
        }
        (Held::Reference(reference), _) => Some(name(reference).into()),
        (Held::References(references), _) => Some(references.iter().map(name).collect()),
        _ => None,
    }
}
