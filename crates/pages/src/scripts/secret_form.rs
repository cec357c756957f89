//! An API Secret is made, or gets another value or other scripts. What it holds goes in here and never comes out.

use axum::extract::Path;
use countersign_protocol::Secret;
use countersign_scripts::{ApiSecret, ApiSecretForm, LONGEST_SECRET, is_secret_id, list};
use countersign_web::{
    Answer, Field, Filled, Lock, Markup, Notice, Page, TextArea, Tick, Tone, button, facts, field_error,
    html, link_button,
};

use super::secrets::{done, secret_of, secret_path};
use super::wrong::{Wrong, refused};
use crate::desk::{At, Desk, Form};
use crate::place::{API_SECRETS, Place};
use crate::view::View;

const ID: &str = "ID";
const NAME: &str = "Name";
const PASSWORD: &str = "Password";
const SCRIPTS: &str = "Restrict to Scripts";

/// What every ID begins with.
const PREFIX: &str = "custsecret";

#[derive(Debug, Default)]
pub(super) struct FormPage {
    /// The secret that is there already.
    is_there: bool,
    form: ApiSecretForm,
    all_scripts: bool,
    /// Those that may be chosen: internal id and name.
    scripts: Vec<(i64, String)>,
    wrong: Wrong,
    notice: Option<Notice>,
}

impl View for FormPage {
    const PLACE: &'static Place = &API_SECRETS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let scripts = vec![(7, "Orders <1>".to_owned())];
        let mut wrong = Wrong::default();
        for label in [ID, NAME, PASSWORD, SCRIPTS] {
            wrong.refuse(label, "is required.");
        }
        let there = Self {
            is_there: true,
            form: form_of(&super::secrets::samples::secret(false)),
            scripts: scripts.clone(),
            ..Self::default()
        };
        let again = Self {
            notice: wrong.notice(),
            wrong,
            scripts,
            ..Self::default()
        };
        vec![
            Self {
                all_scripts: true,
                ..Self::default()
            },
            there,
            again,
        ]
    }

    fn page(&self, lock: &Lock) -> Page {
        let (title, action) = match self.is_there {
            true => (
                format!("API Secret {}", self.form.name),
                secret_path(&self.form.script_id),
            ),
            false => ("New API Secret".to_owned(), secret_path("new")),
        };
        let delete = || link_button("Delete", &format!("{action}/delete"), Tone::Plain);
        Page {
            title,
            crumbs: API_SECRETS.crumbs_below(),
            notices: self.notice.iter().cloned().collect(),
            actions: self.is_there.then(delete),
            body: lock.form(
                &action,
                html! {
                    (self.record())
                    (self.restrictions())
                    div.submit {
                        (button("Save", Tone::Primary, None))
                        (link_button("Cancel", API_SECRETS.path, Tone::Plain))
                    }
                },
            ),
        }
    }
}

impl FormPage {
    fn record(&self) -> Markup {
        let field = |name, label, value, help| Field {
            name,
            label,
            value,
            help,
            error: self.wrong.with(label),
            required: true,
            ..Field::default()
        };
        let name = field("name", NAME, &self.form.name, None);
        let help = "Small letters, digits and underscores: custsecret_shop. Scripts take the secret by it.";
        let id = field("id", ID, &self.form.script_id, Some(help));
        let help = match self.is_there {
            true => "Empty: the value that is there stays. It cannot be looked at.",
            false => "Sealed when it is saved, and never shown again.",
        };
        let password = Field {
            kind: "password",
            required: !self.is_there,
            autocomplete: "new-password",
            ..field("password", PASSWORD, "", Some(help))
        };
        let description = TextArea {
            name: "description",
            label: "Description",
            value: &self.form.description,
            ..TextArea::default()
        };
        html! {
            @if self.is_there {
                section.section { (facts(&[(ID, html! { code { (self.form.script_id) } })])) }
            }
            section.section {
                div.columns {
                    (name.show())
                    @if !self.is_there { (id.show()) }
                    (password.show())
                }
                (description.show())
            }
        }
    }

    fn restrictions(&self) -> Markup {
        let all = Tick {
            name: "all-scripts",
            label: "Allow for All Scripts",
            checked: self.all_scripts,
            ..Tick::default()
        };
        html! {
            section.section aria-labelledby="h-restrictions" {
                h2 id="h-restrictions" { "Restrictions" }
                @if let Some(error) = self.wrong.with(SCRIPTS) { (field_error(SCRIPTS, error)) }
                div.columns {
                    (all.show())
                    div {
                        h3 { (SCRIPTS) }
                        @if self.scripts.is_empty() { p.help { "There is no script to choose yet." } }
                        @for (id, name) in &self.scripts {
                            (Tick {
                                name: "script",
                                value: &id.to_string(),
                                label: name,
                                checked: self.form.scripts.contains(&id.to_string()),
                                ..Tick::default()
                            }.show())
                        }
                    }
                }
            }
        }
    }
}

fn form_of(secret: &ApiSecret) -> ApiSecretForm {
    ApiSecretForm {
        script_id: secret.script_id.clone(),
        name: secret.name.clone(),
        description: secret.description.clone(),
        scripts: secret.scripts.iter().map(ToString::to_string).collect(),
    }
}

/// What was filled in, and whether every script may use the secret.
fn filled(form: &Filled, script_id: String) -> (ApiSecretForm, bool) {
    let filled = ApiSecretForm {
        script_id,
        name: form.text("name").trim().to_owned(),
        description: form.text("description").trim().to_owned(),
        scripts: form.all("script").map(str::to_owned).collect(),
    };
    (filled, form.has("all-scripts"))
}

/// `shop` is short for `custsecret_shop`.
fn id_of(typed: &str) -> String {
    let typed = typed.trim().to_ascii_lowercase();
    match typed.starts_with(PREFIX) || typed.is_empty() {
        true => typed,
        false => format!("{PREFIX}_{}", typed.trim_start_matches('_')),
    }
}

fn looked_at(form: &ApiSecretForm, all_scripts: bool, password: &str, is_there: bool) -> Wrong {
    let mut wrong = Wrong::default();
    if form.name.is_empty() {
        wrong.refuse(NAME, "is required.");
    }
    if !is_secret_id(&form.script_id) {
        wrong.refuse(ID, "has at most 40 small letters, digits and underscores.");
    }
    if password.is_empty() && !is_there {
        wrong.refuse(PASSWORD, "is required.");
    }
    if password.len() > LONGEST_SECRET {
        wrong.refuse(PASSWORD, format!("has more than {LONGEST_SECRET} bytes."));
    }
    if !all_scripts && form.scripts.is_empty() {
        wrong.refuse(SCRIPTS, "names no script: choose one, or allow all.");
    }
    wrong
}

async fn scripts(desk: &Desk) -> Result<Vec<(i64, String)>, Answer> {
    match list(&desk.visit.records).await {
        Ok(scripts) => Ok(scripts
            .into_iter()
            .map(|script| (script.id, script.name))
            .collect()),
        Err(error) => Err(desk.broken(&error)),
    }
}

pub(super) async fn open_new(At(desk): At) -> Answer {
    match scripts(&desk).await {
        Ok(scripts) => desk.show(&FormPage {
            all_scripts: true,
            scripts,
            ..FormPage::default()
        }),
        Err(instead) => instead,
    }
}

pub(super) async fn open(At(desk): At, Path(id): Path<String>) -> Answer {
    let opened = async {
        let secret = secret_of(&desk, &id).await?;
        Ok(FormPage {
            is_there: true,
            form: form_of(&secret),
            all_scripts: secret.all_scripts,
            scripts: scripts(&desk).await?,
            ..FormPage::default()
        })
    };
    match opened.await {
        Ok(page) => desk.show(&page),
        Err(instead) => instead,
    }
}

pub(super) async fn save_new(At(desk): At, Form(form): Form) -> Answer {
    let (wanted, all_scripts) = filled(&form, id_of(form.text("id")));
    let mut wrong = looked_at(&wanted, all_scripts, form.text("password"), false);
    match ApiSecret::named(&desk.visit.records, &wanted.script_id).await {
        Ok(Some(_)) => wrong.refuse(ID, "is another secret's. Open that one to give it a new value."),
        Ok(None) => {}
        Err(error) => return desk.broken(&error),
    }
    saved(&desk, &form, wanted, wrong, false).await
}

pub(super) async fn save(At(desk): At, Path(id): Path<String>, Form(form): Form) -> Answer {
    let id = match secret_of(&desk, &id).await {
        Ok(secret) => secret.script_id,
        Err(instead) => return instead,
    };
    let (wanted, all_scripts) = filled(&form, id);
    let wrong = looked_at(&wanted, all_scripts, form.text("password"), true);
    saved(&desk, &form, wanted, wrong, true).await
}

async fn saved(desk: &Desk, form: &Filled, wanted: ApiSecretForm, wrong: Wrong, is_there: bool) -> Answer {
    let notice = match wrong.is_none() {
        true => match keep(desk, form, wanted.clone()).await {
            Ok(()) => return done("saved"),
            Err(Unkept::Said(notice)) => Some(notice),
            Err(Unkept::Answer(instead)) => return instead,
        },
        false => wrong.notice(),
    };
    match scripts(desk).await {
        Ok(scripts) => desk.again(&FormPage {
            is_there,
            form: wanted,
            all_scripts: form.has("all-scripts"),
            scripts,
            wrong,
            notice,
        }),
        Err(instead) => instead,
    }
}

/// Why a secret was not kept.
enum Unkept {
    Said(Notice),
    Answer(Answer),
}

/// The record, then its value, sealed for that record's generation.
async fn keep(desk: &Desk, form: &Filled, mut wanted: ApiSecretForm) -> Result<(), Unkept> {
    let (records, authority) = (&desk.visit.records, desk.authority());
    let (id, password) = (wanted.script_id.clone(), form.text("password"));
    if form.has("all-scripts") {
        wanted.scripts.clear();
    }
    let stamp = authority.record_stamp(&desk.caller);
    let put = match password.is_empty() {
        true => ApiSecret::describe(records, wanted, stamp).await,
        false => ApiSecret::put(records, wanted, stamp).await,
    };
    let generation = match put {
        Ok(Ok(generation)) => generation,
        Ok(Err(script)) => {
            let text = format!("There is no script {script} any more.");
            return Err(Unkept::Said(Notice::new(countersign_web::Weight::Wrong, text)));
        }
        Err(error) => {
            return Err(match refused(error) {
                Ok(notice) => Unkept::Said(notice),
                Err(error) => Unkept::Answer(desk.broken(&error)),
            });
        }
    };
    if password.is_empty() {
        return Ok(());
    }
    let value = Secret::new(password);
    let put = authority
        .put_api_secret(&desk.caller, &id, generation, &value)
        .await;
    put.map_err(|error| Unkept::Answer(desk.failed(error)))
}
