//! Somebody who is signed in, and how a page is shown to them.

use std::ops::Deref;
use std::sync::Arc;

use countersign_protocol::Secret;
use countersign_vault::{By, VaultError};
use countersign_web::{
    Answer, Board, Filled, Lock, Page, Reach, Tone, button, cookie_called, html, page, redirect,
};
use http::{Method, StatusCode};

use crate::arrival::Arrival;
use crate::board::{CONNECTIONS, Place, entries};
use crate::console::Shared;
use crate::sessions::COOKIE;
use crate::{sign_in, trouble};

pub(crate) struct Desk {
    pub(crate) console: Arc<Shared>,
    pub(crate) person: String,
    pub(crate) cookie: Secret,
    pub(crate) lock: Lock,
    pub(crate) query: Filled,
}

impl Deref for Desk {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.console
    }
}

/// Who somebody is in the audit.
pub(crate) fn actor_of(person: &str) -> String {
    format!("pages, {person}")
}

impl Desk {
    /// Of whoever has a session; of anybody else, what they are answered.
    pub(crate) fn of(console: &Arc<Shared>, arrival: &Arrival) -> Result<Self, Answer> {
        let now = console.parts.clock.elapsed();
        let cookie = cookie_called(COOKIE, &arrival.headers);
        let person = cookie.and_then(|cookie| Some((cookie, console.sessions.person(cookie, now)?)));
        let Some((cookie, person)) = person else {
            return Err(match arrival.method {
                Method::GET | Method::HEAD => redirect(sign_in::PATH),
                _ => trouble::said(
                    StatusCode::UNAUTHORIZED,
                    "Not signed in",
                    "The session is over. Nothing was done. Sign in with a new link, which countersign connection pages prints.",
                ),
            });
        };
        let cookie = Secret::new(cookie);
        Ok(Self {
            console: Arc::clone(console),
            person,
            lock: Lock::of(&cookie),
            cookie,
            query: arrival.query(),
        })
    }

    pub(crate) fn by(&self) -> By {
        By {
            actor: actor_of(&self.person),
            at: self.parts.clock.now(),
        }
    }

    pub(crate) fn show(&self, here: Place, shown: &Page) -> Answer {
        self.show_as(StatusCode::OK, here, shown)
    }

    /// What was filled in is wrong: the same page, with what was typed.
    pub(crate) fn again(&self, here: Place, shown: &Page) -> Answer {
        self.show_as(StatusCode::UNPROCESSABLE_ENTITY, here, shown)
    }

    pub(crate) fn show_as(&self, status: StatusCode, here: Place, shown: &Page) -> Answer {
        self.framed(status, Some(here), shown)
    }

    fn framed(&self, status: StatusCode, here: Option<Place>, shown: &Page) -> Answer {
        let log_out = self
            .lock
            .button_form(sign_in::LOG_OUT, html! { (button("Log Out", Tone::Plain, None)) });
        let board = Board {
            title: "Countersign Connections",
            of: self.parts.of.clone(),
            places: entries(here),
            home: CONNECTIONS.path,
            person: self.person.clone(),
            log_out,
        };
        page(status, countersign_web::board(&board, shown), Reach::Here)
    }

    pub(crate) fn trouble(&self, status: StatusCode, title: &str, text: &str) -> Answer {
        self.framed(status, None, &trouble::page_of(title, text))
    }

    pub(crate) fn not_found(&self) -> Answer {
        let text = "There is no such page here. The bar leads to everything there is.";
        self.trouble(StatusCode::NOT_FOUND, "Not found", text)
    }

    /// What the vault did not do, as a page of its own.
    pub(crate) fn failed(&self, error: &VaultError) -> Answer {
        let (status, title, text) = trouble::of(error);
        self.trouble(status, title, &text)
    }
}
