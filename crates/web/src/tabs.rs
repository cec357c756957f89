//! Subtabs: places further down the page, or pages of their own.

use maud::{Markup, html};

/// Each with where it leads; the one that is `here` is marked. Where none is, they are links and look like links.
pub fn tabs(tabs: &[(&str, &str)], here: Option<&str>) -> Markup {
    html! {
        nav.tabs.jumps[here.is_none()] aria-label="Subtabs" {
            @for (label, href) in tabs {
                a href=(href) aria-current=[(here == Some(label)).then_some("page")] { (label) }
            }
        }
    }
}
