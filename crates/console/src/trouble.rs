//! Why something was not done, for whoever looks at the page.

use countersign_vault::VaultError;
use countersign_web::{Answer, Page, Reach, html, page, sentence, sheet};
use http::StatusCode;

/// What these pages say they are, to somebody who is not signed in.
pub(crate) const ABOUT: &str = "Connections to NetSuite accounts";

/// To nobody in particular: it tells nothing of what there is.
pub(crate) fn said(status: StatusCode, title: &str, text: &str) -> Answer {
    page(status, sheet(ABOUT, &page_of(title, text)), Reach::Here)
}

pub(crate) fn page_of(title: &str, text: &str) -> Page {
    Page {
        title: title.to_owned(),
        body: html! { p.lede { (text) } },
        ..Page::default()
    }
}

/// What people can mend is said; the rest is for the log.
pub(crate) fn of(error: &VaultError) -> (StatusCode, &'static str, String) {
    match error {
        VaultError::UnknownConnection(_)
        | VaultError::UnknownCaller(_)
        | VaultError::UnknownGrant(_)
        | VaultError::UnknownIntegration(_) => (StatusCode::NOT_FOUND, "Not found", sentence(error)),
        VaultError::Conflict(_)
        | VaultError::Superseded { .. }
        | VaultError::AnotherAccount { .. }
        | VaultError::Rotation(_)
        | VaultError::TooManyLinks => (
            StatusCode::CONFLICT,
            "Not possible as things are",
            sentence(error),
        ),
        VaultError::LinkOver | VaultError::SessionOver => {
            (StatusCode::FORBIDDEN, "This link works no more", sentence(error))
        }
        VaultError::Credentials(_) | VaultError::Label(_) | VaultError::Scope(_) | VaultError::CallerName => {
            (StatusCode::UNPROCESSABLE_ENTITY, "Not saved", sentence(error))
        }
        VaultError::Sealed { .. } => (
            StatusCode::CONFLICT,
            "The credentials do not open",
            sentence(error),
        ),
        error => {
            tracing::error!(%error, "a page of connections cannot be answered");
            (
                StatusCode::INTERNAL_SERVER_ERROR,
                "The vault cannot do this now",
                "The log of the proxy says why. Nothing was changed.".to_owned(),
            )
        }
    }
}
