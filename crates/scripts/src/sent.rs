//! The outbox: what scripts sent with `N/email`.

use countersign_records::{Record, Records, RecordsError, Together, Value};
use countersign_world::UnixTime;

use crate::deployment::text;
use crate::recorded::last;

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
            let sent = last(records, "message", &[("emailed", &Value::Bool(true))], most)?;
            Ok(sent.iter().map(Self::of).collect())
        };
        records.look(read).await
    }
}
