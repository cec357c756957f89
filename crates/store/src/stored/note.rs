//! System notes.

use super::row::{Row, parsed, time};
use crate::StoreError;
use countersign_model::{AccessTokenId, Actor, By, EntityId, IntegrationId, NotedRecord, RoleId, SystemNote};

const WHAT: &str = "system note";

pub(crate) fn note(row: &dyn Row) -> Result<SystemNote, StoreError> {
    let kind = row.text("record")?;
    let record = record(&kind, row.optional_integer("record_id")?);
    Ok(SystemNote {
        by: By {
            actor: Actor {
                user: row.optional_integer("user_id")?.map(EntityId::new),
                name: row.text("user_name")?,
                via: parsed(row, "via", WHAT)?,
            },
            at: time(row, "at")?,
        },
        record: record.ok_or_else(|| StoreError::unreadable(WHAT)(&format!("it is on a {kind:?}")))?,
        note_type: parsed(row, "note_type", WHAT)?,
        field: row.text("field")?,
        old_value: row.optional_text("old_value")?,
        new_value: row.optional_text("new_value")?,
    })
}

/// A record's kind and its id.
pub(crate) const fn noted_record(record: NotedRecord) -> (&'static str, Option<i64>) {
    match record {
        NotedRecord::Account => ("account", None),
        NotedRecord::Integration(id) => ("integration", Some(id.get())),
        NotedRecord::Role(id) => ("role", Some(id.get())),
        NotedRecord::User(id) => ("user", Some(id.get())),
        NotedRecord::AccessToken(id) => ("token", Some(id.get())),
    }
}

fn record(kind: &str, id: Option<i64>) -> Option<NotedRecord> {
    match (kind, id) {
        ("account", None) => Some(NotedRecord::Account),
        ("integration", Some(id)) => Some(NotedRecord::Integration(IntegrationId::new(id))),
        ("role", Some(id)) => Some(NotedRecord::Role(RoleId::new(id))),
        ("user", Some(id)) => Some(NotedRecord::User(EntityId::new(id))),
        ("token", Some(id)) => Some(NotedRecord::AccessToken(AccessTokenId::new(id))),
        _ => None,
    }
}
