//! Lists › Employees: people, and the Access subtab with their roles.

use axum::extract::Path;
use axum::routing::get;
use countersign_authority::AdministrationError;
use countersign_model::{EntityId, EntityKind, FieldErrors, RoleId, User, UserForm};
use countersign_protocol::Secret;
use countersign_store::UserFilter;
use countersign_web::{
    Answer, Column, Field, Filled, Lock, Markup, Notice, Page, Pager, Table, Tick, Tone, Weight, button,
    empty_state, html, link_button, redirect,
};

use crate::desk::{At, Desk, Form};
use crate::pages::Route;
use crate::place::{EMPLOYEES, Place};
use crate::trouble::of_form;
use crate::view::{View, wrong};

const NEW: &str = "/app/lists/employees/new";
/// Rows of a page.
const ROWS: u32 = 50;

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = EMPLOYEES;
    vec![
        Route::new(path, needs, get(list)),
        Route::new(NEW, needs, get(open_new).post(save_new)),
        Route::new(format!("{path}/{{id}}"), needs, get(open).post(save)),
    ]
}

#[derive(Debug)]
struct List {
    users: Vec<User>,
    /// Of every role, by internal id.
    roles: Vec<(RoleId, String)>,
    name: String,
    pager: Pager,
}

impl View for List {
    const PLACE: &'static Place = &EMPLOYEES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let list = |users, name: &str| Self {
            users,
            roles: samples::roles(),
            name: name.to_owned(),
            pager: Pager::default(),
        };
        vec![list(vec![samples::user()], ""), list(Vec::new(), "x")]
    }

    fn page(&self, _: &Lock) -> Page {
        let name = Field {
            name: "name",
            label: "Name begins with",
            kind: "search",
            value: &self.name,
            ..Field::default()
        };
        Page {
            title: EMPLOYEES.title.to_owned(),
            crumbs: EMPLOYEES.crumbs(),
            actions: Some(link_button("New", NEW, Tone::Primary)),
            body: html! {
                form.filters action=(EMPLOYEES.path) { (name.show()) (button("Apply", Tone::Plain, None)) }
                @if self.users.is_empty() {
                    (empty_state("Nobody is called that", "Clear the name to see everybody.", link_button("Show all", EMPLOYEES.path, Tone::Plain)))
                } @else {
                    (self.table().show())
                }
            },
            ..Page::default()
        }
    }
}

impl List {
    fn table(&self) -> Table {
        let row = |user: &User| {
            let roles = user.roles.iter().filter_map(|assigned| {
                let known = self.roles.iter().find(|(id, _)| *id == assigned.role);
                known.map(|(_, name)| name.as_str())
            });
            let roles: Vec<&str> = roles.collect();
            vec![
                html! { a href={ (EMPLOYEES.path) "/" (user.id) } { (user.name) } },
                html! { (user.email) },
                html! { (user.kind) },
                html! { (roles.join(", ")) },
                access(user),
            ]
        };
        Table {
            caption: "Employees and others with access".to_owned(),
            columns: ["Name", "Email", "Type", "Roles", "Access"]
                .map(Column::new)
                .to_vec(),
            rows: self.users.iter().map(row).collect(),
            pager: self.pager.clone(),
        }
    }
}

fn access(user: &User) -> Markup {
    match (user.inactive, user.give_access) {
        (true, _) => html! { span.state.bad { "Inactive" } },
        (false, true) => html! { span.state.on { "Yes" } },
        (false, false) => html! { span.state.off { "No" } },
    }
}

/// A person, with the Access subtab.
#[derive(Debug)]
struct EmployeePage {
    id: Option<EntityId>,
    form: UserForm,
    roles: Vec<(RoleId, String)>,
    errors: Option<FieldErrors>,
    notice: Option<Notice>,
}

impl View for EmployeePage {
    const PLACE: &'static Place = &EMPLOYEES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let page = |id, form: UserForm| Self {
            id,
            errors: None,
            form,
            roles: samples::roles(),
            notice: Some(Notice::new(Weight::Done, "Saved.")),
        };
        vec![
            page(Some(EntityId::new(42)), UserForm::from(&samples::user())),
            page(None, UserForm::default()),
        ]
    }

    fn page(&self, lock: &Lock) -> Page {
        let (title, action) = match self.id {
            None => ("New Employee".to_owned(), NEW.to_owned()),
            Some(id) => (self.form.name.clone(), format!("{}/{id}", EMPLOYEES.path)),
        };
        Page {
            title,
            crumbs: EMPLOYEES.crumbs_below(),
            notices: self.notice.iter().cloned().collect(),
            body: lock.form(
                &action,
                html! {
                    (self.record())
                    (self.access())
                    (self.password())
                    div.submit {
                        (button("Save", Tone::Primary, None))
                        (link_button("Cancel", EMPLOYEES.path, Tone::Plain))
                    }
                },
            ),
            ..Page::default()
        }
    }
}

impl EmployeePage {
    fn wrong(&self, label: &str) -> Option<&str> {
        wrong(self.errors.as_ref(), label)
    }

    fn record(&self) -> Markup {
        let label = self.form.kind.name_label();
        let name = Field {
            name: "name",
            label,
            value: &self.form.name,
            error: self.wrong(label).or_else(|| self.wrong("Name")),
            required: true,
            ..Field::default()
        };
        let email = Field {
            name: "email",
            label: "Email",
            kind: "email",
            value: &self.form.email,
            error: self.wrong("Email"),
            required: true,
            ..Field::default()
        };
        let inactive = Tick {
            name: "inactive",
            label: "Inactive",
            checked: self.form.inactive,
            error: self.wrong("Inactive"),
            ..Tick::default()
        };
        html! {
            section.section {
                div.columns { (name.show()) (email.show()) }
                (inactive.show())
            }
        }
    }

    fn access(&self) -> Markup {
        let give = Tick {
            name: "give-access",
            label: "Give Access",
            checked: self.form.give_access,
            help: Some("Without it nobody comes in as this person, by password or by token."),
            error: self.wrong("Give Access"),
            ..Tick::default()
        };
        let ids: Vec<String> = self.roles.iter().map(|(id, _)| id.to_string()).collect();
        html! {
            section.section id="access" aria-labelledby="h-access" {
                h2 id="h-access" { "Access" }
                (give.show())
                fieldset.roles {
                    legend { "Roles" }
                    @if let Some(error) = self.wrong("Roles") { p.error { "Roles " (error) } }
                    @for ((role, name), id) in self.roles.iter().zip(&ids) {
                        (Tick {
                            name: "role",
                            value: id,
                            label: name,
                            checked: self.form.roles.contains(role),
                            ..Tick::default()
                        }.show())
                    }
                }
            }
        }
    }

    fn password(&self) -> Markup {
        let field = |name, label, help| {
            Field {
                name,
                label,
                kind: "password",
                help,
                error: self.wrong(label),
                autocomplete: "new-password",
                ..Field::default()
            }
            .show()
        };
        html! {
            section.section aria-labelledby="h-password" {
                h2 id="h-password" { "Manually Assign or Change Password" }
                p.help { "For the pages. Empty leaves it as it is; calls with a token need none." }
                div.columns {
                    (field("password", "Password", Some("At least 10 characters, of three kinds.")))
                    (field("confirmation", "Confirm Password", None))
                }
            }
        }
    }
}

/// What was typed, over what is stored: what the page does not show stays.
fn filled(form: &Filled, over: UserForm) -> UserForm {
    UserForm {
        name: form.text("name").to_owned(),
        email: form.text("email").to_owned(),
        inactive: form.has("inactive"),
        give_access: form.has("give-access"),
        roles: form
            .all("role")
            .filter_map(|id| id.parse().ok().map(RoleId::new))
            .collect(),
        ..over
    }
}

async fn list(At(desk): At) -> Answer {
    let name = desk.query.text("name").trim().to_owned();
    let filter = UserFilter {
        name: Some(name.clone()).filter(|name| !name.is_empty()),
        ..UserFilter::default()
    };
    let after = desk.query.number("after").map(EntityId::new);
    let mut users = match desk
        .authority()
        .users(&desk.caller, filter, after, ROWS + 1)
        .await
    {
        Ok(users) => users,
        Err(error) => return desk.failed(error),
    };
    let has_more = users.len() > ROWS as usize;
    users.truncate(ROWS as usize);
    let kept = format!("?name={}", countersign_protocol::percent_encode(&name));
    let last = users.last().filter(|_| has_more);
    desk.show(&List {
        pager: Pager {
            next: last.map(|user| format!("{kept}&after={}", user.id)),
            first: after.map(|_| kept.clone()),
        },
        users,
        roles: roles(&desk),
        name,
    })
}

/// Roles by name are no secret to whoever gives them.
fn roles(desk: &Desk) -> Vec<(RoleId, String)> {
    let snapshot = desk.authority().snapshot();
    snapshot
        .roles()
        .map(|role| (role.id, role.name.clone()))
        .collect()
}

async fn open_new(At(desk): At) -> Answer {
    desk.show(&EmployeePage {
        id: None,
        form: UserForm {
            kind: EntityKind::Employee,
            ..UserForm::default()
        },
        roles: roles(&desk),
        errors: None,
        notice: None,
    })
}

async fn save_new(At(desk): At, Form(form): Form) -> Answer {
    let wanted = filled(&form, UserForm::default());
    if let Some(answer) = differing(&desk, &form, None, &wanted) {
        return answer;
    }
    let added = desk.authority().add_user(&desk.caller, wanted.clone()).await;
    saved(&desk, &form, None, wanted, added).await
}

async fn open(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(EntityId::new) else {
        return desk.not_found();
    };
    let saved = desk.query.has("saved");
    match desk.authority().user(&desk.caller, id).await {
        Ok(user) => desk.show(&EmployeePage {
            id: Some(id),
            form: UserForm::from(&user),
            roles: roles(&desk),
            errors: None,
            notice: saved.then(|| Notice::new(Weight::Done, "The record was saved. Tokens feel it at once.")),
        }),
        Err(error) => desk.failed(error),
    }
}

async fn save(At(desk): At, Path(id): Path<String>, Form(form): Form) -> Answer {
    let Ok(id) = id.parse().map(EntityId::new) else {
        return desk.not_found();
    };
    let stored = match desk.authority().user(&desk.caller, id).await {
        Ok(user) => UserForm::from(&user),
        Err(error) => return desk.failed(error),
    };
    let wanted = filled(&form, stored);
    if let Some(answer) = differing(&desk, &form, Some(id), &wanted) {
        return answer;
    }
    let edited = wanted.clone();
    let edit = move |stored: UserForm| UserForm {
        name: edited.name.clone(),
        email: edited.email.clone(),
        inactive: edited.inactive,
        give_access: edited.give_access,
        roles: edited.roles.clone(),
        ..stored
    };
    let edit = desk.authority().edit_user(&desk.caller, id, edit).await;
    saved(&desk, &form, Some(id), wanted, edit).await
}

/// Told before anything is saved.
fn differing(desk: &Desk, form: &Filled, id: Option<EntityId>, wanted: &UserForm) -> Option<Answer> {
    if form.text("password") == form.text("confirmation") {
        return None;
    }
    let text = "Password and Confirm Password are not the same; nothing was saved.";
    Some(desk.again(&EmployeePage {
        id,
        form: wanted.clone(),
        roles: roles(desk),
        errors: None,
        notice: Some(Notice::new(Weight::Wrong, text)),
    }))
}

async fn saved(
    desk: &Desk,
    form: &Filled,
    id: Option<EntityId>,
    wanted: UserForm,
    saved: Result<User, AdministrationError>,
) -> Answer {
    let (error, id) = match saved {
        Err(error) => (error, id),
        Ok(user) => match with_password(desk, form, user.id).await {
            Ok(()) => return redirect(&format!("{}/{}?saved", EMPLOYEES.path, user.id)),
            // The record is there, without the password.
            Err(error) => (error, Some(user.id)),
        },
    };
    match of_form(error) {
        Ok((errors, notice)) => desk.again(&EmployeePage {
            id,
            form: wanted,
            roles: roles(desk),
            errors,
            notice,
        }),
        Err(error) => desk.failed(error),
    }
}

async fn with_password(desk: &Desk, form: &Filled, id: EntityId) -> Result<(), AdministrationError> {
    match form.text("password") {
        "" => Ok(()),
        password => {
            let password = Secret::new(password);
            desk.authority()
                .set_password(&desk.caller, id, &password, false)
                .await
        }
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;
    use countersign_model::{AssignedRole, IpRestriction, PermissionSet};

    pub(super) fn roles() -> Vec<(RoleId, String)> {
        vec![
            (RoleId::new(3), "Administrator".to_owned()),
            (RoleId::new(1001), "Integrator & Co".to_owned()),
        ]
    }

    pub(super) fn user() -> User {
        User {
            id: EntityId::new(42),
            kind: EntityKind::Employee,
            name: "Ada <Byron>".to_owned(),
            email: "ada@example.com".to_owned(),
            give_access: true,
            inactive: false,
            roles: vec![AssignedRole {
                role: RoleId::new(1001),
                hidden: false,
            }],
            global_permissions: PermissionSet::none(),
            web_services_user: false,
            concurrent_web_services_user: false,
            ip_restriction: IpRestriction::default(),
            locked_until: None,
        }
    }

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let mut pages: Vec<Page> = List::samples().iter().map(|view| view.page(lock)).collect();
        pages.extend(EmployeePage::samples().iter().map(|view| view.page(lock)));
        pages
    }
}
