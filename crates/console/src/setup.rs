//! The page behind a link: somebody enters the credentials of one connection, sees whose token it is, and is done. There is
//! no session, and nothing else to reach: the link is the proof, for the form as well.
//!
//! Attack: the link is stolen, or sent on. It makes or renews that one connection, with credentials that log in, and shows
//! nothing of what there is; of two who use it, the second is refused.

use bytes::Bytes;
use countersign_protocol::{AccountId, Environment};
use countersign_vault::{
    By, Connection, Given, Holder, IntegrationKey, LinkToken, Purpose, SessionToken, VaultError,
};
use countersign_web::{
    Answer, Choice, Filled, Markup, Notice, Page, Reach, Select, Tone, Weight, button, html, moment, page,
    sentence, sheet,
};
use countersign_world::UnixTime;
use http::{Method, StatusCode};

use crate::add::match_environment;
use crate::arrival::{Arrival, CONNECT};
use crate::console::Shared;
use crate::steps::{paste, steps};
use crate::trial::{Untried, became, kind};
use crate::trouble;
use crate::typed::{PASTE, Shown, Typed};

/// The parameter with a link of ours, and with one of Nango's sessions.
const INVITATION: &str = "invitation";
const SESSION: &str = "session_token";
const INTEGRATION: &str = "integration";

/// What the link is for.
pub(crate) struct Errand {
    /// The parameter and what it holds: the form carries both.
    pub(crate) proof: (&'static str, String),
    /// What the connection is called, where the link says it.
    pub(crate) connection: Option<String>,
    pub(crate) account: Option<AccountId>,
    pub(crate) environment: Option<Environment>,
    pub(crate) is_renewed: bool,
    /// Of which it may be, where a program asked; several have to be chosen from.
    pub(crate) integrations: Vec<(IntegrationKey, String)>,
    pub(crate) expires: UnixTime,
}

pub(crate) struct Form<'e> {
    pub(crate) errand: &'e Errand,
    pub(crate) shown: Shown,
    pub(crate) integration: String,
    pub(crate) refused: Option<Untried>,
    pub(crate) was_pasted: bool,
}

impl Form<'_> {
    pub(crate) fn page(&self) -> Page {
        let errand = self.errand;
        let (name, token) = (errand.proof.0, &errand.proof.1);
        let fixed = errand.account.as_ref().map(AccountId::as_str);
        let notices = self.refused.iter().map(Untried::notice);
        Page {
            title: match errand.is_renewed {
                true => "New credentials for a NetSuite account".to_owned(),
                false => "Connect a NetSuite account".to_owned(),
            },
            notices: notices.collect(),
            body: html! {
                p.lede {
                    "You were asked for the credentials of "
                    @if let Some(connection) = &errand.connection { "the connection " strong { (connection) } } @else { "one connection" }
                    @if let Some(environment) = errand.environment { ", which has to be a " (kind(environment)) " account" }
                    ". The steps say where each value is got; you need to be an administrator of the account. What you enter is tried on \
                     the account, kept sealed, and not shown again. The page works once, until " (moment(errand.expires)) "."
                }
                @if let Some(refused) = &self.refused { (refused.causes()) }
                form method="post" action=(CONNECT) {
                    input type="hidden" name=(name) value=(token);
                    (self.integrations())
                    (steps(&self.shown, fixed))
                    (paste(self.was_pasted))
                    div.submit { (button("Try and connect", Tone::Primary, None)) }
                }
            },
            ..Page::default()
        }
    }

    fn integrations(&self) -> Markup {
        match self.errand.integrations.as_slice() {
            [] => html! {},
            [(key, _)] => html! { input type="hidden" name=(INTEGRATION) value=(key); },
            several => {
                let choices: Vec<Choice> = several
                    .iter()
                    .map(|(key, label)| Choice::new(key, label))
                    .collect();
                let select = Select {
                    name: INTEGRATION,
                    label: "For",
                    choices: &choices,
                    chosen: &self.integration,
                    required: true,
                    ..Select::default()
                };
                html! { div.section.narrow { (select.show()) } }
            }
        }
    }
}

/// Whose token it became.
pub(crate) fn done(account: &AccountId, holder: Option<&Holder>, remarks: &[String]) -> Page {
    let mut notices = vec![Notice::new(
        Weight::Done,
        "The account is connected: the login works.",
    )];
    notices.extend(remarks.iter().map(|remark| Notice::new(Weight::Note, remark)));
    if holder.is_some_and(Holder::is_administrator) {
        notices.push(Notice::new(
            Weight::Warning,
            countersign_doctor::Warning::Administrator.sentence(),
        ));
    }
    Page {
        title: "Connected".to_owned(),
        notices,
        body: html! {
            div.section { (became(account, holder)) }
            p.after { "You can close this page. Whoever sent you the link does not see the secrets, and the link works no more. Is this not the company or role you meant, tell them." }
        },
        ..Page::default()
    }
}

pub(crate) async fn answer(console: &Shared, arrival: &Arrival, form: Option<&Bytes>) -> Answer {
    if !matches!(arrival.method, Method::GET | Method::HEAD | Method::POST) {
        return trouble::said(
            StatusCode::METHOD_NOT_ALLOWED,
            "Not taken",
            "This page is opened, or its form is sent.",
        );
    }
    let filled = form.map(|form| Filled::of_nobody(form));
    let query = arrival.query();
    let errand = match errand(console, filled.as_ref().unwrap_or(&query)).await {
        Ok(errand) => errand,
        Err(error) => return over(&error),
    };
    match filled {
        None => {
            let form = Form {
                errand: &errand,
                shown: Shown::default(),
                integration: String::new(),
                refused: None,
                was_pasted: false,
            };
            shown(StatusCode::OK, &form.page())
        }
        Some(filled) => give(console, &errand, &filled).await,
    }
}

/// Looked at, a link is as good as before.
async fn errand(console: &Shared, given: &Filled) -> Result<Errand, VaultError> {
    let (vault, now) = (&console.parts.vault, console.parts.clock.now());
    if let Some(token) = SessionToken::presented(given.text(SESSION)) {
        let session = vault.session(&token, now).await?;
        let known = vault.integrations().await?.into_iter();
        let known: Vec<_> = known.filter(|one| session.allows(&one.key)).collect();
        let label = |one: countersign_vault::Integration| {
            let label = one.display_name.unwrap_or_else(|| one.key.to_string());
            (one.key, label)
        };
        return Ok(Errand {
            proof: (SESSION, token.expose().to_owned()),
            is_renewed: session.connection.is_some(),
            connection: session.connection.map(|id| id.to_string()),
            account: None,
            environment: None,
            integrations: known.into_iter().map(label).collect(),
            expires: session.expires,
        });
    }
    let token = LinkToken::presented(given.text(INVITATION)).ok_or(VaultError::LinkOver)?;
    let link = vault.link(&token, now).await?;
    let is_renewed = link.is_of_a_connection();
    let Purpose::Credentials(invitation) = link.purpose else {
        return Err(VaultError::LinkOver);
    };
    Ok(Errand {
        proof: (INVITATION, token.expose().to_owned()),
        connection: Some(invitation.connection.to_string()),
        account: invitation.account,
        environment: invitation.environment,
        is_renewed,
        integrations: Vec::new(),
        expires: link.expires,
    })
}

async fn give(console: &Shared, errand: &Errand, filled: &Filled) -> Answer {
    let typed = Typed::of(filled);
    let again = |shown: Shown, refused: Untried| {
        let form = Form {
            errand,
            shown,
            integration: filled.text(INTEGRATION).to_owned(),
            refused: Some(refused),
            was_pasted: !filled.text(PASTE).trim().is_empty(),
        };
        self::shown(StatusCode::UNPROCESSABLE_ENTITY, &form.page())
    };
    let credentials = match typed.credentials {
        Ok(credentials) => credentials,
        Err(text) => {
            let text = match typed.shown.wrong.is_empty() {
                true => text,
                false => {
                    "Nothing was tried yet. Look at the fields that are marked, and enter both secrets again."
                        .to_owned()
                }
            };
            return again(typed.shown, Untried::saying(text));
        }
    };
    let account = credentials.account.clone();
    let given = match errand.proof.0 {
        SESSION => Box::pin(by_session(console, errand, filled, credentials)).await,
        _ => Box::pin(by_link(console, errand, credentials)).await,
    };
    match given {
        Ok(made) => shown(
            StatusCode::OK,
            &done(&account, made.holder.as_ref(), &typed.remarks),
        ),
        Err(Refused::Over(error)) => over(&error),
        Err(Refused::Untried(untried)) => again(typed.shown, untried),
    }
}

enum Refused {
    Untried(Untried),
    Over(VaultError),
}

async fn by_link(
    console: &Shared,
    errand: &Errand,
    credentials: countersign_protocol::Credentials,
) -> Result<Connection, Refused> {
    let vault = &console.parts.vault;
    let token = LinkToken::presented(&errand.proof.1).ok_or(Refused::Over(VaultError::LinkOver))?;
    let link = vault
        .link(&token, console.parts.clock.now())
        .await
        .map_err(Refused::Over)?;
    let Purpose::Credentials(invitation) = &link.purpose else {
        return Err(Refused::Over(VaultError::LinkOver));
    };
    match_environment(&credentials.account, invitation.environment).map_err(Refused::Untried)?;
    if let Some(account) = invitation
        .account
        .as_ref()
        .filter(|account| **account != credentials.account)
    {
        let text = format!(
            "The link is for account {account}, and these values are of {}. The account was not asked.",
            credentials.account
        );
        return Err(Refused::Untried(Untried::saying(text)));
    }
    let server = console
        .server_of(&credentials, invitation.server.as_ref())
        .map_err(Refused::Untried)?;
    let tried = console
        .try_out(Given { credentials, server })
        .await
        .map_err(Refused::Untried)?;
    let by = By {
        actor: format!("link of {}", link.maker),
        at: console.parts.clock.now(),
    };
    let made = vault.give_by_link(token, tried.given, by.clone()).await;
    let made = made.map_err(|error| match error {
        VaultError::Credentials(error) => Refused::Untried(Untried::saying(sentence(&error))),
        error => Refused::Over(error),
    })?;
    if let Some(holder) = tried.findings.holder(&made.account) {
        let (id, generation) = (made.id.clone(), made.current.generation);
        vault
            .recognise(id, generation, holder, by)
            .await
            .map_err(Refused::Over)?;
    }
    vault.connection(made.id).await.map_err(Refused::Over)
}

async fn by_session(
    console: &Shared,
    errand: &Errand,
    filled: &Filled,
    credentials: countersign_protocol::Credentials,
) -> Result<Connection, Refused> {
    let token = SessionToken::presented(&errand.proof.1).ok_or(Refused::Over(VaultError::SessionOver))?;
    let wanted = filled.text(INTEGRATION);
    let key = errand
        .integrations
        .iter()
        .map(|(key, _)| key)
        .find(|key| key.as_str() == wanted);
    let Some(key) = key else {
        let text = "There is no integration to connect to. Ask whoever sent you the link.";
        return Err(Refused::Untried(Untried::saying(text)));
    };
    let given = console.parts.nango.give(token, key.clone(), credentials).await;
    let made = given.map_err(|text| Refused::Untried(Untried::saying(text)))?;
    console
        .parts
        .vault
        .connection(made.id)
        .await
        .map_err(Refused::Over)
}

fn shown(status: StatusCode, shown: &Page) -> Answer {
    page(status, sheet(trouble::ABOUT, shown), Reach::Here)
}

fn over(error: &VaultError) -> Answer {
    let (status, title, text) = trouble::of(error);
    match error {
        VaultError::LinkOver | VaultError::SessionOver => {
            let text = "It works once. If you have used it, all is done. Otherwise it was withdrawn, or its time has passed: ask whoever sent \
                        it for another.";
            trouble::said(status, title, text)
        }
        // Of what there is, nobody learns by a link.
        VaultError::Conflict(_) | VaultError::UnknownConnection(_) => {
            let text = "The connection this link was for has changed meanwhile. Nothing was kept. Ask whoever sent it for another.";
            trouble::said(StatusCode::CONFLICT, "This link works no more", text)
        }
        _ => trouble::said(status, title, &text),
    }
}
