//! Buttons, and links that look like them.

use maud::{Markup, html};

/// How a button stands among others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// What the page is for: one to a form.
    #[default]
    Primary,
    Plain,
    /// Takes something away.
    Danger,
}

impl Tone {
    const fn class(self) -> &'static str {
        match self {
            Self::Primary => "button",
            Self::Plain => "button plain",
            Self::Danger => "button danger",
        }
    }
}

/// Sends its form. `name` and `value` say which of several was pressed.
pub fn button(label: &str, tone: Tone, sent: Option<(&str, &str)>) -> Markup {
    let (name, value) = sent.unzip();
    html! { button type="submit" class=(tone.class()) name=[name] value=[value] { (label) } }
}

pub fn link_button(label: &str, href: &str, tone: Tone) -> Markup {
    html! { a class=(tone.class()) href=(href) { (label) } }
}
