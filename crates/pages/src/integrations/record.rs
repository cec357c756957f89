//! One integration record: looked at, with its pair once after a Save.

use axum::extract::Path;
use countersign_authority::NewConsumer;
use countersign_model::{ExecutionRow, Integration, IntegrationId, IntegrationState, Origin, Surface};
use countersign_protocol::percent_encode;
use countersign_web::{
    Answer, Lock, Markup, Notice, Page, ShownOnce, ShownValue, Tone, button, facts, html, link_button,
    moment, moment_or,
};

use super::{CHANGES, list::state, path_of};
use crate::desk::{At, Desk};
use crate::execution_logs;
use crate::needs::Needs;
use crate::place::{ACCESS_TOKENS, INSPECTOR, MANAGE_INTEGRATIONS, Place};
use crate::tokens::NEW as NEW_TOKEN;
use crate::view::View;
use crate::written::Values;

#[derive(Debug)]
pub(super) struct Record {
    record: Integration,
    /// The pair, where it was made with this answer.
    once: Option<ShownOnce>,
    may_change: bool,
    may_reset: bool,
    /// Tokens can be made for it by whoever looks.
    may_make_tokens: bool,
    notice: Option<Notice>,
    /// None where whoever looks may not see it, and where the pair is shown.
    log: Option<Log>,
}

/// The last requests to one service.
#[derive(Debug)]
struct Log {
    service: Surface,
    rows: Vec<ExecutionRow>,
}

/// Rows of an execution log on the page of its record.
const ROWS: u32 = 20;

const WARNING: &str = "Copy both values now: they are shown once, and nothing can show them again. Where they are lost, Reset \
    Credentials makes new ones. Whoever has them can pass for this application: keep them where you keep passwords.";

impl View for Record {
    const PLACE: &'static Place = &MANAGE_INTEGRATIONS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let pair = NewConsumer {
            key: countersign_model::ConsumerKey::parse("10ca1f").unwrap(),
            secret: countersign_protocol::Secret::new("10ca15ec"),
        };
        let record = super::samples::record;
        let account = "1234567_SB1".parse().unwrap();
        let shown = Self {
            record: record(1, IntegrationState::Enabled),
            once: Some(once(&pair, "http://localhost:8080", &account)),
            may_change: true,
            may_reset: true,
            may_make_tokens: true,
            notice: None,
            log: None,
        };
        let blocked = Self {
            record: record(2, IntegrationState::Blocked),
            once: None,
            may_change: true,
            may_reset: true,
            may_make_tokens: false,
            notice: Some(Notice::done(
                "Saved.",
                vec![("<next>".to_owned(), "/app".to_owned())],
            )),
            log: Some(Log {
                service: Surface::Restlet,
                rows: Vec::new(),
            }),
        };
        let looked_at = Self {
            record: record(3, IntegrationState::Enabled),
            once: None,
            may_change: false,
            may_reset: false,
            may_make_tokens: false,
            notice: None,
            log: Some(Log {
                service: Surface::Soap,
                rows: execution_logs::samples::rows(),
            }),
        };
        vec![shown, blocked, looked_at]
    }

    fn page(&self, lock: &Lock) -> Page {
        let path = path_of(self.record.id);
        let may_change = self.may_change && !self.record.is_uninstalled();
        Page {
            title: self.record.name.clone(),
            crumbs: MANAGE_INTEGRATIONS.crumbs_below(),
            notices: self.notice.iter().cloned().collect(),
            actions: Some(html! {
                @if may_change {
                    (link_button("Edit", &format!("{path}/edit"), Tone::Plain))
                    (self.state_button(lock, &path))
                }
                @if self.may_reset && self.can_reset() {
                    (link_button("Reset Credentials", &format!("{path}/reset-credentials"), Tone::Plain))
                }
                @if may_change { (link_button("Uninstall", &format!("{path}/uninstall"), Tone::Danger)) }
            }),
            body: html! {
                @if let Some(once) = &self.once {
                    div data-address=(path) { (once.show()) }
                    @if self.may_make_tokens {
                        p.next { a.button href={ (NEW_TOKEN) "?application=" (self.record.id) } data-kept="" { "I have kept them: make an access token" } }
                    }
                }
                (self.facts())
                (self.authentication())
                @if let Some(log) = &self.log { (log.show(self.record.id)) }
            },
        }
    }
}

impl Record {
    fn can_reset(&self) -> bool {
        let record = &self.record;
        record.credentials.is_some()
            && record.authentication.token_based_authentication
            && record.origin == Origin::ThisAccount
            && !record.is_uninstalled()
    }

    fn state_button(&self, lock: &Lock, path: &str) -> Markup {
        match self.record.state {
            IntegrationState::Enabled => link_button("Block", &format!("{path}/block"), Tone::Plain),
            IntegrationState::Blocked | IntegrationState::WaitingForApproval => {
                let enable = html! { (button("Enable", Tone::Plain, None)) };
                lock.button_form(&format!("{path}/enable"), enable)
            }
        }
    }

    fn facts(&self) -> Markup {
        let record = &self.record;
        let limit = record.concurrency_limit.map(|limit| limit.to_string());
        html! {
            section.section {
                (facts(&[
                    ("State", state(record.state)),
                    ("Application ID", html! { code { (record.application_id) } }),
                    ("Internal ID", html! { (record.id) }),
                    ("Origin", html! { (record.origin) }),
                    ("Concurrency Limit", html! { (limit.as_deref().unwrap_or("None of its own")) }),
                    ("Created", moment(record.created)),
                    ("Last modified", moment(record.last_modified)),
                    ("Uninstalled", moment_or(record.uninstalled, "No")),
                ]))
                @if !record.description.is_empty() || !record.note.is_empty() {
                    (facts(&[("Description", html! { (record.description) }), ("Note", html! { (record.note) })]))
                }
            }
        }
    }

    fn authentication(&self) -> Markup {
        let ways = &self.record.authentication;
        let mut known = vec![(
            "Callback URL",
            html! { (ways.callback_url.as_deref().unwrap_or("None")) },
        )];
        if self.once.is_none() {
            known.push(("Consumer Key / Secret", self.pair()));
        }
        let tick =
            |on: bool, label: &str| html! { li.no[!on] { (label) @if !on { span.unseen { " (off)" } } } };
        html! {
            section.section aria-labelledby="h-authentication" {
                h2 id="h-authentication" { "Authentication" }
                div.columns {
                    ul.ticks {
                        (tick(ways.token_based_authentication, "Token-based Authentication"))
                        (tick(ways.issue_token_endpoint, "TBA: IssueToken Endpoint"))
                        (tick(ways.authorization_flow, "TBA: Authorization Flow"))
                        (tick(ways.authorization_code_grant, "Authorization Code Grant"))
                        (tick(ways.user_credentials, "User Credentials"))
                    }
                    (facts(&known))
                }
            }
        }
    }

    fn pair(&self) -> Markup {
        match &self.record.credentials {
            None => html! { "None yet: tick Token-based Authentication and save." },
            Some(pair) if pair.generation > 1 => {
                html! { "Shown when they were last reset, and never again. Pair number " (pair.generation) "." }
            }
            Some(_) => html! { "Shown when the record was saved, and never again." },
        }
    }
}

impl Log {
    fn show(&self, id: IntegrationId) -> Markup {
        let path = path_of(id);
        html! {
            nav.tabs id="execution-log" aria-label="Execution logs" {
                @for service in execution_logs::SERVICES {
                    a href={ (path) "?log=" (service.label()) "#execution-log" } aria-current=[(service == self.service).then_some("true")] { (service) " Execution Log" }
                }
            }
            (execution_logs::of_record(id, &self.rows))
        }
    }
}

fn once(pair: &NewConsumer, base_url: &str, account: &countersign_protocol::AccountId) -> ShownOnce {
    let values = Values {
        base_url,
        account,
        consumer_key: pair.key.as_str(),
        consumer_secret: Some(&pair.secret),
        token_id: "",
        token_secret: None,
    };
    ShownOnce {
        heading: "Consumer Key / Secret",
        warning: WARNING,
        values: vec![
            ShownValue {
                label: "Consumer Key / Client ID",
                value: countersign_protocol::Secret::new(pair.key.as_str()),
            },
            ShownValue {
                label: "Consumer Secret / Client Secret",
                value: pair.secret.duplicate(),
            },
        ],
        written: values.written(),
    }
}

/// The page of a record with the pair that was made with this answer.
pub(super) fn show_once(desk: &Desk, record: Integration, pair: &NewConsumer) -> Answer {
    let shown = once(pair, &desk.visit.origin, &desk.authority().account());
    desk.show(&looked_at(desk, record, Some(shown), None))
}

fn looked_at(desk: &Desk, record: Integration, once: Option<ShownOnce>, notice: Option<Notice>) -> Record {
    Record {
        record,
        once,
        may_change: CHANGES.met_by(&desk.caller),
        may_reset: Needs::Administrator.met_by(&desk.caller),
        may_make_tokens: ACCESS_TOKENS.needs.met_by(&desk.caller),
        notice,
        log: None,
    }
}

/// The execution log that was asked for, or the first.
async fn log(desk: &Desk, id: IntegrationId) -> Option<Log> {
    let asked = desk.query.text("log").parse();
    let is_asked = |service: &Surface| Ok(*service) == asked;
    let [first, ..] = execution_logs::SERVICES;
    let service = execution_logs::SERVICES.into_iter().find(is_asked);
    let service = service.unwrap_or(first);
    let rows = execution_logs::last_of(desk, id, service, ROWS).await.ok()?;
    Some(Log { service, rows })
}

pub(super) async fn show(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    match desk.authority().integration(&desk.caller, id).await {
        Ok(record) => {
            let saved = desk.query.has("saved");
            let notice = saved.then(|| Notice::done("The record was saved.", next(&desk, &record)));
            desk.show(&Record {
                log: log(&desk, id).await,
                ..looked_at(&desk, record, None, notice)
            })
        }
        Err(error) => desk.failed(error),
    }
}

/// Where whoever saved a record may go on.
fn next(desk: &Desk, record: &Integration) -> Vec<(String, String)> {
    let takes_tokens = record.state == IntegrationState::Enabled
        && record.credentials.is_some()
        && record.authentication.token_based_authentication;
    let token = (takes_tokens && ACCESS_TOKENS.needs.met_by(&desk.caller)).then(|| {
        let path = format!("{NEW_TOKEN}?application={}", record.id);
        ("make an access token".to_owned(), path)
    });
    let calls = INSPECTOR.needs.met_by(&desk.caller).then(|| {
        let path = format!("{}?application={}", INSPECTOR.path, percent_encode(&record.name));
        ("see its calls in the Inspector".to_owned(), path)
    });
    token.into_iter().chain(calls).collect()
}
