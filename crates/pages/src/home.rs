//! Home: the way to a first signed call, the Settings portlet; and the search of the menus.

use axum::routing::get;
use countersign_web::{Answer, Lock, Page, html, redirect};

use crate::checklist::Way;
use crate::desk::{At, Desk};
use crate::menu::{Found, search};
use crate::needs::Needs;
use crate::pages::{PREFIX, Route};
use crate::place::{CHANGE_ROLE, FIRST_CALL, HOME, INSPECTOR, MY_ACCESS_TOKENS, Place, TWO_FACTOR};
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
    way: Way,
    has_own_tokens: bool,
    sees_calls: bool,
    base_url: String,
}

impl View for Home {
    const PLACE: &'static Place = &HOME;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let whole = Self {
            name: "Ada Byron".to_owned(),
            way: Way::default(),
            has_own_tokens: true,
            sees_calls: true,
            base_url: "http://127.0.0.1:8080".to_owned(),
        };
        let least = Self {
            name: "Ada <b>".to_owned(),
            way: Way::default(),
            has_own_tokens: false,
            sees_calls: false,
            base_url: String::new(),
        };
        vec![whole, least]
    }

    fn page(&self, _: &Lock) -> Page {
        Page {
            title: format!("Welcome, {}", self.name),
            body: html! {
                div.portlets {
                    (self.way.portlet())
                    section.section {
                        h2 { "Settings" }
                        ul.links {
                            @if self.has_own_tokens {
                                li { a href=(MY_ACCESS_TOKENS.path) { "Manage Access Tokens" } span.help { (MY_ACCESS_TOKENS.about) } }
                            }
                            li { a href=(CHANGE_ROLE.path) { (CHANGE_ROLE.title) } span.help { (CHANGE_ROLE.about) } }
                            li { a href=(TWO_FACTOR.path) { (TWO_FACTOR.title) } span.help { (TWO_FACTOR.about) } }
                            li { a href=(PASSWORD) { "Change Password" } span.help { "Your other sessions end; tokens go on working." } }
                        }
                    }
                    section.section {
                        h2 { "Where calls go" }
                        p { "REST, RESTlets, SOAP and the token services of this account answer at" }
                        p { code { (self.base_url) } }
                        @if self.sees_calls {
                            p { a href=(INSPECTOR.path) { "Watch them come" } ", and see what is wrong with a refused one." }
                        }
                        p.help {
                            "NetSuite takes no new integrations with token-based authentication from 2027.1 on, and plans to end it in 2028: "
                            a href=(FIRST_CALL.path) { "what to do" } "."
                        }
                    }
                }
            },
            ..Page::default()
        }
    }
}

async fn home(At(desk): At) -> Answer {
    let way = match Way::of(&desk).await {
        Ok(way) => way,
        Err(error) => return desk.failed(error),
    };
    if way.is_nothing() && desk.query.has("begin") {
        return redirect(FIRST_CALL.path);
    }
    desk.show(&Home {
        name: desk.caller.name().to_owned(),
        way,
        has_own_tokens: MY_ACCESS_TOKENS.needs.met_by(&desk.caller),
        sees_calls: INSPECTOR.needs.met_by(&desk.caller),
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
            places: vec![&FIRST_CALL, &MY_ACCESS_TOKENS],
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
