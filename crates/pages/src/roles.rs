//! Setup › Users/Roles › Manage Roles: roles, and the picker of their permissions.

use axum::extract::Path;
use axum::routing::get;
use countersign_authority::AdministrationError;
use countersign_model::{
    Center, FieldErrors, Level, MinimumPermissions, Permission, Role, RoleForm, RoleId, Subtab,
};
use countersign_web::{
    Answer, Choice, Column, Direction, Field, Filled, Lock, Markup, Notice, Page, Pager, Select, Sorted,
    Table, Tick, Tone, Weight, button, html, link_button, redirect,
};

use crate::desk::{At, Desk, Form};
use crate::pages::Route;
use crate::place::{MANAGE_ROLES, Place};
use crate::trouble::of_form;
use crate::view::{View, wrong};

const NEW: &str = "/app/setup/users-roles/manage-roles/new";

pub(crate) fn routes() -> Vec<Route> {
    let Place { path, needs, .. } = MANAGE_ROLES;
    vec![
        Route::new(path, needs, get(list)),
        Route::new(NEW, needs, get(open_new).post(save_new)),
        Route::new(format!("{path}/{{id}}"), needs, get(open).post(save)),
    ]
}

/// What guides call a permission besides its name of today.
const fn also_called(permission: Permission) -> &'static str {
    match permission {
        Permission::SoapWebServices => "Web Services",
        Permission::UserAccessTokens => "User Access Token, Token-Based Authentication",
        Permission::LogInUsingAccessTokens => "Token-Based Authentication",
        Permission::IntegrationApplication => "Manage Integration",
        Permission::LogInUsingOAuth2 => "OAuth 2.0",
        Permission::ViewWebServicesLogs => "View SOAP Web Services Logs",
        _ => "",
    }
}

/// What the list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Order {
    by_id: bool,
    direction: Direction,
}

impl Order {
    fn of(query: &Filled) -> Self {
        Self {
            by_id: query.text("sort") == "id",
            direction: if query.has("down") {
                Direction::Down
            } else {
                Direction::Up
            },
        }
    }

    fn sort(self, roles: &mut [Role]) {
        match self.by_id {
            true => roles.sort_by_key(|role| role.id),
            false => roles.sort_by_key(|role| role.name.to_lowercase()),
        }
        if self.direction == Direction::Down {
            roles.reverse();
        }
    }

    /// A heading that sorts by its column, and turns the order round where it does already.
    fn column(self, label: &'static str, by_id: bool) -> Column {
        let now = (self.by_id == by_id).then_some(self.direction);
        let down = if now == Some(Direction::Up) { "&down" } else { "" };
        let sort = if by_id { "id" } else { "name" };
        Column {
            label,
            sorted: Some(Sorted {
                href: format!("?sort={sort}{down}"),
                now,
            }),
        }
    }
}

#[derive(Debug)]
struct List {
    roles: Vec<Role>,
    order: Order,
    notice: Option<Notice>,
}

impl View for List {
    const PLACE: &'static Place = &MANAGE_ROLES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let role = Role {
            id: RoleId::new(1001),
            name: "Integration <Role>".to_owned(),
            administrator: false,
            inactive: true,
            ..Role::administrator()
        };
        vec![Self {
            roles: vec![Role::administrator(), role],
            order: Order {
                by_id: false,
                direction: Direction::Up,
            },
            notice: Some(Notice::new(Weight::Done, "Saved.")),
        }]
    }

    fn page(&self, _: &Lock) -> Page {
        let row = |role: &Role| {
            vec![
                html! { a href={ (MANAGE_ROLES.path) "/" (role.id) } { (role.name) } },
                html! { (role.id) },
                html! { (role.center) },
                html! { @if role.administrator { "Everything" } @else { (role.permissions.iter().count()) } },
                html! { @if role.logs_in_by_token() { span.state.on { "Yes" } } @else { span.state.off { "No" } } },
                html! { @if role.inactive { span.state.bad { "Inactive" } } @else { span.state.on { "Active" } } },
            ]
        };
        let sorted = [
            self.order.column("Name", false),
            self.order.column("Internal ID", true),
        ];
        let columns = ["Center Type", "Permissions", "Logs in by token", "State"];
        let table = Table {
            caption: "Roles".to_owned(),
            columns: sorted.into_iter().chain(columns.map(Column::new)).collect(),
            rows: self.roles.iter().map(row).collect(),
            pager: Pager::default(),
        };
        Page {
            title: MANAGE_ROLES.title.to_owned(),
            crumbs: MANAGE_ROLES.crumbs(),
            notices: self.notice.iter().cloned().collect(),
            actions: Some(link_button("New", NEW, Tone::Primary)),
            body: table.show(),
        }
    }
}

/// A role as it is filled in; one that cannot be changed is looked at.
#[derive(Debug)]
struct RolePage {
    /// None for a new one.
    id: Option<RoleId>,
    form: RoleForm,
    /// Administrator has everything, and stays as it is.
    is_fixed: bool,
    errors: Option<FieldErrors>,
    notices: Vec<Notice>,
}

impl View for RolePage {
    const PLACE: &'static Place = &MANAGE_ROLES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let page = |id, form| Self {
            id,
            form,
            is_fixed: false,
            errors: None,
            notices: vec![Notice::new(Weight::Note, "Advice.")],
        };
        let again = Self {
            errors: countersign_model::RoleDraft::parse(RoleForm::default()).err(),
            ..page(None, RoleForm::default())
        };
        let fixed = Self {
            is_fixed: true,
            ..page(Some(RoleId::new(3)), RoleForm::from(&Role::administrator()))
        };
        let template = MinimumPermissions::Rest.role_form("Rest \"Role\"");
        vec![page(Some(RoleId::new(1001)), template), again, fixed]
    }

    fn page(&self, lock: &Lock) -> Page {
        let (title, action) = match self.id {
            None => ("New Role".to_owned(), NEW.to_owned()),
            Some(id) => (self.form.name.clone(), format!("{}/{id}", MANAGE_ROLES.path)),
        };
        Page {
            title,
            crumbs: MANAGE_ROLES.crumbs_below(),
            notices: self.notices.clone(),
            body: html! {
                @if self.is_fixed {
                    div.section { p { "Administrator has every permission at every level, and cannot be changed. Make a role of its own for an integration: with the least it needs." } }
                } @else {
                    @if self.id.is_none() { (templates()) }
                    (lock.form(&action, html! {
                        (self.record())
                        (self.permissions())
                        div.submit {
                            (button("Save", Tone::Primary, None))
                            (link_button("Cancel", MANAGE_ROLES.path, Tone::Plain))
                        }
                    }))
                }
            },
            ..Page::default()
        }
    }
}

/// Ways to begin a new role.
fn templates() -> Markup {
    html! {
        p.lede {
            "Begin with the least a call needs: "
            @for (place, template) in MinimumPermissions::ALL.iter().enumerate() {
                @if place > 0 { ", " }
                a href={ "?template=" (countersign_protocol::percent_encode(template.label())) } { (template.label()) }
            }
            "."
        }
    }
}

impl RolePage {
    fn record(&self) -> Markup {
        let name = Field {
            name: "name",
            label: "Name",
            value: &self.form.name,
            error: wrong(self.errors.as_ref(), "Name"),
            required: true,
            ..Field::default()
        };
        let centers: Vec<Choice> = Center::ALL
            .iter()
            .map(|center| Choice::new(center, center.label()))
            .collect();
        let center = Select {
            name: "center",
            label: "Center Type",
            choices: &centers,
            chosen: self.form.center.label(),
            error: wrong(self.errors.as_ref(), "Center Type"),
            help: Some("Chosen once: a saved role keeps its centre."),
            ..Select::default()
        };
        let tick = |name, label, checked, help| {
            Tick {
                name,
                label,
                checked,
                help: Some(help),
                error: wrong(self.errors.as_ref(), label),
                ..Tick::default()
            }
            .show()
        };
        html! {
            section.section {
                div.columns { (name.show()) (center.show()) }
                div.columns {
                    (tick("web-services-only", "Web Services Only Role", self.form.web_services_only, "REST and SOAP alone: no RESTlets, no pages."))
                    (tick("two-factor", "Two-Factor Authentication Required", self.form.two_factor_required, "For the pages. Tokens are not asked for one."))
                    (tick("inactive", "Inactive", self.form.inactive, "Nobody comes in with it."))
                }
            }
        }
    }

    fn permissions(&self) -> Markup {
        html! {
            section.section id="permissions" aria-labelledby="h-permissions" {
                h2 id="h-permissions" { "Permissions" }
                @if let Some(error) = wrong(self.errors.as_ref(), "Permissions") { p.error { "Permissions " (error) } }
                div.narrowing hidden {
                    label.unseen for="narrow" { "Show permissions with these words" }
                    input id="narrow" type="search" placeholder="Narrow the list: token, web services, customers" data-narrows="permissions" autocomplete="off";
                }
                @for subtab in [Subtab::Setup, Subtab::Lists, Subtab::Transactions, Subtab::Reports] {
                    h3 id=(subtab) { (subtab) }
                    ul.grants { @for permission in on(subtab) { (self.grant(permission)) } }
                }
            }
        }
    }

    fn grant(&self, permission: Permission) -> Markup {
        let (id, also) = (permission.id(), also_called(permission));
        let mut granted = self.form.permissions.iter();
        let level = granted
            .find(|(known, _)| *known == permission)
            .map(|(_, level)| *level);
        html! {
            li data-words={ (permission.label().to_lowercase()) " " (also.to_lowercase()) } {
                label for=(id) {
                    (permission)
                    @if !also.is_empty() { span.sub { "also called " (also) } }
                }
                select id=(id) name={ "grant " (id) } {
                    option value="" { "None" }
                    @for offered in permission.levels() {
                        option value=(offered) selected[level == Some(*offered)] { (offered) }
                    }
                }
            }
        }
    }
}

fn on(subtab: Subtab) -> impl Iterator<Item = Permission> {
    let is_on = move |permission: &Permission| permission.subtab() == subtab;
    Permission::ALL.iter().copied().filter(is_on)
}

fn filled(form: &Filled) -> RoleForm {
    let granted = Permission::ALL.iter().filter_map(|permission| {
        let level: Level = form.text(&format!("grant {}", permission.id())).parse().ok()?;
        Some((*permission, level))
    });
    RoleForm {
        name: form.text("name").to_owned(),
        center: form.text("center").parse().unwrap_or_default(),
        inactive: form.has("inactive"),
        web_services_only: form.has("web-services-only"),
        two_factor_required: form.has("two-factor"),
        permissions: granted.collect(),
    }
}

async fn list(At(desk): At) -> Answer {
    let mut roles: Vec<Role> = match desk.authority().roles(&desk.caller) {
        Ok(roles) => roles.iter().map(|role| Role::clone(role)).collect(),
        Err(forbidden) => return desk.failed(forbidden.into()),
    };
    let order = Order::of(&desk.query);
    order.sort(&mut roles);
    let saved = desk.query.has("saved");
    desk.show(&List {
        roles,
        order,
        notice: saved.then(|| {
            Notice::new(
                Weight::Done,
                "The role was saved. Tokens feel it at once; pages after the next sign-in.",
            )
        }),
    })
}

async fn open_new(At(desk): At) -> Answer {
    let template = desk.query.text("template").parse::<MinimumPermissions>();
    let form = template
        .map(|template| template.role_form(""))
        .unwrap_or_default();
    desk.show(&RolePage {
        id: None,
        form,
        is_fixed: false,
        errors: None,
        notices: Vec::new(),
    })
}

async fn save_new(At(desk): At, Form(form): Form) -> Answer {
    let wanted = filled(&form);
    let added = desk.authority().add_role(&desk.caller, wanted.clone()).await;
    saved(&desk, None, wanted, added)
}

async fn open(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(RoleId::new) else {
        return desk.not_found();
    };
    match desk.authority().role(&desk.caller, id) {
        Ok(role) => {
            let advice = role.permissions.advice().into_iter();
            let said = desk
                .query
                .has("saved")
                .then(|| Notice::new(Weight::Done, "The role was saved."));
            let advice = advice.map(|advice| Notice::new(Weight::Note, advice.to_string()));
            desk.show(&RolePage {
                id: Some(id),
                form: RoleForm::from(&*role),
                is_fixed: role.administrator,
                errors: None,
                notices: said.into_iter().chain(advice).collect(),
            })
        }
        Err(error) => desk.failed(error),
    }
}

async fn save(At(desk): At, Path(id): Path<String>, Form(form): Form) -> Answer {
    let Ok(id) = id.parse().map(RoleId::new) else {
        return desk.not_found();
    };
    let wanted = filled(&form);
    let edited = wanted.clone();
    let edit = desk
        .authority()
        .edit_role(&desk.caller, id, move |_| edited.clone())
        .await;
    saved(&desk, Some(id), wanted, edit)
}

fn saved(
    desk: &Desk,
    id: Option<RoleId>,
    form: RoleForm,
    saved: Result<Role, AdministrationError>,
) -> Answer {
    match saved {
        Ok(role) => redirect(&format!("{}/{}?saved", MANAGE_ROLES.path, role.id)),
        Err(error) => match of_form(error) {
            Ok((errors, notice)) => desk.again(&RolePage {
                id,
                form,
                is_fixed: false,
                errors,
                notices: notice.into_iter().collect(),
            }),
            Err(error) => desk.failed(error),
        },
    }
}

#[cfg(test)]
pub(crate) mod samples {
    use super::*;

    pub(crate) fn pages(lock: &Lock) -> Vec<Page> {
        let mut pages: Vec<Page> = List::samples().iter().map(|view| view.page(lock)).collect();
        pages.extend(RolePage::samples().iter().map(|view| view.page(lock)));
        pages
    }

    #[test]
    fn the_picker_knows_the_words_of_every_guide() {
        let known = |words: &str| {
            Permission::ALL.iter().any(|permission| {
                let named = format!("{} {}", permission.label(), also_called(*permission)).to_lowercase();
                named.contains(&words.to_lowercase())
            })
        };
        for words in [
            "Access Token Management",
            "Log in using Access Tokens",
            "User Access Tokens",
            "User Access Token",
            "View Web Services Logs",
            "Web Services",
            "SOAP Web Services",
            "REST Web Services",
            "Token-Based Authentication",
            "OAuth 2.0",
            "Integration Application",
            "Manage Integration",
        ] {
            assert!(known(words), "{words}");
        }
    }
}
