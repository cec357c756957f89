//! New Access Token, and New My Access Token.

use countersign_authority::{AdministrationError, NewToken, TokenChoices, TokenWithUse};
use countersign_model::{EntityId, FieldErrors, IntegrationId, RoleId};
use countersign_web::{
    Answer, Choice, Field, Filled, Lock, Markup, Notice, Page, Select, Tone, button, empty_state,
    field_error, html, link_button,
};

use super::{NEW, NEW_OWN, record};
use crate::desk::{At, Desk, Form};
use crate::place::{ACCESS_TOKENS, EMPLOYEES, MANAGE_INTEGRATIONS, MY_ACCESS_TOKENS, Place};
use crate::trouble::of_form;
use crate::view::{View, wrong};

#[derive(Debug, Default)]
pub(super) struct FormPage {
    choices: TokenChoices,
    typed: Typed,
    errors: Option<FieldErrors>,
    notice: Option<Notice>,
}

/// What was chosen, by internal id as it was sent.
#[derive(Debug, Default)]
struct Typed {
    application: String,
    user: String,
    role: String,
    name: String,
}

impl Typed {
    fn of(form: &Filled) -> Self {
        let text = |name| form.text(name).to_owned();
        Self {
            application: text("application"),
            user: text("user"),
            role: text("role"),
            name: text("name"),
        }
    }
}

impl View for FormPage {
    const PLACE: &'static Place = &ACCESS_TOKENS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let choices = TokenChoices {
            applications: vec![(IntegrationId::new(1), "Warehouse <Sync>".to_owned())],
            users: vec![countersign_authority::UserChoice {
                id: EntityId::new(42),
                name: "Ada".to_owned(),
                roles: vec![RoleId::new(1001)],
            }],
            roles: vec![(RoleId::new(1001), "Integrator".to_owned())],
        };
        let filled = Self {
            choices,
            typed: Typed {
                application: "1".to_owned(),
                user: "42".to_owned(),
                name: "\"nightly\"".to_owned(),
                ..Typed::default()
            },
            errors: None,
            notice: Some(Notice::new(countersign_web::Weight::Wrong, "Look again.")),
        };
        vec![filled, Self::default()]
    }

    fn page(&self, lock: &Lock) -> Page {
        Page {
            title: "New Access Token".to_owned(),
            crumbs: ACCESS_TOKENS.crumbs_below(),
            notices: self.notice.iter().cloned().collect(),
            body: html! {
                @if self.choices.applications.is_empty() { (no_application()) }
                @else if self.choices.users.is_empty() { (no_user()) }
                @else { (self.form(lock)) }
            },
            ..Page::default()
        }
    }
}

impl FormPage {
    fn form(&self, lock: &Lock) -> Markup {
        let Typed { user, role, .. } = &self.typed;
        let users: Vec<Choice> = self
            .choices
            .users
            .iter()
            .map(|user| Choice::new(user.id, &user.name))
            .collect();
        let roles: Vec<Choice> = self
            .choices
            .roles
            .iter()
            .map(|(id, name)| Choice {
                with: self.users_with(*id),
                ..Choice::new(id, name)
            })
            .collect();
        let select = |name, label, choices, chosen, help| Select {
            name,
            label,
            choices,
            chosen,
            none: Some("Choose\u{2026}"),
            help: Some(help),
            error: wrong(self.errors.as_ref(), label),
            required: true,
            goes_with: None,
        };
        let role = Select {
            goes_with: Some(("user", user)),
            ..select(
                "role",
                "Role",
                &roles,
                role,
                "One the user has. What a call may do is what this role may.",
            )
        };
        lock.form(NEW, html! {
            section.section.narrow.stack {
                (application(&self.choices.applications, &self.typed.application, self.errors.as_ref()))
                (select("user", "User", &users, user, "Who the calls count as. Users with a role that may log in by token.").show())
                noscript {
                    p.help { "Choose the user, then show which roles they have." }
                    button.button.plain.small type="submit" name="show-roles" value="on" formnovalidate { "Show roles" }
                }
                (role.show())
                (name(&self.typed.name, self.errors.as_ref()))
            }
            div.submit {
                (button("Save", Tone::Primary, None))
                (link_button("Cancel", ACCESS_TOKENS.path, Tone::Plain))
            }
        })
    }
}

impl FormPage {
    /// By internal id, as a form sends it.
    fn users_with(&self, role: RoleId) -> Vec<String> {
        let users = self.choices.users.iter();
        let having = users.filter(|user| user.roles.contains(&role));
        having.map(|user| user.id.to_string()).collect()
    }
}

/// New My Access Token: the user and role are one's own.
#[derive(Debug)]
pub(super) struct OwnForm {
    applications: Vec<(IntegrationId, String)>,
    role: String,
    typed: Typed,
    errors: Option<FieldErrors>,
    notice: Option<Notice>,
}

impl View for OwnForm {
    const PLACE: &'static Place = &MY_ACCESS_TOKENS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let form = |applications| Self {
            applications,
            role: "Integrator".to_owned(),
            typed: Typed::default(),
            errors: None,
            notice: None,
        };
        vec![
            form(vec![(IntegrationId::new(1), "Warehouse".to_owned())]),
            form(Vec::new()),
        ]
    }

    fn page(&self, lock: &Lock) -> Page {
        let form = || {
            lock.form(NEW_OWN, html! {
                section.section.narrow.stack {
                    (application(&self.applications, &self.typed.application, self.errors.as_ref()))
                    (name(&self.typed.name, self.errors.as_ref()))
                    p.help { "The token is for you in the role " strong { (self.role) } ". Change your role first if it should be for another." }
                    @if let Some(error) = wrong(self.errors.as_ref(), "Role") { (field_error("Role", error)) }
                    @if let Some(error) = wrong(self.errors.as_ref(), "User") { (field_error("User", error)) }
                }
                div.submit {
                    (button("Save", Tone::Primary, None))
                    (link_button("Cancel", MY_ACCESS_TOKENS.path, Tone::Plain))
                }
            })
        };
        Page {
            title: "New My Access Token".to_owned(),
            crumbs: MY_ACCESS_TOKENS.crumbs_below(),
            notices: self.notice.iter().cloned().collect(),
            body: html! {
                @if self.applications.is_empty() { (no_application()) } @else { (form()) }
            },
            ..Page::default()
        }
    }
}

fn application(
    applications: &[(IntegrationId, String)],
    chosen: &str,
    errors: Option<&FieldErrors>,
) -> Markup {
    let choices: Vec<Choice> = applications
        .iter()
        .map(|(id, name)| Choice::new(id, name))
        .collect();
    Select {
        name: "application",
        label: "Application Name",
        choices: &choices,
        chosen,
        none: Some("Choose\u{2026}"),
        help: Some("Enabled integration records with Token-based Authentication."),
        error: wrong(errors, "Application Name"),
        required: true,
        goes_with: None,
    }
    .show()
}

fn name(name: &str, errors: Option<&FieldErrors>) -> Markup {
    Field {
        name: "name",
        label: "Token Name",
        value: name,
        help: Some("Empty: application, user and role."),
        error: wrong(errors, "Token Name"),
        ..Field::default()
    }
    .show()
}

fn no_application() -> Markup {
    empty_state(
        "No application takes tokens",
        "A token belongs to an enabled integration record with Token-based Authentication ticked.",
        link_button(MANAGE_INTEGRATIONS.title, MANAGE_INTEGRATIONS.path, Tone::Primary),
    )
}

fn no_user() -> Markup {
    empty_state(
        "Nobody can use a token yet",
        "A token is for a user with access, in a role with Log in using Access Tokens or User Access Tokens.",
        link_button(EMPLOYEES.title, EMPLOYEES.path, Tone::Primary),
    )
}

pub(super) async fn open(At(desk): At) -> Answer {
    match desk.authority().token_choices(&desk.caller).await {
        Ok(choices) => desk.show(&FormPage {
            choices,
            typed: Typed {
                application: desk.query.text("application").to_owned(),
                user: desk.query.text("user").to_owned(),
                ..Typed::default()
            },
            ..FormPage::default()
        }),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn create(At(desk): At, Form(form): Form) -> Answer {
    if form.has("show-roles") {
        return show_roles(&desk, &form).await;
    }
    let ids = (
        EntityId::new(form.number("user").unwrap_or_default()),
        RoleId::new(form.number("role").unwrap_or_default()),
    );
    let application = IntegrationId::new(form.number("application").unwrap_or_default());
    let name = form.text("name").to_owned();
    let created = desk
        .authority()
        .create_token(&desk.caller, application, ids, name, None)
        .await;
    match made(&desk, created).await {
        Ok(answer) => answer,
        Err(error) => match (of_form(error), desk.authority().token_choices(&desk.caller).await) {
            (Ok((errors, notice)), Ok(choices)) => desk.again(&FormPage {
                choices,
                typed: Typed::of(&form),
                errors,
                notice,
            }),
            (Err(error), _) | (_, Err(error)) => desk.failed(error),
        },
    }
}

/// What was chosen so far, with the roles of the user: the step between, where no script takes it.
async fn show_roles(desk: &Desk, form: &Filled) -> Answer {
    match desk.authority().token_choices(&desk.caller).await {
        Ok(choices) => desk.show(&FormPage {
            choices,
            typed: Typed::of(form),
            ..FormPage::default()
        }),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn open_own(At(desk): At) -> Answer {
    match own_form(&desk, Typed::default(), None, None).await {
        Ok(view) => desk.show(&view),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn create_own(At(desk): At, Form(form): Form) -> Answer {
    let application = IntegrationId::new(form.number("application").unwrap_or_default());
    let name = form.text("name").to_owned();
    let created = desk
        .authority()
        .create_own_token(&desk.caller, application, name)
        .await;
    let error = match made(&desk, created).await {
        Ok(answer) => return answer,
        Err(error) => error,
    };
    let again = match of_form(error) {
        Ok((errors, notice)) => own_form(&desk, Typed::of(&form), errors, notice).await,
        Err(error) => Err(error),
    };
    match again {
        Ok(view) => desk.again(&view),
        Err(error) => desk.failed(error),
    }
}

async fn own_form(
    desk: &Desk,
    typed: Typed,
    errors: Option<FieldErrors>,
    notice: Option<Notice>,
) -> Result<OwnForm, AdministrationError> {
    let snapshot = desk.authority().snapshot();
    let role = desk.caller.role().and_then(|role| snapshot.role(role));
    Ok(OwnForm {
        applications: desk.authority().own_token_choices(&desk.caller).await?,
        role: role.map(|role| role.name.clone()).unwrap_or_default(),
        typed,
        errors,
        notice,
    })
}

async fn made(
    desk: &Desk,
    created: Result<(TokenWithUse, NewToken), AdministrationError>,
) -> Result<Answer, AdministrationError> {
    let (token, values) = created?;
    record::show_once(desk, token, &values).await
}
