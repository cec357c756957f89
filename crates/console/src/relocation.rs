//! A connection that gets another account: all five values anew, tried before they are kept, as where one is added.
//!
//! Invariant: an account, a server or a key alone cannot be changed, so that nobody leads the secrets that are kept elsewhere.

use countersign_vault::{Connection, Given, VaultError};
use countersign_web::{
    Answer, Filled, Lock, Notice, Page, Tone, button, html, link_button, redirect, sentence,
};

use crate::add::{self, Place};
use crate::board::CONNECTIONS;
use crate::connection::{Done, below, done, named};
use crate::connections::path_of;
use crate::desk::Desk;
use crate::steps::{paste, steps};
use crate::trial::{Untried, kind, written_down};
use crate::typed::{PASTE, Shown, Typed};

pub(crate) struct Relocation {
    pub(crate) connection: Connection,
    pub(crate) grants: usize,
    pub(crate) place: Place,
    pub(crate) shown: Shown,
    pub(crate) refused: Option<Untried>,
    pub(crate) was_pasted: bool,
}

impl Relocation {
    async fn of(desk: &Desk, connection: Connection) -> Result<Self, VaultError> {
        let grants = desk.parts.vault.grants_for(connection.id.clone()).await?;
        Ok(Self {
            connection,
            grants: grants.len(),
            place: Place::default(),
            shown: Shown::default(),
            refused: None,
            was_pasted: false,
        })
    }

    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let id = &self.connection.id;
        let account = &self.connection.account;
        let path = path_of(id);
        let notices: Vec<Notice> = self.refused.iter().map(Untried::notice).collect();
        Page {
            title: format!("Move {id} to another account"),
            crumbs: below(id),
            notices,
            body: html! {
                p.lede {
                    "It signs for " (account) " (" (kind(account.environment())) ") now, and goes on until all five new values have logged in. "
                    @match self.grants {
                        0 => "No program may use it.",
                        1 => "1 grant for it stays: that program calls the new account from then on.",
                        count => { (count) " grants for it stay: those programs call the new account from then on." }
                    }
                }
                @if let Some(refused) = &self.refused { (refused.causes()) }
                (lock.form(&format!("{path}/move"), html! {
                    section.section aria-label="Kind of account" { (add::environment(&self.place.environment)) }
                    (paste(self.was_pasted))
                    (steps(&self.shown, None))
                    (self.place.server())
                    div.submit { (button("Try and move", Tone::Primary, None)) (link_button("Cancel", &path, Tone::Plain)) }
                }))
            },
            ..Page::default()
        }
    }

    fn again(self, desk: &Desk, refused: Untried) -> Answer {
        let page = Self {
            refused: Some(refused),
            ..self
        };
        desk.again(CONNECTIONS, &page.page(&desk.lock))
    }
}

pub(crate) async fn show(desk: &Desk, id: &str) -> Answer {
    match begin(desk, id).await {
        Ok(page) => desk.show(CONNECTIONS, &page.page(&desk.lock)),
        Err(answer) => answer,
    }
}

async fn begin(desk: &Desk, id: &str) -> Result<Relocation, Answer> {
    let connection = match named(desk, id).await {
        Ok(Some(connection)) => connection,
        Ok(None) => return Err(desk.not_found()),
        Err(error) => return Err(desk.failed(&error)),
    };
    let page = Relocation::of(desk, connection).await;
    page.map_err(|error| desk.failed(&error))
}

pub(crate) async fn go(desk: &Desk, id: &str, form: &Filled) -> Answer {
    let page = match begin(desk, id).await {
        Ok(page) => page,
        Err(answer) => return answer,
    };
    let typed = Typed::of(form);
    let (place, server) = Place::of(form);
    let page = Relocation {
        place,
        shown: typed.shown,
        was_pasted: !form.text(PASTE).trim().is_empty(),
        ..page
    };
    let (Some(server), Ok(credentials)) = (server, typed.credentials) else {
        return page.again(desk, add::unread());
    };
    let tried = async {
        add::match_environment(&credentials.account, add::environment_of(form))?;
        let server = desk.server_of(&credentials, server.as_ref())?;
        Box::pin(desk.try_out(Given { credentials, server })).await
    };
    let tried = match tried.await {
        Ok(tried) => tried,
        Err(refused) => return page.again(desk, refused),
    };
    let id = page.connection.id.clone();
    let moved = desk.parts.vault.replace(id.clone(), tried.given, desk.by()).await;
    let moved = match moved {
        Ok(moved) => moved,
        Err(VaultError::Credentials(error)) => return page.again(desk, Untried::saying(sentence(&error))),
        Err(error) => return desk.failed(&error),
    };
    match written_down(desk, &moved, (&tried.results, &tried.findings)).await {
        Ok(()) => redirect(&done(&id, Done::Moved)),
        Err(error) => desk.failed(&error),
    }
}
