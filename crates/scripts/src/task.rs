//! Tasks that scripts submitted with `N/task`: each is recorded, and nothing of it runs.

use countersign_records::{Record, Records, RecordsError, Together};
use countersign_world::UnixTime;

use crate::deployment::text;
use crate::recorded::last;

/// A task, as it was submitted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SubmittedTask {
    pub id: i64,
    pub at: UnixTime,
    /// What `submit` returned and `checkStatus` takes.
    pub task_id: String,
    /// Of `task.TaskType`.
    pub kind: String,
    /// Script ids, where the task is a script's.
    pub script: String,
    pub deployment: String,
    /// Of `task.TaskStatus`.
    pub status: String,
    /// What the task was made with, as JSON.
    pub parameters: String,
}

impl SubmittedTask {
    fn of(record: &Record) -> Self {
        let text = |field| text(record, field);
        Self {
            id: record.id,
            at: record.created.at,
            task_id: text("taskId"),
            kind: text("taskType"),
            script: text("script"),
            deployment: text("deployment"),
            status: text("status"),
            parameters: text("parameters"),
        }
    }

    /// The last ones, the last first.
    pub async fn last(records: &Records, most: usize) -> Result<Vec<Self>, RecordsError> {
        let read = move |records: &Together<'_>| {
            let submitted = last(records, "scheduledScriptInstance", &[], most)?;
            Ok(submitted.iter().map(Self::of).collect())
        };
        records.look(read).await
    }
}
