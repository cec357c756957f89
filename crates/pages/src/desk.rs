//! Where a page is made: whose account, who asks, and the lock of their forms.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::FromRequestParts;
use countersign_authority::{AdministrationError, Authority, Caller, Source};
use countersign_records::Records;
use countersign_scripts::Scripts;
use countersign_web::{
    Answer, Filled, Frame, Lock, Notice, Page, Person, Reach, Tone, Weight, bare, button, framed, html, page,
    redirect,
};
use http::request::Parts;
use http::{StatusCode, header::USER_AGENT};

use crate::first_start::OneTimeLink;
use crate::menu::{is_old_name, menus};
use crate::place::{CHANGE_ROLE, HOME, MANAGE_ROLES, Place};
use crate::roles::todays_permissions;
use crate::trouble::{self, Trouble};
use crate::view::View;
use crate::{session, sign_in};

/// A request to the pages of one account, by nobody yet.
#[derive(Clone, Debug)]
pub struct Visit {
    pub authority: Arc<Authority>,
    pub records: Records,
    pub scripts: Scripts,
    /// The sign-in link of a first start.
    pub link: Arc<OneTimeLink>,
    pub address: Option<IpAddr>,
    /// Scheme and authority as the browser sees them.
    pub origin: String,
    /// Whether it came over TLS, as the browser sees it.
    pub secure: bool,
}

/// What a browser says of itself, for the trail.
#[derive(Clone, Debug, Default)]
pub(crate) struct Browser {
    pub(crate) user_agent: Option<String>,
    pub(crate) path: String,
}

impl Browser {
    pub(crate) fn of(parts: &Parts) -> Self {
        let user_agent = parts.headers.get(USER_AGENT);
        Self {
            user_agent: user_agent
                .and_then(|value| value.to_str().ok())
                .map(str::to_owned),
            path: parts.uri.path().to_owned(),
        }
    }

    pub(crate) fn source<'b>(&'b self, visit: &Visit) -> Source<'b> {
        Source {
            ip: visit.address,
            user_agent: self.user_agent.as_deref(),
            uri: &self.path,
        }
    }
}

impl Visit {
    /// A page for somebody who is not signed in.
    pub(crate) fn bare(&self, status: StatusCode, shown: &Page) -> Answer {
        let account = &self.authority.snapshot().account;
        page(
            status,
            bare(Some((&account.id, &account.company_name)), shown),
            Reach::Here,
        )
    }
}

/// Somebody who is signed in, at their desk.
pub(crate) struct Desk {
    pub(crate) visit: Visit,
    pub(crate) browser: Browser,
    pub(crate) caller: Caller,
    pub(crate) lock: Lock,
    pub(crate) query: Filled,
}

impl Desk {
    pub(crate) fn authority(&self) -> &Authority {
        &self.visit.authority
    }

    pub(crate) fn show<V: View>(&self, view: &V) -> Answer {
        self.show_as(StatusCode::OK, view)
    }

    /// What was filled in is wrong: the same page, with what was typed.
    pub(crate) fn again<V: View>(&self, view: &V) -> Answer {
        self.show_as(StatusCode::UNPROCESSABLE_ENTITY, view)
    }

    fn show_as<V: View>(&self, status: StatusCode, view: &V) -> Answer {
        let shown = view.page(&self.lock);
        let told = self.todays_name(V::PLACE);
        let shown = Page {
            notices: told.into_iter().chain(shown.notices).collect(),
            ..shown
        };
        self.framed(status, V::PLACE, &shown)
    }

    /// What this page is called today, for whoever looked for another name of it.
    fn todays_name(&self, place: &Place) -> Option<Notice> {
        let asked = self.query.text("called");
        let permissions = todays_permissions(asked).join(" or ");
        if *place == MANAGE_ROLES && !permissions.is_empty() {
            let text = format!(
                "You looked for \u{201c}{asked}\u{201d}. Today the permission is called {permissions}. Open a role, or make a \
                 new one, to give it."
            );
            return Some(Notice::new(Weight::Note, text));
        }
        is_old_name(place, asked).then(|| {
            let (title, path) = (place.title, place.click_path());
            let text =
                format!("You looked for \u{201c}{asked}\u{201d}. Today it is called {title}, at {path}.");
            Notice::new(Weight::Note, text)
        })
    }

    pub(crate) fn framed(&self, status: StatusCode, here: &Place, shown: &Page) -> Answer {
        page(status, framed(&self.frame(here), shown), Reach::Here)
    }

    fn frame(&self, here: &Place) -> Frame {
        let snapshot = self.authority().snapshot();
        let role = self.caller.role().and_then(|role| snapshot.role(role));
        let log_out = self
            .lock
            .button_form(session::LOG_OUT, html! { (button("Log Out", Tone::Plain, None)) });
        Frame {
            account: snapshot.account.id.clone(),
            company: snapshot.account.company_name.clone(),
            person: Person {
                name: self.caller.name().to_owned(),
                role: role.map(|role| role.name.clone()).unwrap_or_default(),
            },
            menus: menus(&self.caller, here),
            search: crate::home::SEARCH,
            home: HOME.path,
            log_out,
            switch_role: CHANGE_ROLE.path,
        }
    }

    /// What was not done, as a page of its own.
    pub(crate) fn failed(&self, error: AdministrationError) -> Answer {
        let (status, shown) = trouble::page(Trouble::of(error));
        self.framed(status, &HOME, &shown)
    }

    /// The records could not be read: its reason is for the log.
    pub(crate) fn broken(&self, error: &dyn std::fmt::Display) -> Answer {
        tracing::error!(%error, "a page cannot be answered");
        let (status, shown) = trouble::page(Trouble::Failed);
        self.framed(status, &HOME, &shown)
    }

    pub(crate) fn not_found(&self) -> Answer {
        let (status, shown) = trouble::not_found();
        self.framed(status, &HOME, &shown)
    }

    /// On with a session that must set something first.
    pub(crate) fn set_first(&self) -> Answer {
        let must_change = self
            .caller
            .session()
            .is_some_and(|session| session.must_change_password);
        redirect(if must_change {
            sign_in::PASSWORD
        } else {
            sign_in::SECOND_FACTOR
        })
    }
}

/// Of a request that the guard let through.
pub(crate) struct At(pub(crate) Arc<Desk>);

/// What was posted, with the proof of the session it was posted in.
pub(crate) struct Form(pub(crate) Arc<Filled>);

impl<S: Sync> FromRequestParts<S> for At {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let desk = parts.extensions.get::<Arc<Desk>>().cloned();
        desk.map(Self).ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl<S: Sync> FromRequestParts<S> for Form {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let filled = parts.extensions.get::<Arc<Filled>>().cloned();
        filled.map(Self).ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl<S: Sync> FromRequestParts<S> for Visit {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        let visit = parts.extensions.get::<Self>().cloned();
        visit.ok_or(StatusCode::INTERNAL_SERVER_ERROR)
    }
}

impl<S: Sync> FromRequestParts<S> for Browser {
    type Rejection = StatusCode;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        Ok(Self::of(parts))
    }
}
