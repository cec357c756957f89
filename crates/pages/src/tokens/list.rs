//! The lists of access tokens: everybody's with its filters, and one's own.

use countersign_authority::{TokenNames, TokenWithUse};
use countersign_model::{AccessTokenId, IntegrationId, RevokedFilter, TokenState};
use countersign_store::TokenFilter;
use countersign_web::{
    Answer, Choice, Column, Field, Lock, Markup, Page, Pager, Select, Table, Tone, button, empty_state, html,
    link_button,
};

use super::{NEW, NEW_OWN, path_of};
use crate::desk::{At, Desk};
use crate::moment::moment_or;
use crate::place::{ACCESS_TOKENS, MY_ACCESS_TOKENS, Place};
use crate::view::View;

/// Rows of a page.
const ROWS: u32 = 50;

#[derive(Debug)]
pub(super) struct List {
    tokens: Vec<TokenWithUse>,
    names: TokenNames,
    /// How the name begins.
    name: String,
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
        let list = |tokens, name: &str| Self {
            tokens,
            names: TokenNames::default(),
            name: name.to_owned(),
            revoked: RevokedFilter::No,
            applications: vec![(IntegrationId::new(1), "Warehouse".to_owned())],
            application: "1".to_owned(),
            pager: Pager::default(),
        };
        vec![
            list(tokens.collect(), ""),
            list(Vec::new(), ""),
            list(Vec::new(), "x"),
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
                    (table(&self.tokens, &self.names, &self.pager).show())
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
            value: &self.name,
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
                (name.show()) (application.show()) (revoked.show())
                (button("Apply", Tone::Plain, None))
            }
        }
    }

    fn nothing(&self) -> Markup {
        match self.name.is_empty() && self.application.is_empty() && self.revoked == RevokedFilter::All {
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
}

impl View for OwnList {
    const PLACE: &'static Place = &MY_ACCESS_TOKENS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let some = Self {
            tokens: vec![super::samples::token(1, TokenState::Active)],
            names: TokenNames::default(),
        };
        let none = Self {
            tokens: Vec::new(),
            names: TokenNames::default(),
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
                    (table(&self.tokens, &self.names, &Pager::default()).show())
                }
            },
            ..Page::default()
        }
    }
}

fn table(tokens: &[TokenWithUse], names: &TokenNames, pager: &Pager) -> Table {
    let row = |TokenWithUse { token, used }: &TokenWithUse| {
        let path = path_of(token.id);
        vec![
            html! { a href=(path) { (token.name) } },
            named(names.applications.get(&token.integration)),
            named(names.users.get(&token.user)),
            named(names.roles.get(&token.role)),
            state(token.state),
            moment_or(used.last, "Never"),
            html! { a href={ (path) "/edit" } { "Edit" span.unseen { " " (token.name) } } },
        ]
    };
    Table {
        caption: "Access tokens".to_owned(),
        columns: [
            "Token Name",
            "Application",
            "User",
            "Role",
            "State",
            "Last used",
            "Action",
        ]
        .map(Column::new)
        .to_vec(),
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
    let name = query.text("name").trim().to_owned();
    let revoked: RevokedFilter = query.text("revoked").parse().unwrap_or_default();
    let application = query.number("application").map(IntegrationId::new);
    let filter = TokenFilter {
        name: Some(name.clone()).filter(|name| !name.is_empty()),
        integration: application,
        revoked: match revoked {
            RevokedFilter::All => None,
            RevokedFilter::Yes => Some(true),
            RevokedFilter::No => Some(false),
        },
        ..TokenFilter::default()
    };
    let after = query.number("after").map(AccessTokenId::new);
    let mut tokens = authority.tokens(&desk.caller, filter, after, ROWS + 1).await?;
    let has_more = tokens.len() > ROWS as usize;
    tokens.truncate(ROWS as usize);
    let chosen = application.map(|id| id.to_string()).unwrap_or_default();
    let name_in_query = countersign_protocol::percent_encode(&name);
    let kept = format!("?name={name_in_query}&application={chosen}&revoked={revoked}");
    let last = tokens.last().filter(|_| has_more);
    Ok(List {
        pager: Pager {
            next: last.map(|last| format!("{kept}&after={}", last.token.id)),
            first: after.map(|_| kept.clone()),
        },
        names: authority.token_names(&tokens).await?,
        applications: authority.token_choices(&desk.caller).await?.applications,
        tokens,
        name,
        revoked,
        application: chosen,
    })
}

pub(super) async fn show_own(At(desk): At) -> Answer {
    match own(&desk).await {
        Ok(list) => desk.show(&list),
        Err(error) => desk.failed(error),
    }
}

async fn own(desk: &Desk) -> Result<OwnList, countersign_authority::AdministrationError> {
    let filter = TokenFilter {
        user: desk.caller.user(),
        ..TokenFilter::default()
    };
    let tokens = desk
        .authority()
        .tokens(&desk.caller, filter, None, countersign_store::MAX_ROWS)
        .await?;
    let names = desk.authority().token_names(&tokens).await?;
    Ok(OwnList { tokens, names })
}
