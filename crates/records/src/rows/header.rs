//! The first line: what each column means.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use countersign_spelling::suggestion;

use super::BadCell;
use super::cell::{self, Names};
use crate::changes::Changes;
use crate::error::RecordsError;
use crate::field::{Field, Kind};
use crate::table::Table;
use crate::value::{Key, Value, number_of};

/// No record type has so many fields.
const MOST_COLUMNS: usize = 1_000;

pub(super) struct Header<'t> {
    columns: Vec<(String, Column<'t>)>,
}

enum Column<'t> {
    Id,
    ExternalId,
    Field(&'t Arc<Field>, Names),
    /// A field of a subrecord.
    Part(&'t Arc<Field>, &'t Arc<Field>),
}

/// A row as its cells say it.
pub(super) struct Read {
    pub(super) key: Option<Key>,
    pub(super) changes: Changes,
}

impl<'t> Header<'t> {
    /// # Errors
    /// Every name that means nothing.
    pub(super) fn read(names: &csv::StringRecord, table: &Table<'t>) -> Result<Self, Vec<BadCell>> {
        if names.len() > MOST_COLUMNS {
            let reason = format!("there are {} columns, and {MOST_COLUMNS} at most", names.len());
            return Err(vec![super::at(1, &reason)]);
        }
        if let Some(only) = names.get(0)
            && names.len() == 1
            && only.contains(';')
        {
            let reason =
                "the columns of this file stand between semicolons: save it with commas between them";
            return Err(vec![super::at(1, reason)]);
        }
        let (mut columns, mut bad) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for name in names {
            let name = name.trim();
            let column = match seen.insert(name.to_ascii_lowercase()) {
                true => column(name, table),
                false => Err("the name is there twice".to_owned()),
            };
            match column {
                Ok(column) => columns.push((name.to_owned(), column)),
                Err(reason) => bad.push(BadCell {
                    line: 1,
                    column: Some(name.to_owned()),
                    reason,
                }),
            }
        }
        match bad.is_empty() {
            true => Ok(Self { columns }),
            false => Err(bad),
        }
    }

    /// What the first line calls the field that an error names.
    pub(super) fn column_of(&self, path: &str) -> Option<String> {
        let is_it = |column: &Column<'_>| match column {
            Column::ExternalId => path == "externalId",
            Column::Field(field, _) | Column::Part(field, _) => field.name == path,
            Column::Id => false,
        };
        let found = self.columns.iter().find(|(_, column)| is_it(column));
        found.map(|(name, _)| name.clone())
    }

    /// # Errors
    /// Every cell that its field cannot hold.
    pub(super) fn row(
        &self,
        table: &Table<'_>,
        cells: &csv::StringRecord,
        line: u64,
    ) -> Result<Result<Read, Vec<BadCell>>, RecordsError> {
        if cells.len() != self.columns.len() {
            let reason = format!("{} cells under {} names", cells.len(), self.columns.len());
            return Ok(Err(vec![super::at(line, &reason)]));
        }
        let (mut key, mut changes, mut bad) = (None, Changes::new(), Vec::new());
        let mut subrecords: BTreeMap<&str, BTreeMap<String, Value>> = BTreeMap::new();
        for ((name, column), text) in self.columns.iter().zip(cells) {
            if text.trim().is_empty() {
                continue;
            }
            let mut wrong = |reason: String| {
                bad.push(BadCell {
                    line,
                    column: Some(name.clone()),
                    reason,
                });
            };
            match column {
                Column::Id => match number_of(text.trim()) {
                    Some(id) => key = Some(Key::Internal(id)),
                    None => wrong("expected an internal id, a whole number".to_owned()),
                },
                // An internal id says already which record it is.
                Column::ExternalId => match key {
                    Some(Key::Internal(_)) => {
                        changes.insert("externalId", Some(Value::Text(text.trim().to_owned())));
                    }
                    _ => key = Some(Key::External(text.trim().to_owned())),
                },
                Column::Field(field, names) => match cell::value(table, field, text, *names)? {
                    Ok(value) => changes.insert(&field.name, value),
                    Err(reason) => wrong(reason),
                },
                Column::Part(field, part) => match cell::value(table, part, text, Names::Either)? {
                    Ok(Some(value)) => {
                        let values = subrecords.entry(&field.name).or_default();
                        values.insert(part.name.clone(), value);
                    }
                    Ok(None) => {}
                    Err(reason) => wrong(reason),
                },
            }
        }
        for (name, values) in subrecords {
            changes.insert(name, Some(Value::Subrecord(values)));
        }
        Ok(match bad.is_empty() {
            true => Ok(Read { key, changes }),
            false => Err(bad),
        })
    }
}

fn column<'t>(name: &str, table: &Table<'t>) -> Result<Column<'t>, String> {
    let of = table.record_type;
    if ["id", "internalid", "internal id"].contains(&name.to_ascii_lowercase().as_str()) {
        return Ok(Column::Id);
    }
    let (whole, part) = match name.split_once('.') {
        Some((whole, part)) => (whole, Some(part)),
        None => (name, None),
    };
    let is_called = |field: &&Arc<Field>| {
        !field.hidden
            && (field.script_id.eq_ignore_ascii_case(whole) || field.label.eq_ignore_ascii_case(whole))
    };
    let Some(field) = of.fields.iter().find(is_called) else {
        if of
            .sublists
            .iter()
            .any(|sublist| sublist.script_id.eq_ignore_ascii_case(whole))
        {
            return Err(format!(
                "{whole} are lines, which no row of a file holds: write them over REST"
            ));
        }
        return Err(format!(
            "{} has no such field{}",
            of.name,
            suggestion(&of.nearest_fields(whole))
        ));
    };
    if field.script_id == "externalid" {
        return Ok(Column::ExternalId);
    }
    if field.read_only {
        return Err("the account works this field out itself: leave the column out".to_owned());
    }
    match (&field.kind, part) {
        (Kind::Subrecord(shape), Some(part)) => {
            let found = shape
                .fields
                .iter()
                .find(|field| field.script_id.eq_ignore_ascii_case(part));
            let nearest = || suggestion(&shape.nearest_fields(part));
            found
                .map(|part| Column::Part(field, part))
                .ok_or_else(|| format!("{whole} has no {part}{}", nearest()))
        }
        (Kind::Subrecord(_), None) => Err(format!("name a part of it, as {whole}.city")),
        (Kind::Ref(_) | Kind::MultiRef(_), Some(part)) => Names::of(part)
            .map(|names| Column::Field(field, names))
            .ok_or_else(|| format!("a reference is named by {whole}.id, {whole}.externalId or {whole}.name")),
        (_, Some(_)) => Err(format!("{whole} has no parts")),
        (_, None) => Ok(Column::Field(field, Names::Either)),
    }
}
