//! An access token is renamed, or made inactive.

use axum::extract::Path;
use countersign_model::{AccessTokenId, FieldErrors, TokenEditForm};
use countersign_web::{Answer, Field, Lock, Notice, Page, Tick, Tone, button, html, link_button, redirect};

use super::path_of;
use crate::desk::{At, Form};
use crate::place::{ACCESS_TOKENS, Place};
use crate::trouble::of_form;
use crate::view::{View, wrong};

#[derive(Debug)]
pub(super) struct EditPage {
    id: AccessTokenId,
    form: TokenEditForm,
    errors: Option<FieldErrors>,
    notice: Option<Notice>,
}

impl View for EditPage {
    const PLACE: &'static Place = &ACCESS_TOKENS;

    #[cfg(test)]
    fn samples() -> Vec<Self> {
        vec![Self {
            id: AccessTokenId::new(1),
            form: TokenEditForm {
                name: "nightly".to_owned(),
                inactive: true,
            },
            errors: None,
            notice: None,
        }]
    }

    fn page(&self, lock: &Lock) -> Page {
        let path = path_of(self.id);
        let name = Field {
            name: "name",
            label: "Token Name",
            value: &self.form.name,
            error: wrong(self.errors.as_ref(), "Token Name"),
            ..Field::default()
        };
        let inactive = Tick {
            name: "inactive",
            label: "Inactive",
            checked: self.form.inactive,
            help: Some("Calls with it are refused until the box is cleared. To end it for ever, revoke it."),
            ..Tick::default()
        };
        Page {
            title: format!("Edit {}", self.form.name),
            crumbs: ACCESS_TOKENS.crumbs_below(),
            notices: self.notice.iter().cloned().collect(),
            actions: Some(link_button("Revoke", &format!("{path}/revoke"), Tone::Danger)),
            body: lock.form(
                &format!("{path}/edit"),
                html! {
                    section.section.narrow.stack { (name.show()) (inactive.show()) }
                    div.submit {
                        (button("Save", Tone::Primary, None))
                        (link_button("Cancel", &path, Tone::Plain))
                    }
                },
            ),
        }
    }
}

pub(super) async fn open(At(desk): At, Path(id): Path<String>) -> Answer {
    let Ok(id) = id.parse().map(AccessTokenId::new) else {
        return desk.not_found();
    };
    match desk.authority().token(&desk.caller, id).await {
        Ok(token) => desk.show(&EditPage {
            id,
            form: TokenEditForm::from(&token.token),
            errors: None,
            notice: None,
        }),
        Err(error) => desk.failed(error),
    }
}

pub(super) async fn save(At(desk): At, Path(id): Path<String>, Form(form): Form) -> Answer {
    let Ok(id) = id.parse().map(AccessTokenId::new) else {
        return desk.not_found();
    };
    let wanted = TokenEditForm {
        name: form.text("name").to_owned(),
        inactive: form.has("inactive"),
    };
    let edited = wanted.clone();
    match desk
        .authority()
        .edit_token(&desk.caller, id, move |_| edited)
        .await
    {
        Ok(_) => redirect(&format!("{}?saved", path_of(id))),
        Err(error) => match of_form(error) {
            Ok((errors, notice)) => desk.again(&EditPage {
                id,
                form: wanted,
                errors,
                notice,
            }),
            Err(error) => desk.failed(error),
        },
    }
}
