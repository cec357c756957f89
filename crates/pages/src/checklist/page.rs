//! The page itself.

use countersign_web::{Answer, Lock, Markup, Page, Tone, html, link_button};

#[cfg(test)]
use super::done::Done;
use super::way::Way;
use crate::desk::At;
use crate::place::{FIRST_CALL, Place};
use crate::view::View;

#[derive(Debug)]
struct Checklist {
    way: Way,
    name: String,
    /// Where calls go.
    base_url: String,
}

impl View for Checklist {
    const PLACE: &'static Place = &FIRST_CALL;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let of = |done, opens: fn(&Place) -> bool| Self {
            way: Way::from(done, opens),
            name: "Ada <b>".to_owned(),
            base_url: "http://127.0.0.1:8080".to_owned(),
        };
        let whole = Done {
            feature: true,
            integration: Some(true),
            role: true,
            user: Some(true),
            token: Some(true),
            let_in: Some(true),
            answered: Some(true),
        };
        let begun = Done {
            user: Some(false),
            token: Some(false),
            let_in: Some(false),
            answered: Some(false),
            ..whole
        };
        vec![
            of(Done::default(), |_| false),
            of(whole, |_| true),
            of(begun, |_| true),
        ]
    }

    fn page(&self, _: &Lock) -> Page {
        let next = self.way.next();
        Page {
            title: FIRST_CALL.title.to_owned(),
            crumbs: FIRST_CALL.crumbs(),
            actions: next.map(|step| link_button(step.name, step.place.path, Tone::Primary)),
            body: html! {
                p.lede { (self.lede()) }
                div.portlets {
                    @if !self.way.steps.is_empty() {
                        section.section {
                            h2 { "The way there" }
                            p.help { (self.way.progress()) }
                            (self.way.list(|step| html! {
                                @if Some(step) == next { " " span.badge { "Next" } }
                                span.help { (step.how) " " em { (step.place.click_path()) } }
                            }))
                        }
                    }
                    div.stack {
                        section.section {
                            h2 { "Where calls go" }
                            p { code { (self.base_url) } }
                            p.help { "For example GET /services/rest/record/v1/customer?limit=1, signed with the four values." }
                        }
                        (after_tba())
                    }
                }
            },
            ..Page::default()
        }
    }
}

impl Checklist {
    fn lede(&self) -> String {
        match (self.way.steps.is_empty(), self.way.next()) {
            (true, _) => "Your role opens no step of it. An administrator goes the way, or gives your role \
                 the permission User Access Tokens."
                .to_owned(),
            (false, None) => format!(
                "{}, the first signed call is made. What follows is your own program.",
                self.name
            ),
            (false, Some(_)) => format!(
                "Welcome, {}. This is the way to an answered call; each step is ticked by what the account holds.",
                self.name
            ),
        }
    }
}

fn after_tba() -> Markup {
    html! {
        section.section {
            h2 { "How long token-based authentication lasts" }
            p {
                "From NetSuite 2027.1 on, no new integration may use it for REST, RESTlets or SOAP; those that are there go on. "
                "Oracle plans to end it for them around 2028: tentatively with 2028.1, SOAP with 2028.2."
            }
            p.help {
                "New programs begin with OAuth 2.0 client credentials. What to keep and what to change in one that is there: "
                "docs/guides/after-tba.md in the documentation of Countersign."
            }
        }
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    match Way::of(&desk).await {
        Ok(way) => desk.show(&Checklist {
            way,
            name: desk.caller.name().to_owned(),
            base_url: desk.visit.origin.clone(),
        }),
        Err(error) => desk.failed(error),
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        Checklist::samples().iter().map(|view| view.page(lock)).collect()
    }
}
