//! System notes. Writing one is also what moves the change counter, so no change can do only one of the two; and the
//! note is numbered by where the counter then stands, so that the notes tell what changed since.

use countersign_database::{Row, Transaction};
use countersign_model::{
    AccessTokenId, Actor, ApiKeyId, By, EntityId, IntegrationId, NoteType, NotedRecord, RoleId, SystemNote,
};

use crate::column::{count, counted, parsed, time};
use crate::{MAX_ROWS, Store, StoreError};

const WHAT: &str = "system note";

const COLUMNS: &str =
    "at, user_id, user_name, via, record, record_id, note_type, field, old_value, new_value";

/// System notes, newest first.
#[derive(Clone, Copy, Debug)]
pub struct NoteFilter {
    pub record: Option<NotedRecord>,
    pub limit: u32,
}

impl Default for NoteFilter {
    fn default() -> Self {
        Self {
            record: None,
            limit: MAX_ROWS,
        }
    }
}

/// One move of the change counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where the counter stood after it.
    pub number: u64,
    /// What was changed; the account itself for its features.
    pub record: NotedRecord,
}

impl Store {
    pub async fn system_notes(&self, filter: NoteFilter) -> Result<Vec<SystemNote>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let limit = filter.limit.min(MAX_ROWS).into();
            let Some((record, id)) = filter.record.map(stored) else {
                let sql = format!("SELECT {COLUMNS} FROM system_note ORDER BY change DESC LIMIT ?1");
                return snapshot.rows(&sql, &[limit], note).await;
            };
            let sql = format!(
                "SELECT {COLUMNS} FROM system_note WHERE record = ?1 AND record_id = ?2
                 ORDER BY change DESC LIMIT ?3"
            );
            snapshot
                .rows(&sql, &[record.into(), id.into(), limit], note)
                .await
        };
        self.database.read(list).await
    }

    /// The changes after `change_count`, oldest first: what a cache of that count has to drop. Where `limit` of them
    /// come, more may follow the last.
    ///
    /// A [`change_count`](Self::change_count) below that of the cache means a database that was put back: nothing of the
    /// cache holds then.
    pub async fn changes_since(&self, change_count: u64, limit: u32) -> Result<Vec<Change>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let sql = "SELECT change, record, record_id FROM system_note WHERE change > ?1 ORDER BY change LIMIT ?2";
            let values = [counted(change_count).into(), limit.min(MAX_ROWS).into()];
            let change = |row: &Row<'_>| {
                Ok(Change {
                    number: count(row, "change")?,
                    record: record(row)?,
                })
            };
            snapshot.rows(sql, &values, change).await
        };
        self.database.read(list).await
    }
}

/// Notes that a record came to be.
pub(crate) async fn created(
    transaction: &mut Transaction<'_>,
    by: &By,
    record: NotedRecord,
    name: &str,
) -> Result<(), StoreError> {
    write(
        transaction,
        by,
        record,
        NoteType::Create,
        "Name",
        (None, Some(name)),
    )
    .await
}

/// Notes that a field went from one value to another.
pub(crate) async fn changed(
    transaction: &mut Transaction<'_>,
    by: &By,
    record: NotedRecord,
    field: &str,
    (old, new): (&str, &str),
) -> Result<(), StoreError> {
    write(
        transaction,
        by,
        record,
        NoteType::Change,
        field,
        (Some(old), Some(new)),
    )
    .await
}

async fn write(
    transaction: &mut Transaction<'_>,
    by: &By,
    record: NotedRecord,
    note_type: NoteType,
    field: &str,
    (old, new): (Option<&str>, Option<&str>),
) -> Result<(), StoreError> {
    let count = "UPDATE account SET change_count = change_count + 1 RETURNING change_count";
    let change = transaction
        .row(count, &[], |row| row.integer("change_count"))
        .await?;
    let change = change.ok_or(StoreError::NoAccount)?;
    let (record, record_id) = stored(record);
    let row = [
        ("change", change.into()),
        ("at", by.at.millis().into()),
        ("user_id", by.actor.user.map(EntityId::get).into()),
        ("user_name", (&by.actor.name).into()),
        ("via", by.actor.via.label().into()),
        ("record", record.into()),
        ("record_id", record_id.into()),
        ("note_type", note_type.label().into()),
        ("field", field.into()),
        ("old_value", old.into()),
        ("new_value", new.into()),
    ];
    Ok(transaction.insert("system_note", row).await?)
}

fn note(row: &Row<'_>) -> Result<SystemNote, StoreError> {
    Ok(SystemNote {
        by: By {
            actor: Actor {
                user: row.optional_integer("user_id")?.map(EntityId::new),
                name: row.text("user_name")?,
                via: parsed(row, "via", WHAT)?,
            },
            at: time(row, "at")?,
        },
        record: record(row)?,
        note_type: parsed(row, "note_type", WHAT)?,
        field: row.text("field")?,
        old_value: row.optional_text("old_value")?,
        new_value: row.optional_text("new_value")?,
    })
}

/// A record's kind and its id; the account, which is one, has the id 0.
const fn stored(record: NotedRecord) -> (&'static str, i64) {
    match record {
        NotedRecord::Account => ("account", 0),
        NotedRecord::Integration(id) => ("integration", id.get()),
        NotedRecord::Role(id) => ("role", id.get()),
        NotedRecord::User(id) => ("user", id.get()),
        NotedRecord::AccessToken(id) => ("token", id.get()),
        NotedRecord::ApiKey(id) => ("api_key", id.get()),
    }
}

fn record(row: &Row<'_>) -> Result<NotedRecord, StoreError> {
    let id = row.integer("record_id")?;
    match row.text("record")?.as_str() {
        "account" => Ok(NotedRecord::Account),
        "integration" => Ok(NotedRecord::Integration(IntegrationId::new(id))),
        "role" => Ok(NotedRecord::Role(RoleId::new(id))),
        "user" => Ok(NotedRecord::User(EntityId::new(id))),
        "token" => Ok(NotedRecord::AccessToken(AccessTokenId::new(id))),
        "api_key" => Ok(NotedRecord::ApiKey(ApiKeyId::new(id))),
        other => Err(StoreError::unreadable(WHAT)(&format!("it is on a {other:?}"))),
    }
}
