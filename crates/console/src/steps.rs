//! The fields for the five values, and beside them where each is got: the page in NetSuite's menus, and what to do there.

use countersign_client::CredentialName;
use countersign_web::{Field, Markup, TextArea, html};

use crate::typed::{PASTE, Shown, field, is_secret};

/// A place in NetSuite's menus, what is done there, and the values that come of it.
struct Step {
    title: &'static str,
    path: &'static str,
    acts: &'static [&'static str],
    gives: &'static [CredentialName],
}

const STEPS: [Step; 3] = [
    Step {
        title: "The account",
        path: "Setup > Company > Company Information",
        acts: &[
            "Copy the Account ID. That of a sandbox ends with _SB and a number.",
            "Under Setup > Company > Enable Features > SuiteCloud, see that Token-based Authentication and REST Web Services are ticked.",
        ],
        gives: &[CredentialName::AccountId],
    },
    Step {
        title: "The application",
        path: "Setup > Integration > Manage Integrations > New",
        acts: &[
            "Give it a name. Tick Token-based Authentication; clear TBA: Authorization Flow and Authorization Code Grant.",
            "Save. The two values are at the bottom of that page, and are shown this once.",
            "Of a record that is there, Edit > Reset Credentials gives new ones and ends the old.",
        ],
        gives: &[CredentialName::ConsumerKey, CredentialName::ConsumerSecret],
    },
    Step {
        title: "The token",
        path: "Setup > Users/Roles > Access Tokens > New",
        acts: &[
            "Choose the application, a user, and one of the user\u{2019}s roles: not Administrator, but one with Log in using Access \
             Tokens, REST Web Services, and what the program works with.",
            "Save. The two values are at the bottom of that page, and are shown this once.",
        ],
        gives: &[CredentialName::TokenId, CredentialName::TokenSecret],
    },
];

/// All three steps, each beside its fields.
pub(crate) fn steps(shown: &Shown, fixed_account: Option<&str>) -> Markup {
    html! {
        @for (place, step) in STEPS.iter().enumerate() {
            section.section.step aria-labelledby={ "step-" (place) } {
                div.guide {
                    h2 id={ "step-" (place) } { span.number aria-hidden="true" { (place + 1) } (step.title) }
                    p.path { (step.path) }
                    ul.acts { @for act in step.acts { li { (act) } } }
                }
                div.fields {
                    @for name in step.gives {
                        @match fixed_account {
                            Some(account) if *name == CredentialName::AccountId => {
                                div.field { strong { (name.title()) } p { code { (account) } } p.help { "The link is for this account." } }
                                input type="hidden" name=(field(*name)) value=(account);
                            }
                            _ => (one(*name, shown)),
                        }
                    }
                }
            }
        }
    }
}

/// The step for a new token alone.
pub(crate) fn token_step(shown: &Shown) -> Markup {
    let [_, _, step] = &STEPS;
    html! {
        section.section.step aria-labelledby="step-token" {
            div.guide {
                h2 id="step-token" { (step.title) }
                p.path { (step.path) }
                ul.acts {
                    li { "Choose the same application, user and role as the token that signs now." }
                    li { "Save. The two values are at the bottom of that page, and are shown this once." }
                }
            }
            div.fields { @for name in step.gives { (one(*name, shown)) } }
        }
    }
}

/// Instead of the five fields: whatever somebody sent.
pub(crate) fn paste(is_open: bool) -> Markup {
    let area = TextArea {
        name: PASTE,
        label: "All five values",
        help: Some(
            "A .env file, JSON, a Postman or Nango export, or a mail: each value behind its name. What is in the fields is then not read.",
        ),
        ..TextArea::default()
    };
    html! {
        details.section.folded open[is_open] {
            summary { strong { "Paste all five at once" } span.help { "instead of filling in the fields" } }
            (area.show())
        }
    }
}

fn one(name: CredentialName, shown: &Shown) -> Markup {
    let is_secret = is_secret(name);
    let help = match name {
        CredentialName::AccountId => Some("Such as 1234567 or 1234567_SB1."),
        CredentialName::ConsumerKey => Some("NetSuite says Consumer Key / Client ID. 64 characters."),
        CredentialName::ConsumerSecret => Some("Not shown again, here or there."),
        CredentialName::TokenId | CredentialName::TokenSecret => None,
    };
    Field {
        name: field(name),
        label: name.title(),
        value: shown.value(name),
        kind: if is_secret { "password" } else { "text" },
        help,
        error: shown.wrong(name),
        autocomplete: if is_secret { "new-password" } else { "off" },
        ..Field::default()
    }
    .show()
}
