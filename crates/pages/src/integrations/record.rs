//! One integration record: looked at, with its pair once after a Save; blocked, enabled, and given a new pair.

use axum::extract::Path;
use countersign_authority::NewConsumer;
use countersign_model::{Integration, IntegrationChange, IntegrationId, IntegrationState, Origin};
use countersign_store::{MAX_ROWS, TokenFilter};
use countersign_web::{
    Answer, Lock, Markup, Notice, Page, ShownOnce, ShownValue, Tone, Weight, button, facts, html,
    link_button, redirect,
};
use countersign_world::UnixTime;

use super::{CHANGES, list::state, path_of};
use crate::desk::{At, Desk, Form};
use crate::moment::moment;
use crate::needs::Needs;
use crate::place::{ACCESS_TOKENS, MANAGE_INTEGRATIONS, Place};
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
}

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
        };
        let blocked = Self {
            record: record(2, IntegrationState::Blocked),
            once: None,
            may_change: true,
            may_reset: true,
            may_make_tokens: false,
            notice: Some(Notice::new(Weight::Done, "Saved.")),
        };
        let looked_at = Self {
            record: record(3, IntegrationState::Enabled),
            once: None,
            may_change: false,
            may_reset: false,
            may_make_tokens: false,
            notice: None,
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
                    (link_button("Reset Credentials", &format!("{path}/reset-credentials"), Tone::Danger))
                }
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
        let (label, to) = match self.record.state {
            IntegrationState::Enabled => ("Block", "block"),
            IntegrationState::Blocked | IntegrationState::WaitingForApproval => ("Enable", "enable"),
        };
        lock.button_form(
            &format!("{path}/state"),
            html! { (button(label, Tone::Plain, Some(("change", to)))) },
        )
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
                ]))
                @if !record.description.is_empty() || !record.note.is_empty() {
                    (facts(&[("Description", html! { (record.description) }), ("Note", html! { (record.note) })]))
                }
            }
        }
    }

    fn authentication(&self) -> Markup {
        let ways = &self.record.authentication;
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
                    (facts(&[
                        ("Callback URL", html! { (ways.callback_url.as_deref().unwrap_or("None")) }),
                        ("Consumer Key / Secret", self.pair()),
                    ]))
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

/// What Reset Credentials breaks, before it is done.
#[derive(Debug)]
pub(super) struct ResetPage {
    record: Integration,
    /// Active tokens, and the last moment one was used. None where the number is not this user's to see.
    tokens: Option<(usize, Option<UnixTime>)>,
}

impl View for ResetPage {
    const PLACE: &'static Place = &MANAGE_INTEGRATIONS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let record = super::samples::record(1, IntegrationState::Enabled);
        let used = Some((2, Some(UnixTime::from_seconds(1_767_225_600))));
        [None, Some((0, None)), Some((1, None)), used]
            .map(|tokens| Self {
                record: record.clone(),
                tokens,
            })
            .into()
    }

    fn page(&self, lock: &Lock) -> Page {
        let path = path_of(self.record.id);
        Page {
            title: format!("Reset the credentials of {}?", self.record.name),
            crumbs: MANAGE_INTEGRATIONS.crumbs_below(),
            body: html! {
                div.section.narrow.stack {
                    p { strong { "The old Consumer Key and Consumer Secret are dead at once." } " Every program that calls with them is refused until it has the new pair." }
                    p { (self.breaks()) }
                    (lock.form(&format!("{path}/reset-credentials"), html! {
                        div.submit {
                            (button("Reset Credentials", Tone::Danger, None))
                            (link_button("Keep them", &path, Tone::Plain))
                        }
                    }))
                }
            },
            ..Page::default()
        }
    }
}

impl ResetPage {
    fn breaks(&self) -> Markup {
        match &self.tokens {
            None => html! { "Its tokens stay, and work with the new pair." },
            Some((0, _)) => html! { "It has no active token, so nothing calls with it now." },
            Some((count, last)) => html! {
                "It has " strong { (count) @if *count == 1 { " active token" } @else { " active tokens" } }
                @match last {
                    Some(last) => { ", last used " (moment(*last)) ". " },
                    None if *count == 1 => { ", never used. " },
                    None => { ", none of them ever used. " },
                }
                "Tokens stay, and work with the new pair."
            },
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
    }
}

pub(super) async fn show(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    let notice = if desk.query.has("saved") {
        Some(Notice::new(Weight::Done, "The record was saved."))
    } else {
        None
    };
    match desk.authority().integration(&desk.caller, id).await {
        Ok(record) => desk.show(&looked_at(&desk, record, None, notice)),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn change_state(At(desk): At, Path(id): Path<String>, Form(form): Form) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    let change = match form.text("change") {
        "enable" => IntegrationChange::Enable,
        "block" => IntegrationChange::Block,
        _ => return desk.not_found(),
    };
    match desk
        .authority()
        .change_integration_state(&desk.caller, id, change)
        .await
    {
        Ok(_) => redirect(&format!("{}?saved", path_of(id))),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn ask_reset(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    let record = match desk.authority().integration(&desk.caller, id).await {
        Ok(record) => record,
        Err(error) => return desk.failed(error),
    };
    let filter = TokenFilter {
        integration: Some(id),
        revoked: Some(false),
        ..TokenFilter::default()
    };
    let tokens = desk
        .authority()
        .tokens(&desk.caller, filter, None, MAX_ROWS)
        .await
        .ok();
    let tokens = tokens.map(|tokens| {
        let active = tokens.iter().filter(|token| token.token.is_active());
        (
            active.clone().count(),
            active.filter_map(|token| token.used.last).max(),
        )
    });
    desk.show(&ResetPage { record, tokens })
}

pub(super) async fn reset(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(IntegrationId::new) else {
        return desk.not_found();
    };
    match desk.authority().reset_credentials(&desk.caller, id).await {
        Ok((record, pair)) => show_once(&desk, record, &pair),
        Err(error) => desk.failed(error),
    }
}
