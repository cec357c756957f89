//! Why something was not done, for whoever looks at the page.

use countersign_authority::AdministrationError;
use countersign_model::FieldErrors;
use countersign_store::StoreError;
use countersign_web::{Notice, Page, Tone, Weight, html, link_button, sentence, wrong_anchor};
use http::StatusCode;

use crate::place::HOME;

pub(crate) enum Trouble {
    /// Fields are wrong: shown beside each.
    Fields(FieldErrors),
    /// It does not go together with what is there, or is not allowed: shown above the form.
    Said(StatusCode, String),
    /// The account's own; its reason is for the log.
    Failed,
}

impl Trouble {
    pub(crate) fn of(error: AdministrationError) -> Self {
        match error {
            AdministrationError::Fields(fields) | AdministrationError::Store(StoreError::Fields(fields)) => {
                Self::Fields(fields)
            }
            AdministrationError::Forbidden(forbidden) => {
                Self::Said(StatusCode::FORBIDDEN, forbidden.to_string())
            }
            AdministrationError::Store(
                error @ (StoreError::NoAccount | StoreError::Unreadable { .. } | StoreError::Database(_)),
            ) => Self::logged(&error),
            AdministrationError::Store(error @ StoreError::Unknown(_)) => {
                Self::Said(StatusCode::NOT_FOUND, sentence(&error))
            }
            AdministrationError::Store(error @ StoreError::TokenRefused(_)) => {
                Self::Said(StatusCode::FORBIDDEN, sentence(&error))
            }
            AdministrationError::Store(error) => Self::Said(StatusCode::CONFLICT, sentence(&error)),
            AdministrationError::Lever(error) => Self::Said(StatusCode::CONFLICT, sentence(&error)),
            AdministrationError::Audience(error) => {
                Self::Said(StatusCode::TOO_MANY_REQUESTS, sentence(&error))
            }
            error => Self::logged(&error),
        }
    }

    fn logged(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "a page cannot be answered");
        Self::Failed
    }
}

/// What is wrong with a form, to be shown on it again. What is wrong with no field of it is an `Err`.
pub(crate) fn of_form(
    error: AdministrationError,
) -> Result<(Option<FieldErrors>, Option<Notice>), AdministrationError> {
    match error {
        AdministrationError::Fields(fields) | AdministrationError::Store(StoreError::Fields(fields)) => {
            let notice = look_again(&fields);
            Ok((Some(fields), Some(notice)))
        }
        AdministrationError::Store(
            error @ (StoreError::Conflict(_)
            | StoreError::TokenRefused(_)
            | StoreError::Token(_)
            | StoreError::Integration(_)
            | StoreError::NoPair { .. }
            | StoreError::RoleNotAssigned { .. }),
        ) => Ok((None, Some(Notice::new(Weight::Wrong, sentence(&error))))),
        error => Err(error),
    }
}

/// Leads to each field that is wrong.
fn look_again(fields: &FieldErrors) -> Notice {
    let mut labels: Vec<&str> = fields.iter().map(|error| error.field).collect();
    labels.dedup();
    let links = labels
        .into_iter()
        .map(|label| (label.to_owned(), format!("#{}", wrong_anchor(label))));
    Notice::new(Weight::Wrong, "Look again at:").leading_to(links)
}

pub(crate) fn page(trouble: Trouble) -> (StatusCode, Page) {
    match trouble {
        Trouble::Fields(fields) => said(StatusCode::UNPROCESSABLE_ENTITY, "Not saved", &fields.to_string()),
        Trouble::Said(status @ StatusCode::NOT_FOUND, text) => said(status, "Not found", &text),
        Trouble::Said(status @ StatusCode::FORBIDDEN, text) => said(status, "Not allowed", &text),
        Trouble::Said(status, text) => said(status, "Not possible as things are", &text),
        Trouble::Failed => said(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The account cannot do this now",
            "The log of the server says why. Nothing was changed.",
        ),
    }
}

pub(crate) fn not_found() -> (StatusCode, Page) {
    said(
        StatusCode::NOT_FOUND,
        "Not found",
        "There is no such page or record here. The menus lead to everything there is.",
    )
}

/// What shows a secret is made once, however often its page is loaded.
pub(crate) fn sent_before() -> (StatusCode, Page) {
    said(
        StatusCode::CONFLICT,
        "This form was sent before",
        "What it made then was shown in the answer, and nothing is made a second time. The menus lead to the record; where \
         its secret was not kept, revoke or reset it there and make another.",
    )
}

pub(crate) fn said(status: StatusCode, title: &str, text: &str) -> (StatusCode, Page) {
    let body = html! {
        p.lede { (text) }
        (link_button("Home", HOME.path, Tone::Plain))
    };
    let page = Page {
        title: title.to_owned(),
        body,
        ..Page::default()
    };
    (status, page)
}
