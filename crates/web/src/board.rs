//! What stands around pages that are of no account: those of connections. A bar with the places, or a sheet alone for
//! somebody who is not signed in.

use maud::{Markup, html};

use crate::layout::{Page, document, mark};
use crate::notice::notices;

/// The bar above every page.
#[derive(Clone, Debug)]
pub struct Board {
    /// What these pages are of.
    pub title: &'static str,
    /// Which of several: an address, a folder.
    pub of: String,
    pub places: Vec<Entry>,
    pub home: &'static str,
    /// Whoever is signed in.
    pub person: String,
    /// The button that ends the session: a locked form.
    pub log_out: Markup,
}

/// A place in the bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    pub label: &'static str,
    pub href: &'static str,
    pub is_here: bool,
}

/// A page for somebody who is signed in.
pub fn board(board: &Board, page: &Page) -> Markup {
    let title = format!("{} · {}", page.title, board.title);
    document(
        &title,
        None,
        html! {
            a.skip href="#content" { "Skip to the content" }
            header.top.board {
                div.identity {
                    a.mark href=(board.home) aria-label="Home" { (mark()) }
                    div.account {
                        strong { (board.title) }
                        span.id { (board.of) }
                    }
                }
                div.person {
                    span.who { "Signed in " strong { (board.person) } }
                    (board.log_out)
                }
            }
            nav.menus aria-label="Places" {
                @for Entry { label, href, is_here } in &board.places {
                    a href=(href) aria-current=[is_here.then_some("page")] { (label) }
                }
            }
            main id="content" tabindex="-1" {
                (heading(page))
                (notices(&page.notices))
                (page.body)
            }
        },
    )
}

/// A page for somebody who came by a link and sees nothing else.
pub fn sheet(about: &str, page: &Page) -> Markup {
    document(
        &page.title,
        None,
        html! {
            main.sheet id="content" {
                div.identity {
                    span.mark { (mark()) }
                    div.account { strong { "Countersign" } span.id { (about) } }
                }
                (heading(page))
                (notices(&page.notices))
                (page.body)
            }
        },
    )
}

fn heading(page: &Page) -> Markup {
    html! {
        @if !page.crumbs.is_empty() {
            nav.crumbs aria-label="Breadcrumbs" {
                ol {
                    @for crumb in &page.crumbs {
                        li { @if let Some(href) = &crumb.href { a href=(href) { (crumb.label) } } @else { (crumb.label) } }
                    }
                }
            }
        }
        div.heading {
            h1 { (page.title) }
            @if let Some(actions) = &page.actions { div.actions { (actions) } }
        }
    }
}
