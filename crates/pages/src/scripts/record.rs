//! A script: what is said of it, its deployments, its file with the numbers of its lines, and the end of its execution log.

use axum::extract::Path;
use countersign_records::{ScriptLogLine, ScriptLogQuery};
use countersign_scripts::{Deployment, ScriptShown};
use countersign_web::{
    Answer, Column, Lock, Markup, Page, Pager, Table, Tone, empty_state, facts, html, link_button,
};
use serde_json::Value;

use super::{log, script_list};
use crate::desk::At;
use crate::place::{Place, SCRIPT_LOG, SCRIPTS};
use crate::view::View;

/// Lines of the log that are shown here.
const LINES: u32 = 20;
/// Lines of the file that are shown.
const MOST: usize = 5000;

#[derive(Debug)]
pub(super) struct Record {
    script: ScriptShown,
    source: String,
    log: Vec<ScriptLogLine>,
}

impl View for Record {
    const PLACE: &'static Place = &SCRIPTS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let of = |is_released, source: &str, log| Self {
            script: super::samples::script(is_released),
            source: source.to_owned(),
            log,
        };
        vec![
            of(
                true,
                "define([], () => ({ get: () => '<b>' }));\n",
                log::samples::lines(),
            ),
            of(false, "", Vec::new()),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        let script = &self.script;
        let all = format!("{}?script={}", SCRIPT_LOG.path, script.id);
        Page {
            title: script.name.clone(),
            crumbs: SCRIPTS.crumbs_below(),
            body: html! {
                section.section {
                    (facts(&[
                        ("ID", html! { code { (script.script_id) } }),
                        ("Internal ID", html! { (script.id) }),
                        ("Type", html! { "RESTlet" }),
                        ("API version", html! { (script.api_version) }),
                        ("Inactive", html! { @if script.is_inactive { "Yes" } @else { "No" } }),
                        ("Script file", html! { @match &script.path { Some(path) => { code { (path) } }, None => "The file is gone" } }),
                    ]))
                    @if !script.description.is_empty() { (facts(&[("Description", html! { (script.description) })])) }
                }
                section.section {
                    h2 { "Deployments" }
                    (script_list::table(&script.deployments))
                }
                @if script.deployments.iter().any(|deployment| !deployment.parameters.is_empty()) {
                    section.section {
                        h2 { "Parameters" }
                        (parameters(&script.deployments))
                    }
                }
                section.section {
                    h2 { "Execution Log" }
                    @if self.log.is_empty() {
                        (empty_state("Nothing was written yet", "Lines of N/log and errors that nobody caught stand here.", html! {}))
                    } @else {
                        (log::table(&self.log, Pager::default()))
                        p.after { (link_button("All of them", &all, Tone::Plain)) }
                    }
                }
                section.section {
                    h2 { "Script File" }
                    pre.numbered { @for (line, number) in self.source.lines().zip(1..=MOST) {
                        code id={ "L" (number) } { (format!("{number:>4}  ")) (line) "\n" }
                    } }
                }
            },
            ..Page::default()
        }
    }
}

fn parameters(deployments: &[Deployment]) -> Markup {
    let rows = deployments.iter().flat_map(|deployment| {
        deployment.parameters.iter().map(|(name, value)| {
            let value = match value {
                Value::String(text) => text.clone(),
                Value::Null => String::new(),
                Value::Bool(is_on) => (if *is_on { "Yes" } else { "No" }).to_owned(),
                other => other.to_string(),
            };
            vec![
                html! { code { (name) } },
                html! { (value) },
                html! { (deployment.title) },
            ]
        })
    });
    Table {
        caption: "Values of parameters".to_owned(),
        columns: ["Parameter", "Value", "Deployment"].map(Column::new).to_vec(),
        rows: rows.collect(),
        pager: Pager::default(),
    }
    .show()
}

pub(super) async fn show(Path(id): Path<String>, At(desk): At) -> Answer {
    let records = &desk.visit.records;
    let (script, source) = match countersign_scripts::show(records, &id).await {
        Ok(Some(found)) => found,
        Ok(None) => return desk.not_found(),
        Err(error) => return desk.broken(&error),
    };
    let query = ScriptLogQuery {
        script: Some(script.id),
        limit: LINES,
        ..ScriptLogQuery::default()
    };
    match records.script_log(query).await {
        Ok(log) => desk.show(&Record { script, source, log }),
        Err(error) => desk.broken(&error),
    }
}
