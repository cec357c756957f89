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
    /// Label and address, shown behind the text.
    pub links: Vec<(String, String)>,
}

impl Notice {
    pub fn new(weight: Weight, text: impl Into<String>) -> Self {
        Self {
            weight,
            text: text.into(),
            links: Vec::new(),
        }
    }

    /// Something was done; `next` is where one may go on.
    pub fn done(text: &str, next: Vec<(String, String)>) -> Self {
        match next.is_empty() {
            true => Self::new(Weight::Done, text),
            false => Self::new(Weight::Done, format!("{text} Next:")).leading_to(next),
        }
    }

    /// `text` leads to these: it ends with a colon.
    #[must_use]
    pub fn leading_to(mut self, links: impl IntoIterator<Item = (String, String)>) -> Self {
        self.links.extend(links);
        self
    }
}

pub fn notices(notices: &[Notice]) -> Markup {
    html! {
        @for Notice { weight, text, links } in notices {
            div class={ "notice " (weight.class()) } role=(if *weight == Weight::Wrong { "alert" } else { "status" }) {
                strong { (weight.word()) }
                p {
                    (text)
                    @for (place, (label, href)) in links.iter().enumerate() {
                        @if place > 0 { "," } " " a href=(href) { (label) }
                    }
                    @if !links.is_empty() { "." }
                }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_notice_ends_with_the_ways_on() {
        let link = |label: &str| (label.to_owned(), format!("#{label}"));
        let notice = Notice::new(Weight::Wrong, "Look again at:").leading_to([link("A&B"), link("C")]);
        let shown = notices(&[notice]).into_string();
        let expected = "Look again at: <a href=\"#A&amp;B\">A&amp;B</a>, <a href=\"#C\">C</a>.";
        assert!(shown.contains(expected), "{shown}");
    }
}
