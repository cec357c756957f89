//! A record as it would be saved, for whoever looks at it before they save it.

use crate::changes::Changes;
use crate::error::RecordsError;
use crate::field::Initial;
use crate::record::{Record, Stamp};
use crate::settle::settle;
use crate::table::Table;

/// Runs inside a transaction and leaves nothing in it: a draft takes no number and teaches no name.
pub(crate) fn draft(table: &Table<'_>, changes: &Changes, stamp: Stamp) -> Result<Record, RecordsError> {
    table.connection.execute_batch("SAVEPOINT draft")?;
    let drafted = drafted(table, changes, stamp);
    table
        .connection
        .execute_batch("ROLLBACK TO draft; RELEASE draft")?;
    drafted
}

fn drafted(table: &Table<'_>, changes: &Changes, stamp: Stamp) -> Result<Record, RecordsError> {
    let settled = settle(table, None, changes, stamp)?;
    let mut record = Record {
        id: 0,
        created: stamp,
        modified: stamp,
        values: settled.values,
        lines: settled.lines,
    };
    for field in table.own_fields() {
        let is_numbered = matches!(field.initial, Some(Initial::Numbered { .. }));
        if is_numbered && !changes.contains(&field.name) {
            record.values.remove(&field.name);
        }
    }
    table.name_references(&mut record)?;
    Ok(record)
}
