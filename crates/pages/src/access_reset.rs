//! Setup › Users/Roles › User Access Reset Tool: for somebody who cannot sign in. Each button undoes one thing.

use axum::routing::get;
use countersign_authority::{AdministrationError, Proofs};
use countersign_model::{EntityId, FieldErrors, SecondFactor, User};
use countersign_protocol::Secret;
use countersign_store::UserFilter;
use countersign_web::{
    Answer, Field, Lock, Markup, Notice, Page, Tick, Tone, Weight, button, empty_state, facts, html,
    link_button, moment, moment_or, redirect,
};

use crate::desk::{At, Desk, Form};
use crate::employees::path_of;
use crate::pages::Route;
use crate::place::{MANAGE_USERS, Place, USER_ACCESS_RESET};
use crate::trouble::of_form;
use crate::view::{View, wrong};

/// Of those who share an address, at most.
const SHARING: u32 = 10;

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = USER_ACCESS_RESET;
    vec![Route::new(path, needs, get(show).post(reset))]
}

#[derive(Debug, Default)]
struct ResetPage {
    /// What was looked for.
    email: String,
    found: Vec<(User, Proofs)>,
    errors: Option<FieldErrors>,
    notice: Option<Notice>,
}

impl View for ResetPage {
    const PLACE: &'static Place = &USER_ACCESS_RESET;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        use countersign_world::UnixTime;
        let user = crate::employees::samples::user;
        let other = User {
            id: EntityId::new(43),
            ..user()
        };
        let locked = Proofs {
            password_set: Some(UnixTime::from_seconds(0)),
            must_change: true,
            failures: 0,
            locked_until: Some(UnixTime::from_seconds(1800)),
            factor: SecondFactor::Enrolled {
                since: UnixTime::from_seconds(0),
                last_step: countersign_model::TimeStep::stored(1),
                recovery_codes_left: 9,
            },
        };
        let bare = Proofs {
            password_set: None,
            must_change: false,
            failures: 2,
            locked_until: None,
            factor: SecondFactor::None,
        };
        let page = |email: &str, found| Self {
            email: email.to_owned(),
            found,
            notice: Some(Notice::new(Weight::Done, "Done.")),
            ..Self::default()
        };
        vec![
            Self::default(),
            page("\"nobody\"", Vec::new()),
            page("", vec![(user(), locked)]),
            page("", vec![(user(), bare)]),
            page("ada@example.com", vec![(user(), bare), (other, bare)]),
        ]
    }

    fn page(&self, lock: &Lock) -> Page {
        let email = Field {
            name: "email",
            label: "Email address",
            kind: "search",
            value: &self.email,
            ..Field::default()
        };
        let is_asked = !self.email.is_empty() || self.notice.is_some();
        Page {
            title: USER_ACCESS_RESET.title.to_owned(),
            crumbs: USER_ACCESS_RESET.crumbs(),
            notices: self.notice.iter().cloned().collect(),
            body: html! {
                form.filters action=(USER_ACCESS_RESET.path) { (email.show()) (button("Look up", Tone::Plain, None)) }
                @if self.found.is_empty() { (nobody(is_asked)) }
                @for (user, proofs) in &self.found { (self.person(lock, user, *proofs)) }
            },
            ..Page::default()
        }
    }
}

fn nobody(is_asked: bool) -> Markup {
    let (heading, text) = match is_asked {
        true => (
            "Nobody has this address",
            "It is the whole email address of the record, in any case of letters.",
        ),
        false => (
            "Who cannot sign in?",
            "Type their email address, or open their record and choose Reset access.",
        ),
    };
    let users = link_button(MANAGE_USERS.title, MANAGE_USERS.path, Tone::Plain);
    empty_state(heading, text, users)
}

impl ResetPage {
    fn person(&self, lock: &Lock, user: &User, proofs: Proofs) -> Markup {
        let factor = match proofs.factor {
            SecondFactor::None => html! { "None" },
            SecondFactor::Pending => html! { "Begun, and no code has come back yet" },
            SecondFactor::Enrolled {
                since,
                recovery_codes_left,
                ..
            } => html! { "Since " (moment(since)) ", " (recovery_codes_left) " recovery codes left" },
        };
        html! {
            section.section aria-labelledby={ "p-" (user.id) } {
                h2 id={ "p-" (user.id) } { a href=(path_of(user.id)) { (user.name) } }
                (facts(&[
                    ("Email", html! { (user.email) }),
                    ("Give Access", html! { @if user.give_access && !user.inactive { "Yes" } @else { "No: nobody comes in as this person" } }),
                    ("Password set", moment_or(proofs.password_set, "Never: give one")),
                    ("Failed passwords", html! { (proofs.failures) @if let Some(until) = proofs.locked_until { ", locked until " (moment(until)) } }),
                    ("Two-factor authentication", factor),
                ]))
                @if self.found.len() > 1 {
                    p.after { (link_button("Reset access", &format!("{}?user={}", USER_ACCESS_RESET.path, user.id), Tone::Plain)) }
                } @else { div.resets {
                    @if proofs.locked_until.is_some() || proofs.failures > 0 { (unlock(lock, user)) }
                    @if proofs.factor != SecondFactor::None { (remove_factor(lock, user)) }
                    (self.password(lock, user))
                } }
            }
        }
    }

    fn password(&self, lock: &Lock, user: &User) -> Markup {
        let password = Field {
            name: "password",
            label: "Password",
            kind: "password",
            error: wrong(self.errors.as_ref(), "Password"),
            autocomplete: "new-password",
            required: true,
            ..Field::default()
        };
        let must_change = Tick {
            name: "must-change",
            label: "Require Password Change on Next Login",
            checked: true,
            ..Tick::default()
        };
        of_user(
            lock,
            user,
            html! {
                h3 { "Reset Password" }
                p.help { "Their sessions end; tokens go on working." }
                (password.show())
                (must_change.show())
                (button("Reset Password", Tone::Danger, Some(("reset", "password"))))
            },
        )
    }
}

fn unlock(lock: &Lock, user: &User) -> Markup {
    of_user(
        lock,
        user,
        html! {
            h3 { "Clear the lock" }
            p.help { "After five failed passwords nobody comes in for half an hour, by token neither (temporary_locked). It ends by itself; this ends it now." }
            (button("Unlock", Tone::Plain, Some(("reset", "lock"))))
        },
    )
}

fn remove_factor(lock: &Lock, user: &User) -> Markup {
    of_user(
        lock,
        user,
        html! {
            h3 { "Reset 2FA Settings" }
            p.help { "Their authenticator app and recovery codes are good for nothing from then on. They set up an app at the next sign-in that asks for one." }
            (button("Reset 2FA Settings", Tone::Danger, Some(("reset", "factor"))))
        },
    )
}

fn of_user(lock: &Lock, user: &User, contents: Markup) -> Markup {
    lock.form(
        USER_ACCESS_RESET.path,
        html! {
            input type="hidden" name="user" value=(user.id);
            (contents)
        },
    )
}

/// Whom an address asks for: one by internal id, or all of an email address.
async fn found(
    desk: &Desk,
    id: Option<EntityId>,
    email: &str,
) -> Result<Vec<(User, Proofs)>, AdministrationError> {
    let authority = desk.authority();
    let users = match id {
        Some(id) => vec![authority.user(&desk.caller, id).await?],
        None if email.is_empty() => Vec::new(),
        None => {
            let filter = UserFilter {
                email: Some(email.to_owned()),
                ..UserFilter::default()
            };
            authority.users(&desk.caller, filter, None, SHARING).await?
        }
    };
    let mut found = Vec::new();
    for user in users {
        let proofs = authority.proofs(&desk.caller, user.id).await?;
        found.push((user, proofs));
    }
    Ok(found)
}

async fn show(At(desk): At) -> Answer {
    let email = desk.query.text("email").trim().to_owned();
    let id = desk.query.number("user").map(EntityId::new);
    let done = match desk.query.text("done") {
        "lock" => Some("The lock is cleared."),
        "factor" => Some("The second factor is reset."),
        "password" => Some("The password is set. Tell it to them in a way nobody else reads."),
        _ => None,
    };
    match found(&desk, id, &email).await {
        Ok(found) => desk.show(&ResetPage {
            email,
            found,
            notice: done.map(|text| Notice::new(Weight::Done, text)),
            ..ResetPage::default()
        }),
        Err(error) => desk.failed(error),
    }
}

async fn reset(At(desk): At, Form(form): Form) -> Answer {
    let Some(id) = form.number("user").map(EntityId::new) else {
        return desk.not_found();
    };
    let (authority, caller) = (desk.authority(), &desk.caller);
    let what = form.text("reset");
    let done = match what {
        "lock" => authority.unlock_user(caller, id).await.map(drop),
        "factor" => authority.remove_second_factor(caller, id).await,
        "password" => {
            let password = Secret::new(form.text("password"));
            let must_change = form.has("must-change");
            authority.set_password(caller, id, &password, must_change).await
        }
        _ => return desk.not_found(),
    };
    let error = match done {
        Ok(()) => {
            let path = USER_ACCESS_RESET.path;
            return redirect(&format!("{path}?user={id}&done={what}"));
        }
        Err(error) => error,
    };
    let said = match of_form(error) {
        Ok(said) => said,
        Err(error) => return desk.failed(error),
    };
    match found(&desk, Some(id), "").await {
        Ok(found) => desk.again(&ResetPage {
            found,
            errors: said.0,
            notice: said.1,
            ..ResetPage::default()
        }),
        Err(error) => desk.failed(error),
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        ResetPage::samples().iter().map(|view| view.page(lock)).collect()
    }
}
