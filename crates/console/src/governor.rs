//! What runs now: the slots of each account, who holds them and who waits. With a script it follows; without one, a link
//! makes the browser load it again every few seconds, for whoever wants that.
//!
//! Invariant: following ends with the session, and keeps none alive.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use countersign_governor::{Gauge, Limit};
use countersign_proxy::{AccountGauge, BreakerState};
use countersign_web::{Answer, Markup, Page, Tone, empty_state, html, link_button};
use futures_util::stream;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, REFRESH};
use http::{HeaderName, HeaderValue, Response};
use http_body::Frame;
use http_body_util::{BodyExt as _, StreamBody};

use crate::arrival::Arrival;
use crate::board::GOVERNOR;
use crate::console::ConsoleBody;
use crate::desk::Desk;

const LIVE: &str = "/governor/live";
/// How often it is looked whether something has changed.
const EVERY: Duration = Duration::from_secs(1);
/// What a page without a script waits until it is loaded again, in seconds.
const AGAIN: &str = "5";
/// Slots that are drawn one by one.
const DRAWN: u32 = 60;

pub(crate) struct Now {
    pub(crate) accounts: Vec<AccountGauge>,
    /// Connections whose logins are not tried now.
    pub(crate) stopped: Vec<(String, BreakerState)>,
    /// Whether the page asked to be loaded again.
    pub(crate) is_again: bool,
}

impl Now {
    fn of(desk: &Desk) -> Self {
        let stopped = desk.parts.proxy.breakers().into_iter();
        Self {
            accounts: desk.parts.proxy.gauges(),
            stopped: stopped
                .filter(|(_, state)| *state != BreakerState::Closed)
                .collect(),
            is_again: desk.query.has("again"),
        }
    }

    pub(crate) fn page(&self) -> Page {
        Page {
            title: GOVERNOR.title.to_owned(),
            actions: Some(html! {
                p.live role="status" data-live-state="" {}
                @if self.is_again {
                    (link_button("Stop loading again", GOVERNOR.path, Tone::Plain))
                } @else {
                    (link_button(&format!("Load again every {AGAIN} seconds"), &format!("{}?again", GOVERNOR.path), Tone::Plain))
                }
                (link_button("Refresh", GOVERNOR.path, Tone::Plain))
            }),
            body: html! {
                p.lede { (GOVERNOR.about) " An account is listed from its first call on." }
                div data-live=[(!self.is_again).then_some(LIVE)] { (self.contents()) }
            },
            ..Page::default()
        }
    }

    /// What changes.
    fn contents(&self) -> Markup {
        html! {
            @for (connection, state) in &self.stopped {
                div.notice.warning role="status" {
                    strong { "Stopped" }
                    p {
                        "Logins of " a href={ "/connection/" (connection) } { (connection) } " were refused, and "
                        @if *state == BreakerState::HalfOpen { "one call may try now." } @else { "no call tries for a while: five in a row would lock its user." }
                    }
                }
            }
            @if self.accounts.is_empty() {
                (empty_state("Nothing was called yet", "As soon as a program calls through the proxy, its account is here.", html! {}))
            }
            div.stack { @for one in &self.accounts { (account(one)) } }
        }
    }
}

fn account(AccountGauge { account, gauge }: &AccountGauge) -> Markup {
    html! {
        section.section.gauge aria-label={ "Account " (account) } {
            div.gauge-head {
                h2 { (account) }
                p { strong { (gauge.running) " of " (gauge.window) } " slots, " strong { (gauge.waiting) } " waiting" }
            }
            (slots(gauge))
            dl.facts {
                div { dt { "Limit" } dd { (limit(gauge)) } }
                div { dt { "A request keeps its slot" } dd { (gauge.usual_hold.as_millis()) " ms" } }
                div { dt { "Served" } dd { (gauge.granted) } }
                div { dt { "Refused by the account" } dd { (gauge.refused) } }
                div { dt { "Waited too long" } dd { (gauge.late) } }
                div { dt { "Queue was full" } dd { (gauge.turned_away) } }
            }
            @if !gauge.callers.is_empty() {
                h3 { "Who is there" }
                ul.queue {
                    @for one in &gauge.callers {
                        li { strong { (one.caller) } span { "holds " (one.holds) ", waits for " (one.waits) @if one.share > 1 { ", share " (one.share) } } }
                    }
                }
            }
        }
    }
}

/// A square for each: taken, free, or more than the account seems to have now.
fn slots(gauge: &Gauge) -> Markup {
    let all = gauge.window.max(gauge.running).max(known(gauge));
    let said = format!("{} of {} slots are taken", gauge.running, gauge.window);
    html! {
        @if all > DRAWN {
            meter.slots-bar min="0" max=(all) value=(gauge.running) aria-label=(said) { (said) }
        } @else {
            div.slots role="img" aria-label=(said) {
                @for place in 0..all {
                    span.slot.taken[place < gauge.running].beyond[place >= gauge.window && place >= gauge.running] {}
                }
            }
        }
    }
}

fn known(gauge: &Gauge) -> u32 {
    match gauge.limit {
        Limit::Set(limit) | Limit::Learnt(limit) => limit.get(),
        Limit::Unknown => 0,
    }
}

fn limit(gauge: &Gauge) -> String {
    match gauge.limit {
        Limit::Set(limit) => format!("{limit}, set at the start"),
        Limit::Learnt(limit) => format!("{limit}, as the account says"),
        Limit::Unknown => format!("not told; {} by trying", gauge.window),
    }
}

pub(crate) fn show(desk: &Desk) -> Answer {
    let now = Now::of(desk);
    let mut answer = desk.show(GOVERNOR, &now.page());
    if now.is_again {
        answer
            .headers_mut()
            .insert(REFRESH, HeaderValue::from_static(AGAIN));
    }
    answer
}

/// The contents, sent anew whenever they have changed (server-sent events).
pub(crate) fn follow(desk: &Desk, arrival: &Arrival) -> Response<ConsoleBody> {
    // Each keeps what it needs to look again.
    let following = Following {
        desk: Desk::of(&desk.console, arrival).ok(),
        last: None,
    };
    let events = stream::unfold(following, Following::next);
    let mut response = Response::new(StreamBody::new(events).boxed_unsync());
    let headers = response.headers_mut();
    for (name, value) in [
        (CONTENT_TYPE, "text/event-stream"),
        (CACHE_CONTROL, "no-store"),
        (HeaderName::from_static("x-content-type-options"), "nosniff"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

struct Following {
    desk: Option<Desk>,
    last: Option<String>,
}

impl Following {
    async fn next(mut self) -> Option<(Result<Frame<Bytes>, Infallible>, Self)> {
        let desk = self.desk.as_ref()?;
        let mut quiet = 0_u32;
        loop {
            if self.last.is_some() {
                tokio::time::sleep(EVERY).await;
            }
            if !desk
                .sessions
                .is_alive(desk.cookie.expose(), desk.parts.clock.elapsed())
            {
                return None;
            }
            let contents = Now::of(desk).contents().into_string();
            let event = match self.last.as_ref() == Some(&contents) {
                // Now and then a word, so that a browser that went away is noticed.
                true if quiet >= 15 => ": still here\n\n".to_owned(),
                true => {
                    quiet += 1;
                    continue;
                }
                // One line: an event ends with an empty one.
                false => format!("event: list\ndata: {}\n\n", contents.replace(['\r', '\n'], " ")),
            };
            self.last = Some(contents);
            return Some((Ok(Frame::data(Bytes::from(event))), self));
        }
    }
}
