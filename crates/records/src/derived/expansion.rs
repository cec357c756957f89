//! What a word in braces stands for in a derived table: rows and columns that only the catalogue knows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::catalog::Catalog;
use crate::field::{Field, Kind};
use crate::record_type::RecordType;

/// A line each: the code of ISO 3166, a space, and the name.
const COUNTRIES: &str = include_str!("../../declarations/countries.txt");
/// A line each: the country's code, the state's, and its name.
const STATES: &str = include_str!("../../declarations/states.txt");
/// The fields of an address, in the order of the tables of addresses; the drop-down's state is the state.
const ADDRESS: &[&str] = &[
    "addressee",
    "attention",
    "addr1",
    "addr2",
    "addr3",
    "city",
    "state",
    "state",
    "zip",
    "country",
    "addrPhone",
    "addrText",
    "override",
];
/// The periods a budget has amounts for.
const BUDGETED: usize = 24;
/// The numbers NetSuite has for kinds of records: by the table or the type, with the kind's name.
const NUMBERED: &[(&str, i32, &str)] = &[
    ("transaction", -30, "Transaction"),
    ("customer", -2, "Customer"),
    ("vendor", -3, "Vendor"),
    ("employee", -4, "Employee"),
    ("partner", -5, "Partner"),
    ("contact", -6, "Contact"),
    ("item", -10, "Item"),
    ("supportcase", -23, "Case"),
    ("classification", -101, "Class"),
    ("department", -102, "Department"),
    ("location", -103, "Location"),
    ("accountingperiod", -105, "Accounting Period"),
    ("account", -112, "Account"),
    ("subsidiary", -117, "Subsidiary"),
    ("currency", -122, "Currency"),
];

/// Code and name of every country.
pub(crate) fn countries() -> impl Iterator<Item = (&'static str, &'static str)> {
    COUNTRIES.lines().filter_map(|line| line.split_once(' '))
}

/// The SELECT with its braces filled in; `width` is the number of its columns.
pub(super) fn expanded(select: &str, catalog: &Catalog, width: usize) -> String {
    let mut text = String::new();
    let mut rest = select;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((word, after)) = after.split_once('}') else {
            break;
        };
        text.push_str(before);
        text.push_str(&meant(word, catalog, width));
        rest = after;
    }
    text + rest
}

fn meant(word: &str, catalog: &Catalog, width: usize) -> String {
    if let Some(column) = word.strip_prefix("address of ") {
        let parts = ADDRESS.iter().map(|field| match *field {
            "override" => format!("CASE json_extract({column}, '$.override') WHEN 1 THEN 'T' ELSE 'F' END"),
            field => format!("json_extract({column}, '$.{field}')"),
        });
        return parts.collect::<Vec<_>>().join(", ");
    }
    match word {
        "transaction statuses" => rows(statuses(catalog), width),
        "budget amounts" => budget_amounts(),
        "record types" => rows(record_types(catalog), width),
        "states" => rows(states(), width),
        "country names" => rows(
            countries().map(|(code, name)| vec![text(code), text(name)]),
            width,
        ),
        "custom record types" => rows(custom_types(catalog), width),
        "custom lists" => rows(custom_lists(catalog), width),
        "transaction label" => transaction_label(catalog),
        "custom fields" => rows(custom_fields(catalog), width),
        _ => String::new(),
    }
}

fn text(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

/// `VALUES`, which must have a row.
fn rows(rows: impl IntoIterator<Item = Vec<String>>, width: usize) -> String {
    let rows: Vec<String> = rows
        .into_iter()
        .map(|row| format!("({})", row.join(", ")))
        .collect();
    if rows.is_empty() {
        return format!("SELECT {} WHERE 0", vec!["NULL"; width].join(", "));
    }
    format!("VALUES {}", rows.join(",\n"))
}

fn states() -> impl Iterator<Item = Vec<String>> {
    let parts = STATES.lines().filter_map(|line| {
        let (country, rest) = line.split_once(' ')?;
        Some((country, rest.split_once(' ')?))
    });
    parts.enumerate().map(|(index, (country, (short, full)))| {
        vec![(index + 1).to_string(), text(short), text(full), text(country)]
    })
}

fn statuses(catalog: &Catalog) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for of in catalog.types().filter(|of| of.is_transaction()) {
        let word = of.constants.iter().find(|(constant, _)| constant == "type");
        let status = of.fields.iter().find(|field| field.column() == "status");
        let (Some((_, word)), Some(status)) = (word, status) else {
            continue;
        };
        if let Kind::Enum(choices) = &status.kind {
            found.extend(choices.iter().map(|choice| {
                let full = format!("{} : {}", of.label, choice.label);
                vec![text(&choice.id), text(&choice.label), text(&full), text(word)]
            }));
        }
    }
    found
}

/// The first amount is that of the year's first period, and so on.
fn budget_amounts() -> String {
    let amount = |number: usize| {
        format!(
            "SELECT b.id, (SELECT p.id FROM accountingperiod AS p WHERE p.startdate BETWEEN y.startdate AND y.enddate \
             AND coalesce(p.isyear, 'F') = 'F' AND coalesce(p.isquarter, 'F') = 'F' ORDER BY p.startdate, p.id \
             LIMIT 1 OFFSET {}), b.periodamount{number} \
             FROM budget AS b JOIN accountingperiod AS y ON y.id = b.year WHERE b.periodamount{number} IS NOT NULL",
            number - 1
        )
    };
    let amounts: Vec<String> = (1..=BUDGETED).map(amount).collect();
    amounts.join("\nUNION ALL ")
}

fn record_types(catalog: &Catalog) -> Vec<Vec<String>> {
    let row = |of: &RecordType| {
        let (_, number, name) = NUMBERED.iter().find(|(table, ..)| *table == of.table)?;
        Some(vec![number.to_string(), text(&of.script_id), text(name)])
    };
    catalog.types().filter_map(|of| row(of)).collect()
}

fn custom_types(catalog: &Catalog) -> Vec<Vec<String>> {
    let row = |(number, of): (usize, &Arc<RecordType>)| {
        let script_id = of.script_id.to_uppercase();
        vec![
            number.to_string(),
            text(&script_id),
            text(&of.label),
            "NULL".to_owned(),
            "NULL".to_owned(),
            text("F"),
        ]
    };
    catalog.custom_record_types().map(row).collect()
}

/// The lists that fields of the account's own choose from.
fn custom_lists(catalog: &Catalog) -> Vec<Vec<String>> {
    let mut lists = BTreeSet::new();
    for of in catalog.types() {
        let of_lines = of.sublists.iter().flat_map(|sublist| &sublist.fields);
        for field in of.fields.iter().chain(of_lines) {
            if let Kind::Ref(target) | Kind::MultiRef(target) = &field.kind
                && target.to_ascii_lowercase().starts_with("customlist")
            {
                lists.insert(target.to_uppercase());
            }
        }
    }
    let row = |(index, list): (usize, String)| {
        let mut row = vec![(index + 1).to_string(), text(&list)];
        row.extend(["NULL", "NULL", "NULL", "'F'", "'F'"].map(str::to_owned));
        row
    };
    lists.into_iter().enumerate().map(row).collect()
}

/// What the type of the transaction `t` is called.
fn transaction_label(catalog: &Catalog) -> String {
    let types = catalog.types().filter(|of| of.is_transaction());
    let cases: Vec<String> = types
        .map(|of| format!("WHEN {} THEN {}", text(&of.script_id), text(&of.label)))
        .collect();
    format!("CASE t._recordtype {} END", cases.join(" "))
}

/// A field that several types have is one.
fn custom_fields(catalog: &Catalog) -> Vec<Vec<String>> {
    let mut fields = BTreeMap::new();
    for of in catalog.types() {
        let of_lines = of.sublists.iter().flat_map(|sublist| &sublist.fields);
        for field in of.fields.iter().chain(of_lines).filter(|field| field.is_custom()) {
            fields
                .entry(field.script_id.to_uppercase())
                .or_insert((of, field));
        }
    }
    let row = |(index, (script_id, (of, field))): (usize, (String, (&Arc<RecordType>, _)))| {
        let field: &Arc<Field> = field;
        let of_type = match script_id.starts_with("CUSTRECORD") {
            true => text(&of.script_id.to_uppercase()),
            false => "NULL".to_owned(),
        };
        let mut row = vec![
            (index + 1).to_string(),
            text(&script_id),
            text(&field.label),
            text(place(&script_id)),
            text(value_type(&field.kind)),
            of_type,
        ];
        row.extend(["NULL".to_owned(), "NULL".to_owned(), text("F"), "NULL".to_owned()]);
        row
    };
    fields.into_iter().enumerate().map(row).collect()
}

fn place(script_id: &str) -> &'static str {
    match script_id.split('_').next().unwrap_or_default() {
        "CUSTBODY" => "BODY",
        "CUSTCOL" => "COLUMN",
        "CUSTENTITY" => "ENTITY",
        "CUSTITEM" => "ITEM",
        "CUSTRECORD" => "RECORD",
        _ => "OTHER",
    }
}

/// As the form of a custom field names it.
const fn value_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::Subrecord(_) => "Free-Form Text",
        Kind::TextArea => "Text Area",
        Kind::Email => "Email Address",
        Kind::Phone => "Phone Number",
        Kind::Url => "Hyperlink",
        Kind::Date => "Date",
        Kind::DateTime => "Date/Time",
        Kind::Bool => "Check Box",
        Kind::Int => "Integer Number",
        Kind::Float | Kind::Rate => "Decimal Number",
        Kind::Percent => "Percent",
        Kind::Currency => "Currency",
        Kind::Enum(_) | Kind::Ref(_) => "List/Record",
        Kind::MultiRef(_) => "Multiple Select",
    }
}
