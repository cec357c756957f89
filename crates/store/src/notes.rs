//! System notes, which only what the model says of a change can become. Writing one is also what moves the change counter, so no change can do only one of the two; and the
//! note is numbered by where the counter then stands, so that the notes tell what changed since.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    AccessTokenId, Actor, ApiKeyId, By, EntityId, IntegrationId, LeverSays, NoteId, Noted, NotedRecord,
    RefreshedFrom, RestoredFrom, RoleId, SystemNote, system_notes,
};

use crate::column::{count, counted, parsed, time};
use crate::{MAX_ROWS, Store, StoreError};

const WHAT: &str = "system note";

const COLUMNS: &str =
    "change, at, user_id, user_name, via, record, record_id, note_type, field, old_value, new_value";

const WRITTEN: [&str; 11] = [
    "change",
    "at",
    "user_id",
    "user_name",
    "via",
    "record",
    "record_id",
    "note_type",
    "field",
    "old_value",
    "new_value",
];

/// A page of system notes, newest first.
#[derive(Clone, Copy, Debug)]
pub struct NoteFilter {
    pub record: Option<NotedRecord>,
    /// Those below this one.
    pub before: Option<NoteId>,
    pub limit: u32,
}

impl Default for NoteFilter {
    fn default() -> Self {
        Self {
            record: None,
            before: None,
            limit: MAX_ROWS,
        }
    }
}

/// One move of the change counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where the counter stood after it.
    pub number: u64,
    /// What was changed; the account itself for its name, settings and features.
    pub record: NotedRecord,
    /// The account was refreshed from another, or put back to a snapshot: whatever was read of it before holds no longer.
    pub everything: bool,
}

impl Store {
    pub async fn system_notes(&self, filter: NoteFilter) -> Result<Vec<(NoteId, SystemNote)>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let before = filter.before.map_or(i64::MAX, NoteId::get).into();
            let limit = filter.limit.min(MAX_ROWS).into();
            let Some((record, id)) = filter.record.map(stored) else {
                let sql = format!(
                    "SELECT {COLUMNS} FROM system_note WHERE change < ?1 ORDER BY change DESC LIMIT ?2"
                );
                return snapshot.rows(&sql, &[before, limit], numbered).await;
            };
            let sql = format!(
                "SELECT {COLUMNS} FROM system_note WHERE record = ?1 AND record_id = ?2 AND change < ?3
                 ORDER BY change DESC LIMIT ?4"
            );
            let values = [record.into(), id.into(), before, limit];
            snapshot.rows(&sql, &values, numbered).await
        };
        self.database.read(list).await
    }

    /// Notes on the account that somebody pulled a test lever. What a lever does is kept nowhere else.
    pub async fn note_lever(&self, before: LeverSays, after: LeverSays, by: By) -> Result<(), StoreError> {
        let note = async move |transaction: &mut Transaction<'_>| {
            let record = NotedRecord::Account;
            write(transaction, &by, record, Some(&before), Some(&after)).await?;
            Ok::<_, StoreError>(())
        };
        self.database.write(note).await
    }

    /// The changes after `change_count`, oldest first, one for each field: what a cache of that count has to drop. Where
    /// `limit` of them come, more may follow the last.
    ///
    /// A [`change_count`](Self::change_count) below that of the cache means a database that was put back: nothing of the
    /// cache holds then.
    pub async fn changes_since(&self, change_count: u64, limit: u32) -> Result<Vec<Change>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let sql = "SELECT change, record, record_id, field FROM system_note WHERE change > ?1 ORDER BY change LIMIT ?2";
            let values = [counted(change_count).into(), limit.min(MAX_ROWS).into()];
            let change = |row: &Row<'_>| {
                let record = record(row)?;
                let field = row.text("field")?;
                let whole = [RefreshedFrom::FIELD, RestoredFrom::FIELD];
                let everything = record == NotedRecord::Account && whole.contains(&field.as_str());
                Ok(Change {
                    number: count(row, "change")?,
                    record,
                    everything,
                })
            };
            snapshot.rows(sql, &values, change).await
        };
        self.database.read(list).await
    }
}

/// Notes what a change did to a record, field by field; tells whether it did anything. A record without a state before
/// it was created, one without a state after it was deleted.
pub(crate) async fn write<T: Noted>(
    transaction: &mut Transaction<'_>,
    by: &By,
    record: NotedRecord,
    before: Option<&T>,
    after: Option<&T>,
) -> Result<bool, StoreError> {
    let notes = system_notes(by, record, before, after);
    append(transaction, &notes).await?;
    Ok(!notes.is_empty())
}

/// Writes what [`system_notes`] said, for many records in few statements.
pub(crate) async fn append(
    transaction: &mut Transaction<'_>,
    notes: &[SystemNote],
) -> Result<(), StoreError> {
    let Ok(moves @ 1..) = i64::try_from(notes.len()) else {
        return Ok(());
    };
    let count = "UPDATE account SET change_count = change_count + ?1 RETURNING change_count";
    let last = transaction
        .row(count, &[moves.into()], |row| row.integer("change_count"))
        .await?;
    let last = last.ok_or(StoreError::NoAccount)?;
    let rows: Vec<_> = (last - moves + 1..).zip(notes).map(row_of).collect();
    Ok(transaction.insert_all("system_note", WRITTEN, &rows).await?)
}

fn row_of((change, note): (i64, &SystemNote)) -> [Value<'_>; 11] {
    let (record, record_id) = stored(note.record);
    [
        change.into(),
        note.by.at.millis().into(),
        note.by.actor.user.map(EntityId::get).into(),
        (&note.by.actor.name).into(),
        note.by.actor.via.label().into(),
        record.into(),
        record_id.into(),
        note.note_type.label().into(),
        (&note.field).into(),
        note.old_value.as_ref().into(),
        note.new_value.as_ref().into(),
    ]
}

fn numbered(row: &Row<'_>) -> Result<(NoteId, SystemNote), StoreError> {
    Ok((NoteId::new(row.integer("change")?), note(row)?))
}

fn note(row: &Row<'_>) -> Result<SystemNote, StoreError> {
    Ok(SystemNote {
        by: by(row)?,
        record: record(row)?,
        note_type: parsed(row, "note_type", WHAT)?,
        field: row.text("field")?,
        old_value: row.optional_text("old_value")?,
        new_value: row.optional_text("new_value")?,
    })
}

/// Who did something and when, of a row that says so in the columns of a note.
pub(crate) fn by(row: &Row<'_>) -> Result<By, StoreError> {
    Ok(By {
        actor: Actor {
            user: row.optional_integer("user_id")?.map(EntityId::new),
            name: row.text("user_name")?,
            via: parsed(row, "via", WHAT)?,
        },
        at: time(row, "at")?,
    })
}

/// A record's kind and its id; the account, which is one, has the id 0.
pub(crate) const fn stored(record: NotedRecord) -> (&'static str, i64) {
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
