//! Setup › Integration › Execution Logs: what applications called, as whom, and how it ended. A part of it stands on each
//! integration record.

use axum::routing::get;
use countersign_authority::AdministrationError;
use countersign_model::{
    ExecutionId, ExecutionRow, ExecutionSearch, ExecutionStatus, IntegrationId, Surface, Word as _,
};
use countersign_web::{
    Answer, Choice, Column, Lock, Markup, Page, Pager, Table, Tone, button, empty_state, html, link_button,
    moment,
};

use crate::desk::{At, Desk};
use crate::filters;
use crate::integrations;
use crate::pages::Route;
use crate::place::{EXECUTION_LOGS, Place};
use crate::view::View;

/// Rows of a page.
const ROWS: u32 = 50;

/// Services that have an execution log.
pub(crate) const SERVICES: [Surface; 3] = [Surface::Soap, Surface::Restlet, Surface::Rest];

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = EXECUTION_LOGS;
    vec![Route::new(path, needs, get(show))]
}

#[derive(Debug)]
struct Logs {
    rows: Vec<ExecutionRow>,
    /// Names of integration records, for those who may see them.
    names: Vec<(IntegrationId, String)>,
    filters: Filters,
    pager: Pager,
}

/// As they were typed.
#[derive(Clone, Debug, Default)]
struct Filters {
    application: String,
    service: String,
    status: String,
    operation: String,
}

impl Filters {
    fn search(&self) -> ExecutionSearch {
        ExecutionSearch {
            integration: self.application.parse().ok().map(IntegrationId::new),
            surface: self.service.parse().ok(),
            status: ExecutionStatus::named(&self.status).ok(),
            operation: Some(self.operation.clone()).filter(|text| !text.is_empty()),
            ..ExecutionSearch::default()
        }
    }

    fn query(&self) -> String {
        filters::query(&[
            ("application", &self.application),
            ("service", &self.service),
            ("status", &self.status),
            ("operation", &self.operation),
        ])
    }
}

impl View for Logs {
    const PLACE: &'static Place = &EXECUTION_LOGS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let logs = |rows, operation: &str| Self {
            rows,
            names: vec![(IntegrationId::new(1), "Warehouse & Sync".to_owned())],
            filters: Filters {
                operation: operation.to_owned(),
                ..Filters::default()
            },
            pager: Pager {
                first: None,
                next: Some("?before=1".to_owned()),
            },
        };
        vec![
            logs(samples::rows(), ""),
            logs(Vec::new(), ""),
            logs(Vec::new(), "\"get"),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        Page {
            title: EXECUTION_LOGS.title.to_owned(),
            crumbs: EXECUTION_LOGS.crumbs(),
            body: html! {
                p.lede { "Every request of an application that was let in. Who was refused is in the Login Audit Trail." }
                (self.filters())
                @if self.rows.is_empty() { (self.nothing()) } @else { (self.table().show()) }
            },
            ..Page::default()
        }
    }
}

impl Logs {
    fn filters(&self) -> Markup {
        let names = self.names.iter().map(|(id, name)| Choice::new(id, name.as_str()));
        let names: Vec<Choice> = names.collect();
        let services = SERVICES.map(|service| Choice::new(service, service.label()));
        let statuses = ExecutionStatus::WORDS.iter();
        let statuses: Vec<Choice> = statuses
            .map(|status| Choice::new(status.word(), status.word()))
            .collect();
        html! {
            form.filters action=(EXECUTION_LOGS.path) {
                @if !names.is_empty() { (filters::one_of("application", "Application", &names, &self.filters.application)) }
                (filters::one_of("service", "Service", &services, &self.filters.service))
                (filters::one_of("status", "Status", &statuses, &self.filters.status))
                (filters::text("operation", "Operation", &self.filters.operation))
                (button("Apply", Tone::Plain, None))
            }
        }
    }

    fn table(&self) -> Table {
        let name = |row: &ExecutionRow| {
            let known = self.names.iter().find(|(id, _)| *id == row.integration);
            known.map(|(_, name)| name.as_str())
        };
        let rows = self.rows.iter().map(|row| {
            let application = html! {
                @match name(row) {
                    Some(name) => a href=(integrations::path_of(row.integration)) { (name) },
                    None => { "Internal ID " (row.integration) },
                }
            };
            let mut cells = cells(row);
            cells.insert(1, application);
            cells
        });
        let mut columns = COLUMNS.to_vec();
        columns.insert(1, "Application");
        Table {
            caption: "Requests, the last first".to_owned(),
            columns: columns.into_iter().map(Column::new).collect(),
            rows: rows.collect(),
            pager: self.pager.clone(),
        }
    }

    fn nothing(&self) -> Markup {
        match self.filters.query() == "?" {
            true => empty_state(
                "Nothing was called yet",
                "Every request of an application that is let in leaves a row here.",
                html! {},
            ),
            false => empty_state(
                "No request fits these filters",
                "Take one of them away.",
                link_button("Show all", EXECUTION_LOGS.path, Tone::Plain),
            ),
        }
    }
}

const COLUMNS: [&str; 6] = ["Date", "Service", "Operation", "Status", "User", "Duration"];

fn cells(row: &ExecutionRow) -> Vec<Markup> {
    let class = match row.status {
        ExecutionStatus::Finished => "state on",
        ExecutionStatus::Failed | ExecutionStatus::Rejected => "state bad",
    };
    vec![
        moment(row.at),
        html! { (row.surface) },
        html! { (row.operation) span.sub.short { code { (row.request_uri) } } },
        html! {
            span class=(class) { (row.status.label()) }
            span.sub.short { @match row.http_status { 0 => "no answer", status => { "HTTP " (status) } } }
        },
        html! { (row.user.name) span.sub.short { (row.role.name) } },
        html! {
            (format!("{:.1} ms", row.took.as_secs_f64() * 1000.0))
            span.sub.short { (row.request_bytes) " bytes in, " (row.response_bytes) " out" }
        },
    ]
}

/// The last requests of one integration record, for its page: at most so many, and the way to all of them.
pub(crate) fn of_record(id: IntegrationId, rows: &[ExecutionRow]) -> Markup {
    let all = format!("{}?application={id}", EXECUTION_LOGS.path);
    html! {
        @if rows.is_empty() {
            (empty_state("Nothing was called yet", "Every request of this application that is let in leaves a row here.", html! {}))
        } @else {
            (Table {
                caption: "Requests of this application, the last first".to_owned(),
                columns: COLUMNS.map(Column::new).to_vec(),
                rows: rows.iter().map(cells).collect(),
                pager: Pager::default(),
            }.show())
            p.after { (link_button("All of them", &all, Tone::Plain)) }
        }
    }
}

/// The last requests of one service of an integration record.
pub(crate) async fn last_of(
    desk: &Desk,
    id: IntegrationId,
    service: Surface,
    most: u32,
) -> Result<Vec<ExecutionRow>, AdministrationError> {
    let search = ExecutionSearch {
        integration: Some(id),
        surface: Some(service),
        ..ExecutionSearch::default()
    };
    let found = desk
        .authority()
        .execution_log(&desk.caller, search, None, most)
        .await?;
    Ok(found.rows.into_iter().map(|(_, row)| row).collect())
}

async fn show(At(desk): At) -> Answer {
    let text = |name| desk.query.text(name).trim().to_owned();
    let filters = Filters {
        application: text("application"),
        service: text("service"),
        status: text("status"),
        operation: text("operation"),
    };
    let before = desk.query.number("before").map(ExecutionId::new);
    let found = desk
        .authority()
        .execution_log(&desk.caller, filters.search(), before, ROWS)
        .await;
    match found {
        Ok(found) => desk.show(&Logs {
            rows: found.rows.into_iter().map(|(_, row)| row).collect(),
            names: integrations::names(&desk).await,
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
    use countersign_model::{EntityId, LoginRole, LoginUser, OneLine, RequestUri, RoleId};
    use countersign_world::UnixTime;

    pub(crate) fn rows() -> Vec<ExecutionRow> {
        let row = |status, http_status| ExecutionRow {
            at: UnixTime::from_seconds(1_767_225_600),
            integration: IntegrationId::new(1),
            surface: Surface::Soap,
            user: LoginUser {
                id: EntityId::new(42),
                name: "Ada <Byron>".to_owned(),
                email: "ada@example.com".to_owned(),
            },
            role: LoginRole {
                id: RoleId::new(3),
                name: "Administrator".to_owned(),
            },
            operation: OneLine::of("getServerTime"),
            request_uri: RequestUri::of("/services/NetSuitePort_2025_2"),
            status,
            http_status,
            took: std::time::Duration::from_micros(3210),
            request_bytes: 900,
            response_bytes: 700,
        };
        vec![
            row(ExecutionStatus::Finished, 200),
            row(ExecutionStatus::Failed, 0),
            row(ExecutionStatus::Rejected, 429),
        ]
    }

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        Logs::samples().iter().map(|view| view.page(lock)).collect()
    }
}
