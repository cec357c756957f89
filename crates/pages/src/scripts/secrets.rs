//! Setup › Company › API Secrets. The pages have no value: none is ever shown.

use std::collections::BTreeMap;

use axum::extract::Path;
use countersign_scripts::{ApiSecret, list};
use countersign_web::{Answer, Lock, Notice, Page, Tone, Weight, button, html, link_button, redirect};

use super::outbox::Outbox;
use super::path_of;
use crate::desk::{At, Desk};
use crate::place::{API_SECRETS, Place};
use crate::view::View;

#[derive(Debug)]
pub(super) struct Secrets {
    secrets: Vec<ApiSecret>,
    /// Names of scripts, by internal id.
    scripts: BTreeMap<i64, String>,
    notice: Option<Notice>,
}

/// Whether a secret is to go, and what goes with it.
#[derive(Debug)]
pub(super) struct AskPage(ApiSecret);

/// The page of a secret.
pub(super) fn secret_path(script_id: &str) -> String {
    format!("{}/{script_id}", API_SECRETS.path)
}

impl View for Secrets {
    const PLACE: &'static Place = &API_SECRETS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let secret = samples::secret;
        let of = |secrets, notice| Self {
            secrets,
            scripts: BTreeMap::from([(7, "Orders & <more>".to_owned())]),
            notice,
        };
        vec![
            of(vec![secret(true), secret(false)], notice("saved")),
            of(Vec::new(), notice("deleted")),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        let row = |secret: &ApiSecret| {
            vec![
                html! {
                    a href=(secret_path(&secret.script_id)) { (secret.name) }
                    @if !secret.description.is_empty() { span.sub { (secret.description) } }
                },
                html! { code { (secret.script_id) } },
                html! {
                    @if secret.all_scripts { "All scripts" } @else {
                        @for script in &secret.scripts {
                            @match self.scripts.get(script) {
                                Some(name) => { a href=(path_of(*script)) { (name) } " " },
                                None => { "Script " (script) ", which is gone " },
                            }
                        }
                    }
                },
                html! { (secret.generation) },
            ]
        };
        let new = link_button("New API Secret", &secret_path("new"), Tone::Primary);
        let page = Outbox {
            place: &API_SECRETS,
            lede: "N/crypto and N/https take a secret by its ID. Its value is sealed, and reaches neither a script nor a page.",
            caption: "API Secrets",
            columns: &["Name", "ID", "May be used by", "Values so far"],
            rows: self.secrets.iter().map(row).collect(),
            empty: (
                "No secrets yet",
                "Make one here, or with: countersign script secret set custsecret_NAME.",
            ),
            actions: Some(new),
        }
        .page();
        Page {
            notices: self.notice.iter().cloned().collect(),
            ..page
        }
    }
}

impl View for AskPage {
    const PLACE: &'static Place = &API_SECRETS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self(samples::secret(false))]
    }

    fn page(&self, lock: &Lock) -> Page {
        let path = secret_path(&self.0.script_id);
        Page {
            title: format!("Delete {}?", self.0.name),
            crumbs: API_SECRETS.crumbs_below(),
            body: html! {
                div.section.narrow.stack {
                    p {
                        strong { "Every script that asks for " code { (self.0.script_id) } " fails from then on." }
                        " Its value is gone, and cannot be brought back."
                    }
                    (lock.form(&format!("{path}/delete"), html! {
                        div.submit {
                            (button("Delete", Tone::Danger, None))
                            (link_button("Keep it", &path, Tone::Plain))
                        }
                    }))
                }
            },
            ..Page::default()
        }
    }
}

fn notice(done: &str) -> Option<Notice> {
    let text = match done {
        "saved" => "The secret was saved. Scripts have it from their next call on.",
        "deleted" => "The secret was deleted.",
        _ => return None,
    };
    Some(Notice::new(Weight::Done, text))
}

pub(super) async fn show(At(desk): At) -> Answer {
    let records = &desk.visit.records;
    let (secrets, scripts) = match (ApiSecret::all(records).await, list(records).await) {
        (Ok(secrets), Ok(scripts)) => (secrets, scripts),
        (Err(error), _) | (_, Err(error)) => return desk.broken(&error),
    };
    desk.show(&Secrets {
        secrets,
        scripts: scripts
            .into_iter()
            .map(|script| (script.id, script.name))
            .collect(),
        notice: notice(desk.query.text("done")),
    })
}

/// The list, once something was done.
pub(super) fn done(what: &str) -> Answer {
    redirect(&format!("{}?done={what}", API_SECRETS.path))
}

/// # Errors
/// The page that is shown instead.
pub(super) async fn secret_of(desk: &Desk, id: &str) -> Result<ApiSecret, Answer> {
    match ApiSecret::named(&desk.visit.records, id).await {
        Ok(Some(secret)) => Ok(secret),
        Ok(None) => Err(desk.not_found()),
        Err(error) => Err(desk.broken(&error)),
    }
}

pub(super) async fn ask(At(desk): At, Path(id): Path<String>) -> Answer {
    match secret_of(&desk, &id).await {
        Ok(secret) => desk.show(&AskPage(secret)),
        Err(instead) => instead,
    }
}

pub(super) async fn remove(At(desk): At, Path(id): Path<String>) -> Answer {
    let id = match secret_of(&desk, &id).await {
        Ok(secret) => secret.script_id,
        Err(instead) => return instead,
    };
    let authority = desk.authority();
    if let Err(error) = authority.drop_api_secret(&desk.caller, &id).await {
        return desk.failed(error);
    }
    let stamp = authority.record_stamp(&desk.caller);
    match ApiSecret::remove(&desk.visit.records, &id, stamp).await {
        Ok(_) => done("deleted"),
        Err(error) => desk.broken(&error),
    }
}

#[cfg(test)]
pub(super) mod samples {
    use countersign_scripts::ApiSecret;

    pub(in crate::scripts) fn secret(all_scripts: bool) -> ApiSecret {
        ApiSecret {
            id: 1,
            script_id: "custsecret_shop".to_owned(),
            name: "Shop <key>".to_owned(),
            description: "Signs \"orders\"".to_owned(),
            all_scripts,
            scripts: vec![7],
            generation: 2,
        }
    }
}
