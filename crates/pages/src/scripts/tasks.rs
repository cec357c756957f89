//! Customization › Scripting › Submitted Tasks: what scripts gave to `N/task`.

use countersign_scripts::SubmittedTask;
use countersign_web::{Answer, Lock, Page, html, moment};

use super::outbox::{MOST, Outbox};
use crate::desk::At;
use crate::place::{Place, SUBMITTED_TASKS};
use crate::view::View;

#[derive(Debug)]
pub(super) struct Tasks(Vec<SubmittedTask>);

impl View for Tasks {
    const PLACE: &'static Place = &SUBMITTED_TASKS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let task = |script: &str, parameters: &str| SubmittedTask {
            id: 1,
            at: countersign_world::UnixTime::from_seconds(1_767_225_600),
            task_id: "TASK1".to_owned(),
            kind: "MAP_REDUCE".to_owned(),
            script: script.to_owned(),
            deployment: String::new(),
            status: "COMPLETE".to_owned(),
            parameters: parameters.to_owned(),
        };
        let parameters = "{\"params\":{\"custscript_day\":\"<today>\"}}";
        vec![
            Self(vec![task("customscript_nightly", parameters), task("", "{")]),
            Self(Vec::new()),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        let row = |task: &SubmittedTask| {
            vec![
                moment(task.at),
                html! { code { (task.task_id) } },
                html! { (task.kind) },
                html! {
                    @if task.script.is_empty() { "No script" } @else { code { (task.script) } }
                    @if !task.deployment.is_empty() { span.sub { (task.deployment) } }
                },
                html! { span class="state on" { (task.status) } },
                html! { details { summary { "What it was given" } pre { (in_lines(&task.parameters)) } } },
            ]
        };
        Outbox {
            place: &SUBMITTED_TASKS,
            lede: "What scripts gave to N/task. It is recorded as complete, and nothing of it runs here.",
            caption: "Submitted tasks, the last first",
            columns: &["Date", "Task ID", "Type", "Script", "Status", "Parameters"],
            rows: self.0.iter().map(row).collect(),
            empty: (
                "Nothing was submitted yet",
                "A task that a script submits stands here, and task.checkStatus answers for it.",
            ),
            actions: None,
        }
        .page()
    }
}

/// JSON, with a line for each member.
fn in_lines(json: &str) -> String {
    let value = serde_json::from_str::<serde_json::Value>(json);
    value.map_or_else(|_| json.to_owned(), |value| format!("{value:#}"))
}

pub(super) async fn show(At(desk): At) -> Answer {
    match SubmittedTask::last(&desk.visit.records, MOST).await {
        Ok(tasks) => desk.show(&Tasks(tasks)),
        Err(error) => desk.broken(&error),
    }
}
