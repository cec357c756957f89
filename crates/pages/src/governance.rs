//! Setup › Integration › Integration Governance: how many requests the account runs at once, and who has what of it.

use axum::routing::get;
use countersign_authority::{GovernanceOverview, Share};
use countersign_web::{Answer, Column, Lock, Markup, Page, Pager, Table, Tone, facts, html, link_button};

use crate::desk::At;
use crate::integrations::path_of;
use crate::pages::Route;
use crate::place::{COMPANY_INFORMATION, INTEGRATION_GOVERNANCE, MANAGE_INTEGRATIONS, Place};
use crate::view::View;

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = INTEGRATION_GOVERNANCE;
    vec![Route::new(path, needs, get(show))]
}

#[derive(Debug)]
struct Overview {
    overview: GovernanceOverview,
    /// Whether the contract is this user's to see.
    sees_contract: bool,
}

impl View for Overview {
    const PLACE: &'static Place = &INTEGRATION_GOVERNANCE;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let share = |id, running| Share {
            record: crate::integrations::samples::record(id, countersign_model::IntegrationState::Enabled),
            running,
        };
        let overview = GovernanceOverview {
            governance: countersign_model::Governance::default(),
            limit: 3,
            running: 2,
            allocated: 4,
            shares: vec![share(1, 2), share(2, 0)],
        };
        let none = GovernanceOverview {
            limit: 5,
            running: 0,
            allocated: 0,
            shares: Vec::new(),
            ..overview.clone()
        };
        [overview, none]
            .map(|overview| Self {
                overview,
                sees_contract: true,
            })
            .into()
    }

    fn page(&self, _: &Lock) -> Page {
        Page {
            title: INTEGRATION_GOVERNANCE.title.to_owned(),
            crumbs: INTEGRATION_GOVERNANCE.crumbs(),
            actions: Some(link_button(
                "Load again",
                INTEGRATION_GOVERNANCE.path,
                Tone::Plain,
            )),
            body: html! {
                p.lede {
                    "REST, SOAP and RESTlets share the requests the account runs at once, whoever calls. An integration record may have some of "
                    "them of its own: its Concurrency Limit. At least one always stays for those that have none. A request beyond the limit is "
                    "refused, and can be sent again."
                }
                (self.account())
                (self.table().show())
            },
            ..Page::default()
        }
    }
}

impl Overview {
    fn account(&self) -> Markup {
        let overview = &self.overview;
        let governance = overview.governance;
        let contract = html! {
            (governance.tier) ", " (governance.suitecloud_plus_licences) " SuiteCloud Plus licenses"
        };
        let limit = html! {
            (governance.limit())
            @if overview.limit != governance.limit() {
                span.help { " The server was started with another one: it runs " (overview.limit) " at once." }
            }
        };
        html! {
            section.section {
                (facts(&[
                    ("Account Concurrency Limit", limit),
                    ("Running now", html! { (overview.running) }),
                    ("Allocated to integrations", html! { (overview.allocated) }),
                    ("Unallocated Concurrency Limit", html! { (self.unallocated()) }),
                    ("Contract", contract),
                ]))
                @if self.sees_contract {
                    p.help.after { "Service tier and licenses are at " a href=(COMPANY_INFORMATION.path) { (COMPANY_INFORMATION.click_path()) } "." }
                }
            }
        }
    }

    fn unallocated(&self) -> u32 {
        self.overview.governance.unallocated(self.overview.allocated)
    }

    fn table(&self) -> Table {
        let row = |Share { record, running }: &Share| {
            vec![
                html! { a href=(path_of(record.id)) { (record.name) } },
                html! { (record.concurrency_limit.unwrap_or_default()) },
                html! { (running) },
                html! { (record.state) },
            ]
        };
        let own: u32 = self.overview.shares.iter().map(|share| share.running).sum();
        let others = vec![
            html! { a href=(MANAGE_INTEGRATIONS.path) { "Every other integration" } },
            html! { (self.unallocated()) " together" },
            html! { (self.overview.running.saturating_sub(own)) },
            html! { "\u{2013}" },
        ];
        Table {
            caption: "Who has what of the account's concurrent requests".to_owned(),
            columns: ["Integration", "Concurrency Limit", "Running now", "State"]
                .map(Column::new)
                .to_vec(),
            rows: self.overview.shares.iter().map(row).chain([others]).collect(),
            pager: Pager::default(),
        }
    }
}

async fn show(At(desk): At) -> Answer {
    match desk.authority().governance(&desk.caller).await {
        Ok(overview) => desk.show(&Overview {
            overview,
            sees_contract: COMPANY_INFORMATION.needs.met_by(&desk.caller),
        }),
        Err(error) => desk.failed(error),
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        Overview::samples().iter().map(|view| view.page(lock)).collect()
    }
}
