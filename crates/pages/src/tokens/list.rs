//! The lists of access tokens: everybody's with its filters, and one's own.

use countersign_authority::{TokenNames, TokenWithUse};
use countersign_model::{AccessTokenId, IntegrationId, RevokedFilter, TokenState};
use countersign_store::TokenFilter;
use countersign_web::{
    Answer, Choice, Column, Field, Lock, Markup, Page, Pager, Select, Table, Tone, button, empty_state, html,
    link_button, moment_or,
};

use super::{NEW, NEW_OWN, path_of};
use crate::desk::{At, Desk};
use crate::listing::{ASKED, Listing};
use crate::place::{ACCESS_TOKENS, MY_ACCESS_TOKENS, Place};
use crate::view::View;

/// What narrows the list besides the name.
const FILTERS: &[&str] = &["application", "revoked"];

#[derive(Debug)]
pub(super) struct List {
    tokens: Vec<TokenWithUse>,
    names: TokenNames,
    listing: Listing,
    revoked: RevokedFilter,
    applications: Vec<(IntegrationId, String)>,
    application: String,
    pager: Pager,
}

impl View for List {
    const PLACE: &'static Place = &ACCESS_TOKENS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let revoked = TokenState::Revoked {
            at: countersign_world::UnixTime::from_seconds(0),
        };
        let tokens = [TokenState::Active, TokenState::Inactive, revoked];
        let tokens = (1..)
            .zip(tokens)
            .map(|(id, state)| super::samples::token(id, state));
        let list = |tokens, query: &str| Self {
            tokens,
            names: TokenNames::default(),
            listing: Listing::of(&countersign_web::Filled::of_query(query), FILTERS),
            revoked: RevokedFilter::No,
            applications: vec![(IntegrationId::new(1), "Warehouse".to_owned())],
            application: "1".to_owned(),
            pager: Pager::default(),
        };
        vec![
            list(tokens.collect(), ""),
            list(Vec::new(), ""),
            list(Vec::new(), "name=x&sort=id"),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        Page {
            title: ACCESS_TOKENS.title.to_owned(),
            crumbs: ACCESS_TOKENS.crumbs(),
            actions: Some(link_button("New Access Token", NEW, Tone::Primary)),
            body: html! {
                (self.filters())
                @if self.tokens.is_empty() { (self.nothing()) } @else {
                    (table(&self.tokens, &self.names, &self.listing, &self.pager).show())
                }
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
        let applications: Vec<Choice> = self
            .applications
            .iter()
            .map(|(id, name)| Choice::new(id, name))
            .collect();
        let application = Select {
            name: "application",
            label: "Application",
            choices: &applications,
            chosen: &self.application,
            none: Some("All"),
            ..Select::default()
        };
        let words: Vec<Choice> = RevokedFilter::ALL
            .iter()
            .map(|word| Choice::new(word, word.label()))
            .collect();
        let revoked = Select {
            name: "revoked",
            label: "Revoked",
            choices: &words,
            chosen: self.revoked.label(),
            ..Select::default()
        };
        html! {
            form.filters action=(ACCESS_TOKENS.path) {
                (self.listing.sort.hidden())
                (name.show()) (application.show()) (revoked.show())
                (button("Apply", Tone::Plain, None))
            }
        }
    }

    fn nothing(&self) -> Markup {
        match self.listing.name.is_empty()
            && self.application.is_empty()
            && self.revoked == RevokedFilter::All
        {
            true => empty_state(
                "No access tokens yet",
                "A token binds an application, a user and a role. Saving one shows its Token ID and Token Secret.",
                link_button("New Access Token", NEW, Tone::Primary),
            ),
            false => empty_state(
                "No token fits these filters",
                "Take one of them away.",
                link_button("Show all", ACCESS_TOKENS.path, Tone::Plain),
            ),
        }
    }
}

/// One's own tokens.
#[derive(Debug)]
pub(super) struct OwnList {
    tokens: Vec<TokenWithUse>,
    names: TokenNames,
    listing: Listing,
    pager: Pager,
}

impl View for OwnList {
    const PLACE: &'static Place = &MY_ACCESS_TOKENS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let some = Self {
            tokens: vec![super::samples::token(1, TokenState::Active)],
            names: TokenNames::default(),
            listing: Listing::of(&countersign_web::Filled::of_query("down"), &[]),
            pager: Pager::default(),
        };
        let none = Self {
            tokens: Vec::new(),
            names: TokenNames::default(),
            listing: Listing::of(&countersign_web::Filled::of_query(""), &[]),
            pager: Pager::default(),
        };
        vec![some, none]
    }

    fn page(&self, _: &Lock) -> Page {
        let new = || link_button("New My Access Token", NEW_OWN, Tone::Primary);
        Page {
            title: MY_ACCESS_TOKENS.title.to_owned(),
            crumbs: MY_ACCESS_TOKENS.crumbs(),
            actions: Some(new()),
            body: html! {
                @if self.tokens.is_empty() {
                    (empty_state(
                        "You have no access tokens",
                        "A token of your own acts for you, in the role you are in when you make it.",
                        html! {},
                    ))
                } @else {
                    (table(&self.tokens, &self.names, &self.listing, &self.pager).show())
                }
            },
            ..Page::default()
        }
    }
}

fn table(tokens: &[TokenWithUse], names: &TokenNames, listing: &Listing, pager: &Pager) -> Table {
    let row = |TokenWithUse { token, used }: &TokenWithUse| {
        let path = path_of(token.id);
        vec![
            html! { a href=(path) { (token.name) } },
            html! { (token.id) },
            named(names.applications.get(&token.integration)),
            named(names.users.get(&token.user)),
            named(names.roles.get(&token.role)),
            state(token.state),
            moment_or(used.last, "Never"),
            html! { a href={ (path) "/edit" } { "Edit" span.unseen { " " (token.name) } } },
        ]
    };
    let columns = ["Application", "User", "Role", "State", "Last used", "Action"].map(Column::new);
    let sorted = [listing.by_name("Token Name"), listing.by_id("Internal ID")];
    Table {
        caption: "Access tokens".to_owned(),
        columns: sorted.into_iter().chain(columns).collect(),
        rows: tokens.iter().map(row).collect(),
        pager: pager.clone(),
    }
}

pub(super) fn named(name: Option<&String>) -> Markup {
    html! { (name.map_or("\u{2013}", String::as_str)) }
}

pub(super) fn state(state: TokenState) -> Markup {
    let class = match state {
        TokenState::Active => "state on",
        TokenState::Inactive => "state off",
        TokenState::Revoked { .. } => "state bad",
    };
    html! { span class=(class) { (state.label()) } }
}

pub(super) async fn show(At(desk): At) -> Answer {
    match listed(&desk).await {
        Ok(list) => desk.show(&list),
        Err(error) => desk.failed(error),
    }
}

async fn listed(desk: &Desk) -> Result<List, countersign_authority::AdministrationError> {
    let (authority, query) = (desk.authority(), &desk.query);
    let listing = Listing::of(query, FILTERS);
    let revoked: RevokedFilter = query.text("revoked").parse().unwrap_or_default();
    let application = query.number("application").map(IntegrationId::new);
    let filter = TokenFilter {
        name: listing.beginning(),
        integration: application,
        revoked: match revoked {
            RevokedFilter::All => None,
            RevokedFilter::Yes => Some(true),
            RevokedFilter::No => Some(false),
        },
        direction: listing.direction(),
        ..TokenFilter::default()
    };
    let after = listing.after(AccessTokenId::new);
    let tokens = authority.tokens(&desk.caller, filter, after, ASKED).await?;
    let (tokens, pager) = listing.page_of(tokens, |token| token.token.id.get());
    Ok(List {
        pager,
        names: authority.token_names(&tokens).await?,
        applications: authority.token_choices(&desk.caller).await?.applications,
        tokens,
        listing,
        revoked,
        application: application.map(|id| id.to_string()).unwrap_or_default(),
    })
}

pub(super) async fn show_own(At(desk): At) -> Answer {
    match own(&desk).await {
        Ok(list) => desk.show(&list),
        Err(error) => desk.failed(error),
    }
}

async fn own(desk: &Desk) -> Result<OwnList, countersign_authority::AdministrationError> {
    let listing = Listing::of(&desk.query, &[]);
    let filter = TokenFilter {
        user: desk.caller.user(),
        name: listing.beginning(),
        direction: listing.direction(),
        ..TokenFilter::default()
    };
    let after = listing.after(AccessTokenId::new);
    let tokens = desk
        .authority()
        .tokens(&desk.caller, filter, after, ASKED)
        .await?;
    let (tokens, pager) = listing.page_of(tokens, |token| token.token.id.get());
    let names = desk.authority().token_names(&tokens).await?;
    Ok(OwnList {
        tokens,
        names,
        listing,
        pager,
    })
}
