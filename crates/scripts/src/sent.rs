//! The outbox: what scripts sent with `N/email`.

use countersign_records::{Key, Record, Records, RecordsError, Together, Value};
use countersign_world::UnixTime;

use crate::deployment::text;

/// A message, as it would have been sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SentMessage {
    pub id: i64,
    pub at: UnixTime,
    pub from: String,
    pub to: String,
    pub subject: String,
    pub body: String,
    /// Names of files.
    pub attachments: String,
}

impl SentMessage {
    fn of(record: &Record) -> Self {
        Self {
            id: record.id,
            at: record.created.at,
            from: text(record, "authorEmail"),
            to: text(record, "recipientEmail"),
            subject: text(record, "subject"),
            body: text(record, "message"),
            attachments: text(record, "attachments"),
        }
    }

    /// The last ones, the last first.
    pub async fn last(records: &Records, most: usize) -> Result<Vec<Self>, RecordsError> {
        let read = move |records: &Together<'_>| {
            let of = records.record_type("message")?;
            let sent = records.find(of, &[("emailed", &Value::Bool(true))])?;
            let last = sent.into_iter().rev().take(most);
            last.map(|id| Ok(Self::of(&records.get(of, &Key::Internal(id))?)))
                .collect()
        };
        records.look(read).await
    }
}
