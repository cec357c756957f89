//! The lists of people: all of them at Lists › Employees, those with access at Setup › Users/Roles › Manage Users.

use countersign_authority::AdministrationError;
use countersign_model::{EntityId, EntityKind, RoleId, User};
use countersign_store::UserFilter;
use countersign_web::{
    Answer, Choice, Column, Field, Lock, Markup, Page, Pager, Select, Table, Tone, button, empty_state, html,
    link_button, moment,
};

use super::{NEW, path_of, roles};
use crate::desk::{At, Desk};
use crate::listing::{ASKED, Listing};
use crate::place::{EMPLOYEES, MANAGE_USERS, Place};
use crate::view::View;

#[derive(Debug)]
struct People {
    users: Vec<User>,
    /// Of every role, by internal id.
    roles: Vec<(RoleId, String)>,
    listing: Listing,
    /// As it was chosen.
    kind: String,
    access: Access,
    now: countersign_world::UnixTime,
    pager: Pager,
}

/// The filter of the Give Access box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Access {
    With,
    Without,
    All,
}

impl Access {
    const ALL: [Self; 3] = [Self::With, Self::Without, Self::All];

    const fn label(self) -> &'static str {
        match self {
            Self::With => "With access",
            Self::Without => "Without access",
            Self::All => "All",
        }
    }

    const fn box_is(self) -> Option<bool> {
        match self {
            Self::With => Some(true),
            Self::Without => Some(false),
            Self::All => None,
        }
    }
}

impl People {
    async fn found(desk: &Desk, unless_asked: Access) -> Result<Self, AdministrationError> {
        let listing = Listing::of(&desk.query, &["type", "access"]);
        let asked = desk.query.text("access");
        let access = Access::ALL.into_iter().find(|access| access.label() == asked);
        let access = access.unwrap_or(unless_asked);
        let kind = desk.query.text("type").to_owned();
        let filter = UserFilter {
            name: listing.beginning(),
            kind: kind.parse::<EntityKind>().ok(),
            gives_access: access.box_is(),
            direction: listing.direction(),
            ..UserFilter::default()
        };
        let after = listing.after(EntityId::new);
        let users = desk.authority().users(&desk.caller, filter, after, ASKED).await?;
        let (users, pager) = listing.page_of(users, |user| user.id.get());
        Ok(Self {
            users,
            roles: roles(desk),
            listing,
            kind,
            access,
            now: desk.authority().now(),
            pager,
        })
    }

    #[cfg(test)]
    fn samples() -> [Self; 2] {
        let people = |users, query| Self {
            users,
            roles: super::samples::roles(),
            listing: Listing::of(&countersign_web::Filled::of_query(query), &["type", "access"]),
            kind: "Vendor".to_owned(),
            access: Access::With,
            now: countersign_world::UnixTime::from_seconds(0),
            pager: Pager::default(),
        };
        let locked = User {
            locked_until: Some(countersign_world::UnixTime::from_seconds(60)),
            inactive: true,
            ..super::samples::user()
        };
        [
            people(vec![super::samples::user(), locked], "name=a%22"),
            people(Vec::new(), "sort=id&down"),
        ]
    }

    fn page(&self, place: &'static Place) -> Page {
        Page {
            title: place.title.to_owned(),
            crumbs: place.crumbs(),
            actions: Some(link_button("New", NEW, Tone::Primary)),
            body: html! {
                (self.filters(place))
                @if self.users.is_empty() { (nobody(place)) } @else { (self.table().show()) }
            },
            ..Page::default()
        }
    }

    fn filters(&self, place: &Place) -> Markup {
        let name = Field {
            name: "name",
            label: "Name begins with",
            kind: "search",
            value: &self.listing.name,
            ..Field::default()
        };
        let kinds: Vec<Choice> = EntityKind::ALL
            .iter()
            .map(|kind| Choice::new(kind, kind.label()))
            .collect();
        let kind = Select {
            name: "type",
            label: "Type",
            choices: &kinds,
            chosen: &self.kind,
            none: Some("All"),
            ..Select::default()
        };
        let accesses = Access::ALL.map(|access| Choice::new(access.label(), access.label()));
        let access = Select {
            name: "access",
            label: "Access",
            choices: &accesses,
            chosen: self.access.label(),
            ..Select::default()
        };
        html! {
            form.filters action=(place.path) {
                (self.listing.sort.hidden())
                (name.show()) (kind.show()) (access.show())
                (button("Apply", Tone::Plain, None))
            }
        }
    }

    fn table(&self) -> Table {
        let columns = ["Email", "Type", "Roles", "Access"].map(Column::new);
        let sorted = [self.listing.by_name("Name"), self.listing.by_id("Internal ID")];
        Table {
            caption: "People and their access".to_owned(),
            columns: sorted.into_iter().chain(columns).collect(),
            rows: self.users.iter().map(|user| self.row(user)).collect(),
            pager: self.pager.clone(),
        }
    }

    fn row(&self, user: &User) -> Vec<Markup> {
        let roles = user.roles.iter().filter_map(|assigned| {
            let known = self.roles.iter().find(|(id, _)| *id == assigned.role);
            known.map(|(_, name)| name.as_str())
        });
        let roles: Vec<&str> = roles.collect();
        let locked = user.locked_until.filter(|_| user.is_locked(self.now));
        vec![
            html! { a href={ (path_of(user.id)) "#access" } { (user.name) } },
            html! { (user.id) },
            html! { (user.email) },
            html! { (user.kind) },
            html! { (roles.join(", ")) },
            html! {
                (access(user))
                @if let Some(until) = locked { span.sub { "Locked until " (moment(until)) } }
            },
        ]
    }
}

fn access(user: &User) -> Markup {
    match (user.inactive, user.give_access) {
        (true, _) => html! { span.state.bad { "Inactive" } },
        (false, true) => html! { span.state.on { "Yes" } },
        (false, false) => html! { span.state.off { "No" } },
    }
}

fn nobody(place: &Place) -> Markup {
    let all = format!("{}?access={}", place.path, Access::All.label());
    empty_state(
        "Nobody fits these filters",
        "Who is on no list yet is made with New; who has no access yet is given it on the Access subtab.",
        link_button("Show everybody", &all, Tone::Plain),
    )
}

#[derive(Debug)]
pub(super) struct Employees(People);

impl View for Employees {
    const PLACE: &'static Place = &EMPLOYEES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        People::samples().map(Self).into()
    }

    fn page(&self, _: &Lock) -> Page {
        self.0.page(Self::PLACE)
    }
}

#[derive(Debug)]
pub(super) struct Users(People);

impl View for Users {
    const PLACE: &'static Place = &MANAGE_USERS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        People::samples().map(Self).into()
    }

    fn page(&self, _: &Lock) -> Page {
        self.0.page(Self::PLACE)
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    match People::found(&desk, Access::All).await {
        Ok(people) => desk.show(&Employees(people)),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn show_users(At(desk): At) -> Answer {
    match People::found(&desk, Access::With).await {
        Ok(people) => desk.show(&Users(people)),
        Err(error) => desk.failed(error),
    }
}
