//! Home: the way to a first signed call, the Settings portlet; and the search of the menus.

use axum::routing::get;
use countersign_model::Feature;
use countersign_web::{Answer, Lock, Page, html, redirect};

use crate::desk::{At, Desk};
use crate::menu::{Found, search};
use crate::needs::Needs;
use crate::pages::{PREFIX, Route};
use crate::place::{
    ACCESS_TOKENS, CHANGE_ROLE, EMPLOYEES, ENABLE_FEATURES, HOME, LOGIN_AUDIT_TRAIL, MANAGE_INTEGRATIONS,
    MANAGE_ROLES, MY_ACCESS_TOKENS, Place,
};
use crate::sign_in::PASSWORD;
use crate::view::View;

pub(crate) const SEARCH: &str = "/app/search";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::new(HOME.path, HOME.needs, get(home)),
        Route::new(format!("{PREFIX}/"), HOME.needs, get(home)),
        Route::new(SEARCH, Needs::Session, get(find)),
    ]
}

#[derive(Debug)]
struct Home {
    name: String,
    /// Token-based Authentication is on.
    feature_is_on: bool,
    /// What opens to the role, of the way to a first call.
    steps: Vec<&'static Place>,
    has_own_tokens: bool,
    base_url: String,
}

impl View for Home {
    const PLACE: &'static Place = &HOME;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let steps = vec![
            &ENABLE_FEATURES,
            &MANAGE_INTEGRATIONS,
            &MANAGE_ROLES,
            &EMPLOYEES,
            &ACCESS_TOKENS,
        ];
        let whole = Self {
            name: "Ada Byron".to_owned(),
            feature_is_on: true,
            steps,
            has_own_tokens: true,
            base_url: "http://127.0.0.1:8080".to_owned(),
        };
        let least = Self {
            name: "Ada <b>".to_owned(),
            feature_is_on: false,
            steps: Vec::new(),
            has_own_tokens: false,
            base_url: String::new(),
        };
        vec![whole, least]
    }

    fn page(&self, _: &Lock) -> Page {
        Page {
            title: format!("Welcome, {}", self.name),
            body: html! {
                div.portlets {
                    @if !self.steps.is_empty() {
                        section.section {
                            h2 { "To a first signed call" }
                            p.help { "In this order, and each step leads to the next." }
                            ol.steps {
                                @for place in &self.steps {
                                    li {
                                        a href=(place.path) { (place.title) }
                                        span.help {
                                            (place.about)
                                            @if **place == ENABLE_FEATURES {
                                                @if self.feature_is_on { " Token-based Authentication is on." } @else { " Token-based Authentication is off: begin here." }
                                            }
                                        }
                                    }
                                }
                            }
                        }
                    }
                    section.section {
                        h2 { "Settings" }
                        ul.links {
                            @if self.has_own_tokens {
                                li { a href=(MY_ACCESS_TOKENS.path) { "Manage Access Tokens" } span.help { (MY_ACCESS_TOKENS.about) } }
                            }
                            li { a href=(CHANGE_ROLE.path) { (CHANGE_ROLE.title) } span.help { (CHANGE_ROLE.about) } }
                            li { a href=(PASSWORD) { "Change Password" } span.help { "Your other sessions end; tokens go on working." } }
                        }
                    }
                    section.section {
                        h2 { "Where calls go" }
                        p { "REST, RESTlets, SOAP and the token services of this account answer at" }
                        p { code { (self.base_url) } }
                        p.help {
                            "NetSuite takes no new integrations with token-based authentication from 2027.1 on, and plans to end it in 2028. "
                            "Those that are there go on until then."
                        }
                    }
                }
            },
            ..Page::default()
        }
    }
}

async fn home(At(desk): At) -> Answer {
    let snapshot = desk.authority().snapshot();
    let steps = [
        &ENABLE_FEATURES,
        &MANAGE_INTEGRATIONS,
        &MANAGE_ROLES,
        &EMPLOYEES,
        &ACCESS_TOKENS,
        &LOGIN_AUDIT_TRAIL,
    ];
    desk.show(&Home {
        name: desk.caller.name().to_owned(),
        feature_is_on: snapshot.features.has(Feature::TokenBasedAuthentication),
        steps: steps
            .into_iter()
            .filter(|place| place.needs.met_by(&desk.caller))
            .collect(),
        has_own_tokens: MY_ACCESS_TOKENS.needs.met_by(&desk.caller),
        base_url: desk.visit.origin.clone(),
    })
}

/// What a search of the menus found, where it is more or less than one place.
#[derive(Debug)]
struct SearchPage {
    query: String,
    places: Vec<&'static Place>,
}

impl View for SearchPage {
    const PLACE: &'static Place = &HOME;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let several = Self {
            query: "token".to_owned(),
            places: vec![&ACCESS_TOKENS, &MY_ACCESS_TOKENS],
        };
        let none = Self {
            query: "<script>".to_owned(),
            places: Vec::new(),
        };
        vec![several, none]
    }

    fn page(&self, _: &Lock) -> Page {
        Page {
            title: format!("Search: {}", self.query),
            crumbs: vec![countersign_web::Crumb {
                label: HOME.title.to_owned(),
                href: Some(HOME.path.to_owned()),
            }],
            body: html! {
                @if self.places.is_empty() {
                    (countersign_web::empty_state(
                        "Nothing is called that",
                        "Search for a menu path, as a guide writes it, or a word of it: \u{201c}Manage Integrations\u{201d}, \u{201c}consumer key\u{201d}. What your role may not open is not found.",
                        countersign_web::link_button("Home", HOME.path, countersign_web::Tone::Plain),
                    ))
                } @else {
                    div.section.narrow {
                        ul.links {
                            @for place in &self.places {
                                li {
                                    a href=(place.path) { (place.click_path()) }
                                    span.help { (place.about) }
                                }
                            }
                        }
                    }
                }
            },
            ..Page::default()
        }
    }
}

async fn find(At(desk): At) -> Answer {
    let query: String = desk.query.text("q").chars().take(200).collect();
    let may_open = |place: &Place| may_open(&desk, place);
    match search(&query, may_open) {
        Found::Place(place) => {
            let called = countersign_protocol::percent_encode(&query);
            redirect(&format!("{}?called={called}", place.path))
        }
        Found::Several(places) => desk.show(&SearchPage { query, places }),
    }
}

fn may_open(desk: &Desk, place: &Place) -> bool {
    place.needs.met_by(&desk.caller)
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let homes = Home::samples();
        let searches = SearchPage::samples();
        let mut pages: Vec<Page> = homes.iter().map(|view| view.page(lock)).collect();
        pages.extend(searches.iter().map(|view| view.page(lock)));
        pages
    }
}
