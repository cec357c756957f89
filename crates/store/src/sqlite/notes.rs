//! System notes. Writing one is also what moves the change counter, so no change can do only one of the two.

use super::row::all;
use crate::stored::{self, noted_record};
use crate::{MAX_ROWS, NoteFilter, StoreError};
use countersign_model::{By, EntityId, NoteType, NotedRecord, SystemNote};
use rusqlite::{Connection, Transaction, named_params};

/// Notes that a record came to be.
pub(super) fn created(
    transaction: &Transaction<'_>,
    by: &By,
    record: NotedRecord,
    name: &str,
) -> Result<(), StoreError> {
    let note = SystemNote {
        by: by.clone(),
        record,
        note_type: NoteType::Create,
        field: "Name".to_owned(),
        old_value: None,
        new_value: Some(name.to_owned()),
    };
    write(transaction, &note)
}

/// Notes that a field went from one value to another.
pub(super) fn changed(
    transaction: &Transaction<'_>,
    by: &By,
    record: NotedRecord,
    field: &str,
    (old, new): (&str, &str),
) -> Result<(), StoreError> {
    let note = SystemNote {
        by: by.clone(),
        record,
        note_type: NoteType::Change,
        field: field.to_owned(),
        old_value: Some(old.to_owned()),
        new_value: Some(new.to_owned()),
    };
    write(transaction, &note)
}

fn write(transaction: &Transaction<'_>, note: &SystemNote) -> Result<(), StoreError> {
    let counted = transaction.execute("UPDATE account SET change_count = change_count + 1", [])?;
    if counted == 0 {
        return Err(StoreError::NoAccount);
    }
    let (record, record_id) = noted_record(note.record);
    let mut statement = transaction.prepare_cached(
        "INSERT INTO system_note
             (at, user_id, user_name, via, record, record_id, note_type, field, old_value, new_value)
         VALUES
             (:at, :user_id, :user_name, :via, :record, :record_id, :note_type, :field, :old_value, :new_value)",
    )?;
    statement.execute(named_params! {
        ":at": note.by.at.millis(),
        ":user_id": note.by.actor.user.map(EntityId::get),
        ":user_name": note.by.actor.name,
        ":via": note.by.actor.via.label(),
        ":record": record,
        ":record_id": record_id,
        ":note_type": note.note_type.label(),
        ":field": note.field,
        ":old_value": note.old_value,
        ":new_value": note.new_value,
    })?;
    Ok(())
}

pub(super) fn list(connection: &Connection, filter: NoteFilter) -> Result<Vec<SystemNote>, StoreError> {
    let limit = filter.limit.min(MAX_ROWS);
    match filter.record.map(noted_record) {
        None => all(
            connection,
            "SELECT * FROM system_note ORDER BY id DESC LIMIT ?1",
            [limit],
            stored::note,
        ),
        Some((record, record_id)) => all(
            connection,
            "SELECT * FROM system_note WHERE record = ?1 AND record_id IS ?2 ORDER BY id DESC LIMIT ?3",
            (record, record_id, limit),
            stored::note,
        ),
    }
}
