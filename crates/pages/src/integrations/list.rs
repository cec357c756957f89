//! The list of integration records.

use countersign_model::{Integration, IntegrationId, IntegrationState};
use countersign_store::IntegrationFilter;
use countersign_web::{
    Answer, Column, Field, Lock, Markup, Page, Pager, Table, Tick, Tone, button, empty_state, html,
    link_button, moment,
};

use super::{CHANGES, NEW, path_of};
use crate::desk::At;
use crate::listing::{ASKED, Listing};
use crate::place::{MANAGE_INTEGRATIONS, Place};
use crate::view::View;

/// What narrows the list besides the name.
const FILTERS: &[&str] = &["inactives"];

#[derive(Debug)]
pub(super) struct List {
    pub(super) records: Vec<Integration>,
    listing: Listing,
    /// Blocked records are shown too, as on NetSuite's list.
    shows_inactives: bool,
    may_change: bool,
    pager: Pager,
}

impl View for List {
    const PLACE: &'static Place = &MANAGE_INTEGRATIONS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let record = super::samples::record;
        let records = vec![
            record(1, IntegrationState::Enabled),
            record(2, IntegrationState::Blocked),
        ];
        let list = |records, may_change, query: &str| Self {
            records,
            listing: Listing::of(&countersign_web::Filled::of_query(query), FILTERS),
            shows_inactives: true,
            may_change,
            pager: Pager {
                first: Some("?".to_owned()),
                next: Some("?after=2".to_owned()),
            },
        };
        vec![
            list(records, true, "name=ware%22"),
            list(Vec::new(), true, ""),
            list(Vec::new(), false, "name=x&sort=id"),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        Page {
            title: MANAGE_INTEGRATIONS.title.to_owned(),
            crumbs: MANAGE_INTEGRATIONS.crumbs(),
            actions: self.may_change.then(|| link_button("New", NEW, Tone::Primary)),
            body: html! {
                (self.filters())
                @if self.records.is_empty() { (self.nothing()) } @else { (self.table().show()) }
            },
            ..Page::default()
        }
    }
}

impl List {
    fn filters(&self) -> Markup {
        let name = Field {
            name: "name",
            label: "Name begins with",
            kind: "search",
            value: &self.listing.name,
            ..Field::default()
        };
        let inactives = Tick {
            name: "inactives",
            label: "Show Inactives",
            checked: self.shows_inactives,
            ..Tick::default()
        };
        html! {
            form.filters action=(MANAGE_INTEGRATIONS.path) {
                (self.listing.sort.hidden())
                (name.show())
                (inactives.show())
                (button("Apply", Tone::Plain, None))
            }
        }
    }

    fn table(&self) -> Table {
        let row = |record: &Integration| {
            vec![
                html! {
                    a href=(path_of(record.id)) { (record.name) }
                    @if !record.description.is_empty() { span.sub { (record.description) } }
                },
                html! { (record.id) },
                state(record.state),
                html! { (ways(record)) },
                moment(record.last_modified),
                html! { @if self.may_change { a href={ (path_of(record.id)) "/edit" } { "Edit" span.unseen { " " (record.name) } } } },
            ]
        };
        let columns = ["State", "Authentication", "Last modified", "Action"].map(Column::new);
        let sorted = [self.listing.by_name("Name"), self.listing.by_id("Internal ID")];
        Table {
            caption: "Integration records".to_owned(),
            columns: sorted.into_iter().chain(columns).collect(),
            rows: self.records.iter().map(row).collect(),
            pager: self.pager.clone(),
        }
    }

    fn nothing(&self) -> Markup {
        match self.listing.name.is_empty() {
            true => empty_state(
                "No integration records yet",
                "An integration record stands for an application that calls. Saving one shows its Consumer Key and Consumer Secret.",
                html! { @if self.may_change { (link_button("New integration", NEW, Tone::Primary)) } },
            ),
            false => empty_state(
                "No record begins like that",
                "Clear the name, or tick Show Inactives: blocked records are left out without it.",
                link_button(
                    "Show all",
                    &format!("{}?inactives=on", MANAGE_INTEGRATIONS.path),
                    Tone::Plain,
                ),
            ),
        }
    }
}

pub(super) fn state(state: IntegrationState) -> Markup {
    let class = match state {
        IntegrationState::Enabled => "state on",
        IntegrationState::Blocked => "state bad",
        IntegrationState::WaitingForApproval => "state off",
    };
    html! { span class=(class) { (state) } }
}

/// How one may come in with the record.
fn ways(record: &Integration) -> String {
    let ways = &record.authentication;
    let all = [
        (ways.token_based_authentication, "Token-based Authentication"),
        (ways.allows_authorization_flow(), "Authorization Flow"),
        (ways.allows_issue_token(), "IssueToken"),
        (ways.user_credentials, "User Credentials"),
    ];
    let on: Vec<&str> = all
        .into_iter()
        .filter(|(on, _)| *on)
        .map(|(_, name)| name)
        .collect();
    if on.is_empty() {
        "None".to_owned()
    } else {
        on.join(", ")
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    let listing = Listing::of(&desk.query, FILTERS);
    let shows_inactives = desk.query.has("inactives");
    let filter = IntegrationFilter {
        name: listing.beginning(),
        state: (!shows_inactives).then_some(IntegrationState::Enabled),
        direction: listing.direction(),
    };
    let after = listing.after(IntegrationId::new);
    let found = desk
        .authority()
        .integrations(&desk.caller, filter, after, ASKED)
        .await;
    let (records, pager) = match found {
        Ok(records) => listing.page_of(records, |record| record.id.get()),
        Err(error) => return desk.failed(error),
    };
    desk.show(&List {
        pager,
        records,
        listing,
        shows_inactives,
        may_change: CHANGES.met_by(&desk.caller),
    })
}
