//! What a page says of itself: notices, facts of a record, and an empty list.

use maud::{Markup, html};

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    Done,
    Note,
    Warning,
    Wrong,
}

impl Weight {
    const fn class(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Wrong => "wrong",
        }
    }

    /// For whoever does not see the colour.
    const fn word(self) -> &'static str {
        match self {
            Self::Done => "Done",
            Self::Note => "Note",
            Self::Warning => "Warning",
            Self::Wrong => "Not saved",
        }
    }
}

/// A sentence or two above everything else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    pub weight: Weight,
    pub text: String,
}

impl Notice {
    pub fn new(weight: Weight, text: impl Into<String>) -> Self {
        Self {
            weight,
            text: text.into(),
        }
    }
}

pub fn notices(notices: &[Notice]) -> Markup {
    html! {
        @for Notice { weight, text } in notices {
            div class={ "notice " (weight.class()) } role=(if *weight == Weight::Wrong { "alert" } else { "status" }) {
                strong { (weight.word()) }
                p { (text) }
            }
        }
    }
}

/// A list with nothing in it: why, and what to do next.
pub fn empty_state(heading: &str, text: &str, next: Markup) -> Markup {
    html! {
        div.empty {
            h2 { (heading) }
            p { (text) }
            (next)
        }
    }
}

/// The fields of a record that is looked at.
pub fn facts(facts: &[(&str, Markup)]) -> Markup {
    html! {
        dl.facts {
            @for (label, value) in facts {
                div { dt { (label) } dd { (value) } }
            }
        }
    }
}
