//! Setup › Company: what the account is, where it is found, and how it is set.

mod information;
mod preferences;

use countersign_authority::{AdministrationError, Caller};
use countersign_model::{FieldErrors, Level, Permission, SettingsForm};
use countersign_web::{Answer, Lock, Markup, Notice, Tone, Weight, button, html, link_button, redirect};

use axum::routing::get;

use crate::desk::Desk;
use crate::needs::Needs;
use crate::pages::Route;
use crate::place::{COMPANY_INFORMATION, GENERAL_PREFERENCES, HOME, Place};
use crate::trouble::of_form;

/// Whoever may save; to look, less is enough.
const CHANGES: Needs = Needs::One(&[(Permission::SetUpCompany, Level::Full)]);

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = COMPANY_INFORMATION;
    let information = get(information::show).post(information::save);
    let preferences = get(preferences::show).post(preferences::save);
    vec![
        Route::new(path, needs, information),
        Route::new(GENERAL_PREFERENCES.path, GENERAL_PREFERENCES.needs, preferences),
    ]
}

/// What a form of settings says of itself.
#[derive(Debug, Default)]
struct Said {
    may_change: bool,
    errors: Option<FieldErrors>,
    notice: Option<Notice>,
}

impl Said {
    fn of(desk: &Desk) -> Self {
        let saved = desk.query.has("saved");
        Self {
            may_change: may_change(&desk.caller),
            errors: None,
            notice: saved.then(|| Notice::new(Weight::Done, "The settings were saved, and are in force.")),
        }
    }

    fn wrong(&self, label: &str) -> Option<&str> {
        crate::view::wrong(self.errors.as_ref(), label)
    }

    /// The fields, in a form where they may be changed.
    fn form(&self, lock: &Lock, place: &Place, fields: Markup) -> Markup {
        if !self.may_change {
            return html! {
                fieldset disabled { (fields) }
                p.lede.after { "To change it takes the permission Set Up Company at Full." }
            };
        }
        let contents = html! {
            (fields)
            div.submit {
                (button("Save", Tone::Primary, None))
                (link_button("Cancel", HOME.path, Tone::Plain))
            }
        };
        lock.form(place.path, contents)
    }
}

fn may_change(caller: &Caller) -> bool {
    CHANGES.met_by(caller)
}

/// The settings as a form has them.
fn stored(desk: &Desk) -> Result<SettingsForm, AdministrationError> {
    let (account, settings) = desk.authority().settings(&desk.caller)?;
    Ok(SettingsForm::of(&account, &settings))
}

/// Saves what `edit` makes of the settings.
///
/// # Errors
/// What is to be said on the form, where something filled in is wrong.
async fn save(
    desk: &Desk,
    place: &Place,
    edit: impl Fn(SettingsForm) -> SettingsForm + Send + 'static,
) -> Result<Answer, Said> {
    let error = match desk.authority().save_settings(&desk.caller, edit).await {
        Ok(_) => return Ok(redirect(&format!("{}?saved", place.path))),
        Err(error) => error,
    };
    match of_form(error) {
        Ok((errors, notice)) => Err(Said {
            may_change: true,
            errors,
            notice,
        }),
        Err(error) => Ok(desk.failed(error)),
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use crate::view::View;
    use countersign_web::{Lock, Page};

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let information = super::information::Information::samples();
        let preferences = super::preferences::Preferences::samples();
        let mut pages: Vec<Page> = information.iter().map(|view| view.page(lock)).collect();
        pages.extend(preferences.iter().map(|view| view.page(lock)));
        pages
    }
}
