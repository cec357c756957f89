//! What runs now: the slots of each account, who holds them and who waits. With a script it follows; without one, a link
//! makes the browser load it again every few seconds, for whoever wants that.
//!
//! Invariant: following ends with the session, and keeps none alive.

use std::convert::Infallible;
use std::time::Duration;

use bytes::Bytes;
use countersign_proxy::{AccountSurvey, LimitFrom, Logins, Survey};
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
    pub(crate) survey: Survey,
    /// Whether the page asked to be loaded again.
    pub(crate) is_again: bool,
}

impl Now {
    fn of(desk: &Desk) -> Self {
        Self {
            survey: desk.parts.proxy.survey(),
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
            @for one in self.survey.stopped() {
                div.notice.warning role="status" {
                    strong { "Stopped" }
                    p {
                        "Logins of " a href={ "/connection/" (one.connection) } { (one.connection) } " were refused, and "
                        @if one.logins == Logins::OneMayTry { "one call may try now." } @else { "no call tries for a while: five in a row would lock its user." }
                    }
                }
            }
            @if self.survey.accounts.is_empty() {
                (empty_state("Nothing was called yet", "As soon as a program calls through the proxy, its account is here.", html! {}))
            }
            div.stack { @for one in &self.survey.accounts { (account(one)) } }
        }
    }
}

fn account(one: &AccountSurvey) -> Markup {
    html! {
        section.section.gauge aria-label={ "Account " (one.account) } {
            div.gauge-head {
                h2 { (one.account) }
                p {
                    strong { (one.running) " of " (one.slots) } " slots, " strong { (one.waiting) } " waiting"
                    @if one.waiting > 0 { ", the first for " (seconds(one.longest_wait_ms)) }
                }
            }
            (slots(one))
            dl.facts {
                div { dt { "Limit" } dd { (limit(one)) } }
                div { dt { "Served" } dd { (one.since_start.served) ", now " (one.requests_per_second) " a second" } }
                div { dt { "A request keeps its slot" } dd { (one.usual_hold_ms) " ms" } }
                div { dt { "Longest wait" } dd { (seconds(one.last_minute_longest_wait_ms)) " in the last minute" } }
                div { dt { "Refused by the account" } dd { (lately(one.since_start.refused, one.last_minute.refused)) } }
                div { dt { "Turned away" } dd { (one.since_start.late) " too late, " (one.since_start.turned_away) " as the queue was full" } }
            }
            @if !one.callers.is_empty() {
                h3 { "Who was there in the last minute" }
                ul.queue {
                    @for one in &one.callers {
                        li {
                            strong { (one.caller) }
                            span {
                                "holds " (one.holds) ", waits for " (one.waits) ", " (one.requests_per_second) " a second"
                                @if one.share > 1 { ", share " (one.share) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A square for each: taken, free, or more than the account seems to have now.
fn slots(one: &AccountSurvey) -> Markup {
    let all = one.all_slots();
    let said = format!("{} of {} slots are taken", one.running, one.slots);
    html! {
        @if all > DRAWN {
            meter.slots-bar min="0" max=(all) value=(one.running) aria-label=(said) { (said) }
        } @else {
            div.slots role="img" aria-label=(said) {
                @for place in 0..all {
                    span.slot.taken[place < one.running].beyond[place >= one.slots && place >= one.running] {}
                }
            }
        }
    }
}

fn limit(one: &AccountSurvey) -> String {
    let told = match (one.limit, one.limit_from) {
        (Some(limit), LimitFrom::Operator) => format!("{limit}, set at the start"),
        (Some(limit), _) => format!("{limit}, as the account says"),
        (None, _) => format!("not told; {} by trying", one.slots),
    };
    match one.reserve {
        0 => told,
        reserve => format!("{told}; {reserve} left to other programs"),
    }
}

fn lately(all: u64, minute: u64) -> String {
    match minute {
        0 => all.to_string(),
        minute => format!("{all}, of them {minute} in the last minute"),
    }
}

fn seconds(millis: u64) -> String {
    match millis {
        0..1000 => format!("{millis} ms"),
        _ => format!("{}.{} s", millis / 1000, millis % 1000 / 100),
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
