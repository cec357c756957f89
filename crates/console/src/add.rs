//! A new connection: the five values beside the guide to each, tried on the account, and only then kept.

use countersign_protocol::{AccountId, Environment, LocalServer};
use countersign_vault::{ConnectionId, Given, Label, VaultError};
use countersign_web::{
    Answer, Choice, Field, Filled, Lock, Markup, Page, Select, Tone, button, html, link_button, redirect,
    sentence,
};
use http::StatusCode;

use crate::board::CONNECTIONS;
use crate::connection::{Done, done};
use crate::connections::{NEW, PATH};
use crate::desk::Desk;
use crate::steps::{paste, steps};
use crate::trial::{Tried, Untried, written_down};
use crate::typed::{PASTE, Shown, Typed};

/// The kinds of accounts, as a form has them.
pub(crate) const KINDS: [(&str, &str, Environment); 3] = [
    ("production", "Production", Environment::Production),
    ("sandbox", "Sandbox", Environment::Sandbox),
    ("release-preview", "Release Preview", Environment::ReleasePreview),
];

#[derive(Default)]
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) name_wrong: Option<String>,
    pub(crate) place: Place,
    pub(crate) shown: Shown,
    pub(crate) refused: Option<Untried>,
    pub(crate) was_pasted: bool,
}

/// Which kind of account it has to be, and where it is if that is this machine.
#[derive(Default)]
pub(crate) struct Place {
    pub(crate) environment: String,
    pub(crate) server: String,
    pub(crate) server_wrong: Option<String>,
}

impl Place {
    /// What was filled in, and the server; none where it cannot be one.
    pub(crate) fn of(form: &Filled) -> (Self, Option<Option<LocalServer>>) {
        let text = form.text("server").trim();
        let server: Result<Option<LocalServer>, _> = match text {
            "" => Ok(None),
            text => text.parse().map(Some),
        };
        let place = Self {
            environment: form.text("environment").to_owned(),
            server: text.to_owned(),
            server_wrong: server
                .as_ref()
                .err()
                .map(|error| format!("cannot be that: {error}.")),
        };
        (place, server.ok())
    }

    /// The field for the server, folded where it is empty.
    pub(crate) fn server(&self) -> Markup {
        let server = Field {
            name: "server",
            label: "Server",
            value: &self.server,
            help: Some(
                "Such as http://127.0.0.1:8080. Credentials of an account that runs from this data folder find it by themselves.",
            ),
            error: self.server_wrong.as_deref(),
            ..Field::default()
        };
        html! {
            details.section.folded open[!self.server.is_empty()] {
                summary { strong { "An account on this machine" } span.help { "instead of one at NetSuite" } }
                (server.show())
            }
        }
    }
}

/// Of values that cannot be read.
pub(crate) fn unread() -> Untried {
    Untried::saying(
        "Nothing was tried yet. Look at the fields that are marked, and enter both secrets again.",
    )
}

impl Form {
    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let name = Field {
            name: "name",
            label: "Name",
            value: &self.name,
            help: Some(
                "What programs and people call it: acme-production. Letters, digits, dots, hyphens and underscores.",
            ),
            error: self.name_wrong.as_deref(),
            required: true,
            ..Field::default()
        };
        let notices = self.refused.iter().map(Untried::notice);
        Page {
            title: "Add a connection".to_owned(),
            crumbs: CONNECTIONS.crumbs(),
            notices: notices.collect(),
            body: html! {
                p.lede { "The values are tried on the account before anything is kept. The two secrets are not shown again, also not where a value was wrong." }
                @if let Some(refused) = &self.refused { (refused.causes()) }
                (lock.form(NEW, html! {
                    section.section aria-label="Name" {
                        div.columns { (name.show()) (environment(&self.place.environment)) }
                    }
                    (paste(self.was_pasted))
                    (steps(&self.shown, None))
                    (self.place.server())
                    div.submit { (button("Try and keep", Tone::Primary, None)) (link_button("Cancel", PATH, Tone::Plain)) }
                }))
            },
            ..Page::default()
        }
    }
}

/// What kind of account it has to be.
pub(crate) fn environment(chosen: &str) -> Markup {
    let choices = KINDS.map(|(value, label, _)| Choice::new(value, label));
    Select {
        name: "environment",
        label: "Has to be",
        choices: &choices,
        chosen,
        none: Some("Any kind of account"),
        help: Some("An account of any other kind is refused: production pasted where the sandbox was meant."),
        ..Select::default()
    }
    .show()
}

pub(crate) fn environment_of(form: &Filled) -> Option<Environment> {
    let found = KINDS
        .iter()
        .find(|(value, ..)| *value == form.text("environment"));
    found.map(|(_, _, environment)| *environment)
}

/// Attack, or accident: the values of production pasted where a sandbox was meant.
pub(crate) fn match_environment(account: &AccountId, wanted: Option<Environment>) -> Result<(), Untried> {
    let kind = crate::trial::kind;
    match wanted {
        Some(wanted) if wanted != account.environment() => Err(Untried::saying(format!(
            "{account} is the ID of a {} account, and this has to be {}. The account was not asked.",
            kind(account.environment()),
            kind(wanted)
        ))),
        _ => Ok(()),
    }
}

pub(crate) fn show(desk: &Desk) -> Answer {
    desk.show(CONNECTIONS, &Form::default().page(&desk.lock))
}

pub(crate) async fn save(desk: &Desk, form: &Filled) -> Answer {
    let typed = Typed::of(form);
    let (place, server) = Place::of(form);
    let mut again = Form {
        name: form.text("name").trim().to_owned(),
        place,
        shown: typed.shown,
        was_pasted: !form.text(PASTE).trim().is_empty(),
        ..Form::default()
    };
    let id = again.name.parse::<ConnectionId>();
    if let Err(error) = &id {
        again.name_wrong = Some(format!("cannot be that: {error}."));
    }
    if let Ok(id) = &id
        && desk.parts.vault.connection(id.clone()).await.is_ok()
    {
        again.name_wrong = Some("is taken: choose another.".to_owned());
    }
    let has_name = again.name_wrong.is_none();
    let (Ok(id), Some(server), Ok(credentials), true) = (id, server, typed.credentials, has_name) else {
        again.refused = Some(unread());
        return desk.again(CONNECTIONS, &again.page(&desk.lock));
    };
    let tried = async {
        match_environment(&credentials.account, environment_of(form))?;
        let server = desk.server_of(&credentials, server.as_ref())?;
        Box::pin(desk.try_out(Given { credentials, server })).await
    };
    let tried = match tried.await {
        Ok(tried) => tried,
        Err(refused) => {
            again.refused = Some(refused);
            return desk.again(CONNECTIONS, &again.page(&desk.lock));
        }
    };
    match keep(desk, id.clone(), tried).await {
        Ok(()) => redirect(&done(&id, Done::Added)),
        Err(VaultError::Conflict(error)) => {
            again.name_wrong = Some(format!("is taken: {error}."));
            desk.again(CONNECTIONS, &again.page(&desk.lock))
        }
        Err(VaultError::Credentials(error)) => {
            again.refused = Some(Untried::saying(sentence(&error)));
            desk.show_as(
                StatusCode::UNPROCESSABLE_ENTITY,
                CONNECTIONS,
                &again.page(&desk.lock),
            )
        }
        Err(error) => desk.failed(&error),
    }
}

async fn keep(desk: &Desk, id: ConnectionId, tried: Tried) -> Result<(), VaultError> {
    let vault = &desk.parts.vault;
    let made = vault.add(id, tried.given, Label::default(), desk.by()).await?;
    written_down(desk, &made, (&tried.results, &tried.findings)).await
}
