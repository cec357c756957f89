//! A token that is replaced while programs go on calling: kept beside the old one, tried, switched to, tried once more, and
//! only then is the old one forgotten. The same steps as those of the command line.
//!
//! Invariant: after each step exactly one set signs, and it is one that has logged in. A step that fails leads back.

use countersign_client::CredentialName;
use countersign_doctor::{Findings, History};
use countersign_protocol::Credentials;
use countersign_vault::{Connection, ConnectionId, Observed, Opened, VaultError};
use countersign_web::{
    Answer, Filled, Lock, Markup, Notice, Page, Tone, button, html, link_button, redirect, sentence,
};

use crate::board::CONNECTIONS;
use crate::connection::{Done, below, done, named};
use crate::connections::path_of;
use crate::desk::Desk;
use crate::steps::token_step;
use crate::trial::Untried;
use crate::typed::{Shown, field};

pub(crate) struct Rotation {
    pub(crate) connection: Connection,
    pub(crate) shown: Shown,
    pub(crate) refused: Option<Untried>,
}

/// What the next step is, as a button says it.
const GO_ON: (&str, &str) = ("act", "go-on");
const DROP: (&str, &str) = ("act", "drop");
const FALL_BACK: (&str, &str) = ("act", "fall-back");

impl Rotation {
    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let id = &self.connection.id;
        let path = format!("{}/rotate", path_of(id));
        let notices: Vec<Notice> = self.refused.iter().map(Untried::notice).collect();
        Page {
            title: format!("Rotate the token of {id}"),
            crumbs: below(id),
            notices,
            body: html! {
                p.lede { "Both tokens are kept until the new one has logged in and signs. If it fails, the old one goes on: no call is lost." }
                @if let Some(refused) = &self.refused { (refused.causes()) }
                (self.step(lock, &path))
            },
            ..Page::default()
        }
    }

    fn step(&self, lock: &Lock, path: &str) -> Markup {
        let cancel = link_button("Cancel", &path_of(&self.connection.id), Tone::Plain);
        match (&self.connection.staged, &self.connection.previous) {
            (None, None) => lock.form(
                path,
                html! {
                    (token_step(&self.shown))
                    div.submit { (button("Try and switch", Tone::Primary, None)) (cancel) }
                },
            ),
            (Some(_), _) => lock.form(
                path,
                html! {
                    div.section { p { "A new token was entered and waits: it is tried, and where it logs in, it is switched to." } }
                    div.submit {
                        (button("Try and switch", Tone::Primary, Some(GO_ON)))
                        (button("Forget the new token", Tone::Danger, Some(DROP)))
                        (cancel)
                    }
                },
            ),
            (None, Some(_)) => lock.form(
                path,
                html! {
                    div.section { p { "The new token signs, and the old one is kept beside it. It is tried once more, and then the old one is forgotten." } }
                    div.submit {
                        (button("Try again and forget the old one", Tone::Primary, Some(GO_ON)))
                        (button("Go back to the old token", Tone::Danger, Some(FALL_BACK)))
                        (cancel)
                    }
                },
            ),
        }
    }
}

pub(crate) async fn show(desk: &Desk, id: &str) -> Answer {
    match named(desk, id).await {
        Ok(Some(connection)) => again(desk, connection, Shown::default(), None),
        Ok(None) => desk.not_found(),
        Err(error) => desk.failed(&error),
    }
}

fn again(desk: &Desk, connection: Connection, shown: Shown, refused: Option<Untried>) -> Answer {
    let is_wrong = refused.is_some() || !shown.wrong.is_empty();
    let page = Rotation {
        connection,
        shown,
        refused,
    }
    .page(&desk.lock);
    match is_wrong {
        true => desk.again(CONNECTIONS, &page),
        false => desk.show(CONNECTIONS, &page),
    }
}

pub(crate) async fn go_on(desk: &Desk, id: &str, form: &Filled) -> Answer {
    let connection = match named(desk, id).await {
        Ok(Some(connection)) => connection,
        Ok(None) => return desk.not_found(),
        Err(error) => return desk.failed(&error),
    };
    let id = connection.id.clone();
    let vault = &desk.parts.vault;
    let acted = match form.text("act") {
        "drop" => vault
            .drop_staged(id.clone(), desk.by())
            .await
            .map(|_| Done::Dropped),
        "fall-back" => {
            let why = "asked for".to_owned();
            vault
                .fall_back(id.clone(), why, desk.by())
                .await
                .map(|_| Done::Back)
        }
        _ => {
            let begun = match (&connection.staged, &connection.previous) {
                (None, None) => begin(desk, &connection, form).await,
                _ => Ok(Ok(())),
            };
            match begun {
                Err(error) => Err(error),
                Ok(Err((shown, refused))) => return again(desk, connection, shown, refused),
                Ok(Ok(())) => match Box::pin(finish(desk, &id)).await {
                    Err(error) => Err(error),
                    Ok(Ok(())) => Ok(Done::Rotated),
                    Ok(Err(refused)) => {
                        return match vault.connection(id).await {
                            Ok(connection) => again(desk, connection, Shown::default(), Some(refused)),
                            Err(error) => desk.failed(&error),
                        };
                    }
                },
            }
        }
    };
    match acted {
        Ok(what) => redirect(&done(&connection.id, what)),
        Err(error) => desk.failed(&error),
    }
}

type Wrong = (Shown, Option<Untried>);

/// Keeps what was typed beside the current token.
async fn begin(desk: &Desk, connection: &Connection, form: &Filled) -> Result<Result<(), Wrong>, VaultError> {
    let text = |name| form.text(field(name)).trim();
    let (token, secret) = (text(CredentialName::TokenId), text(CredentialName::TokenSecret));
    let mut shown = Shown {
        token_id: token
            .chars()
            .filter(|letter| !letter.is_control())
            .take(512)
            .collect(),
        ..Shown::default()
    };
    let values = [
        (CredentialName::TokenId, token),
        (CredentialName::TokenSecret, secret),
    ];
    let missing = values.into_iter().filter(|(_, value)| value.is_empty());
    shown.wrong = missing
        .map(|(name, _)| (name, format!("is missing: {}.", name.found_at())))
        .collect();
    if !shown.wrong.is_empty() {
        return Ok(Err((shown, None)));
    }
    let vault = &desk.parts.vault;
    let current = vault.open(connection.id.clone()).await?.credentials;
    if current.token == token {
        shown.wrong = vec![(
            CredentialName::TokenId,
            "is that of the token the connection has already. Make a new one.".to_owned(),
        )];
        return Ok(Err((shown, None)));
    }
    let new = Credentials {
        account: current.account.clone(),
        consumer_key: current.consumer_key.clone(),
        consumer_secret: current.consumer_secret.duplicate(),
        token: token.to_owned(),
        token_secret: countersign_protocol::Secret::new(secret),
    };
    match vault.stage(connection.id.clone(), new, desk.by()).await {
        Ok(_) => Ok(Ok(())),
        Err(VaultError::Credentials(error)) => Ok(Err((shown, Some(Untried::saying(sentence(&error)))))),
        Err(error) => Err(error),
    }
}

/// From whatever step was done last to the end.
async fn finish(desk: &Desk, id: &ConnectionId) -> Result<Result<(), Untried>, VaultError> {
    let vault = &desk.parts.vault;
    if vault.connection(id.clone()).await?.staged.is_some() {
        let staged = vault.open_staged(id.clone()).await?;
        match tried(desk, id, &staged).await? {
            Outcome::Works => {}
            Outcome::Unanswered(why) => {
                let text = format!(
                    "The new token was not tried: {why} It is kept beside the old one, which goes on signing."
                );
                return Ok(Err(Untried::saying(text)));
            }
            Outcome::Refused(refused) => {
                vault.drop_staged(id.clone(), desk.by()).await?;
                return Ok(Err(Untried {
                    text: format!(
                        "The new token does not log in, and was forgotten; the old one goes on signing. {}",
                        refused.text
                    ),
                    ..refused
                }));
            }
        }
        vault.switch(id.clone(), desk.by()).await?;
    }
    let current = vault.open(id.clone()).await?;
    match tried(desk, id, &current).await? {
        Outcome::Works => {}
        // It has logged in before the switch: there is no reason to lead back.
        Outcome::Unanswered(why) => {
            let text = format!(
                "The new token signs, and was not tried since the switch: {why} The old one is kept beside it."
            );
            return Ok(Err(Untried::saying(text)));
        }
        Outcome::Refused(refused) => {
            vault
                .fall_back(id.clone(), refused.text.clone(), desk.by())
                .await?;
            return Ok(Err(Untried {
                text: format!(
                    "The new token stopped to work right after the switch; the old one signs again. {}",
                    refused.text
                ),
                ..refused
            }));
        }
    }
    vault.settle(id.clone(), desk.by()).await?;
    Ok(Ok(()))
}

/// What came of a login.
enum Outcome {
    Works,
    Refused(Untried),
    /// It was never decided on.
    Unanswered(String),
}

/// Tries a login, and writes down what came of it. That nobody answers says nothing of the credentials.
async fn tried(desk: &Desk, id: &ConnectionId, opened: &Opened) -> Result<Outcome, VaultError> {
    let login = (&opened.credentials, opened.server.as_ref());
    let results = match desk.look(login, false, desk.parts.proxy.logins()).await {
        Ok(results) => results,
        Err(untried) => return Ok(Outcome::Unanswered(untried.text)),
    };
    let findings = Findings::of(&results, History::default(), &[], None);
    let kept = (id, opened.generation);
    let observed = findings
        .write_down(&results, &desk.parts.vault, kept, desk.by())
        .await?;
    let failed = findings.failed().next();
    Ok(match observed {
        Some(Observed::Worked) => Outcome::Works,
        Some(Observed::Failed { why }) => Outcome::Refused(Untried {
            text: sentence(&why),
            causes: failed.map(|line| line.causes.clone()).unwrap_or_default(),
        }),
        None => Outcome::Unanswered(
            failed.map_or_else(|| "No login worked.".to_owned(), |line| sentence(&line.seen)),
        ),
    })
}
