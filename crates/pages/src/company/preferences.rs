//! Setup › Company › General Preferences: sign-in to the pages, and the settings that NetSuite keeps on pages of their own.

use countersign_model::{PasswordStrength, SettingsForm};
use countersign_web::{Answer, Choice, Field, Filled, Lock, Markup, Page, Select, Tick, html};

use super::{Said, stored};
use crate::desk::{At, Form};
use crate::place::{GENERAL_PREFERENCES, Place};
use crate::view::View;

#[derive(Debug)]
pub(super) struct Preferences {
    form: SettingsForm,
    typed: Typed,
    said: Said,
}

/// Numbers as they were typed.
#[derive(Clone, Debug, Default)]
struct Typed {
    length: String,
    expiration: String,
    idle: String,
    retention: String,
}

impl From<&SettingsForm> for Typed {
    fn from(form: &SettingsForm) -> Self {
        let days = form.password_expires_after_days;
        Self {
            length: form.min_password_length.to_string(),
            expiration: days.map(|days| days.to_string()).unwrap_or_default(),
            idle: form.idle_session_timeout.to_string(),
            retention: form.audit_retention_days.to_string(),
        }
    }
}

impl Typed {
    fn of(form: &Filled) -> Self {
        let text = |name| form.text(name).trim().to_owned();
        Self {
            length: text("length"),
            expiration: text("expiration"),
            idle: text("idle"),
            retention: text("retention"),
        }
    }

    /// What is no number is told as one that is too large.
    fn over(&self, stored: SettingsForm) -> SettingsForm {
        let number = |text: &str| text.parse().unwrap_or(u32::MAX);
        SettingsForm {
            min_password_length: number(&self.length),
            password_expires_after_days: (!self.expiration.is_empty()).then(|| number(&self.expiration)),
            idle_session_timeout: number(&self.idle),
            audit_retention_days: number(&self.retention),
            ..stored
        }
    }
}

impl View for Preferences {
    const PLACE: &'static Place = &GENERAL_PREFERENCES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let account = super::information::samples::account();
        let form = SettingsForm::of(&account, &countersign_model::Settings::default());
        let typed = Typed {
            length: "three".to_owned(),
            ..Typed::from(&form)
        };
        let wrong = typed.over(form.clone());
        let again = Said {
            may_change: true,
            errors: countersign_model::SettingsDraft::parse(wrong.clone()).err(),
            notice: None,
        };
        let page = |form, typed, said| Self { form, typed, said };
        vec![
            page(form.clone(), Typed::from(&form), Said::default()),
            page(wrong, typed, again),
        ]
    }

    fn page(&self, lock: &Lock) -> Page {
        Page {
            title: GENERAL_PREFERENCES.title.to_owned(),
            crumbs: GENERAL_PREFERENCES.crumbs(),
            notices: self.said.notice.iter().cloned().collect(),
            body: self.said.form(
                lock,
                &GENERAL_PREFERENCES,
                html! {
                    (self.sign_in())
                    (self.web_services())
                    (self.trail())
                },
            ),
            ..Page::default()
        }
    }
}

impl Preferences {
    fn number(&self, name: &str, label: &str, value: &str, help: &str) -> Markup {
        Field {
            name,
            label,
            value,
            help: Some(help),
            error: self.said.wrong(label),
            ..Field::default()
        }
        .show()
    }

    fn sign_in(&self) -> Markup {
        let strengths: Vec<Choice> = PasswordStrength::ALL
            .iter()
            .map(|strength| Choice::new(strength, strength.label()))
            .collect();
        let strength = Select {
            name: "strength",
            label: "Password Policy",
            choices: &strengths,
            chosen: self.form.password_strength.label(),
            error: self.said.wrong("Password Policy"),
            ..Select::default()
        };
        let two_factor = Tick {
            name: "two-factor",
            label: "Mandatory Two-Factor Authentication",
            checked: self.form.mandatory_two_factor,
            help: Some(
                "Administrator and highly privileged roles need a second factor on the pages, as at NetSuite. Tokens are not asked for one.",
            ),
            error: self.said.wrong("Mandatory Two-Factor Authentication"),
            ..Tick::default()
        };
        html! {
            section.section aria-labelledby="h-sign-in" {
                h2 id="h-sign-in" { "Sign-in to these pages" }
                div.columns {
                    (strength.show())
                    (self.number("length", "Minimum Password Length", &self.typed.length, "No less than the policy asks for."))
                    (self.number("expiration", "Password Expiration in Days", &self.typed.expiration, "Empty: passwords do not expire."))
                    (self.number("idle", "Idle Session Timeout in Minutes", &self.typed.idle, "From 15 to 720."))
                }
                (two_factor.show())
            }
        }
    }

    fn web_services(&self) -> Markup {
        let approval = Tick {
            name: "approval",
            label: "Require Approval during Auto-Installation of Integration",
            checked: self.form.require_approval,
            help: Some(
                "A record that the authorization flow brings from another account waits until it is enabled here; its calls are refused until then.",
            ),
            error: self
                .said
                .wrong("Require Approval during Auto-Installation of Integration"),
            ..Tick::default()
        };
        html! {
            section.section id="web-services" aria-labelledby="h-web-services" {
                h2 id="h-web-services" { "SOAP Web Services Preferences" }
                (approval.show())
            }
        }
    }

    fn trail(&self) -> Markup {
        html! {
            section.section aria-labelledby="h-trail" {
                h2 id="h-trail" { "Login Audit Trail" }
                div.columns {
                    (self.number("retention", "Login Audit Trail Retention in Days", &self.typed.retention, "Older rows are deleted, a few at a time."))
                }
            }
        }
    }
}

pub(super) async fn show(At(desk): At) -> Answer {
    match stored(&desk) {
        Ok(form) => desk.show(&Preferences {
            typed: Typed::from(&form),
            form,
            said: Said::of(&desk),
        }),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn save(At(desk): At, Form(form): Form) -> Answer {
    let typed = Typed::of(&form);
    let strength = form.text("strength").parse::<PasswordStrength>().ok();
    let (mandatory_two_factor, require_approval) = (form.has("two-factor"), form.has("approval"));
    let numbers = typed.clone();
    let edit = move |stored: SettingsForm| SettingsForm {
        password_strength: strength.unwrap_or(stored.password_strength),
        mandatory_two_factor,
        require_approval,
        ..numbers.over(stored)
    };
    let said = match super::save(&desk, &GENERAL_PREFERENCES, edit.clone()).await {
        Ok(answer) => return answer,
        Err(said) => said,
    };
    match stored(&desk) {
        Ok(form) => desk.again(&Preferences {
            form: edit(form),
            typed,
            said,
        }),
        Err(error) => desk.failed(error),
    }
}
