//! The fields of a form, each with its label, its help and what is wrong with it.

use maud::{Markup, html};

/// A line of text.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub value: &'a str,
    /// `text`, `email`, `password`, `search`, `number`.
    pub kind: &'a str,
    pub help: Option<&'a str>,
    /// A sentence that starts where the label ends.
    pub error: Option<&'a str>,
    pub required: bool,
    /// What a browser may fill in.
    pub autocomplete: &'a str,
    pub autofocus: bool,
}

impl Default for Field<'_> {
    fn default() -> Self {
        Self {
            name: "",
            label: "",
            value: "",
            kind: "text",
            help: None,
            error: None,
            required: false,
            autocomplete: "off",
            autofocus: false,
        }
    }
}

impl Field<'_> {
    pub fn show(&self) -> Markup {
        let id = id(self.name);
        let said = described_by(&id, self.help, self.error);
        // A password is never written back.
        let value = Some(self.value).filter(|value| self.kind != "password" && !value.is_empty());
        let control = html! {
            input id=(id) name=(self.name) type=(self.kind) value=[value] required[self.required]
                autocomplete=(self.autocomplete) autofocus[self.autofocus] spellcheck="false"
                aria-invalid=[self.error.map(|_| "true")] aria-describedby=[said];
        };
        labelled(&id, self.label, self.required, self.help, self.error, control)
    }
}

/// Several lines of text.
#[derive(Clone, Debug, Default)]
pub struct TextArea<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub value: &'a str,
    pub help: Option<&'a str>,
    pub error: Option<&'a str>,
}

impl TextArea<'_> {
    pub fn show(&self) -> Markup {
        let id = id(self.name);
        let said = described_by(&id, self.help, self.error);
        let control = html! {
            textarea id=(id) name=(self.name) rows="3"
                aria-invalid=[self.error.map(|_| "true")] aria-describedby=[said] { (self.value) }
        };
        labelled(&id, self.label, false, self.help, self.error, control)
    }
}

/// One line of a [`Select`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub value: String,
    pub label: String,
}

impl Choice {
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self {
            value: value.to_string(),
            label: label.into(),
        }
    }
}

/// One of several.
#[derive(Clone, Debug, Default)]
pub struct Select<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub choices: &'a [Choice],
    pub chosen: &'a str,
    /// What stands first and chooses nothing.
    pub none: Option<&'a str>,
    pub help: Option<&'a str>,
    pub error: Option<&'a str>,
    pub required: bool,
}

impl Select<'_> {
    pub fn show(&self) -> Markup {
        let id = id(self.name);
        let said = described_by(&id, self.help, self.error);
        let control = html! {
            select id=(id) name=(self.name) required[self.required]
                aria-invalid=[self.error.map(|_| "true")] aria-describedby=[said] {
                @if let Some(none) = self.none { option value="" { (none) } }
                @for choice in self.choices {
                    option value=(choice.value) selected[choice.value == self.chosen] { (choice.label) }
                }
            }
        };
        labelled(&id, self.label, self.required, self.help, self.error, control)
    }
}

/// A box to tick.
#[derive(Clone, Debug)]
pub struct Tick<'a> {
    pub name: &'a str,
    /// What is sent when it is ticked.
    pub value: &'a str,
    pub label: &'a str,
    pub checked: bool,
    pub help: Option<&'a str>,
    pub error: Option<&'a str>,
}

impl Default for Tick<'_> {
    fn default() -> Self {
        Self {
            name: "",
            value: "on",
            label: "",
            checked: false,
            help: None,
            error: None,
        }
    }
}

impl Tick<'_> {
    pub fn show(&self) -> Markup {
        // Several boxes may share a name.
        let id = match self.value {
            "on" => id(self.name),
            value => id(&format!("{}-{value}", self.name)),
        };
        let said = described_by(&id, self.help, self.error);
        html! {
            div.tick.wrong[self.error.is_some()] {
                input id=(id) name=(self.name) type="checkbox" value=(self.value) checked[self.checked]
                    aria-invalid=[self.error.map(|_| "true")] aria-describedby=[said];
                div {
                    label for=(id) { (self.label) }
                    (remarks(&id, self.label, self.help, self.error))
                }
            }
        }
    }
}

fn labelled(
    id: &str,
    label: &str,
    required: bool,
    help: Option<&str>,
    error: Option<&str>,
    control: Markup,
) -> Markup {
    html! {
        div.field.wrong[error.is_some()] {
            label for=(id) {
                (label)
                @if required { span.required aria-hidden="true" title="Required" { "*" } }
            }
            (control)
            (remarks(id, label, help, error))
        }
    }
}

fn remarks(id: &str, label: &str, help: Option<&str>, error: Option<&str>) -> Markup {
    html! {
        @if let Some(error) = error { p.error id={ (id) "-error" } { (label) " " (error) } }
        @if let Some(help) = help { p.help id={ (id) "-help" } { (help) } }
    }
}

fn described_by(id: &str, help: Option<&str>, error: Option<&str>) -> Option<String> {
    match (error, help) {
        (Some(_), Some(_)) => Some(format!("{id}-error {id}-help")),
        (Some(_), None) => Some(format!("{id}-error")),
        (None, Some(_)) => Some(format!("{id}-help")),
        (None, None) => None,
    }
}

fn id(name: &str) -> String {
    let safe = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter
        } else {
            '-'
        }
    };
    format!("f-{}", name.chars().map(safe).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_keeps_what_was_typed_and_says_what_is_wrong_beside_it() {
        let shown = Field {
            name: "callback url",
            label: "Callback URL",
            value: "\"><script>",
            error: Some("must begin with https."),
            ..Field::default()
        };
        let shown = shown.show().into_string();
        assert!(shown.contains("value=\"&quot;&gt;&lt;script&gt;\""), "{shown}");
        assert!(
            shown.contains("aria-describedby=\"f-callback-url-error\""),
            "{shown}"
        );
        assert!(shown.contains("Callback URL must begin with https."), "{shown}");
    }

    #[test]
    fn a_password_is_never_written_back() {
        let shown = Field {
            name: "password",
            kind: "password",
            value: "s3cret",
            ..Field::default()
        };
        assert!(!shown.show().into_string().contains("s3cret"));
    }
}
