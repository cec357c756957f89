//! The fields of a form, each with its label, its help and what is wrong with it.

use maud::{Markup, html};

/// A line of text.
#[derive(Clone, Debug)]
pub struct Field<'a> {
    pub name: &'a str,
    pub label: &'a str,
    pub value: &'a str,
    /// `text`, `email`, `password`, `search`, `number`, `date`.
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
    /// What may be chosen in the other field together with this one: see [`Select::goes_with`].
    pub with: Vec<String>,
}

impl Choice {
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self {
            value: value.to_string(),
            label: label.into(),
            with: Vec::new(),
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
    /// Another field of the form and what is chosen there: of these choices, only those that go with it are offered. A
    /// script keeps up with the other field; without one, the form comes back and says what was chosen.
    pub goes_with: Option<(&'a str, &'a str)>,
}

impl Select<'_> {
    pub fn show(&self) -> Markup {
        let id = id(self.name);
        let said = described_by(&id, self.help, self.error);
        let other = self.goes_with.map(|(name, _)| self::id(name));
        let is_off = |choice: &Choice| {
            let elsewhere = self.goes_with.map_or("", |(_, chosen)| chosen);
            !elsewhere.is_empty() && !choice.with.iter().any(|value| value == elsewhere)
        };
        let with = |choice: &Choice| self.goes_with.map(|_| choice.with.join(" "));
        let control = html! {
            select id=(id) name=(self.name) required[self.required] data-goes-with=[other]
                aria-invalid=[self.error.map(|_| "true")] aria-describedby=[said] {
                @if let Some(none) = self.none { option value="" { (none) } }
                @for choice in self.choices {
                    option value=(choice.value) selected[choice.value == self.chosen && !is_off(choice)]
                        data-with=[with(choice)] hidden[is_off(choice)] disabled[is_off(choice)] { (choice.label) }
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
            div.tick.wrong[self.error.is_some()] id=[self.error.map(|_| wrong_anchor(self.label))] {
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
        div.field.wrong[error.is_some()] id=[error.map(|_| wrong_anchor(label))] {
            label for=(id) {
                (label)
                @if required { span.required aria-hidden="true" title="Required" { "*" } }
            }
            (control)
            (remarks(id, label, help, error))
        }
    }
}

/// What is wrong with something that is none of the fields above: several boxes, what a page does not ask for.
pub fn field_error(label: &str, error: &str) -> Markup {
    html! { p.error id=(wrong_anchor(label)) { (label) " " (error) } }
}

/// Where a page has what is wrong with the field of this label.
pub fn wrong_anchor(label: &str) -> String {
    format!("wrong-{}", safe(label))
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
    format!("f-{}", safe(name))
}

/// As a part of an id.
fn safe(text: &str) -> String {
    let letters = text.chars();
    letters
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                '-'
            }
        })
        .collect()
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
        assert_eq!(wrong_anchor("Callback URL"), "wrong-Callback-URL");
        assert!(shown.contains("id=\"wrong-Callback-URL\""), "{shown}");
    }

    #[test]
    fn of_choices_that_go_with_another_field_only_those_of_its_choice_are_offered() {
        let choice = |value, with: &[&str]| Choice {
            with: with.iter().map(|id| (*id).to_owned()).collect(),
            ..Choice::new(value, value)
        };
        let choices = [choice("3", &["42"]), choice("4", &["42", "43"])];
        let offered = |user| {
            let shown = Select {
                name: "role",
                choices: &choices,
                goes_with: Some(("user", user)),
                ..Select::default()
            };
            let shown = shown.show().into_string();
            assert!(shown.contains("data-goes-with=\"f-user\""), "{shown}");
            shown.matches("<option").count() - shown.matches(" hidden disabled").count()
        };
        assert_eq!(
            [offered(""), offered("42"), offered("43"), offered("9")],
            [2, 2, 1, 0]
        );
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
