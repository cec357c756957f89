//! System notes. Writing one is also what moves the change counter, so no change can do only one of the two.

use super::row::all;
use crate::stored::{self, noted_record};
use crate::{MAX_ROWS, NoteFilter, StoreError};
use countersign_database::postgres::Transaction;
use countersign_model::{By, EntityId, NoteType, NotedRecord, SystemNote};

const SELECT: &str =
    "SELECT at, user_id, user_name, via, record, record_id, note_type, field, old_value, new_value
                      FROM system_note";

/// Notes that a record came to be.
pub(super) async fn created(
    transaction: &Transaction,
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
    write(transaction, &note).await
}

/// Notes that a field went from one value to another.
pub(super) async fn changed(
    transaction: &Transaction,
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
    write(transaction, &note).await
}

async fn write(transaction: &Transaction, note: &SystemNote) -> Result<(), StoreError> {
    let counted = transaction
        .execute("UPDATE account SET change_count = change_count + 1", &[])
        .await?;
    if counted == 0 {
        return Err(StoreError::NoAccount);
    }
    let (record, record_id) = noted_record(note.record);
    transaction
        .execute(
            "INSERT INTO system_note
                 (at, user_id, user_name, via, record, record_id, note_type, field, old_value, new_value)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                &note.by.at.millis(),
                &note.by.actor.user.map(EntityId::get),
                &note.by.actor.name,
                &note.by.actor.via.label(),
                &record,
                &record_id,
                &note.note_type.label(),
                &note.field,
                &note.old_value,
                &note.new_value,
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn list(
    transaction: &Transaction,
    filter: NoteFilter,
) -> Result<Vec<SystemNote>, StoreError> {
    let limit = i64::from(filter.limit.min(MAX_ROWS));
    match filter.record.map(noted_record) {
        None => {
            let sql = format!("{SELECT} ORDER BY id DESC LIMIT $1");
            all(transaction, &sql, &[&limit], stored::note).await
        }
        // Two statements, because no index answers `IS NOT DISTINCT FROM`.
        Some((record, None)) => {
            let sql = format!("{SELECT} WHERE record = $1 AND record_id IS NULL ORDER BY id DESC LIMIT $2");
            all(transaction, &sql, &[&record, &limit], stored::note).await
        }
        Some((record, Some(id))) => {
            let sql = format!("{SELECT} WHERE record = $1 AND record_id = $2 ORDER BY id DESC LIMIT $3");
            all(transaction, &sql, &[&record, &id, &limit], stored::note).await
        }
    }
}
