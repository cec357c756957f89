//! An integration record, as it is filled in: New and Edit.

use axum::extract::Path;
use countersign_authority::NewConsumer;
use countersign_model::{
    Authentication, FieldErrors, Integration, IntegrationForm, IntegrationId, IntegrationState,
};
use countersign_web::{
    Answer, Choice, Field, Filled, Lock, Notice, Page, Select, TextArea, Tick, Tone, button, field_error,
    html, link_button, redirect,
};

use super::{NEW, path_of, record};
use crate::desk::{At, Desk, Form};
use crate::place::{MANAGE_INTEGRATIONS, Place};
use crate::trouble::of_form;
use crate::view::{View, wrong};

#[derive(Debug)]
pub(super) struct FormPage {
    /// None for a new record.
    id: Option<IntegrationId>,
    form: IntegrationForm,
    /// As it was typed: it may be no number.
    limit: String,
    errors: Option<FieldErrors>,
    notice: Option<Notice>,
}

impl View for FormPage {
    const PLACE: &'static Place = &MANAGE_INTEGRATIONS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let new = Self::of_new(IntegrationForm::new_page());
        let wrong = IntegrationForm {
            concurrency_limit: Some(0),
            ..IntegrationForm::new_page()
        };
        let errors = countersign_model::IntegrationDraft::parse(wrong.clone()).err();
        let again = Self {
            id: Some(IntegrationId::new(1)),
            limit: "0".to_owned(),
            form: wrong,
            errors,
            notice: Some(Notice::new(
                countersign_web::Weight::Wrong,
                "Some fields need another look.",
            )),
        };
        vec![new, again]
    }

    fn page(&self, lock: &Lock) -> Page {
        let (title, action, back) = match self.id {
            None => (
                "New Integration".to_owned(),
                NEW.to_owned(),
                MANAGE_INTEGRATIONS.path.to_owned(),
            ),
            Some(id) => (
                format!("Edit {}", self.form.name),
                format!("{}/edit", path_of(id)),
                path_of(id),
            ),
        };
        Page {
            title,
            crumbs: MANAGE_INTEGRATIONS.crumbs_below(),
            notices: self.notice.iter().cloned().collect(),
            body: lock.form(
                &action,
                html! {
                    (self.record())
                    (self.authentication())
                    div.submit {
                        (button("Save", Tone::Primary, None))
                        (link_button("Cancel", &back, Tone::Plain))
                    }
                },
            ),
            ..Page::default()
        }
    }
}

impl FormPage {
    fn of_new(form: IntegrationForm) -> Self {
        Self {
            id: None,
            limit: String::new(),
            form,
            errors: None,
            notice: None,
        }
    }

    fn wrong(&self, label: &str) -> Option<&str> {
        wrong(self.errors.as_ref(), label)
    }

    fn record(&self) -> countersign_web::Markup {
        let name = Field {
            name: "name",
            label: "Name",
            value: &self.form.name,
            error: self.wrong("Name"),
            required: true,
            autofocus: self.id.is_none(),
            ..Field::default()
        };
        let states: Vec<Choice> = IntegrationState::ALL
            .iter()
            .filter(|state| **state != IntegrationState::WaitingForApproval || self.form.state == **state)
            .map(|state| Choice::new(state, state.label()))
            .collect();
        let state = Select {
            name: "state",
            label: "State",
            choices: &states,
            chosen: self.form.state.label(),
            error: self.wrong("State"),
            help: Some("A blocked application is refused, and left out of the list."),
            ..Select::default()
        };
        let limit = Field {
            name: "limit",
            label: "Concurrency Limit",
            value: &self.limit,
            error: self.wrong("Concurrency Limit"),
            help: Some(
                "Of the account's concurrent requests, a share of its own. Empty: what is unallocated.",
            ),
            ..Field::default()
        };
        let area = |name, label, value: &str| {
            TextArea {
                name,
                label,
                value,
                error: self.wrong(label),
                help: None,
            }
            .show()
        };
        html! {
            section.section {
                div.columns { (name.show()) (state.show()) (limit.show()) }
                div.columns { (area("description", "Description", &self.form.description)) (area("note", "Note", &self.form.note)) }
            }
        }
    }

    fn authentication(&self) -> countersign_web::Markup {
        let ways = &self.form.authentication;
        let tick = |name, label, checked, help| {
            Tick {
                name,
                label,
                checked,
                help: Some(help),
                error: self.wrong(label),
                ..Tick::default()
            }
            .show()
        };
        let callback = Field {
            name: "callback",
            label: "Callback URL",
            value: ways.callback_url.as_deref().unwrap_or_default(),
            error: self.wrong("Callback URL"),
            help: Some(
                "Where the authorization flow goes back to: https, or http://localhost with any port as http://localhost:*.",
            ),
            ..Field::default()
        };
        html! {
            section.section id="authentication" aria-labelledby="h-authentication" {
                h2 id="h-authentication" { "Authentication" }
                @if let Some(error) = self.wrong("Authentication") { (field_error("Authentication", error)) }
                div.columns {
                    div {
                        h3 { "Token-based Authentication" }
                        (tick("tba", "Token-based Authentication", ways.token_based_authentication, "Tokens are made on the pages. Saving shows the Consumer Key and Consumer Secret."))
                        (tick("issue-token", "TBA: IssueToken Endpoint", ways.issue_token_endpoint, "A program makes tokens with an email and a password."))
                        (tick("flow", "TBA: Authorization Flow", ways.authorization_flow, "Users allow the application in three steps. Needs the callback URL; clear it where tokens are made on the pages."))
                        (callback.show())
                    }
                    div {
                        h3 { "Other ways" }
                        (tick("code-grant", "Authorization Code Grant", ways.authorization_code_grant, "Of OAuth 2.0: kept on the record, not served here."))
                        (tick("user-credentials", "User Credentials", ways.user_credentials, "Of long ago: no service takes a password any more. Clear it on new records."))
                    }
                }
            }
        }
    }
}

/// What was typed, over what was there. A limit that is no number is told as one that is too small.
fn filled(form: &Filled, over: IntegrationForm) -> IntegrationForm {
    let limit = form.text("limit").trim();
    IntegrationForm {
        name: form.text("name").to_owned(),
        description: form.text("description").to_owned(),
        note: form.text("note").to_owned(),
        state: form.text("state").parse().unwrap_or(over.state),
        authentication: Authentication {
            token_based_authentication: form.has("tba"),
            issue_token_endpoint: form.has("issue-token"),
            authorization_flow: form.has("flow"),
            callback_url: Some(form.text("callback").to_owned()).filter(|url| !url.trim().is_empty()),
            user_credentials: form.has("user-credentials"),
            authorization_code_grant: form.has("code-grant"),
        },
        concurrency_limit: (!limit.is_empty()).then(|| limit.parse().unwrap_or(0)),
    }
}

pub(super) async fn open_new(At(desk): At) -> Answer {
    desk.show(&FormPage::of_new(IntegrationForm::new_page()))
}

pub(super) async fn save_new(At(desk): At, Form(form): Form) -> Answer {
    let wanted = filled(&form, IntegrationForm::default());
    let added = desk
        .authority()
        .add_integration(&desk.caller, wanted.clone(), None)
        .await;
    saved(&desk, &form, None, wanted, added)
}

pub(super) async fn open(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    match desk.authority().integration(&desk.caller, id).await {
        Ok(record) => desk.show(&FormPage {
            id: Some(id),
            limit: record
                .concurrency_limit
                .map(|limit| limit.to_string())
                .unwrap_or_default(),
            form: IntegrationForm::from(&record),
            errors: None,
            notice: None,
        }),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn save(At(desk): At, Path(id): Path<String>, Form(form): Form) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    let wanted = filled(&form, IntegrationForm::default());
    let edited = wanted.clone();
    let edit = desk
        .authority()
        .edit_integration(&desk.caller, id, move |_| edited)
        .await;
    saved(&desk, &form, Some(id), wanted, edit)
}

fn saved(
    desk: &Desk,
    typed: &Filled,
    id: Option<IntegrationId>,
    form: IntegrationForm,
    saved: Result<(Integration, Option<NewConsumer>), countersign_authority::AdministrationError>,
) -> Answer {
    match saved {
        Ok((record, Some(pair))) => record::show_once(desk, record, &pair),
        Ok((record, None)) => redirect(&format!("{}?saved", path_of(record.id))),
        Err(error) => match of_form(error) {
            Ok((errors, notice)) => desk.again(&FormPage {
                id,
                limit: typed.text("limit").to_owned(),
                form,
                errors,
                notice,
            }),
            Err(error) => desk.failed(error),
        },
    }
}
