//! What stands around every page: whose account this is, where one is in it, and the ways to everywhere else.

use countersign_protocol::{AccountId, Environment};
use maud::{DOCTYPE, Markup, html};

use crate::asset::{ICON, SCRIPT, STYLE};
use crate::notice::{Notice, notices};

/// Whose account, and who looks at it.
#[derive(Clone, Debug)]
pub struct Frame {
    pub account: AccountId,
    pub company: String,
    pub person: Person,
    pub menus: Vec<Menu>,
    /// Where the search of menus is, and where one leaves.
    pub search: &'static str,
    pub home: &'static str,
    /// The button that ends the session: a locked form.
    pub log_out: Markup,
    /// Where the role is switched.
    pub switch_role: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub name: String,
    pub role: String,
}

/// A menu of the bar: Setup.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Menu {
    pub label: &'static str,
    pub groups: Vec<MenuGroup>,
}

/// A heading in it: Setup › Integration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuGroup {
    pub label: &'static str,
    pub items: Vec<MenuItem>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuItem {
    pub label: &'static str,
    pub href: String,
    pub is_here: bool,
}

/// A step on the way to a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    pub label: String,
    /// None for a menu, which is no page.
    pub href: Option<String>,
}

/// What is particular to one page.
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub title: String,
    pub crumbs: Vec<Crumb>,
    pub notices: Vec<Notice>,
    /// Beside the heading.
    pub actions: Option<Markup>,
    pub body: Markup,
}

/// A page for somebody who is signed in.
pub fn framed(frame: &Frame, page: &Page) -> Markup {
    let environment = frame.account.environment();
    let title = format!("{} · {}", page.title, frame.account);
    document(
        &title,
        Some(environment),
        html! {
            a.skip href="#content" { "Skip to the content" }
            header.top {
                div.identity {
                    a.mark href=(frame.home) aria-label="Home" { (mark()) }
                    div.account {
                        strong { (frame.company) }
                        span.id { (frame.account) }
                    }
                    (badge(environment))
                }
                form.find role="search" action=(frame.search) {
                    label.unseen for="find" { "Search menus and pages" }
                    input id="find" name="q" type="search" placeholder="Search menus" autocomplete="off" spellcheck="false";
                    button.unseen type="submit" { "Search" }
                }
                div.person {
                    a href=(frame.switch_role) title="Change role" {
                        strong { (frame.person.name) }
                        span { (frame.person.role) }
                    }
                    (frame.log_out)
                }
            }
            nav.menus aria-label="Menus" {
                a href=(frame.home) aria-current=[(page.crumbs.is_empty()).then_some("page")] { "Home" }
                @for menu in &frame.menus { (dropdown(menu)) }
            }
            main id="content" tabindex="-1" {
                @if !page.crumbs.is_empty() {
                    nav.crumbs aria-label="Breadcrumbs" {
                        ol {
                            @for Crumb { label, href } in &page.crumbs {
                                li { @if let Some(href) = href { a href=(href) { (label) } } @else { (label) } }
                            }
                        }
                    }
                }
                div.heading {
                    h1 { (page.title) }
                    @if let Some(actions) = &page.actions { div.actions { (actions) } }
                }
                (notices(&page.notices))
                (page.body)
            }
        },
    )
}

/// A page for nobody yet: the sign-in. `account` is none where that must not be told.
pub fn bare(account: Option<(&AccountId, &str)>, page: &Page) -> Markup {
    let environment = account.map(|(id, _)| id.environment());
    let title = match account {
        Some((id, _)) => format!("{} · {id}", page.title),
        None => page.title.clone(),
    };
    document(
        &title,
        environment,
        html! {
            main.bare id="content" {
                div.card {
                    div.identity {
                        span.mark { (mark()) }
                        @if let Some((id, company)) = account {
                            div.account { strong { (company) } span.id { (id) } }
                            (badge(id.environment()))
                        } @else {
                            div.account { strong { "Countersign" } span.id { "A local account" } }
                        }
                    }
                    h1 { (page.title) }
                    (notices(&page.notices))
                    (page.body)
                }
            }
        },
    )
}

pub(crate) fn document(title: &str, environment: Option<Environment>, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) }
                link rel="icon" type="image/svg+xml" href=(ICON.path());
                link rel="stylesheet" href=(STYLE.path());
                script src=(SCRIPT.path()) defer {}
            }
            body class=[environment.map(|environment| words(environment).1)] { (body) }
        }
    }
}

fn dropdown(menu: &Menu) -> Markup {
    let is_here = menu
        .groups
        .iter()
        .flat_map(|group| &group.items)
        .any(|item| item.is_here);
    html! {
        details.menu name="menu" {
            summary.here[is_here] { (menu.label) }
            div.panel {
                @for MenuGroup { label, items } in &menu.groups {
                    div {
                        h2 { (label) }
                        ul {
                            @for MenuItem { label, href, is_here } in items {
                                li { a href=(href) aria-current=[is_here.then_some("page")] { (label) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// What an environment is called, and its class.
const fn words(environment: Environment) -> (&'static str, &'static str) {
    match environment {
        Environment::Production => ("Production", "production"),
        Environment::Sandbox => ("Sandbox", "sandbox"),
        Environment::ReleasePreview => ("Release Preview", "preview"),
    }
}

fn badge(environment: Environment) -> Markup {
    html! { span.badge { (words(environment).0) } }
}

/// Two halves of one sign.
pub(crate) fn mark() -> Markup {
    html! {
        svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false" {
            rect width="32" height="32" rx="8" fill="currentColor" {}
            path d="M15 8.5a7.5 7.5 0 1 0 0 15" fill="none" stroke="var(--mark)" stroke-width="3.2" stroke-linecap="round" {}
            path d="M17 13.2l3.2 3.6 5-6.6" fill="none" stroke="var(--mark)" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round" {}
        }
    }
}
