//! `task.*`: a task is recorded.

use countersign_records::{Changes, Key, Value as Field};
use countersign_suitescript::HostError;
use serde_json::{Value, json};

use super::{AccountHost, Answer, shown, text};
use crate::deployment::text as field_text;

impl AccountHost {
    pub(super) fn submit_task(&self, arguments: &Value) -> Answer {
        let kind = match arguments.get("taskType") {
            Some(kind) => shown(kind),
            None => shown(&arguments["type"]),
        };
        let named = |name| Field::Text(shown(&arguments[name]));
        let changes = Changes::new()
            .set("taskType", Field::Text(kind))
            .set("script", named("scriptId"))
            .set("deployment", named("deploymentId"))
            .set("parameters", Field::Text(arguments.to_string()));
        let of = self.record_type("scheduledScriptInstance")?;
        let stamp = self.stamp();
        let id = self.together(move |records| {
            let id = records.create(&of, &changes, stamp)?;
            Ok(field_text(&records.get(&of, &Key::Internal(id))?, "taskId"))
        })?;
        Ok(json!(id))
    }

    pub(super) fn task_status(&self, arguments: &Value) -> Answer {
        let (id, of) = (
            text(arguments, "id").to_owned(),
            self.record_type("scheduledScriptInstance")?,
        );
        let named = id.clone();
        let found = self.look(move |records| {
            let found = records.find(&of, &[("taskId", &Field::Text(named))])?;
            found
                .first()
                .map(|id| records.get(&of, &Key::Internal(*id)))
                .transpose()
        })?;
        let record = found.ok_or_else(|| {
            HostError::new(
                "SSS_INVALID_TASK_ID",
                format!("No task was submitted with the ID {id:?}."),
            )
        })?;
        Ok(json!({
            "taskId": id,
            "taskType": field_text(&record, "taskType"),
            "scriptId": field_text(&record, "script"),
            "deploymentId": field_text(&record, "deployment"),
            "status": field_text(&record, "status"),
            "given": serde_json::from_str(&field_text(&record, "parameters")).unwrap_or(Value::Null),
        }))
    }
}
