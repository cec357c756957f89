//! Values that are shown where they were made and nowhere else, with a button to copy each and all.

use countersign_protocol::Secret;
use maud::{Markup, html};

/// One of them.
pub struct ShownValue {
    pub label: &'static str,
    pub value: Secret,
}

/// All of them in the notation of some program.
pub struct Written {
    /// `.env`, `JSON`.
    pub label: &'static str,
    pub text: Secret,
}

pub struct ShownOnce {
    pub heading: &'static str,
    pub warning: &'static str,
    pub values: Vec<ShownValue>,
    pub written: Vec<Written>,
}

impl std::fmt::Debug for ShownOnce {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ShownOnce({:?}, ..)", self.heading)
    }
}

impl ShownOnce {
    /// Without a script the values are selected by hand, and the page is left without a word.
    pub fn show(&self) -> Markup {
        html! {
            section.once aria-labelledby="once" data-leave="These values are not shown again. Leave the page?" {
                h2 id="once" { (self.heading) }
                p { (self.warning) }
                dl.secrets {
                    @for (place, ShownValue { label, value }) in self.values.iter().enumerate() {
                        div {
                            dt { (label) }
                            dd {
                                code id={ "once-" (place) } { (value.expose()) }
                                (copy(&format!("once-{place}"), label))
                            }
                        }
                    }
                }
                @if !self.written.is_empty() {
                    div.written {
                        h3 { "Copy all as" }
                        @for (place, Written { label, text }) in self.written.iter().enumerate() {
                            details name="written" {
                                summary { (label) }
                                div.block {
                                    pre id={ "written-" (place) } tabindex="0" aria-label={ "All values as " (label) } { (text.expose()) }
                                    (copy(&format!("written-{place}"), &format!("all as {label}")))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Copies what the element of that id says. It is hidden until a script can do so.
pub fn copy(id: &str, what: &str) -> Markup {
    html! {
        button.copy type="button" data-copy=(id) hidden { span { "Copy" } span.unseen { " " (what) } }
    }
}
