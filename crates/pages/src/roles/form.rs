//! A role as it is filled in: New, Customize and Edit.

use axum::extract::Path;
use countersign_authority::AdministrationError;
use countersign_model::{Center, FieldErrors, MinimumPermissions, Role, RoleForm, RoleId};
use countersign_protocol::percent_encode;
use countersign_store::TokenFilter;
use countersign_web::{
    Answer, Choice, Field, Filled, Lock, Markup, Notice, Page, Select, Tick, Tone, Weight, button, html,
    link_button, redirect,
};

use super::{NEW, Picker, granted};
use crate::checklist;
use crate::desk::{At, Desk, Form};
use crate::place::{MANAGE_ROLES, Place};
use crate::reliance::Reliance;
use crate::trouble::of_form;
use crate::view::{View, wrong};

#[derive(Debug, Default)]
pub(super) struct RolePage {
    /// None for a new one.
    id: Option<RoleId>,
    form: RoleForm,
    /// Administrator has everything, and stays as it is.
    is_fixed: bool,
    /// None where it is not this user's to see.
    reliance: Option<Reliance>,
    errors: Option<FieldErrors>,
    notices: Vec<Notice>,
}

impl View for RolePage {
    const PLACE: &'static Place = &MANAGE_ROLES;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        let template = MinimumPermissions::Rest.role_form("Rest \"Role\"");
        let page = |reliance| Self {
            id: Some(RoleId::new(1001)),
            form: template.clone(),
            reliance: Some(reliance),
            notices: vec![Notice::new(Weight::Note, "Advice.")],
            ..Self::default()
        };
        let again = Self {
            errors: countersign_model::RoleDraft::parse(RoleForm::default()).err(),
            ..Self::default()
        };
        let standard = Self {
            id: Some(RoleId::new(57)),
            ..Self::default()
        };
        let fixed = Self {
            id: Some(RoleId::new(3)),
            is_fixed: true,
            form: RoleForm::from(&Role::administrator()),
            ..Self::default()
        };
        let reliances = crate::reliance::samples::reliances().into_iter();
        reliances.map(page).chain([again, standard, fixed]).collect()
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
            actions: self
                .id
                .filter(|_| !self.is_fixed)
                .map(|id| link_button("Customize", &format!("{NEW}?copy={id}"), Tone::Plain)),
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
                a href={ "?template=" (percent_encode(template.label())) } { (template.label()) }
            }
            "; or open a role that is there and choose Customize."
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
            help: Some("Chosen once: a saved role keeps it."),
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
                @if self.id.is_some_and(|id| id <= Role::LAST_STANDARD) {
                    p.help.after { "A standard role: of it only Inactive can be changed. Customize makes a role of your own from it." }
                }
                div.columns {
                    (tick("web-services-only", "Web Services Only Role", self.form.web_services_only, "REST and SOAP alone: no RESTlets, no pages."))
                    (tick("two-factor", "Two-Factor Authentication Required", self.form.two_factor_required, "For the pages. Tokens are not asked for one."))
                    (tick("inactive", "Inactive", self.form.inactive, "Nobody comes in with it."))
                }
                @if let Some(reliance) = self.reliance.as_ref().filter(|reliance| !reliance.is_none()) {
                    p.breaks { "In this role: " (reliance.said()) ". Inactive, or without a permission that lets it log in by token, calls with them are refused." }
                }
            }
        }
    }

    fn permissions(&self) -> Markup {
        let picker = Picker {
            id: "permissions",
            label: "Permissions",
            granted: &self.form.permissions,
            error: wrong(self.errors.as_ref(), "Permissions"),
        };
        html! {
            section.section aria-labelledby="h-permissions" {
                h2 id="h-permissions" { "Permissions" }
                (picker.show())
            }
        }
    }
}

fn filled(form: &Filled) -> RoleForm {
    RoleForm {
        name: form.text("name").to_owned(),
        center: form.text("center").parse().unwrap_or_default(),
        inactive: form.has("inactive"),
        web_services_only: form.has("web-services-only"),
        two_factor_required: form.has("two-factor"),
        permissions: granted(form),
    }
}

pub(super) async fn open_new(At(desk): At) -> Answer {
    match begun(&desk) {
        Ok(form) => desk.show(&RolePage {
            form,
            ..RolePage::default()
        }),
        Err(error) => desk.failed(error),
    }
}

/// What a new role begins with: a template, a role that is there, or nothing.
fn begun(desk: &Desk) -> Result<RoleForm, AdministrationError> {
    if let Some(id) = desk.query.number("copy").map(RoleId::new) {
        let role = desk.authority().role(&desk.caller, id)?;
        return Ok(RoleForm {
            name: String::new(),
            inactive: false,
            ..RoleForm::from(&*role)
        });
    }
    let template = desk.query.text("template").parse::<MinimumPermissions>();
    Ok(template
        .map(|template| template.role_form(""))
        .unwrap_or_default())
}

pub(super) async fn save_new(At(desk): At, Form(form): Form) -> Answer {
    let wanted = filled(&form);
    let added = desk.authority().add_role(&desk.caller, wanted.clone()).await;
    saved(&desk, None, wanted, added).await
}

pub(super) async fn open(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(RoleId::new) else {
        return desk.not_found();
    };
    match opened(&desk, id).await {
        Ok(page) => desk.show(&page),
        Err(error) => desk.failed(error),
    }
}

async fn opened(desk: &Desk, id: RoleId) -> Result<RolePage, AdministrationError> {
    let role = desk.authority().role(&desk.caller, id)?;
    let said = checklist::saved(desk, "The role was saved.").await?;
    let advice = role.permissions.advice().into_iter();
    let advice = advice.map(|advice| Notice::new(Weight::Note, advice.to_string()));
    Ok(RolePage {
        id: Some(id),
        form: RoleForm::from(&*role),
        is_fixed: role.administrator,
        reliance: relying(desk, id).await?,
        errors: None,
        notices: said.into_iter().chain(advice).collect(),
    })
}

async fn relying(desk: &Desk, id: RoleId) -> Result<Option<Reliance>, AdministrationError> {
    let tokens = TokenFilter {
        role: Some(id),
        ..TokenFilter::default()
    };
    Reliance::on(desk, tokens).await
}

pub(super) async fn save(At(desk): At, Path(id): Path<String>, Form(form): Form) -> Answer {
    let Ok(id) = id.parse().map(RoleId::new) else {
        return desk.not_found();
    };
    let wanted = filled(&form);
    let edited = wanted.clone();
    let edit = desk
        .authority()
        .edit_role(&desk.caller, id, move |_| edited.clone())
        .await;
    saved(&desk, Some(id), wanted, edit).await
}

async fn saved(
    desk: &Desk,
    id: Option<RoleId>,
    form: RoleForm,
    saved: Result<Role, AdministrationError>,
) -> Answer {
    let error = match saved {
        Ok(role) => return redirect(&format!("{}/{}?saved", MANAGE_ROLES.path, role.id)),
        Err(error) => error,
    };
    let (errors, notice) = match of_form(error) {
        Ok(said) => said,
        Err(error) => return desk.failed(error),
    };
    let reliance = match id {
        None => Ok(None),
        Some(id) => relying(desk, id).await,
    };
    match reliance {
        Ok(reliance) => desk.again(&RolePage {
            id,
            form,
            is_fixed: false,
            reliance,
            errors,
            notices: notice.into_iter().collect(),
        }),
        Err(error) => desk.failed(error),
    }
}
