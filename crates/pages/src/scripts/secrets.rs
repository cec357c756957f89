//! Setup › Company › API Secrets. The page has no value: none is ever shown.

use countersign_scripts::ApiSecret;
use countersign_web::{Answer, Column, Lock, Page, Pager, Table, empty_state, html};

use super::path_of;
use crate::desk::At;
use crate::place::{API_SECRETS, Place};
use crate::view::View;

#[derive(Debug)]
pub(super) struct Secrets(Vec<ApiSecret>);

impl View for Secrets {
    const PLACE: &'static Place = &API_SECRETS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let secret = |all_scripts| ApiSecret {
            id: 1,
            script_id: "custsecret_shop".to_owned(),
            name: "Shop <key>".to_owned(),
            description: "Signs \"orders\"".to_owned(),
            all_scripts,
            scripts: vec![7],
            generation: 2,
        };
        vec![Self(vec![secret(true), secret(false)]), Self(Vec::new())]
    }

    fn page(&self, _: &Lock) -> Page {
        let row = |secret: &ApiSecret| {
            vec![
                html! { (secret.name) @if !secret.description.is_empty() { span.sub { (secret.description) } } },
                html! { code { (secret.script_id) } },
                html! {
                    @if secret.all_scripts { "All scripts" } @else {
                        @for script in &secret.scripts { a href=(path_of(*script)) { "Script " (script) } " " }
                    }
                },
                html! { (secret.generation) },
            ]
        };
        let columns = ["Name", "ID", "May be used by", "Values so far"];
        Page {
            title: API_SECRETS.title.to_owned(),
            crumbs: API_SECRETS.crumbs(),
            body: html! {
                p.lede { "N/crypto and N/https take a secret by its ID. Its value is sealed, and reaches neither a script nor a page." }
                @if self.0.is_empty() {
                    (empty_state(
                        "No secrets yet",
                        "Keep one with: countersign script secret set custsecret_NAME. The value is asked for, or read from a file.",
                        html! {},
                    ))
                } @else {
                    (Table {
                        caption: "API Secrets".to_owned(),
                        columns: columns.map(Column::new).to_vec(),
                        rows: self.0.iter().map(row).collect(),
                        pager: Pager::default(),
                    }.show())
                }
            },
            ..Page::default()
        }
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    match ApiSecret::all(&desk.visit.records).await {
        Ok(secrets) => desk.show(&Secrets(secrets)),
        Err(error) => desk.broken(&error),
    }
}
