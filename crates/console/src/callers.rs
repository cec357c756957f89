//! The callers: programs with a key of their own.

use std::time::Duration;

use countersign_protocol::Secret;
use countersign_vault::{Caller, CallerDraft, CallerId, CallerKey, Conflict, MAX_ROWS, VaultError};
use countersign_web::{
    Answer, Column, Field, Filled, Lock, Markup, Page, Pager, ShownOnce, ShownValue, Table, Tick, Tone,
    button, empty_state, html, link_button, moment, moment_or,
};
use countersign_world::UnixTime;

use crate::board::CALLERS;
use crate::console::Shared;
use crate::desk::Desk;

pub(crate) const PATH: &str = CALLERS.path;
const NEW: &str = "/callers/new";
const DAY: Duration = Duration::from_hours(24);
/// The longest a key or a grant lasts, in days.
const LONGEST: u32 = 3660;
pub(crate) const WRONG_DAYS: &str = "must be a whole number from 1 to 3660, or empty.";

pub(crate) fn path_of(id: CallerId) -> String {
    format!("/caller/{id}")
}

/// All there ever were, revoked ones among them.
pub(crate) async fn all(console: &Shared) -> Result<Vec<Caller>, VaultError> {
    let mut all: Vec<Caller> = Vec::new();
    loop {
        let after = all.last().map(|last| last.id);
        let page = console.parts.vault.callers(after, MAX_ROWS).await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

pub(crate) struct List {
    /// Each with the number of its grants.
    pub(crate) rows: Vec<(Caller, usize)>,
    pub(crate) now: UnixTime,
}

pub(crate) async fn show(desk: &Desk) -> Answer {
    let listed = async {
        let mut rows = Vec::new();
        for caller in all(desk).await? {
            let grants = desk.parts.vault.grants_of(caller.id).await?.len();
            rows.push((caller, grants));
        }
        // Whoever may still call comes first.
        rows.sort_by_key(|(caller, _)| caller.revoked.is_some());
        Ok::<_, VaultError>(rows)
    };
    match listed.await {
        Ok(rows) => {
            let now = desk.parts.clock.now();
            desk.show(CALLERS, &List { rows, now }.page())
        }
        Err(error) => desk.failed(&error),
    }
}

/// Whether its key opens anything.
pub(crate) fn state(caller: &Caller, now: UnixTime) -> Markup {
    match (caller.revoked, caller.is_active(now)) {
        (Some(_), _) => html! { span.state.off { "Revoked" } },
        (None, false) => html! { span.state.bad { "Expired" } },
        (None, true) => html! { span.state.on { "Active" } },
    }
}

impl List {
    pub(crate) fn page(&self) -> Page {
        Page {
            title: CALLERS.title.to_owned(),
            actions: Some(link_button("Add a caller", NEW, Tone::Primary)),
            body: html! {
                p.lede { (CALLERS.about) }
                @if self.rows.is_empty() {
                    (empty_state(
                        "No caller yet",
                        "A program calls the proxy with a key, and may do what is granted to it and nothing else.",
                        link_button("Add the first one", NEW, Tone::Primary),
                    ))
                } @else { (self.table()) }
            },
            ..Page::default()
        }
    }

    fn table(&self) -> Markup {
        let columns = ["Caller", "State", "Grants", "Added", "Expires"];
        let row = |(caller, grants): &(Caller, usize)| {
            vec![
                html! {
                    a href=(path_of(caller.id)) { (caller.name) }
                    @if caller.administers { span.sub.short { "administers connections" } }
                },
                state(caller, self.now),
                html! { (grants) },
                moment(caller.created),
                moment_or(caller.expires, "\u{2013}"),
            ]
        };
        Table {
            caption: "Callers".to_owned(),
            columns: columns.map(Column::new).to_vec(),
            rows: self.rows.iter().map(row).collect(),
            pager: Pager::default(),
        }
        .show()
    }
}

#[derive(Default)]
pub(crate) struct Form {
    pub(crate) name: String,
    pub(crate) name_wrong: Option<String>,
    pub(crate) days: String,
    pub(crate) days_wrong: bool,
    pub(crate) administers: bool,
}

impl Form {
    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let name = Field {
            name: "name",
            label: "Name",
            value: &self.name,
            help: Some("What the program is: nightly-sync."),
            error: self.name_wrong.as_deref(),
            required: true,
            ..Field::default()
        };
        let administers = Tick {
            name: "administers",
            label: "Administers connections",
            checked: self.administers,
            help: Some("It may make, change and remove connections through Nango\u{2019}s API."),
            ..Tick::default()
        };
        Page {
            title: "Add a caller".to_owned(),
            crumbs: CALLERS.crumbs(),
            body: html! {
                p.lede { "Its key is shown once, on the next page. It may do nothing until it has a grant." }
                (lock.form(NEW, html! {
                    div.section.narrow {
                        (name.show())
                        div.columns { (days(&self.days, self.days_wrong)) }
                        (administers.show())
                    }
                    div.submit.after { (button("Add", Tone::Primary, None)) (link_button("Cancel", PATH, Tone::Plain)) }
                }))
            },
            ..Page::default()
        }
    }
}

/// The field for a time to live.
pub(crate) fn days(value: &str, is_wrong: bool) -> Markup {
    Field {
        name: "days",
        label: "Expires in days",
        value,
        help: Some("Empty: it stays until it is revoked."),
        error: is_wrong.then_some(WRONG_DAYS),
        ..Field::default()
    }
    .show()
}

/// When what was filled in ends; an error where it is no number of days.
pub(crate) fn ends(form: &Filled, now: UnixTime) -> Result<Option<UnixTime>, ()> {
    match form.text("days").trim() {
        "" => Ok(None),
        text => match text.parse::<u32>() {
            Ok(days @ 1..=LONGEST) => Ok(Some(now.plus(DAY * days))),
            _ => Err(()),
        },
    }
}

pub(crate) fn new(desk: &Desk) -> Answer {
    desk.show(CALLERS, &Form::default().page(&desk.lock))
}

pub(crate) async fn add(desk: &Desk, form: &Filled) -> Answer {
    let by = desk.by();
    let mut again = Form {
        name: form.text("name").trim().to_owned(),
        days: form.text("days").trim().to_owned(),
        administers: form.has("administers"),
        ..Form::default()
    };
    let Ok(expires) = ends(form, by.at) else {
        again.days_wrong = true;
        return desk.again(CALLERS, &again.page(&desk.lock));
    };
    let vault = &desk.parts.vault;
    let draft = CallerDraft {
        name: again.name.clone(),
        expires,
    };
    let added = async {
        let (caller, key) = vault.add_caller(draft, by.clone()).await?;
        if again.administers {
            vault.entrust(caller.id, true, by).await?;
        }
        Ok((caller, key))
    };
    match added.await {
        Ok((caller, key)) => desk.show(CALLERS, &made(&caller, &key)),
        Err(VaultError::CallerName) => {
            again.name_wrong = Some("is 1 to 100 characters without control characters.".to_owned());
            desk.again(CALLERS, &again.page(&desk.lock))
        }
        // Also where this form is sent a second time: nobody gets a second key by loading a page again.
        Err(VaultError::Conflict(Conflict::CallerName)) => {
            again.name_wrong = Some("is taken, upper and lower case aside: choose another.".to_owned());
            desk.again(CALLERS, &again.page(&desk.lock))
        }
        Err(error) => desk.failed(&error),
    }
}

/// The key, once.
pub(crate) fn made(caller: &Caller, key: &CallerKey) -> Page {
    let once = ShownOnce {
        heading: "The key of the new caller",
        warning: "It is shown this once. Keep it where the program reads its secrets; the vault has only its digest.",
        values: vec![ShownValue {
            label: "Key",
            value: Secret::new(key.expose()),
        }],
        written: Vec::new(),
    };
    let path = path_of(caller.id);
    Page {
        title: caller.name.clone(),
        crumbs: CALLERS.crumbs(),
        body: html! {
            div data-address=(path) { (once.show()) }
            p.after { "It may do nothing yet. " a href=(path) data-kept { "Give it a grant" } "." }
        },
        ..Page::default()
    }
}
