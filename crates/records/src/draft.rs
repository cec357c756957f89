//! A record as it would be saved, for whoever looks at it before they save it.

use crate::changes::Changes;
use crate::error::RecordsError;
use crate::field::Initial;
use crate::record::{Record, Stamp};
use crate::settle::{Settled, settle, settle_unfinished};
use crate::table::Table;

/// Runs inside a transaction and leaves nothing in it: a draft takes no number and teaches no name.
pub(crate) fn draft(table: &Table<'_>, changes: &Changes, stamp: Stamp) -> Result<Record, RecordsError> {
    undone(table, || {
        let settled = settle(table, None, changes, stamp)?;
        drafted(table, None, settled, changes, stamp)
    })
}

/// The same of a record that is still worked at, new or `before`: what is missing may come yet.
pub(crate) fn sketch(
    table: &Table<'_>,
    before: Option<&Record>,
    changes: &Changes,
    stamp: Stamp,
) -> Result<Record, RecordsError> {
    undone(table, || {
        let settled = settle_unfinished(table, before, changes, stamp)?;
        drafted(table, before, settled, changes, stamp)
    })
}

fn undone(
    table: &Table<'_>,
    work: impl FnOnce() -> Result<Record, RecordsError>,
) -> Result<Record, RecordsError> {
    table.connection.execute_batch("SAVEPOINT draft")?;
    let drafted = work();
    table
        .connection
        .execute_batch("ROLLBACK TO draft; RELEASE draft")?;
    drafted
}

fn drafted(
    table: &Table<'_>,
    before: Option<&Record>,
    settled: Settled,
    changes: &Changes,
    stamp: Stamp,
) -> Result<Record, RecordsError> {
    let mut record = Record {
        id: before.map_or(0, |record| record.id),
        created: before.map_or(stamp, |record| record.created),
        modified: stamp,
        values: settled.values,
        lines: settled.lines,
    };
    for field in table.own_fields() {
        let is_numbered = matches!(field.initial, Some(Initial::Numbered { .. }));
        if is_numbered && before.is_none() && !changes.contains(&field.name) {
            record.values.remove(&field.name);
        }
    }
    table.name_references(&mut record)?;
    Ok(record)
}
