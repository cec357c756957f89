//! Setup › Users/Roles › View Login Audit Trail: every login, the last first, with the reason of a refusal.

use axum::routing::get;
use countersign_model::{Detail, LoginId, LoginRow, LoginSearch, LoginStatus, Surface};
use countersign_web::{
    Answer, Choice, Column, Field, Lock, Markup, Page, Pager, Select, Table, Tone, button, empty_state, html,
    link_button,
};

use crate::desk::At;
use crate::moment::moment;
use crate::pages::Route;
use crate::place::{LOGIN_AUDIT_TRAIL, Place};
use crate::view::View;

/// Rows of a page.
const ROWS: u32 = 50;

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = LOGIN_AUDIT_TRAIL;
    vec![Route::new(path, needs, get(show))]
}

#[derive(Debug)]
struct Trail {
    rows: Vec<LoginRow>,
    filters: Filters,
    pager: Pager,
}

/// As they were typed.
#[derive(Clone, Debug, Default)]
struct Filters {
    status: String,
    service: String,
    email: String,
    application: String,
    token: String,
    detail: String,
}

impl Filters {
    fn search(&self) -> LoginSearch {
        let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        LoginSearch {
            success: match self.status.as_str() {
                "Success" => Some(true),
                "Failure" => Some(false),
                _ => None,
            },
            surface: self.service.parse().ok(),
            email: text(&self.email),
            application_name: text(&self.application),
            token_name: text(&self.token),
            detail: Detail::parse(&self.detail).ok(),
            ..LoginSearch::default()
        }
    }

    fn query(&self) -> String {
        let pairs = [
            ("status", &self.status),
            ("service", &self.service),
            ("email", &self.email),
            ("application", &self.application),
            ("token", &self.token),
            ("detail", &self.detail),
        ];
        let given = pairs.iter().filter(|(_, value)| !value.is_empty());
        let given =
            given.map(|(name, value)| format!("{name}={}&", countersign_protocol::percent_encode(value)));
        format!("?{}", given.collect::<String>())
    }
}

impl View for Trail {
    const PLACE: &'static Place = &LOGIN_AUDIT_TRAIL;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let trail = |rows, token: &str| Self {
            rows,
            filters: Filters {
                token: token.to_owned(),
                ..Filters::default()
            },
            pager: Pager {
                first: None,
                next: Some("?before=1".to_owned()),
            },
        };
        vec![
            trail(samples::rows(), "night\""),
            trail(Vec::new(), ""),
            trail(Vec::new(), "x"),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        Page {
            title: LOGIN_AUDIT_TRAIL.title.to_owned(),
            crumbs: LOGIN_AUDIT_TRAIL.crumbs(),
            body: html! {
                (self.filters())
                @if self.rows.is_empty() { (self.nothing()) } @else { (self.table().show()) }
            },
            ..Page::default()
        }
    }
}

impl Trail {
    fn filters(&self) -> Markup {
        let select = |name, label, choices: &[Choice], chosen| {
            Select {
                name,
                label,
                choices,
                chosen,
                none: Some("All"),
                ..Select::default()
            }
            .show()
        };
        let text = |name, label, value| {
            Field {
                name,
                label,
                value,
                kind: "search",
                ..Field::default()
            }
            .show()
        };
        let statuses = ["Success", "Failure"].map(|word| Choice::new(word, word));
        let services: Vec<Choice> = Surface::ALL
            .iter()
            .map(|word| Choice::new(word, word.label()))
            .collect();
        html! {
            form.filters action=(LOGIN_AUDIT_TRAIL.path) {
                (select("status", "Status", &statuses, &self.filters.status))
                (select("service", "Service", &services, &self.filters.service))
                (text("email", "Email address", &self.filters.email))
                (text("application", "Application name", &self.filters.application))
                (text("token", "Access token name", &self.filters.token))
                (text("detail", "Detail", &self.filters.detail))
                (button("Apply", Tone::Plain, None))
            }
        }
    }

    fn table(&self) -> Table {
        let columns = [
            "Date",
            "Status",
            "Detail",
            "User",
            "Role",
            "Service",
            "Application",
            "Access Token",
            "IP Address",
        ];
        Table {
            caption: "Logins, the last first".to_owned(),
            columns: columns.map(Column::new).to_vec(),
            rows: self.rows.iter().map(row).collect(),
            pager: self.pager.clone(),
        }
    }

    fn nothing(&self) -> Markup {
        match self.filters.query() == "?" {
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

fn row(row: &LoginRow) -> Vec<Markup> {
    let optional = |text: Option<&str>| html! { (text.unwrap_or("\u{2013}")) };
    vec![
        html! { (moment(row.at)) @if row.count.get() > 1 { span.sub { (row.count) " logins" } } },
        match &row.status {
            LoginStatus::Success => html! { span.state.on { "Success" } },
            LoginStatus::Failure { .. } => html! { span.state.bad { "Failure" } },
        },
        match &row.status {
            LoginStatus::Success => html! { "\u{2013}" },
            LoginStatus::Failure { reason, .. } => {
                html! { strong { (row.detail_column()) } span.sub { (reason) } }
            }
        },
        optional(row.user.as_ref().map(|user| user.name.as_str())),
        optional(row.role.as_ref().map(|role| role.name.as_str())),
        html! { (row.surface) },
        optional(row.application_name.as_deref()),
        optional(row.token_name.as_deref()),
        optional(row.ip.map(|ip| ip.to_string()).as_deref()),
    ]
}

async fn show(At(desk): At) -> Answer {
    let text = |name| desk.query.text(name).trim().to_owned();
    let filters = Filters {
        status: text("status"),
        service: text("service"),
        email: text("email"),
        application: text("application"),
        token: text("token"),
        detail: text("detail"),
    };
    let before = desk.query.number("before").map(LoginId::new);
    let found = desk
        .authority()
        .login_audit_trail(&desk.caller, filters.search(), before, ROWS)
        .await;
    match found {
        Ok(found) => desk.show(&Trail {
            rows: found.rows.into_iter().map(|(_, row)| row).collect(),
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

    pub(super) fn rows() -> Vec<LoginRow> {
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
                id: countersign_model::RoleId::new(3),
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
