//! Declarations to record types, views and subrecords.

use std::sync::Arc;

use super::DeclarationError;
use super::block::{Block, Draft};
use super::field::{external_id, name, spaced};
use super::line::{Line, LineError};
use crate::catalog::Catalog;
use crate::field::Shape;
use crate::record_type::{RecordType, Tier, View};

/// Tables of the store that a type must not be named like.
const RESERVED: [&str; 7] = [
    "systemnote",
    "refinery_schema_history",
    "transaction",
    "transactionline",
    "transactionaccountingline",
    "item",
    "entity",
];

/// Adds what `text` declares to `catalog`.
pub(crate) fn parse(file: &str, text: &str, catalog: &mut Catalog) -> Result<(), DeclarationError> {
    let mut open: Option<Block> = None;
    for (number, line) in text.lines().enumerate().map(|(place, line)| (place + 1, line)) {
        let error = |(column, reason)| DeclarationError {
            file: file.to_owned(),
            line: number,
            column,
            reason,
        };
        let mut line = Line::read(line).map_err(error)?;
        if line.is_at_end() {
            continue;
        }
        if line.indent > 0 {
            let Some(block) = &mut open else {
                return Err(error((
                    line.column(),
                    "a field needs a record above it".to_owned(),
                )));
            };
            block.add(&mut line, number, &catalog.shapes).map_err(error)?;
        } else {
            if let Some(block) = open.take() {
                block.finish(file, catalog)?;
            }
            open = Some(opened(&mut line, number, catalog).map_err(error)?);
        }
    }
    match open {
        Some(block) => block.finish(file, catalog),
        None => Ok(()),
    }
}

fn opened(line: &mut Line<'_>, number: usize, catalog: &Catalog) -> Result<Block, LineError> {
    if line.skip_word("record") {
        return Ok(Block::Record(Draft::new(record(line, catalog)?, number)));
    }
    if line.skip_word("extend") {
        let column = line.column();
        let name = name(line, "a record type or the table of a family")?;
        let first = catalog.get(name).or_else(|| catalog.family(name).next());
        let Some(first) = first else {
            return Err((column, format!("there is no record type {name} above")));
        };
        return Ok(Block::Extension(
            name.to_owned(),
            Draft::new(first.as_ref().clone(), number),
        ));
    }
    if line.skip_word("view") {
        return Ok(Block::View(Draft::new(view(line, catalog)?, number)));
    }
    if line.skip_word("subrecord") {
        let name = name(line, "the subrecord's name, as Address")?.to_owned();
        return Ok(Block::Shape(Shape {
            name,
            fields: Vec::new(),
        }));
    }
    line.expected("`record`, `extend`, `view` or `subrecord`, or a field indented under one")
}

fn record(line: &mut Line<'_>, catalog: &Catalog) -> Result<RecordType, LineError> {
    let column = line.column();
    let soap_name = name(line, "the record's name, as SalesOrder")?.to_owned();
    let script_id = soap_name.to_ascii_lowercase();
    let known = catalog.get(&script_id).is_some() || catalog.views.iter().any(|view| view.name == script_id);
    if known || RESERVED.contains(&script_id.as_str()) {
        return Err((column, format!("the name {soap_name} is taken")));
    }
    let label = line.optional_text().unwrap_or_else(|| spaced(&soap_name));
    let mut record_type = RecordType {
        name: lower_first(&soap_name),
        table: script_id.clone(),
        label,
        soap_name,
        ..empty(script_id)
    };
    while !line.is_at_end() {
        attribute(&mut record_type, line)?;
    }
    Ok(record_type)
}

fn attribute(record_type: &mut RecordType, line: &mut Line<'_>) -> Result<(), LineError> {
    if line.skip_word("nonposting") {
        record_type.is_nonposting = true;
        return Ok(());
    }
    if line.skip_word("is") {
        line.mark('(')?;
        loop {
            let column = name(line, "a column")?.to_ascii_lowercase();
            line.mark('=')?;
            let value = match line.optional_text() {
                Some(text) => text,
                None => line.id()?.to_owned(),
            };
            record_type.constants.push((column, value));
            if line.skip(')') {
                return Ok(());
            }
            line.mark(',')?;
        }
    }
    if line.skip_word("tier") {
        line.mark('=')?;
        let column = line.column();
        let number: u8 = line.number("0, 1 or 2")?;
        record_type.tier = Tier::ALL
            .into_iter()
            .find(|tier| tier.number() == number)
            .ok_or_else(|| (column, "a tier is 0, 1 or 2".to_owned()))?;
        return Ok(());
    }
    if line.skip_word("in") {
        line.mark('=')?;
        record_type.table = name(line, "the table of a family")?.to_ascii_lowercase();
        record_type.in_family = true;
        return Ok(());
    }
    let target = if line.skip_word("named") {
        &mut record_type.naming_field
    } else if line.skip_word("soap") {
        record_type.soap_namespace.get_or_insert_default()
    } else if line.skip_word("may") {
        record_type.permission.get_or_insert_default()
    } else if line.skip_word("view") {
        record_type.view.get_or_insert_default()
    } else {
        return line.expected("`named=`, `soap=`, `in=`, `is(…)`, `view=`, `tier=`, `may=` or `nonposting`");
    };
    line.mark('=')?;
    line.word("a name")?.clone_into(target);
    Ok(())
}

/// A view is drafted as a type that is never stored.
fn view(line: &mut Line<'_>, catalog: &Catalog) -> Result<RecordType, LineError> {
    let column = line.column();
    let name = name(line, "the view's name, as entity")?.to_ascii_lowercase();
    if catalog.get(&name).is_some() || catalog.views.iter().any(|view| view.name == name) {
        return Err((column, format!("the name {name} is taken")));
    }
    let mut drafted = RecordType {
        label: line.optional_text().unwrap_or_else(|| spaced(&name)),
        name: name.clone(),
        ..empty(name)
    };
    if !line.skip_word("named") {
        return line.expected("`named=`");
    }
    line.mark('=')?;
    line.word("a name")?.clone_into(&mut drafted.naming_field);
    Ok(drafted)
}

fn empty(script_id: String) -> RecordType {
    RecordType {
        name: String::new(),
        script_id,
        soap_name: String::new(),
        soap_namespace: None,
        label: String::new(),
        tier: Tier::default(),
        permission: None,
        naming_field: String::new(),
        table: String::new(),
        in_family: false,
        constants: Vec::new(),
        view: None,
        fields: vec![Arc::new(external_id())],
        sublists: Vec::new(),
        transforms: Vec::new(),
        postings: Vec::new(),
        is_nonposting: false,
    }
}

impl From<RecordType> for View {
    fn from(drafted: RecordType) -> Self {
        Self {
            name: drafted.script_id,
            label: drafted.label,
            naming_field: drafted.naming_field,
            fields: drafted.fields,
        }
    }
}

/// `SalesOrder` to `salesOrder`.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}
