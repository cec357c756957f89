//! Setup › Users/Roles › View Login Audit Trail: every login, the last first, with the reason of a refusal. The advanced
//! search filters by every column and chooses which are shown.

use axum::routing::get;
use countersign_model::{
    Detail, IpRules, LoginColumn, LoginId, LoginRow, LoginStatus, RoleId, Surface, Word as _,
};
use countersign_web::{
    Answer, Choice, Column, Field, Lock, Markup, Page, Pager, Table, Tick, Tone, button, empty_state, html,
    link_button, moment,
};

use crate::desk::At;
use crate::filters;
use crate::inspector;
use crate::pages::Route;
use crate::place::{LOGIN_AUDIT_TRAIL, Place};
use crate::view::View;

mod search;

use self::search::Filters;

/// Rows of a page.
const ROWS: u32 = 50;

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = LOGIN_AUDIT_TRAIL;
    vec![Route::new(path, needs, get(show))]
}

#[derive(Debug)]
struct Trail {
    rows: Vec<(LoginId, LoginRow)>,
    filters: Filters,
    /// By internal id.
    roles: Vec<(RoleId, String)>,
    pager: Pager,
}

impl View for Trail {
    const PLACE: &'static Place = &LOGIN_AUDIT_TRAIL;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let trail = |rows: Vec<LoginRow>, is_advanced, token: &str| Self {
            rows: (1..).map(LoginId::new).zip(rows).collect(),
            filters: Filters {
                is_advanced,
                columns: LoginColumn::ALL.to_vec(),
                token: token.to_owned(),
                ip: token.to_owned(),
                from: token.to_owned(),
                ..Filters::default()
            },
            roles: vec![(RoleId::new(3), "Administrator <&>".to_owned())],
            pager: Pager {
                first: None,
                next: Some("?before=1".to_owned()),
            },
        };
        vec![
            trail(samples::rows(), false, ""),
            trail(samples::rows(), true, "night\""),
            trail(Vec::new(), false, ""),
            trail(Vec::new(), true, "x"),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        let other = Filters {
            is_advanced: !self.filters.is_advanced,
            ..self.filters.clone()
        };
        let other_label = match other.is_advanced {
            true => "Use Advanced Search",
            false => "Use Simple Search",
        };
        let other = format!("{}{}", LOGIN_AUDIT_TRAIL.path, other.query());
        Page {
            title: LOGIN_AUDIT_TRAIL.title.to_owned(),
            crumbs: LOGIN_AUDIT_TRAIL.crumbs(),
            actions: Some(link_button(other_label, &other, Tone::Plain)),
            body: html! {
                (self.search_form())
                @if self.rows.is_empty() { (self.nothing()) } @else { (self.table().show()) }
            },
            ..Page::default()
        }
    }
}

impl Trail {
    fn search_form(&self) -> Markup {
        let filters = &self.filters;
        let statuses = ["Success", "Failure"].map(|word| Choice::new(word, word));
        let roles: Vec<Choice> = self
            .roles
            .iter()
            .map(|(id, name)| Choice::new(id, name.as_str()))
            .collect();
        html! {
            form.filters action=(LOGIN_AUDIT_TRAIL.path) {
                (filters::one_of("status", "Status", &statuses, &filters.status))
                (filters::text("email", "User (email address)", &filters.email))
                (filters::one_of("role", "Role", &roles, &filters.role))
                (date("from", "From", &filters.from))
                (date("to", "To", &filters.to))
                @if filters.is_advanced { (self.advanced()) }
                (button("Apply", Tone::Plain, None))
            }
        }
    }

    fn advanced(&self) -> Markup {
        let filters = &self.filters;
        let services: Vec<Choice> = Surface::ALL
            .iter()
            .map(|word| Choice::new(word, word.label()))
            .collect();
        let details: Vec<Choice> = Detail::ALL
            .iter()
            .map(|detail| detail.word(Surface::Restlet))
            .map(|word| Choice::new(word, word))
            .collect();
        let ip_is_wrong = !filters.ip.is_empty() && filters.ip.parse::<IpRules>().is_err();
        let ip_is_wrong =
            ip_is_wrong.then_some("must be addresses, ranges or networks, with commas between them.");
        html! {
            input type="hidden" name="advanced" value="on";
            (filters::one_of("service", "Service", &services, &filters.service))
            (filters::one_of("detail", "Detail", &details, &filters.detail))
            (filters::text("application", "Token-based Application Name", &filters.application))
            (filters::text("token", "Token-based Access Token Name", &filters.token))
            (filters::checked_text("ip", "IP Address", &filters.ip, ip_is_wrong))
            (filters::text("uri", "Request URI", &filters.request_uri))
            (filters::text("agent", "User Agent", &filters.user_agent))
            fieldset.results {
                legend { "Results" }
                div.choices {
                    @for column in LoginColumn::ALL.iter().filter(|column| !search::ALWAYS.contains(column)) {
                        (Tick {
                            name: "column",
                            value: column.word(),
                            label: column.label(),
                            checked: filters.columns.contains(column),
                            ..Tick::default()
                        }.show())
                    }
                }
            }
        }
    }

    fn table(&self) -> Table {
        let shown = self.filters.shown();
        let row = |(id, row): &(LoginId, LoginRow)| {
            let cells = shown.iter().map(|column| cell(*column, *id, row));
            cells.collect::<Vec<Markup>>()
        };
        Table {
            caption: "Logins, the last first".to_owned(),
            columns: shown.iter().map(|column| Column::new(column.label())).collect(),
            rows: self.rows.iter().map(row).collect(),
            pager: self.pager.clone(),
        }
    }

    fn nothing(&self) -> Markup {
        match self.filters.is_empty() && self.pager.first.is_none() {
            true => empty_state(
                "Nobody has logged in yet",
                "Every call and every sign-in leaves a row here.",
                html! {},
            ),
            false => empty_state(
                "No login fits these filters",
                "Take one of them away.",
                link_button("Show all", LOGIN_AUDIT_TRAIL.path, Tone::Plain),
            ),
        }
    }
}

fn date(name: &str, label: &str, value: &str) -> Markup {
    let is_wrong = !value.is_empty() && search::midnight(value, 0).is_none();
    Field {
        name,
        label,
        value,
        kind: "date",
        error: is_wrong.then_some("must be a date such as 2026-11-22."),
        ..Field::default()
    }
    .show()
}

fn cell(column: LoginColumn, id: LoginId, row: &LoginRow) -> Markup {
    match column {
        LoginColumn::Date => html! {
            a href=(inspector::path_of(id)) { (moment(row.at)) }
            @if row.count.get() > 1 { span.sub { (row.count) " logins" } }
        },
        LoginColumn::Status => status(row),
        column => {
            let text = column.text(row);
            html! { @if text.is_empty() { "\u{2013}" } @else { (text) } }
        }
    }
}

/// A refusal says in words what was wrong.
fn status(row: &LoginRow) -> Markup {
    match &row.status {
        LoginStatus::Success => html! { span.state.on { "Success" } },
        LoginStatus::Failure { reason, mistake, .. } => html! {
            span.state.bad { "Failure" }
            span.sub.short { (inspector::in_short(mistake.as_deref(), reason)) }
        },
    }
}

async fn show(At(desk): At) -> Answer {
    let filters = Filters::of(&desk);
    let before = desk.query.number("before").map(LoginId::new);
    let found = desk
        .authority()
        .login_audit_trail(&desk.caller, filters.search(), before, ROWS)
        .await;
    let snapshot = desk.authority().snapshot();
    match found {
        Ok(found) => desk.show(&Trail {
            rows: found.rows,
            roles: snapshot
                .roles()
                .map(|role| (role.id, role.name.clone()))
                .collect(),
            pager: Pager {
                next: found.rest.map(|rest| format!("{}before={rest}", filters.query())),
                first: before.map(|_| filters.query()),
            },
            filters,
        }),
        Err(error) => desk.failed(error),
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use countersign_model::{LoginRole, LoginUser, OneLine, RequestUri, SecurityChallenge};
    use countersign_world::UnixTime;
    use std::num::NonZeroU32;

    pub(crate) fn rows() -> Vec<LoginRow> {
        let row = |status| LoginRow {
            at: UnixTime::from_seconds(1_767_225_600),
            status,
            surface: Surface::Rest,
            user: Some(LoginUser {
                id: countersign_model::EntityId::new(42),
                name: "Ada <Byron>".to_owned(),
                email: "ada@example.com".to_owned(),
            }),
            role: Some(LoginRole {
                id: RoleId::new(3),
                name: "Administrator".to_owned(),
            }),
            token_name: None,
            application_name: Some("Warehouse".to_owned()),
            ip: None,
            user_agent: Some(OneLine::of("curl")),
            request_uri: RequestUri::of("/services/rest/record/v1/customer"),
            security_challenge: SecurityChallenge::NotAsked,
            callback: None,
            consumer_key: None,
            token_id: None,
            count: NonZeroU32::MIN,
        };
        let failure = LoginStatus::Failure {
            detail: Detail::InvalidSignature,
            reason: "The signature is of another base string.".to_owned(),
            mistake: None,
        };
        vec![row(LoginStatus::Success), row(failure)]
    }

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        Trail::samples().iter().map(|view| view.page(lock)).collect()
    }
}
