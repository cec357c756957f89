//! Signing in: by a link that whoever has the data folder makes. Opening it changes nothing, because mail scanners and
//! browsers open links by themselves; its button signs in, once.

use std::time::Duration;

use bytes::Bytes;
use countersign_vault::{By, LinkDraft, LinkToken, Purpose, VaultError};
use countersign_web::{
    Answer, Filled, Page, Reach, Tone, button, html, page, redirect, set_cookie_called, sheet,
};
use http::{Method, StatusCode};

use crate::arrival::Arrival;
use crate::board::CONNECTIONS;
use crate::console::{Console, Shared};
use crate::desk::{Desk, actor_of};
use crate::sessions::COOKIE;
use crate::trouble;

pub(crate) const PATH: &str = "/sign-in";
pub(crate) const LOG_OUT: &str = "/log-out";
/// How long a link waits to be opened.
const LASTS: Duration = Duration::from_mins(15);

/// What signs in by a link, to be made wherever the vault can be opened: the pages find it there.
pub const fn link_to_pages() -> LinkDraft {
    LinkDraft {
        purpose: Purpose::Pages,
        lasts: LASTS,
    }
}

impl Console {
    /// Where the link of a token leads, behind the address of the pages.
    pub fn sign_in_path(token: &LinkToken) -> String {
        format!("{PATH}?link={}", token.expose())
    }
}

pub(crate) async fn answer(console: &Shared, arrival: &Arrival, form: Option<&Bytes>) -> Answer {
    let filled = form.map(|form| Filled::of_nobody(form));
    let query = arrival.query();
    let presented = filled.as_ref().unwrap_or(&query).text("link");
    if presented.is_empty() && filled.is_none() {
        return trouble::said(
            StatusCode::UNAUTHORIZED,
            "Sign in",
            "These pages open with a link that works once. Whoever has the data folder makes one: countersign connection pages.",
        );
    }
    let Some(token) = LinkToken::presented(presented) else {
        return over(&VaultError::LinkOver);
    };
    let now = console.parts.clock.now();
    let link = match console.parts.vault.link(&token, now).await {
        Ok(link) if link.purpose == Purpose::Pages => link,
        Ok(_) => return over(&VaultError::LinkOver),
        Err(error) => return over(&error),
    };
    if arrival.method != Method::POST {
        return page(
            StatusCode::OK,
            sheet(trouble::ABOUT, &shown(presented)),
            Reach::Here,
        );
    }
    let person = link.maker.strip_prefix("command line of ").unwrap_or(&link.maker);
    let by = By {
        actor: actor_of(person),
        at: now,
    };
    if let Err(error) = console.parts.vault.redeem(token, by).await {
        return over(&error);
    }
    let (entropy, elapsed) = (&*console.parts.entropy, console.parts.clock.elapsed());
    let cookie = console.sessions.begin(person.to_owned(), entropy, elapsed);
    let mut answer = redirect(CONNECTIONS.path);
    set_cookie_called(COOKIE, answer.headers_mut(), Some(&cookie), arrival.secure);
    answer
}

pub(crate) fn log_out(desk: &Desk) -> Answer {
    desk.sessions
        .end(desk.cookie.expose(), desk.parts.clock.elapsed());
    let mut answer = redirect(PATH);
    // It takes the cookie back; what was Secure is overwritten as it is.
    set_cookie_called(COOKIE, answer.headers_mut(), None, false);
    answer
}

pub(crate) fn shown(link: &str) -> Page {
    Page {
        title: "Sign in to the connections".to_owned(),
        body: html! {
            p.lede { "The link works once. You stay signed in until you log out, or do nothing for half an hour." }
            form method="post" action=(PATH) {
                input type="hidden" name="link" value=(link);
                div.submit { (button("Sign in", Tone::Primary, None)) }
            }
        },
        ..Page::default()
    }
}

fn over(error: &VaultError) -> Answer {
    let (status, title, text) = trouble::of(error);
    let text = match error {
        VaultError::LinkOver => {
            "It was used, or its quarter of an hour has passed. Make another: countersign connection pages."
                .to_owned()
        }
        _ => text,
    };
    trouble::said(status, title, &text)
}
