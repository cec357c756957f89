//! The list of connections: how each is, whose token it has, what happened last.

use countersign_vault::{Connection, ConnectionId, Health, Link, MAX_ROWS, Purpose, VaultError};
use countersign_web::{
    Answer, Column, Field, Lock, Markup, Page, Pager, Table, Tone, button, empty_state, html, link_button,
    moment, moment_or,
};

use crate::board::CONNECTIONS;
use crate::console::Shared;
use crate::desk::Desk;
use crate::health;
use crate::trial::kind;

pub(crate) const PATH: &str = CONNECTIONS.path;
pub(crate) const NEW: &str = "/connections/new";
pub(crate) const INVITE: &str = "/connections/invite";
pub(crate) const WITHDRAW: &str = "/connections/withdraw";
const ROWS: usize = 50;
/// Connections that are looked through for a list; a vault with more is narrowed by words.
const MOST: usize = 10_000;

/// The words of the address for a state, and what the page calls it.
const STATES: [(&str, &str); 4] = [
    ("healthy", "healthy"),
    ("failing", "failing"),
    ("unverified", "not verified"),
    ("superseded", "superseded"),
];

pub(crate) struct List {
    pub(crate) rows: Vec<Connection>,
    /// How many there are in each state of [`STATES`], whatever the filter.
    pub(crate) counts: [usize; 4],
    pub(crate) state: String,
    pub(crate) words: String,
    pub(crate) pager: Pager,
    pub(crate) invitations: Vec<Link>,
}

/// The page of one.
pub(crate) fn path_of(id: &ConnectionId) -> String {
    format!("/connection/{id}")
}

/// All of them, as far as a list goes.
pub(crate) async fn all(console: &Shared) -> Result<Vec<Connection>, VaultError> {
    let mut all: Vec<Connection> = Vec::new();
    loop {
        let after = all.last().map(|last| last.id.clone());
        let page = console.parts.vault.connections(after, MAX_ROWS).await?;
        let is_last = page.len() < MAX_ROWS as usize;
        all.extend(page);
        if is_last || all.len() >= MOST {
            return Ok(all);
        }
    }
}

pub(crate) async fn show(desk: &Desk) -> Answer {
    match list(desk).await {
        Ok(list) => desk.show(CONNECTIONS, &list.page(&desk.lock)),
        Err(error) => desk.failed(&error),
    }
}

async fn list(desk: &Desk) -> Result<List, VaultError> {
    let (state, words) = (
        desk.query.text("state").to_owned(),
        desk.query.text("words").trim().to_owned(),
    );
    let after = desk.query.text("after").to_owned();
    let all = all(desk).await?;
    let counts = STATES.map(|(word, _)| all.iter().filter(|one| health::word(&one.health) == word).count());
    let wanted = words.to_lowercase();
    let fits = |one: &Connection| {
        let holder = one.holder.as_ref().map(|holder| holder.company.to_lowercase());
        let is_of_state = state.is_empty() || health::word(&one.health) == state;
        let has_words = one.id.as_str().to_lowercase().contains(&wanted)
            || one.account.as_str().to_lowercase().contains(&wanted)
            || holder.is_some_and(|company| company.contains(&wanted));
        is_of_state && has_words && one.id.as_str() > after.as_str()
    };
    let mut rows: Vec<Connection> = all.into_iter().filter(fits).take(ROWS + 1).collect();
    let has_more = rows.len() > ROWS;
    rows.truncate(ROWS);
    let here = format!(
        "?state={}&words={}",
        countersign_protocol::percent_encode(&state),
        countersign_protocol::percent_encode(&words)
    );
    let last = rows.last().filter(|_| has_more);
    Ok(List {
        pager: Pager {
            next: last.map(|last| format!("{here}&after={}", last.id)),
            first: (!after.is_empty()).then(|| here.clone()),
        },
        rows,
        counts,
        state,
        words,
        invitations: desk.parts.vault.invitations(desk.parts.clock.now()).await?,
    })
}

impl List {
    pub(crate) fn page(&self, lock: &Lock) -> Page {
        Page {
            title: CONNECTIONS.title.to_owned(),
            actions: Some(html! {
                (link_button("Invite somebody", INVITE, Tone::Plain))
                (link_button("Add a connection", NEW, Tone::Primary))
            }),
            body: html! {
                p.lede { (CONNECTIONS.about) }
                (self.glance())
                (self.filter())
                (self.table())
                (self.invited(lock))
            },
            ..Page::default()
        }
    }

    /// Counts that narrow the list.
    fn glance(&self) -> Markup {
        let all: usize = self.counts.iter().sum();
        html! {
            nav.glance aria-label="States" {
                a href=(PATH) aria-current=[self.state.is_empty().then_some("page")] { strong { (all) } " in all" }
                @for ((word, label), count) in STATES.iter().zip(self.counts) {
                    @if count > 0 {
                        a.state.(health::class_of(word)) href={ (PATH) "?state=" (word) } aria-current=[(self.state == *word).then_some("page")] {
                            strong { (count) } (label)
                        }
                    }
                }
            }
        }
    }

    fn filter(&self) -> Markup {
        let words = Field {
            name: "words",
            label: "Name, account or company",
            value: &self.words,
            kind: "search",
            ..Field::default()
        };
        html! {
            form.filters action=(PATH) {
                @if !self.state.is_empty() { input type="hidden" name="state" value=(self.state); }
                div.wide { (words.show()) }
                (button("Find", Tone::Plain, None))
            }
        }
    }

    fn table(&self) -> Markup {
        if self.rows.is_empty() {
            return match self.counts.iter().sum::<usize>() {
                0 => empty_state(
                    "No connection yet",
                    "A connection is an account and its four credentials. They are tried before they are kept, and nobody has to see \
                     them again.",
                    link_button("Add the first one", NEW, Tone::Primary),
                ),
                _ => empty_state(
                    "No connection fits",
                    "Take a filter away.",
                    link_button("Show all", PATH, Tone::Plain),
                ),
            };
        }
        let columns = [
            "Connection",
            "Account",
            "Company and role",
            "State",
            "Last success",
            "Last failure",
        ];
        Table {
            caption: "Connections by name".to_owned(),
            columns: columns.map(Column::new).to_vec(),
            rows: self.rows.iter().map(cells).collect(),
            pager: self.pager.clone(),
        }
        .show()
    }

    fn invited(&self, lock: &Lock) -> Markup {
        html! {
            @if !self.invitations.is_empty() {
                section.section.invited aria-labelledby="invited" {
                    h2 id="invited" { "Links that are open" }
                    p.help { "Whoever has one may give the credentials of that connection, once." }
                    ul.links {
                        @for link in &self.invitations {
                            @if let Purpose::Credentials(invitation) = &link.purpose {
                                li.choice {
                                    span { strong { (invitation.connection) } " " span.help { "until " (moment(link.expires)) } }
                                    (lock.button_form(WITHDRAW, html! {
                                        input type="hidden" name="connection" value=(invitation.connection);
                                        (button("Withdraw", Tone::Danger, None))
                                    }))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cells(one: &Connection) -> Vec<Markup> {
    let tags: Vec<String> = one
        .label
        .tags()
        .iter()
        .map(|(tag, value)| format!("{tag}={value}"))
        .collect();
    vec![
        html! {
            a href=(path_of(&one.id)) { (one.id) }
            @if !tags.is_empty() { span.sub.short { (tags.join(", ")) } }
        },
        html! {
            (one.account)
            span.sub.short { (kind(one.account.environment())) @if one.server.is_some() { ", on this machine" } }
        },
        match &one.holder {
            Some(holder) => html! { (holder.company) span.sub.short { (holder.role) } },
            None => html! { span.help { "Not known: check it" } },
        },
        html! {
            (health::state(one))
            @if one.staged.is_some() { span.sub.short { "a new token waits" } }
            @if one.previous.is_some() { span.sub.short { "the old token is kept" } }
        },
        moment_or(one.last_success, "Never"),
        match &one.last_failure {
            Some(failure) => html! {
                (moment(failure.at))
                @if matches!(one.health, Health::Failing { .. }) { span.sub { (failure.why) } }
            },
            None => html! { "\u{2013}" },
        },
    ]
}
