//! Writing a record: each function runs inside one transaction, and leaves its system notes, its ledger lines and what
//! follows for other records in it.

use crate::changes::Changes;
use crate::error::RecordsError;
use crate::journal;
use crate::record::{Record, Stamp};
use crate::settle::{Settled, settle};
use crate::table::Table;

/// Records that follow each other: a payment changes its invoice, which changes its customer.
const LONGEST_CHAIN: usize = 4;

pub(crate) fn create(table: &Table<'_>, changes: &Changes, stamp: Stamp) -> Result<i64, RecordsError> {
    let settled = settle(table, None, changes, stamp)?;
    let id = table.next_number(table.record_type.ids())?;
    insert(table, id, settled, stamp)?;
    Ok(id)
}

/// With an id that nobody has.
pub(crate) fn create_as(
    table: &Table<'_>,
    id: i64,
    changes: &Changes,
    stamp: Stamp,
) -> Result<(), RecordsError> {
    let settled = settle(table, None, changes, stamp)?;
    table.skip_numbers_to(table.record_type.ids(), id)?;
    insert(table, id, settled, stamp)
}

fn insert(table: &Table<'_>, id: i64, settled: Settled, stamp: Stamp) -> Result<(), RecordsError> {
    let mut record = Record {
        id,
        created: stamp,
        modified: stamp,
        values: settled.values,
        lines: settled.lines,
    };
    table.insert(&record)?;
    table.store_lines(None, &mut record)?;
    table.post(&record)?;
    journal::note_changes(table, None, &record, stamp)?;
    follow(table, None, Some(&record), stamp, 0)
}

pub(crate) fn update(
    table: &Table<'_>,
    id: i64,
    changes: &Changes,
    stamp: Stamp,
) -> Result<(), RecordsError> {
    let before = table.load(id)?;
    let settled = settle(table, Some(&before), changes, stamp)?;
    let mut after = Record {
        values: settled.values,
        lines: settled.lines,
        modified: stamp,
        ..before.clone()
    };
    table.update(&after)?;
    table.store_lines(Some(&before), &mut after)?;
    table.post(&after)?;
    journal::note_changes(table, Some(&before), &after, stamp)?;
    follow(table, Some(&before), Some(&after), stamp, 0)
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
    let before = table.load(id)?;
    table.remove_lines(id)?;
    table.unpost(id)?;
    table.remove(id)?;
    journal::note_deletion(table, id, stamp)?;
    follow(table, Some(&before), None, stamp, 0)
}

/// Works out again the records whose sums this one is a part of.
fn follow(
    table: &Table<'_>,
    before: Option<&Record>,
    after: Option<&Record>,
    stamp: Stamp,
    chain: usize,
) -> Result<(), RecordsError> {
    if chain == LONGEST_CHAIN {
        return Ok(());
    }
    for (record_type, ids) in table.tallied_by(before, after) {
        let other = table.of(record_type);
        for id in ids {
            let Some(id) = other.find(&crate::value::Key::Internal(id))? else {
                continue;
            };
            let old = other.load(id)?;
            let settled = settle(&other, Some(&old), &Changes::new(), stamp)?;
            if let Some(after) = after {
                let beyond = table.beyond(after, record_type, (id, &settled.lines));
                if !beyond.is_empty() {
                    return Err(RecordsError::Invalid(beyond));
                }
            }
            if settled.values == old.values && settled.lines == old.lines {
                continue;
            }
            let mut new = Record {
                values: settled.values,
                lines: settled.lines,
                modified: stamp,
                ..old.clone()
            };
            other.update(&new)?;
            other.store_lines(Some(&old), &mut new)?;
            other.post(&new)?;
            journal::note_changes(&other, Some(&old), &new, stamp)?;
            follow(&other, Some(&old), Some(&new), stamp, chain + 1)?;
        }
    }
    Ok(())
}
