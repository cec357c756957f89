//! A person's page opened and saved: New and Edit.

use axum::extract::Path;
use countersign_authority::AdministrationError;
use countersign_model::{EntityId, Feature, FieldErrors, RoleId, User, UserForm};
use countersign_protocol::Secret;
use countersign_store::TokenFilter;
use countersign_web::{Answer, Filled, Notice, Weight, redirect};

use super::page::{EmployeePage, Features};
use super::{path_of, roles};
use crate::checklist;
use crate::desk::{At, Desk, Form};
use crate::reliance::Reliance;
use crate::roles::granted;
use crate::trouble::of_form;

/// What was typed, of a record that stays of its kind.
fn filled(form: &Filled) -> UserForm {
    UserForm {
        name: form.text("name").to_owned(),
        email: form.text("email").to_owned(),
        inactive: form.has("inactive"),
        give_access: form.has("give-access"),
        roles: form
            .all("role")
            .filter_map(|id| id.parse().ok().map(RoleId::new))
            .collect(),
        global_permissions: granted(form),
        web_services_user: form.has("web-services-user"),
        concurrent_web_services_user: form.has("concurrent-web-services-user"),
        inherit_ip_rules: form.has("inherit-ip"),
        ip_address_restriction: form.text("addresses").to_owned(),
        ..UserForm::default()
    }
}

/// The page of somebody, or of somebody new, with what a form says.
async fn page(
    desk: &Desk,
    stored: Option<User>,
    form: UserForm,
) -> Result<EmployeePage, AdministrationError> {
    let snapshot = desk.authority().snapshot();
    let reliance = match &stored {
        None => None,
        Some(user) => {
            let tokens = TokenFilter {
                user: Some(user.id),
                ..TokenFilter::default()
            };
            Reliance::on(desk, tokens).await?
        }
    };
    Ok(EmployeePage {
        stored,
        form,
        roles: roles(desk),
        reliance,
        features: Features {
            global_permissions: snapshot.features.has(Feature::GlobalPermissions),
            ip_address_rules: snapshot.features.has(Feature::IpAddressRules),
        },
        errors: None,
        notice: None,
    })
}

pub(super) async fn open_new(At(desk): At) -> Answer {
    match page(&desk, None, UserForm::default()).await {
        Ok(page) => desk.show(&page),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn open(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(EntityId::new) else {
        return desk.not_found();
    };
    match opened(&desk, id).await {
        Ok(page) => desk.show(&page),
        Err(error) => desk.failed(error),
    }
}

async fn opened(desk: &Desk, id: EntityId) -> Result<EmployeePage, AdministrationError> {
    let user = desk.authority().user(&desk.caller, id).await?;
    let form = UserForm::from(&user);
    let saved = "The record was saved. Tokens feel it at once.";
    Ok(EmployeePage {
        notice: checklist::saved(desk, saved).await?,
        ..page(desk, Some(user), form).await?
    })
}

pub(super) async fn save_new(At(desk): At, Form(form): Form) -> Answer {
    let wanted = filled(&form);
    if passwords_differ(&form) {
        return again(&desk, None, wanted, (None, Some(differing()))).await;
    }
    let added = desk.authority().add_user(&desk.caller, wanted.clone()).await;
    saved(&desk, &form, None, wanted, added).await
}

pub(super) async fn save(At(desk): At, Path(id): Path<String>, Form(form): Form) -> Answer {
    let Ok(id) = id.parse().map(EntityId::new) else {
        return desk.not_found();
    };
    let wanted = filled(&form);
    if passwords_differ(&form) {
        return again(&desk, Some(id), wanted, (None, Some(differing()))).await;
    }
    let edited = wanted.clone();
    let edit = move |stored: UserForm| UserForm {
        kind: stored.kind,
        ..edited.clone()
    };
    let edit = desk.authority().edit_user(&desk.caller, id, edit).await;
    saved(&desk, &form, Some(id), wanted, edit).await
}

/// Told before anything is saved.
fn passwords_differ(form: &Filled) -> bool {
    form.text("password") != form.text("confirmation")
}

fn differing() -> Notice {
    let text = "Password and Confirm Password are not the same; nothing was saved.";
    Notice::new(Weight::Wrong, text)
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
            Ok(()) => return redirect(&format!("{}?saved", path_of(user.id))),
            // The record is there, without the password.
            Err(error) => (error, Some(user.id)),
        },
    };
    match of_form(error) {
        Ok(said) => again(desk, id, wanted, said).await,
        Err(error) => desk.failed(error),
    }
}

/// The page again, with what was typed.
async fn again(
    desk: &Desk,
    id: Option<EntityId>,
    wanted: UserForm,
    (errors, notice): (Option<FieldErrors>, Option<Notice>),
) -> Answer {
    let stored = match id {
        None => Ok(None),
        Some(id) => desk.authority().user(&desk.caller, id).await.map(Some),
    };
    let page = match stored {
        Ok(stored) => {
            let kind = stored.as_ref().map_or(wanted.kind, |user| user.kind);
            page(desk, stored, UserForm { kind, ..wanted }).await
        }
        Err(error) => Err(error),
    };
    match page {
        Ok(page) => desk.again(&EmployeePage {
            errors,
            notice,
            ..page
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
                .set_password(&desk.caller, id, &password, form.has("must-change"))
                .await
        }
    }
}
