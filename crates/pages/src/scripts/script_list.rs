//! The lists of scripts and of their deployments.

use countersign_scripts::{Deployment, ScriptShown, list};
use countersign_web::{Answer, Column, Lock, Markup, Page, Pager, Table, empty_state, html};

use super::{address, audience, deployment_path, path_of, state};
use crate::desk::At;
use crate::place::{Place, SCRIPT_DEPLOYMENTS, SCRIPTS};
use crate::view::View;

#[derive(Debug)]
pub(super) struct Scripts {
    scripts: Vec<ScriptShown>,
    /// The hosts that they may call besides the account's own.
    may_call: Vec<String>,
}

#[derive(Debug)]
pub(super) struct Deployments(Vec<Deployment>);

impl View for Scripts {
    const PLACE: &'static Place = &SCRIPTS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let script = super::samples::script;
        let of = |scripts, may_call| Self { scripts, may_call };
        let hosts = vec!["api.example.com".to_owned(), "localhost:8080".to_owned()];
        vec![
            of(vec![script(true), script(false)], hosts),
            of(Vec::new(), Vec::new()),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        let row = |script: &ScriptShown| {
            vec![
                html! {
                    a href=(path_of(script.id)) { (script.name) }
                    @if !script.description.is_empty() { span.sub { (script.description) } }
                },
                html! { (script.id) },
                html! { code { (script.script_id) } },
                html! { "RESTlet " (script.api_version) },
                html! { @match &script.path { Some(path) => { code { (path) } }, None => "The file is gone" } },
                html! { (script.deployments.len()) },
            ]
        };
        let columns = ["Name", "Internal ID", "ID", "Type", "Script file", "Deployments"];
        Page {
            title: SCRIPTS.title.to_owned(),
            crumbs: SCRIPTS.crumbs(),
            body: html! {
                @if self.scripts.is_empty() { (nothing()) } @else {
                    (Table {
                        caption: "Scripts".to_owned(),
                        columns: columns.map(Column::new).to_vec(),
                        rows: self.scripts.iter().map(row).collect(),
                        pager: Pager::default(),
                    }.show())
                }
                (self.reach())
            },
            ..Page::default()
        }
    }
}

impl Scripts {
    fn reach(&self) -> Markup {
        html! {
            section.section.after aria-labelledby="h-reach" {
                h2 id="h-reach" { "What scripts may call" }
                p {
                    "N/https and N/http reach the account's own hosts"
                    @for host in &self.may_call { ", " code { (host) } }
                    ", and no other."
                }
                p.help { "A host is allowed where the account is served: " code { "countersign serve --script-may-call HOST" } }
            }
        }
    }
}

impl View for Deployments {
    const PLACE: &'static Place = &SCRIPT_DEPLOYMENTS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let deployment = super::samples::deployment;
        vec![Self(vec![deployment(true), deployment(false)]), Self(Vec::new())]
    }

    fn page(&self, _: &Lock) -> Page {
        Page {
            title: SCRIPT_DEPLOYMENTS.title.to_owned(),
            crumbs: SCRIPT_DEPLOYMENTS.crumbs(),
            body: html! { @if self.0.is_empty() { (nothing()) } @else { (table(&self.0)) } },
            ..Page::default()
        }
    }
}

/// Deployments, also those of one script on its page.
pub(super) fn table(deployments: &[Deployment]) -> Markup {
    let row = |deployment: &Deployment| {
        vec![
            html! { a href=(deployment_path(deployment.id)) { (deployment.title) } span.sub { code { (deployment.deployment_id) } } },
            state(deployment),
            html! { (audience(deployment)) },
            html! { (deployment.log_level.word()) },
            html! { code { (address(deployment)) } },
        ]
    };
    let columns = ["Title", "Status", "Audience", "Log level", "Address"];
    Table {
        caption: "Deployments".to_owned(),
        columns: columns.map(Column::new).to_vec(),
        rows: deployments.iter().map(row).collect(),
        pager: Pager::default(),
    }
    .show()
}

fn nothing() -> Markup {
    empty_state(
        "No scripts yet",
        "A RESTlet comes into the account with: countersign script deploy FILE. A folder of an SDF project does too.",
        html! {},
    )
}

pub(super) async fn show(At(desk): At) -> Answer {
    match list(&desk.visit.records).await {
        Ok(scripts) => desk.show(&Scripts {
            scripts,
            may_call: desk.visit.scripts.may_call().to_vec(),
        }),
        Err(error) => desk.broken(&error),
    }
}

pub(super) async fn show_deployments(At(desk): At) -> Answer {
    match list(&desk.visit.records).await {
        Ok(scripts) => {
            let deployments = scripts.into_iter().flat_map(|script| script.deployments);
            desk.show(&Deployments(deployments.collect()))
        }
        Err(error) => desk.broken(&error),
    }
}
