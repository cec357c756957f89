//! A checkup that somebody asked for, and what it found: shown until there is another, however often the page is loaded.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_doctor::Findings;
use countersign_protocol::AccountId;
use countersign_vault::ConnectionId;
use countersign_web::{
    Answer, Lock, Notice, Page, Tone, Weight, button, html, link_button, moment, redirect, sentence,
};
use countersign_world::UnixTime;
use http::StatusCode;

use crate::board::CONNECTIONS;
use crate::connection::{below, named};
use crate::connections::path_of;
use crate::desk::Desk;
use crate::findings;

/// Checkups that are kept in mind, each of another connection.
const MOST: usize = 256;

/// The last checkup of each connection, while this process runs.
#[derive(Default)]
pub(crate) struct Checkups(Mutex<VecDeque<Arc<Checked>>>);

impl Checkups {
    fn keep(&self, checked: Checked) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|known| known.number != checked.number);
        if all.len() >= MOST {
            all.pop_front();
        }
        all.push_back(Arc::new(checked));
    }

    pub(crate) fn of(&self, number: i64) -> Option<Arc<Checked>> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().find(|known| known.number == number).cloned()
    }
}

/// A checkup that was made.
pub(crate) struct Checked {
    /// Of the connection: the next one of its id has another.
    pub(crate) number: i64,
    pub(crate) id: ConnectionId,
    pub(crate) account: AccountId,
    pub(crate) at: UnixTime,
    pub(crate) findings: Findings,
}

impl Checked {
    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let path = path_of(&self.id);
        let notice = match self.findings.is_healthy() {
            true => Notice::new(Weight::Done, "The login works."),
            false => {
                let first = self.findings.failed().next();
                let seen = first.map_or_else(|| "Something failed".to_owned(), |line| sentence(&line.seen));
                Notice::new(Weight::Warning, seen)
            }
        };
        Page {
            title: format!("Checkup of {}", self.id),
            crumbs: below(&self.id),
            notices: vec![notice],
            actions: Some(html! {
                (lock.button_form(&format!("{path}/check"), html! { (button("Check again", Tone::Plain, None)) }))
                (link_button("To the connection", &path, Tone::Primary))
            }),
            body: html! {
                section.section aria-labelledby="asked" {
                    h2 id="asked" { "What was asked of account " (self.account) }
                    p.help { "At " (moment(self.at)) "." }
                    (findings::lines(&self.findings))
                }
            },
        }
    }
}

pub(crate) async fn show(desk: &Desk, id: &str) -> Answer {
    match named(desk, id).await {
        Ok(Some(connection)) => match desk.checkups.of(connection.number) {
            Some(checked) => desk.show(CONNECTIONS, &checked.page(&desk.lock)),
            None => redirect(&path_of(&connection.id)),
        },
        Ok(None) => desk.not_found(),
        Err(error) => desk.failed(&error),
    }
}

pub(crate) async fn check(desk: &Desk, id: &str) -> Answer {
    let connection = match named(desk, id).await {
        Ok(Some(connection)) => connection,
        Ok(None) => return desk.not_found(),
        Err(error) => return desk.failed(&error),
    };
    match desk.examine(&connection, desk.by()).await {
        Ok(Ok(findings)) => {
            let path = format!("{}/check", path_of(&connection.id));
            desk.checkups.keep(Checked {
                number: connection.number,
                id: connection.id,
                account: connection.account,
                at: desk.parts.clock.now(),
                findings,
            });
            redirect(&path)
        }
        Ok(Err(untried)) => desk.trouble(StatusCode::TOO_MANY_REQUESTS, "Not asked", &untried.text),
        Err(error) => desk.failed(&error),
    }
}
