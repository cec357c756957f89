//! What things are called in SOAP, where that is not what REST calls them.

use std::sync::Arc;

use countersign_records::{Choice, Field, Kind, RecordType, Sublist};

/// The value of an enumeration: `_pendingFulfillment`, from its label.
pub(crate) fn choice_name(choice: &Choice) -> String {
    if choice.id.starts_with('_') {
        return choice.id.clone();
    }
    let words = choice.label.split(|letter: char| !letter.is_alphanumeric());
    let mut name = "_".to_owned();
    for (place, word) in words.filter(|word| !word.is_empty()).enumerate() {
        let mut letters = word.chars();
        let first = letters.next().into_iter();
        match place {
            0 => name.extend(first.flat_map(char::to_lowercase)),
            _ => name.extend(first.flat_map(char::to_uppercase)),
        }
        name.extend(letters);
    }
    name
}

/// The choice a client means: by SOAP's name for it, or by its id.
pub(crate) fn choice_of<'c>(choices: &'c [Choice], said: &str) -> Option<&'c Choice> {
    let named = choices.iter().find(|choice| choice_name(choice) == said);
    named.or_else(|| choices.iter().find(|choice| choice.id == said))
}

/// The values of a list have numbers for ids; such a field is a reference in SOAP and no enumeration.
pub fn is_list(choices: &[Choice]) -> bool {
    let is_number = |choice: &Choice| choice.id.bytes().all(|byte| byte.is_ascii_digit());
    choices.iter().all(is_number)
}

/// The element of a field.
pub(crate) fn field_name(field: &Field) -> String {
    match (&field.kind, field.name.as_str()) {
        (_, "addressBookAddress") => "addressbookAddress".to_owned(),
        (Kind::MultiRef(_), name) => format!("{name}List"),
        (_, name) => name.to_owned(),
    }
}

/// The element of a line: `item`, `addressbook`.
pub(crate) fn line_name(sublist: &Sublist) -> &str {
    &sublist.script_id
}

/// The element around the lines: `itemList`.
pub(crate) fn list_name(sublist: &Sublist) -> String {
    format!("{}List", sublist.script_id)
}

/// The type of a line: `SalesOrderItem`.
pub(crate) fn line_type(of: &RecordType, sublist: &Sublist) -> String {
    format!("{}{}", of.soap_name, capitalised(&sublist.script_id))
}

pub(crate) fn capitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters).collect()
}

pub(crate) fn uncapitalised(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().into_iter().flat_map(char::to_lowercase);
    first.chain(letters).collect()
}

/// The fields that a message shows as elements of their own: the external id is an attribute, custom fields have a list.
pub fn visible_fields(fields: &[Arc<Field>]) -> impl Iterator<Item = &Arc<Field>> {
    fields.iter().filter(|field| is_visible(field))
}

pub(crate) fn is_visible(field: &Field) -> bool {
    !field.hidden && !field.is_custom() && field.name != "externalId"
}

pub(crate) fn custom_fields(fields: &[Arc<Field>]) -> impl Iterator<Item = &Arc<Field>> {
    fields.iter().filter(|field| field.is_custom() && !field.hidden)
}

/// The `xsi:type` of a custom field of a kind, without its `CustomFieldRef`.
pub(crate) const fn custom_type(kind: &Kind) -> &'static str {
    match kind {
        Kind::Bool => "Boolean",
        Kind::Int => "Long",
        Kind::Float | Kind::Currency | Kind::Rate | Kind::Percent => "Double",
        Kind::Date | Kind::DateTime => "Date",
        Kind::Enum(_) | Kind::Ref(_) => "Select",
        Kind::MultiRef(_) => "MultiSelect",
        _ => "String",
    }
}
