//! Customization › Scripting › Script Execution Logs.

use countersign_records::{LogLevel, ScriptLogLine, ScriptLogQuery, number_of};
use countersign_scripts::Uncaught;
use countersign_web::{
    Answer, Choice, Column, Lock, Markup, Page, Pager, Table, Tone, button, empty_state, html, moment,
};

use super::path_of;
use crate::desk::At;
use crate::filters;
use crate::place::{Place, SCRIPT_LOG};
use crate::view::View;

/// Lines of a page.
const LINES: u32 = 50;

#[derive(Debug)]
pub(super) struct Log {
    lines: Vec<ScriptLogLine>,
    script: String,
    level: String,
    pager: Pager,
}

impl View for Log {
    const PLACE: &'static Place = &SCRIPT_LOG;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let log = |lines, script: &str, level: &str| Self {
            lines,
            script: script.to_owned(),
            level: level.to_owned(),
            pager: Pager {
                first: None,
                next: Some("?before=1".to_owned()),
            },
        };
        vec![log(samples::lines(), "7", "ERROR"), log(Vec::new(), "\"x", "")]
    }

    fn page(&self, _: &Lock) -> Page {
        let levels = LogLevel::ALL.map(|level| Choice::new(level.word(), level.word()));
        Page {
            title: SCRIPT_LOG.title.to_owned(),
            crumbs: SCRIPT_LOG.crumbs(),
            body: html! {
                p.lede { "What scripts wrote with N/log, and each error that nobody caught. A line is kept for thirty days." }
                form.filters action=(SCRIPT_LOG.path) {
                    (filters::text("script", "Script", &self.script))
                    (filters::one_of("level", "Level, and above", &levels, &self.level))
                    (button("Apply", Tone::Plain, None))
                }
                @if self.lines.is_empty() {
                    (empty_state("No such line", "Scripts write here with N/log, where the log level of their deployment lets them.", html! {}))
                } @else { (table(&self.lines, self.pager.clone())) }
            },
            ..Page::default()
        }
    }
}

pub(crate) fn table(lines: &[ScriptLogLine], pager: Pager) -> Markup {
    let row = |line: &ScriptLogLine| {
        let class = match line.level {
            LogLevel::Debug => "state off",
            LogLevel::Audit => "state on",
            LogLevel::Error | LogLevel::Emergency | LogLevel::System => "state bad",
        };
        vec![
            moment(line.at),
            html! { span class=(class) { (line.level.word()) } },
            html! {
                @match &line.script_id {
                    Some(id) => { a href=(path_of(line.script)) { (id) } span.sub { (line.deployment_id.as_deref().unwrap_or_default()) } },
                    None => "The script is gone",
                }
            },
            html! { (line.title) },
            html! { div.words { (details(line)) } },
            html! { (line.user) },
        ]
    };
    let columns = ["Date", "Type", "Script", "Title", "Details", "User"];
    Table {
        caption: "Execution log of scripts, the last line first".to_owned(),
        columns: columns.map(Column::new).to_vec(),
        rows: lines.iter().map(row).collect(),
        pager,
    }
    .show()
}

/// What was written; of an error that nobody caught, its message and where it was thrown.
fn details(line: &ScriptLogLine) -> Markup {
    let written = || html! { code { (line.details) } };
    if line.level != LogLevel::System {
        return written();
    }
    match Uncaught::of(&line.details) {
        Some(Uncaught { message, stack }) => html! {
            (message)
            @for frame in stack { span.sub { code { (frame) } } }
        },
        None => written(),
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    let text = |name| desk.query.text(name).trim().to_owned();
    let (script, level) = (text("script"), text("level"));
    let records = &desk.visit.records;
    let number = match number_of(&script) {
        None if !script.is_empty() => match countersign_scripts::show(records, &script).await {
            // No line has the number 0.
            Ok(found) => Some(found.map_or(0, |(script, _)| script.id)),
            Err(error) => return desk.broken(&error),
        },
        number => number,
    };
    let before = desk.query.number("before");
    let query = ScriptLogQuery {
        script: number,
        level: LogLevel::named(&level),
        before,
        limit: LINES + 1,
        ..ScriptLogQuery::default()
    };
    let mut lines = match records.script_log(query).await {
        Ok(lines) => lines,
        Err(error) => return desk.broken(&error),
    };
    let has_more = lines.len() > LINES as usize;
    lines.truncate(LINES as usize);
    let filters = filters::query(&[("script", &script), ("level", &level)]);
    let last = lines.last().filter(|_| has_more);
    let pager = Pager {
        next: last.map(|last| format!("{filters}before={}", last.id)),
        first: before.map(|_| filters.clone()),
    };
    desk.show(&Log {
        lines,
        script,
        level,
        pager,
    })
}

#[cfg(test)]
pub(super) mod samples {
    use countersign_records::{LogLevel, ScriptLogLine};
    use countersign_world::UnixTime;

    pub(crate) fn lines() -> Vec<ScriptLogLine> {
        let line = |id, level, script_id: Option<&str>| ScriptLogLine {
            id,
            at: UnixTime::from_seconds(1_767_225_600),
            execution: 1,
            script: 7,
            script_id: script_id.map(str::to_owned),
            deployment_id: Some("customdeploy1".to_owned()),
            level,
            title: "<title>".to_owned(),
            details: match level {
                LogLevel::System => {
                    "{\"message\":\"<b>\",\"stack\":[\"get(/SuiteScripts/a.js:1:2)\"]}".to_owned()
                }
                _ => "{\"a\": 1}".to_owned(),
            },
            user: -5,
            role: 3,
        };
        vec![
            line(2, LogLevel::System, Some("customscript_orders")),
            line(1, LogLevel::Audit, None),
            line(0, LogLevel::Debug, Some("customscript_orders")),
        ]
    }
}
