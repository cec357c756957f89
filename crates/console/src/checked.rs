//! A checkup that somebody asked for, and what it found.

use countersign_doctor::Findings;
use countersign_protocol::AccountId;
use countersign_vault::ConnectionId;
use countersign_web::{Answer, Lock, Notice, Page, Tone, Weight, button, html, link_button, sentence};
use http::StatusCode;

use crate::board::CONNECTIONS;
use crate::connection::{below, named};
use crate::connections::path_of;
use crate::desk::Desk;
use crate::findings;

/// A checkup that was just made.
pub(crate) struct Checked {
    pub(crate) id: ConnectionId,
    pub(crate) account: AccountId,
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
                    (findings::lines(&self.findings))
                }
            },
        }
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
            let checked = Checked {
                id: connection.id,
                account: connection.account,
                findings,
            };
            desk.show(CONNECTIONS, &checked.page(&desk.lock))
        }
        Ok(Err(untried)) => desk.trouble(StatusCode::TOO_MANY_REQUESTS, "Not asked", &untried.text),
        Err(error) => desk.failed(&error),
    }
}
