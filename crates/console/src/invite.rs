//! A link with which somebody else gives the credentials of one connection: an administrator of the account, without a
//! terminal and without anything of these pages.

use std::time::Duration;

use countersign_protocol::Secret;
use countersign_vault::{ConnectionId, Invitation, Link, LinkDraft, LinkToken, Purpose};
use countersign_web::{
    Answer, Choice, Field, Filled, Lock, Page, Select, ShownOnce, ShownValue, Tone, button, html,
    link_button, moment, redirect,
};

use crate::add::{environment, environment_of};
use crate::arrival::CONNECT;
use crate::board::CONNECTIONS;
use crate::connections::{INVITE, PATH};
use crate::desk::Desk;

/// How long a link may last, as the form offers it: hours, and what they are called.
const TIMES: [(u64, &str); 4] = [(1, "An hour"), (24, "A day"), (72, "Three days"), (168, "A week")];
const USUAL: u64 = 24;

/// Where such a link leads, at the address where others reach this page.
pub fn link_to_setup(base: &str, token: &LinkToken) -> Secret {
    Secret::new(format!(
        "{}{CONNECT}?invitation={}",
        base.trim_end_matches('/'),
        token.expose()
    ))
}

#[derive(Default)]
pub(crate) struct Form {
    pub(crate) connection: String,
    pub(crate) wrong: Option<String>,
    pub(crate) environment: String,
}

impl Form {
    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let name = Field {
            name: "connection",
            label: "Connection",
            value: &self.connection,
            help: Some(
                "A new name, or that of a connection that is to get new credentials of its own account.",
            ),
            error: self.wrong.as_deref(),
            required: true,
            ..Field::default()
        };
        let times: Vec<Choice> = TIMES
            .iter()
            .map(|(hours, label)| Choice::new(hours, *label))
            .collect();
        let usual = USUAL.to_string();
        let hours = Select {
            name: "hours",
            label: "Works for",
            choices: &times,
            chosen: &usual,
            ..Select::default()
        };
        Page {
            title: "Invite somebody".to_owned(),
            crumbs: CONNECTIONS.crumbs(),
            body: html! {
                p.lede {
                    "You get a link to send to an administrator of the account. It opens one page, with the steps in NetSuite beside the \
                     fields; what is entered there is tried and kept, and you see no secret. It works once."
                }
                (lock.form(INVITE, html! {
                    div.section.narrow { (name.show()) div.columns { (environment(&self.environment)) (hours.show()) } }
                    div.submit.after { (button("Make the link", Tone::Primary, None)) (link_button("Cancel", PATH, Tone::Plain)) }
                }))
            },
            ..Page::default()
        }
    }
}

pub(crate) fn show(desk: &Desk) -> Answer {
    let form = Form {
        connection: desk.query.text("connection").to_owned(),
        ..Form::default()
    };
    desk.show(CONNECTIONS, &form.page(&desk.lock))
}

pub(crate) async fn make(desk: &Desk, form: &Filled) -> Answer {
    let mut again = Form {
        connection: form.text("connection").trim().to_owned(),
        environment: form.text("environment").to_owned(),
        wrong: None,
    };
    let connection: ConnectionId = match again.connection.parse() {
        Ok(connection) => connection,
        Err(error) => {
            again.wrong = Some(format!("cannot be that: {error}."));
            return desk.again(CONNECTIONS, &again.page(&desk.lock));
        }
    };
    let hours = form.number::<u64>("hours").unwrap_or(USUAL);
    let hours = TIMES
        .iter()
        .map(|(known, _)| *known)
        .find(|known| *known == hours)
        .unwrap_or(USUAL);
    let draft = LinkDraft {
        purpose: Purpose::Credentials(Invitation {
            connection,
            account: None,
            environment: environment_of(form),
            server: None,
        }),
        lasts: Duration::from_hours(hours),
    };
    match desk.parts.vault.make_link(draft, desk.by()).await {
        Ok((token, link)) => {
            let address = link_to_setup(&desk.parts.setup_base, &token);
            desk.show(CONNECTIONS, &made(&again.connection, &link, address))
        }
        Err(error) => desk.failed(&error),
    }
}

/// The link, once.
pub(crate) fn made(connection: &str, link: &Link, address: Secret) -> Page {
    let once = ShownOnce {
        heading: "The link to send",
        warning: "It is shown this once. Whoever opens it can give the credentials of this connection and do nothing else; send it so that only they read it.",
        values: vec![ShownValue {
            label: "Link",
            value: address,
        }],
        written: Vec::new(),
    };
    Page {
        title: format!("Link for {connection}"),
        crumbs: CONNECTIONS.crumbs(),
        body: html! {
            div data-address=(PATH) { (once.show()) }
            p.after {
                "It works until " (moment(link.expires)) ", once. Another link for the same connection ends it, and so does Withdraw on the \
                 list of " a href=(PATH) data-kept { "connections" } "."
            }
        },
        ..Page::default()
    }
}

pub(crate) async fn withdraw(desk: &Desk, form: &Filled) -> Answer {
    let Ok(connection) = form.text("connection").parse::<ConnectionId>() else {
        return desk.not_found();
    };
    match desk.parts.vault.withdraw_link(connection, desk.by()).await {
        Ok(_) => redirect(PATH),
        Err(error) => desk.failed(&error),
    }
}
