//! One's own session: the role, the password, the end.

use axum::routing::{get, post};
use countersign_model::RoleId;
use countersign_protocol::Secret;
use countersign_web::{
    Answer, Field, Lock, Notice, Page, Tone, Weight, button, html, link_button, redirect, sentence,
    set_session_cookie,
};
use http::StatusCode;

use crate::desk::{At, Desk, Form};
use crate::needs::Needs;
use crate::pages::Route;
use crate::place::{BEGIN, CHANGE_ROLE, HOME, Place};
use crate::sign_in::{self, PASSWORD};
use crate::trouble::of_form;
use crate::view::{View, wrong};

pub(crate) const LOG_OUT: &str = "/app/logout";

pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route::new(CHANGE_ROLE.path, CHANGE_ROLE.needs, get(roles).post(switch)),
        Route::new(LOG_OUT, Needs::AnySession, post(log_out)),
        Route::new(PASSWORD, Needs::AnySession, get(password).post(change_password)),
    ]
}

/// The roles one may go on in.
#[derive(Debug)]
struct RoleChoices {
    roles: Vec<(RoleId, String)>,
    now: Option<RoleId>,
    refused: Option<String>,
}

impl View for RoleChoices {
    const PLACE: &'static Place = &CHANGE_ROLE;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let roles = vec![
            (RoleId::new(3), "Administrator".to_owned()),
            (RoleId::new(1001), "Integrator".to_owned()),
        ];
        vec![Self {
            roles,
            now: Some(RoleId::new(3)),
            refused: Some("The role Integrator asks for two-factor authentication.".to_owned()),
        }]
    }

    fn page(&self, lock: &Lock) -> Page {
        let refused = self.refused.iter().map(|text| Notice::new(Weight::Wrong, text));
        Page {
            title: CHANGE_ROLE.title.to_owned(),
            crumbs: CHANGE_ROLE.crumbs(),
            notices: refused.collect(),
            body: html! {
                p.lede { "What you see and may do is that of one role at a time. A token of your own is for the role you are in when you make it." }
                div.section.narrow {
                    (lock.form(CHANGE_ROLE.path, html! {
                        ul.links {
                            @for (id, name) in &self.roles {
                                li.choice {
                                    span { strong { (name) } @if self.now == Some(*id) { " " span.help { "You are in this role." } } }
                                    @if self.now != Some(*id) {
                                        button.button.plain.small type="submit" name="role" value=(id) { "Change to " (name) }
                                    }
                                }
                            }
                        }
                    }))
                }
            },
            ..Page::default()
        }
    }
}

async fn roles(At(desk): At) -> Answer {
    show_roles(&desk, None).await
}

async fn show_roles(desk: &Desk, refused: Option<String>) -> Answer {
    let roles = desk.authority().own_roles(&desk.caller, desk.visit.address).await;
    let roles = match roles {
        Ok(roles) => roles,
        Err(error) => return desk.failed(error),
    };
    let view = RoleChoices {
        roles: roles.iter().map(|role| (role.id, role.name.clone())).collect(),
        now: desk.caller.role(),
        refused,
    };
    match view.refused {
        None => desk.show(&view),
        Some(_) => desk.again(&view),
    }
}

async fn switch(At(desk): At, Form(form): Form) -> Answer {
    let role = RoleId::new(form.number("role").unwrap_or_default());
    let source = desk.browser.source(&desk.visit);
    match desk.authority().switch_role(&desk.caller, role, source).await {
        Ok(Ok(begun)) => sign_in::begin(&desk.visit, &begun, HOME.path),
        Ok(Err(refused)) => show_roles(&desk, Some(sentence(&refused))).await,
        Err(error) => desk.failed(error),
    }
}

async fn log_out(At(desk): At) -> Answer {
    if let Err(error) = desk.authority().sign_out(&desk.caller).await {
        return desk.failed(error);
    }
    let mut answer = redirect(sign_in::PATH);
    set_session_cookie(answer.headers_mut(), None, desk.visit.secure);
    answer
}

/// Change Password, also where it must be changed before anything else.
#[derive(Debug, Default)]
pub(crate) struct PasswordPage {
    must: bool,
    errors: Option<countersign_model::FieldErrors>,
    /// The present password was not right.
    is_wrong: bool,
    /// The two new ones differ.
    differ: bool,
}

impl PasswordPage {
    #[cfg(test)]
    pub(crate) fn samples() -> Vec<Self> {
        vec![
            Self::default(),
            Self {
                must: true,
                is_wrong: true,
                differ: true,
                errors: None,
            },
        ]
    }

    pub(crate) fn page(&self, lock: &Lock) -> Page {
        let field = |name, label, autocomplete, error| {
            Field {
                name,
                label,
                kind: "password",
                required: true,
                autocomplete,
                error,
                ..Field::default()
            }
            .show()
        };
        let wrong_now = self.is_wrong.then_some("is not your present password.");
        let differ = self.differ.then_some("is not the same as New Password.");
        let must = self
            .must
            .then(|| Notice::new(Weight::Note, "Choose a new password before you go on."));
        Page {
            title: "Change Password".to_owned(),
            notices: must.into_iter().collect(),
            body: lock.form(PASSWORD, html! {
                (field("current", "Current Password", "current-password", wrong_now))
                (field("password", "New Password", "new-password", wrong(self.errors.as_ref(), "Password")))
                (field("confirmation", "Confirm Password", "new-password", differ))
                div.submit {
                    (button("Save", Tone::Primary, None))
                    @if !self.must { (link_button("Cancel", HOME.path, Tone::Plain)) }
                }
            }),
            ..Page::default()
        }
    }
}

fn must_change(desk: &Desk) -> bool {
    desk.caller
        .session()
        .is_some_and(|session| session.must_change_password)
}

async fn password(At(desk): At) -> Answer {
    let page = PasswordPage {
        must: must_change(&desk),
        ..PasswordPage::default()
    };
    desk.visit.bare(StatusCode::OK, &page.page(&desk.lock))
}

async fn change_password(At(desk): At, Form(form): Form) -> Answer {
    let again = |page: PasswordPage| {
        let page = PasswordPage {
            must: must_change(&desk),
            ..page
        };
        desk.visit
            .bare(StatusCode::UNPROCESSABLE_ENTITY, &page.page(&desk.lock))
    };
    if form.text("password") != form.text("confirmation") {
        return again(PasswordPage {
            differ: true,
            ..PasswordPage::default()
        });
    }
    let (current, password) = (
        Secret::new(form.text("current")),
        Secret::new(form.text("password")),
    );
    let changed = desk
        .authority()
        .change_own_password(&desk.caller, &current, &password)
        .await;
    match changed {
        Ok(Some(())) => redirect(BEGIN),
        Ok(None) => again(PasswordPage {
            is_wrong: true,
            ..PasswordPage::default()
        }),
        Err(error) => match of_form(error) {
            Ok((errors, _)) => again(PasswordPage {
                errors,
                ..PasswordPage::default()
            }),
            Err(error) => desk.failed(error),
        },
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    /// Every page of this file.
    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let mut pages: Vec<Page> = RoleChoices::samples()
            .iter()
            .map(|view| view.page(lock))
            .collect();
        pages.extend(PasswordPage::samples().iter().map(|page| page.page(lock)));
        pages
    }
}
