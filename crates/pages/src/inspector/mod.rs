//! Setup › Integration › Inspector: the logins as they come, and everything there is to say about one. NetSuite has no such
//! page.
//!
//! Invariant: it shows what the Login Audit Trail and the diagnoses keep, and nothing that would let anybody in.

mod call;
mod difference;
mod finding;
mod list;
mod live;
mod script;

use axum::routing::get;
use countersign_diagnose::Mistake;
use countersign_model::LoginId;
use countersign_web::{Markup, html};

use crate::pages::Route;
use crate::place::{INSPECTOR, Place};

/// The list as it changes, for as long as somebody looks.
const LIVE: &str = "/app/setup/integration/inspector/live";

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = INSPECTOR;
    vec![
        Route::new(path, needs, get(list::show)),
        Route::new(LIVE, needs, get(live::follow)),
        Route::new(format!("{path}/{{id}}"), needs, get(call::show)),
    ]
}

/// The page of one login.
pub(crate) fn path_of(id: LoginId) -> String {
    format!("{}/{id}", INSPECTOR.path)
}

/// The HTTP status with which somebody who was let in was answered; 0 is none.
fn answered(status: u16) -> Markup {
    html! {
        @match status {
            0 => "None",
            ..400 => (status),
            _ => strong { (status) },
        }
    }
}

/// A mistake by its stable id, in words; none of one that no diagnosis names.
fn in_words(mistake: &str) -> Option<String> {
    let title = mistake.parse().map(Mistake::title).ok()?;
    let mut letters = title.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    Some(first.into_iter().chain(letters).collect())
}

/// What was wrong with a refused login, for a list: its mistake in words, or the first sentence of its reason.
pub(crate) fn in_short(mistake: Option<&str>, reason: &str) -> String {
    let first = || match reason.split_once(". ") {
        Some((first, _)) => format!("{first}."),
        None => reason.to_owned(),
    };
    mistake.and_then(in_words).unwrap_or_else(first)
}

#[cfg(test)]
pub(crate) mod samples {
    use crate::view::View;
    use countersign_web::{Lock, Page};

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let lists = super::list::List::samples();
        let calls = super::call::Call::samples();
        let mut pages: Vec<Page> = lists.iter().map(|view| view.page(lock)).collect();
        pages.extend(calls.iter().map(|view| view.page(lock)));
        pages
    }
}
