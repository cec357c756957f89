//! The logins, the last first. With a script it follows the account; without one it is a list with a way to load it again.

use std::collections::BTreeMap;

use countersign_authority::AdministrationError;
use countersign_model::{ExecutionStatus, LoginId, LoginRow, LoginSearch, LoginStatus, Surface};
use countersign_web::{
    Answer, Choice, Column, Lock, Markup, Page, Pager, Table, Tone, button, empty_state, html, link_button,
    moment,
};

use super::{LIVE, answered, in_short, path_of};
use crate::desk::{At, Desk};
use crate::filters;
use crate::place::{EXECUTION_LOGS, INSPECTOR, Place};
use crate::view::View;

/// Rows of a page.
const ROWS: u32 = 50;

const OUTCOMES: [(&str, &str); 2] = [("refused", "Refused"), ("let-in", "Let in")];

#[derive(Debug)]
pub(super) struct List {
    rows: Vec<(LoginId, LoginRow)>,
    /// The HTTP status of whoever was let in, where it is known.
    answers: BTreeMap<LoginId, u16>,
    filters: Filters,
    pager: Pager,
    /// Requests that governance turned away are listed elsewhere, for whoever may look there.
    may_see_executions: bool,
}

/// As they were typed.
#[derive(Clone, Debug, Default)]
struct Filters {
    outcome: String,
    service: String,
    application: String,
    token: String,
}

impl Filters {
    fn search(&self) -> LoginSearch {
        let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
        LoginSearch {
            success: match self.outcome.as_str() {
                "refused" => Some(false),
                "let-in" => Some(true),
                _ => None,
            },
            surface: self.service.parse().ok(),
            application_name: text(&self.application),
            token_name: text(&self.token),
            ..LoginSearch::default()
        }
    }

    fn query(&self) -> String {
        filters::query(&[
            ("outcome", &self.outcome),
            ("service", &self.service),
            ("application", &self.application),
            ("token", &self.token),
        ])
    }
}

impl View for List {
    const PLACE: &'static Place = &INSPECTOR;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let list = |rows: Vec<(LoginId, LoginRow)>, application: &str, is_first: bool| Self {
            answers: rows.iter().map(|(id, _)| (*id, 429)).collect(),
            may_see_executions: !is_first,
            rows,
            filters: Filters {
                application: application.to_owned(),
                ..Filters::default()
            },
            pager: Pager {
                first: (!is_first).then(|| "?".to_owned()),
                next: Some("?before=1".to_owned()),
            },
        };
        let rows = crate::login_audit_trail::samples::rows();
        let rows = (1..).map(LoginId::new).zip(rows).collect();
        vec![
            list(rows, "<Warehouse>", true),
            list(Vec::new(), "", true),
            list(Vec::new(), "x", false),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        let again = format!("{}{}", INSPECTOR.path, self.filters.query());
        // What is below the first page does not change.
        let live = self.pager.first.is_none();
        let live = live.then(|| format!("{LIVE}{}", self.filters.query()));
        Page {
            title: INSPECTOR.title.to_owned(),
            crumbs: INSPECTOR.crumbs(),
            actions: Some(html! {
                @if live.is_some() { p.live role="status" data-live-state="" {} }
                (link_button("Refresh", &again, Tone::Plain))
            }),
            body: html! {
                p.lede {
                    (INSPECTOR.about) " This page is Countersign\u{2019}s own: NetSuite has none like it."
                    " A request that was turned away for concurrency is no login: it is in the "
                    @if self.may_see_executions { a href={ (EXECUTION_LOGS.path) "?status=" (ExecutionStatus::Rejected) } { (EXECUTION_LOGS.title) } } @else { (EXECUTION_LOGS.title) }
                    ", as " (ExecutionStatus::Rejected) "."
                }
                (self.filters())
                div.rows data-live=[live] { (self.contents()) }
            },
            ..Page::default()
        }
    }
}

impl List {
    /// As the query of the request asks for.
    pub(super) async fn of(desk: &Desk) -> Result<Self, AdministrationError> {
        let text = |name| desk.query.text(name).trim().to_owned();
        let filters = Filters {
            outcome: text("outcome"),
            service: text("service"),
            application: text("application"),
            token: text("token"),
        };
        let before = desk.query.number("before").map(LoginId::new);
        let found = desk
            .authority()
            .login_audit_trail(&desk.caller, filters.search(), before, ROWS)
            .await?;
        Ok(Self {
            answers: desk.authority().answers(&desk.caller, &found.rows).await?,
            may_see_executions: EXECUTION_LOGS.needs.met_by(&desk.caller),
            rows: found.rows,
            pager: Pager {
                next: found.rest.map(|rest| format!("{}before={rest}", filters.query())),
                first: before.map(|_| filters.query()),
            },
            filters,
        })
    }

    /// What changes when something happens.
    pub(super) fn contents(&self) -> Markup {
        if !self.rows.is_empty() {
            return self.table().show();
        }
        match self.filters.query() == "?" && self.pager.first.is_none() {
            true => empty_state(
                "Nobody has called yet",
                "Send a signed call, and it appears here with its outcome.",
                html! {},
            ),
            false => empty_state(
                "No login fits these filters",
                "Take one of them away.",
                link_button("Show all", INSPECTOR.path, Tone::Plain),
            ),
        }
    }

    fn filters(&self) -> Markup {
        let outcomes = OUTCOMES.map(|(value, label)| Choice::new(value, label));
        let services: Vec<Choice> = Surface::ALL
            .iter()
            .map(|word| Choice::new(word, word.label()))
            .collect();
        html! {
            form.filters action=(INSPECTOR.path) {
                (filters::one_of("outcome", "Outcome", &outcomes, &self.filters.outcome))
                (filters::one_of("service", "Service", &services, &self.filters.service))
                (filters::text("application", "Application name", &self.filters.application))
                (filters::text("token", "Access token name", &self.filters.token))
                (button("Apply", Tone::Plain, None))
            }
        }
    }

    fn table(&self) -> Table {
        let columns = [
            "Date",
            "Outcome",
            "Answer",
            "Request",
            "Application",
            "What was wrong",
        ];
        Table {
            caption: "Logins, the last first".to_owned(),
            columns: columns.map(Column::new).to_vec(),
            rows: self.rows.iter().map(|(id, row)| self.cells(*id, row)).collect(),
            pager: self.pager.clone(),
        }
    }

    fn cells(&self, id: LoginId, row: &LoginRow) -> Vec<Markup> {
        let user = row.user.as_ref().map(|user| user.name.as_str());
        let role = row.role.as_ref().map(|role| role.name.as_str());
        let whose: Vec<&str> = user.into_iter().chain(role).collect();
        vec![
            html! {
                a href=(path_of(id)) { (moment(row.at)) }
                @if row.count.get() > 1 { span.sub { (row.count) " logins" } }
            },
            match row.status {
                LoginStatus::Success => html! { span.state.on { "Let in" } },
                LoginStatus::Failure { .. } => html! { span.state.bad { "Refused" } },
            },
            match self.answers.get(&id) {
                Some(status) => answered(*status),
                None => html! { "\u{2013}" },
            },
            html! {
                (row.surface)
                span.sub { code { (row.request_uri) } }
            },
            html! {
                (row.application_name.as_deref().unwrap_or("\u{2013}"))
                @if !whose.is_empty() { span.sub.short { (whose.join(" \u{b7} ")) } }
            },
            wrong(row),
        ]
    }
}

/// The mistake, and the word of the Detail column.
fn wrong(row: &LoginRow) -> Markup {
    match &row.status {
        LoginStatus::Success => html! { "\u{2013}" },
        LoginStatus::Failure { reason, mistake, .. } => html! {
            (in_short(mistake.as_deref(), reason))
            span.sub.short { (row.detail_column()) }
        },
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    match List::of(&desk).await {
        Ok(list) => desk.show(&list),
        Err(error) => desk.failed(error),
    }
}
