//! One connection: what it is, how it was over time, who may use it; and a look at it now.

use countersign_doctor::{Advice, SameKeyElsewhere};
use countersign_vault::{
    AuditFilter, AuditRow, Caller, Connection, ConnectionId, Grant, Health, SameKey, StoredSet, Use,
    UseFilter, VaultError,
};
use countersign_web::{
    Answer, Lock, Markup, Notice, Page, Tone, Weight, button, facts, html, link_button, moment, moment_or,
    sentence,
};
use countersign_world::UnixTime;

use crate::board::{CONNECTIONS, USES};
use crate::connections::path_of;
use crate::desk::Desk;
use crate::trial::kind;
use crate::{callers, health, uses};

/// Rows of its past that are shown.
const PAST: u32 = 100;
const LATELY: u32 = 8;

pub(crate) struct One {
    pub(crate) connection: Connection,
    pub(crate) past: Vec<AuditRow>,
    pub(crate) grants: Vec<(Caller, Grant)>,
    pub(crate) lately: Vec<(i64, Use)>,
    pub(crate) warnings: Vec<String>,
    pub(crate) now: UnixTime,
    /// When somebody looked at it last, while this process runs.
    pub(crate) checked: Option<UnixTime>,
    /// What was just done.
    pub(crate) done: Option<Done>,
}

/// What was just done, as an address says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Done {
    Added,
    Moved,
    Rotated,
    Dropped,
    Back,
}

impl Done {
    const ALL: [Self; 5] = [Self::Added, Self::Moved, Self::Rotated, Self::Dropped, Self::Back];

    const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Moved => "moved",
            Self::Rotated => "rotated",
            Self::Dropped => "dropped",
            Self::Back => "back",
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Added => {
                "The login works, and the connection is kept. Are the company and the role below not those that were meant, \
                 remove it and add the right one."
            }
            Self::Moved => {
                "The login works, and the connection signs for this account now. Are the company and the role below not those \
                 that were meant, move it once more."
            }
            Self::Rotated => {
                "It signs with the new token now. Once no other connection has the old one, revoke it in NetSuite: Setup > \
                 Users/Roles > Access Tokens > Edit > Revoke."
            }
            Self::Dropped => "The new token is forgotten; the old one goes on signing.",
            Self::Back => "It signs with the old token again. The new one is kept beside it.",
        }
    }
}

/// The page of a connection, which says first what was just done.
pub(crate) fn done(id: &ConnectionId, done: Done) -> String {
    format!("{}?done={}", path_of(id), done.word())
}

pub(crate) async fn show(desk: &Desk, id: &str) -> Answer {
    match read(desk, id).await {
        Ok(Some(one)) => desk.show(CONNECTIONS, &one.page(&desk.lock)),
        Ok(None) => desk.not_found(),
        Err(error) => desk.failed(&error),
    }
}

/// The connection that a path names; none where it cannot be an id.
pub(crate) async fn named(desk: &Desk, id: &str) -> Result<Option<Connection>, VaultError> {
    match id.parse::<ConnectionId>() {
        Ok(id) => desk.parts.vault.connection(id).await.map(Some),
        Err(_) => Ok(None),
    }
}

async fn read(desk: &Desk, id: &str) -> Result<Option<One>, VaultError> {
    let Some(connection) = named(desk, id).await? else {
        return Ok(None);
    };
    let vault = &desk.parts.vault;
    let id = connection.id.clone();
    let past = AuditFilter {
        subject: Some(format!("connection {id}")),
        limit: PAST,
        before: None,
    };
    let used = UseFilter {
        connection: Some(id.clone()),
        limit: Some(LATELY),
        ..UseFilter::default()
    };
    let callers = callers::all(desk).await?;
    let grants = vault.grants_for(id.clone()).await?.into_iter();
    let of = |grant: Grant| {
        let caller = callers.iter().find(|caller| caller.id == grant.caller)?;
        Some((caller.clone(), grant))
    };
    let now = desk.parts.clock.now();
    let (same_key, same_token) = (
        vault.others_with_its_key(id.clone()).await?,
        vault.others_with_its_token(id.clone()).await?,
    );
    Ok(Some(One {
        past: vault.audit(past).await?,
        lately: vault.uses(used).await?,
        grants: grants.filter_map(of).collect(),
        warnings: warnings(&connection, same_key, same_token, now),
        checked: desk.checkups.of(connection.number).map(|checked| checked.at),
        connection,
        now,
        done: Done::ALL
            .into_iter()
            .find(|done| done.word() == desk.query.text("done")),
    }))
}

/// What works and is worth a word.
pub(crate) fn warnings(
    connection: &Connection,
    same_key: Vec<SameKey>,
    same_token: Vec<SameKey>,
    now: UnixTime,
) -> Vec<String> {
    let elsewhere = |all: Vec<SameKey>| -> Vec<SameKeyElsewhere> {
        let all = all.into_iter();
        all.map(|other| SameKeyElsewhere {
            connection: other.id.to_string(),
            account: other.account,
        })
        .collect()
    };
    let identity = connection
        .holder
        .as_ref()
        .map(|holder| countersign_doctor::Identity {
            role_name: holder.role.clone(),
            role_id: holder.role_id.clone(),
            ..Default::default()
        });
    let advice = Advice {
        account: &connection.account,
        is_local: connection.server.is_some(),
        identity: identity.as_ref(),
        same_key: &elsewhere(same_key),
        same_token: &elsewhere(same_token),
        stored: Some(connection.current.stored),
        now,
    };
    advice
        .warnings()
        .iter()
        .map(countersign_doctor::Warning::sentence)
        .collect()
}

impl One {
    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let Connection { id, health, .. } = &self.connection;
        let path = path_of(id);
        let mut notices: Vec<Notice> = self
            .done
            .iter()
            .map(|done| Notice::new(Weight::Done, done.sentence()))
            .collect();
        if let (Health::Failing { since }, Some(failure)) = (health, &self.connection.last_failure) {
            let text = format!(
                "It has been failing since {}. {} A checkup says why, and where to click.",
                day(*since),
                sentence(&failure.why)
            );
            notices.push(Notice::new(Weight::Warning, text));
        }
        if let Some(unreached) = &self.connection.unreached {
            let text = format!(
                "Nobody has answered for its account since {}: {}. That says nothing of its credentials. A checkup looks again.",
                minute(unreached.at),
                unreached.why
            );
            notices.push(Notice::new(Weight::Warning, text));
        }
        notices.extend(self.warnings.iter().map(|text| Notice::new(Weight::Note, text)));
        Page {
            title: id.to_string(),
            crumbs: CONNECTIONS.crumbs(),
            notices,
            actions: Some(html! {
                (lock.button_form(&format!("{path}/check"), html! { (button("Check now", Tone::Primary, None)) }))
                (link_button("Rotate the token", &format!("{path}/rotate"), Tone::Plain))
                (link_button("New credentials by link", &format!("{}?connection={id}", crate::connections::INVITE), Tone::Plain))
                (link_button("Move", &format!("{path}/move"), Tone::Plain))
                (link_button("Remove", &format!("{path}/remove"), Tone::Danger))
            }),
            body: html! {
                section.section aria-labelledby="what" {
                    h2 id="what" { "What it is" }
                    (self.facts())
                }
                section.section aria-labelledby="time" {
                    h2 id="time" { "Health over time" }
                    p.help { "What was written down of its logins and of who changed it. A login is written down when its outcome changes." }
                    (health::over_time(&self.past, self.now))
                    @if let Some(at) = self.checked { p.after { a href={ (path) "/check" } { "What the last checkup found" } ", at " (moment(at)) } }
                }
                (self.who_may())
                (self.who_did())
            },
        }
    }

    fn facts(&self) -> Markup {
        let one = &self.connection;
        let holder = one.holder.as_ref();
        let told = |text: Option<&String>| match text {
            Some(text) if !text.is_empty() => html! { (text) },
            _ => html! { "Not known: check it" },
        };
        let tags: Vec<String> = one
            .label
            .tags()
            .iter()
            .map(|(tag, value)| format!("{tag}={value}"))
            .collect();
        let mut all = vec![
            ("State", health::state(one)),
            (
                "Account",
                html! { (one.account) " " span.kind { (kind(one.account.environment())) } },
            ),
            ("Company", told(holder.map(|holder| &holder.company))),
            ("Role", told(holder.map(|holder| &holder.role))),
            ("User (internal ID)", told(holder.map(|holder| &holder.user))),
            (
                "Requests at once",
                match holder.and_then(|holder| holder.concurrency_limit) {
                    Some(limit) => html! { (limit) },
                    None => html! { "Not told" },
                },
            ),
            (
                "Consumer Key ends with",
                html! { code { (ending(&one.current.consumer_key_end)) } },
            ),
            ("Signs with the token", set(&one.current)),
        ];
        if let Some(staged) = &one.staged {
            all.push(("Waits to be switched to", set(staged)));
        }
        if let Some(previous) = &one.previous {
            all.push(("Kept from before", set(previous)));
        }
        all.extend([
            ("Last success", moment_or(one.last_success, "Never")),
            (
                "Last failure",
                match &one.last_failure {
                    Some(failure) => html! { (moment(failure.at)) span.sub { (failure.why) } },
                    None => html! { "Never" },
                },
            ),
            ("Added", moment(one.created)),
        ]);
        if let Some(server) = &one.server {
            all.push(("Server", html! { code { (server) } }));
        }
        if let Some(integration) = &one.integration {
            all.push(("Nango integration", html! { (integration) }));
        }
        if !tags.is_empty() {
            all.push(("Tags", html! { (tags.join(", ")) }));
        }
        facts(&all)
    }

    fn who_may(&self) -> Markup {
        html! {
            section.section aria-labelledby="who-may" {
                h2 id="who-may" { "Who may use it" }
                @if self.grants.is_empty() {
                    p.help { "Nobody. A grant is made on the page of a " a href=(callers::PATH) { "caller" } "." }
                } @else {
                    ul.links {
                        @for (caller, grant) in &self.grants {
                            li {
                                a href=(callers::path_of(caller.id)) { (caller.name) }
                                span.help {
                                    (grant.scope)
                                    @if !caller.is_active(self.now) { "; its key opens nothing any more" }
                                    @else if !grant.is_active(self.now) { "; expired" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn who_did(&self) -> Markup {
        html! {
            section.section aria-labelledby="lately" {
                h2 id="lately" { "Lately" }
                @if self.lately.is_empty() {
                    p.help { "No program has called through it yet." }
                } @else {
                    ul.links.compact { @for (_, one) in &self.lately { li { (moment(one.at)) " " (uses::in_short(one)) } } }
                    p.after { a href={ (USES.path) "?connection=" (self.connection.id) } { "All uses of it" } }
                }
            }
        }
    }
}

fn ending(end: &str) -> String {
    match end.is_empty() {
        true => "\u{2013}".to_owned(),
        false => format!("\u{2026}{end}"),
    }
}

fn set(set: &StoredSet) -> Markup {
    html! {
        code { (ending(&set.token_end)) }
        span.sub { "entered " (moment(set.stored)) }
        @if set.verified.is_none() { span.sub { "no login with it has worked yet" } }
    }
}

fn minute(at: UnixTime) -> String {
    let minute: String = at.to_string().chars().take(16).collect();
    format!("{} UTC", minute.replace('T', " "))
}

fn day(at: UnixTime) -> String {
    at.to_string().chars().take(10).collect()
}

/// The way to a page below a connection's own.
pub(crate) fn below(id: &ConnectionId) -> Vec<countersign_web::Crumb> {
    let mut crumbs = CONNECTIONS.crumbs();
    crumbs.push(countersign_web::Crumb {
        label: id.to_string(),
        href: Some(path_of(id)),
    });
    crumbs
}
