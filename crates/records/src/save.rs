//! The rules of writing: what a record must be before it may be stored. Each function runs inside one transaction,
//! and leaves its system notes in it.

use std::collections::BTreeMap;

use crate::changes::Changes;
use crate::error::{FieldError, Problem, RecordsError};
use crate::field::{Field, Initial, Kind, Presence};
use crate::journal;
use crate::record::{Record, Stamp};
use crate::table::Table;
use crate::value::{Reference, Value, day_of};

type Values = BTreeMap<String, Value>;

pub(crate) fn create(table: &Table<'_>, changes: &Changes, stamp: Stamp) -> Result<i64, RecordsError> {
    let mut values = Values::new();
    for field in table.own_fields().filter(|field| !changes.contains(&field.name)) {
        let initial = match &field.initial {
            Some(Initial::Literal(value)) => Some(value.clone()),
            Some(Initial::Today) => day_of(stamp.at).map(Value::Date),
            _ => None,
        };
        // A record that is not there is no default.
        if let Some(value) = initial
            && let Ok(value) = resolve(table, field, value)?
        {
            insert(&mut values, field, value);
        }
    }
    let values = settle(table, None, values, changes)?;
    let record = Record {
        id: table.next_number(&table.record_type.script_id)?,
        created: stamp,
        modified: stamp,
        values,
    };
    table.insert(&record)?;
    journal::note_changes(table, None, &record, stamp)?;
    Ok(record.id)
}

pub(crate) fn update(
    table: &Table<'_>,
    id: i64,
    changes: &Changes,
    stamp: Stamp,
) -> Result<(), RecordsError> {
    let before = table.load(id)?;
    let after = Record {
        values: settle(table, Some(id), before.values.clone(), changes)?,
        modified: stamp,
        ..before
    };
    table.update(&after)?;
    journal::note_changes(table, Some(&before), &after, stamp)
}

pub(crate) fn delete(table: &Table<'_>, id: i64, stamp: Stamp) -> Result<(), RecordsError> {
    if let Some((dependent_type, dependent_id)) = table.dependent(id)? {
        return Err(RecordsError::HasDependents {
            record_type: table.record_type.name.clone(),
            id,
            dependent_type,
            dependent_id,
        });
    }
    table.remove(id)?;
    journal::note_deletion(table, id, stamp)
}

/// The values a record has after `changes`, or everything that is wrong with them.
fn settle(
    table: &Table<'_>,
    id: Option<i64>,
    mut values: Values,
    changes: &Changes,
) -> Result<Values, RecordsError> {
    let mut errors = Vec::new();
    let mut wrong = |name: &str, problem| {
        errors.push(FieldError {
            path: name.to_owned(),
            problem,
        });
    };

    for (name, value) in changes.iter() {
        let Some(field) = table.record_type.field(name) else {
            let nearest = table.record_type.nearest_fields(name);
            wrong(name, Problem::Unknown { nearest });
            continue;
        };
        if field.read_only {
            wrong(name, Problem::ReadOnly);
            continue;
        }
        let accepted = match value {
            Some(value) => field.accept(value.clone()),
            None => Ok(None),
        };
        let resolved = match accepted {
            Ok(Some(value)) => resolve(table, field, value)?.map(Some),
            other => other,
        };
        match resolved {
            Ok(Some(value)) => insert(&mut values, field, value),
            Ok(None) => drop(values.remove(name)),
            Err(problem) => wrong(name, problem),
        }
    }
    for field in table.own_fields() {
        if values.contains_key(&field.name) {
            continue;
        }
        // A box is checked or it is not; it is never empty.
        if field.kind == Kind::Bool {
            insert(&mut values, field, Value::Bool(false));
        }
        if let Some(Initial::Numbered { before, after }) = &field.initial {
            let number = free_number(table, field, before, after)?;
            insert(&mut values, field, number);
        }
    }
    for field in table.own_fields() {
        match values.get(&field.name) {
            None if is_required(field, &values) => wrong(&field.name, Problem::Missing),
            Some(value) if field.unique && table.is_taken(field, value, id)? => {
                wrong(&field.name, Problem::Taken);
            }
            _ => {}
        }
    }

    match errors.is_empty() {
        true => Ok(values),
        false => Err(RecordsError::Invalid(errors)),
    }
}

fn is_required(field: &Field, values: &Values) -> bool {
    let checked = |name: &String| values.get(name) == Some(&Value::Bool(true));
    match &field.presence {
        Presence::Optional => false,
        Presence::Mandatory => true,
        Presence::MandatoryIf(name) => checked(name),
        Presence::MandatoryUnless(name) => !checked(name),
    }
}

/// Turns external keys into internal ones and checks that the records exist, as far as their type is declared. A
/// value that refers to nothing passes as it is.
fn resolve(
    table: &Table<'_>,
    field: &Field,
    mut value: Value,
) -> Result<Result<Value, Problem>, RecordsError> {
    let (Kind::Ref(target) | Kind::MultiRef(target)) = &field.kind else {
        return Ok(Ok(value));
    };
    let references = match &mut value {
        Value::Reference(reference) => std::slice::from_mut(reference),
        Value::References(references) => references,
        _ => return Ok(Ok(value)),
    };
    let declared = table.catalog.get(target);
    for reference in references {
        let found = match declared {
            Some(record_type) => Table {
                record_type,
                ..*table
            }
            .find(&reference.key)?,
            None => reference.id(),
        };
        let Some(id) = found else {
            return Ok(Err(Problem::NoSuchRecord {
                record_type: target.clone(),
                key: reference.key.clone(),
            }));
        };
        if let (None, Some(name)) = (declared, &reference.name) {
            table.learn_name(target, id, name)?;
        }
        *reference = Reference::to(id);
    }
    Ok(Ok(value))
}

/// Skips the numbers that somebody typed in by hand.
fn free_number(table: &Table<'_>, field: &Field, before: &str, after: &str) -> Result<Value, RecordsError> {
    let sequence = format!("{}.{}", table.record_type.script_id, field.script_id);
    loop {
        let number = table.next_number(&sequence)?;
        let value = Value::Text(format!("{before}{number}{after}"));
        if !field.unique || !table.is_taken(field, &value, None)? {
            return Ok(value);
        }
    }
}

fn insert(values: &mut Values, field: &Field, value: Value) {
    values.insert(field.name.clone(), value);
}
