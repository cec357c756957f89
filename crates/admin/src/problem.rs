//! Every refusal of the admin API, as problem details (RFC 9457).

use countersign_web::sentence;
use std::collections::BTreeMap;

use axum::response::{IntoResponse, Response};
use countersign_authority::{AdministrationError, Forbidden, PasswordRefused};
use countersign_levers::LeverError;
use countersign_model::FieldErrors;
use countersign_store::StoreError;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, WWW_AUTHENTICATE};
use http::{HeaderValue, StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa::openapi::{Content, RefOr, ResponseBuilder};

/// What happened, why, and what to do next.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// The HTTP status.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// The kind of problem; the same words for the same kind.
    pub title: String,
    /// This one, in sentences.
    pub detail: String,
    /// Each field that is wrong.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// The member of the request's JSON.
    pub field: String,
    /// The label of the field on its page.
    pub label: String,
    pub message: String,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, title: &str, detail: impl Into<String>) -> Self {
        Self {
            status: status.as_u16(),
            title: title.to_owned(),
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    /// The request cannot be read.
    pub fn malformed(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "The request cannot be read", detail)
    }

    pub(crate) fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Nobody is signed in", detail)
    }

    pub(crate) fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Not allowed", detail)
    }

    pub(crate) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", detail)
    }

    /// What is asked for does not go together with what is there.
    pub fn conflict(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "Not possible as things are", detail)
    }

    pub(crate) fn fields(errors: &FieldErrors) -> Self {
        let fields = errors.iter().map(|error| FieldProblem {
            field: member(error.field),
            label: error.field.to_owned(),
            message: error.message.clone(),
        });
        Self {
            errors: fields.collect(),
            ..Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Fields are wrong",
                errors.to_string(),
            )
        }
    }

    /// Where the input calls a field otherwise than its page does: pairs of label and member.
    pub(crate) fn naming(mut self, members: &[(&str, &str)]) -> Self {
        for error in &mut self.errors {
            let named = members.iter().find(|(label, _)| *label == error.label);
            if let Some((_, member)) = named {
                error.field = (*member).to_owned();
            }
        }
        self
    }

    /// One field is wrong.
    pub(crate) fn field(field: &str, label: &str, message: impl std::fmt::Display) -> Self {
        let message = message.to_string();
        Self {
            errors: vec![FieldProblem {
                field: field.to_owned(),
                label: label.to_owned(),
                message: message.clone(),
            }],
            ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "Fields are wrong", message)
        }
    }

    /// Something of the account's own. Its reason is for the log.
    pub fn internal(error: &dyn std::fmt::Display) -> Self {
        tracing::error!(%error, "the admin API cannot answer");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "The account cannot do this now",
            "The log of the server says why. Nothing was changed.",
        )
    }
}

impl From<AdministrationError> for Problem {
    fn from(error: AdministrationError) -> Self {
        match error {
            AdministrationError::Forbidden(forbidden) => forbidden.into(),
            AdministrationError::Fields(fields) => Self::fields(&fields),
            AdministrationError::Store(error) => error.into(),
            AdministrationError::Id(error) => Self::internal(&error),
            AdministrationError::Hash(error) => Self::internal(&error),
            AdministrationError::Secret(error) => Self::internal(&error),
            AdministrationError::Hashing(error) => Self::internal(&error),
            AdministrationError::Trail(error) => Self::internal(&error),
            AdministrationError::Lever(error) => error.into(),
            AdministrationError::Audience(error) => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many follow already",
                sentence(&error),
            ),
        }
    }
}

impl From<LeverError> for Problem {
    fn from(error: LeverError) -> Self {
        match error {
            LeverError::NoTestAccount(_) | LeverError::NotAllowed(_) | LeverError::Faults(_) => {
                Self::conflict(sentence(&error))
            }
            LeverError::Clock(_) => Self::field("at", "Clock", sentence(&error)),
            LeverError::NoSuchRule(_) => Self::not_found(sentence(&error)),
        }
    }
}

impl From<Forbidden> for Problem {
    fn from(forbidden: Forbidden) -> Self {
        Self::forbidden(forbidden.to_string())
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Fields(fields) => Self::fields(&fields),
            StoreError::Unknown(_) => Self::not_found(sentence(&error)),
            StoreError::TokenRefused(_) => Self::forbidden(sentence(&error)),
            StoreError::Conflict(_)
            | StoreError::Integration(_)
            | StoreError::NoPair { .. }
            | StoreError::RoleNotAssigned { .. }
            | StoreError::Refresh(_)
            | StoreError::Token(_)
            | StoreError::Flow(_) => Self::conflict(sentence(&error)),
            StoreError::NoAccount | StoreError::Unreadable { .. } | StoreError::Database(_) => {
                Self::internal(&error)
            }
        }
    }
}

impl From<PasswordRefused> for Problem {
    /// As little as NetSuite tells.
    fn from(refused: PasswordRefused) -> Self {
        match refused {
            PasswordRefused::Denied(denied) => {
                let public = denied.public();
                let next = if public.asks_for_code {
                    " Send it as `code`."
                } else {
                    ""
                };
                Self::unauthorized(format!("{}{next}", sentence(&public.message)))
            }
            PasswordRefused::TooOften { .. } => Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "Too many logins failed",
                refused.to_string(),
            ),
            PasswordRefused::Failed(error) => error.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, body).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

/// The JSON member of a field with this label: `Callback URL` is `callbackUrl`, and `TBA: IssueToken Endpoint` is
/// `tbaIssueTokenEndpoint`.
pub(crate) fn member(label: &str) -> String {
    let words = label.split(|letter: char| !letter.is_ascii_alphanumeric());
    let mut member = String::with_capacity(label.len());
    for word in words.filter(|word| !word.is_empty()) {
        let is_abbreviation = word.bytes().all(|byte| !byte.is_ascii_lowercase());
        let mut letters = word.chars();
        if member.is_empty() {
            member.extend(letters.map(|letter| letter.to_ascii_lowercase()));
            continue;
        }
        member.extend(letters.next().map(|letter| letter.to_ascii_uppercase()));
        if is_abbreviation {
            member.extend(letters.map(|letter| letter.to_ascii_lowercase()));
        } else {
            member.extend(letters);
        }
    }
    member
}

/// The refusals every call can have: status, name in the OpenAPI document, and what it says there.
const STATUSES: [(&str, &str, &str); 12] = [
    ("400", "BadRequest", "The request cannot be read."),
    (
        "401",
        "Unauthorized",
        "Nobody is signed in: no key or session, or one that is over.",
    ),
    (
        "403",
        "Forbidden",
        "The role, or the scope of the key, does not allow it.",
    ),
    (
        "404",
        "NotFound",
        "There is no such account, or no such record in it.",
    ),
    (
        "405",
        "MethodNotAllowed",
        "The address does not take this method.",
    ),
    ("408", "RequestTimeout", "The body came too slowly."),
    ("409", "Conflict", "It does not go together with what is there."),
    ("413", "ContentTooLarge", "The request is too large."),
    (
        "415",
        "UnsupportedMediaType",
        "The body is not JSON, or does not say that it is.",
    ),
    ("422", "WrongFields", "Fields are wrong; each is named."),
    (
        "500",
        "InternalServerError",
        "The account cannot do this now; its log says why.",
    ),
    (
        "503",
        "ServiceUnavailable",
        "Too many large requests are being read now; send it again later.",
    ),
];

/// Refers each call to the refusals it can have.
pub(crate) struct Problems;

impl utoipa::IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let reference = |(status, name, _): (&str, &str, _)| {
            let reference = utoipa::openapi::Ref::from_response_name(name);
            (status.to_owned(), RefOr::Ref(reference))
        };
        STATUSES.into_iter().map(reference).collect()
    }
}

/// The refusals, by name.
pub(crate) fn documented() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
    let schema = utoipa::openapi::Ref::from_schema_name("Problem");
    let response = |(_, name, description): (_, &str, &str)| {
        let content = Content::new(Some(schema.clone()));
        let response = ResponseBuilder::new()
            .description(description)
            .content("application/problem+json", content)
            .build();
        (name.to_owned(), RefOr::T(response))
    };
    STATUSES.into_iter().map(response).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_called_as_its_label() {
        for (label, name) in [
            ("Name", "name"),
            ("Callback URL", "callbackUrl"),
            ("TBA: IssueToken Endpoint", "tbaIssueTokenEndpoint"),
            ("Token-based Authentication", "tokenBasedAuthentication"),
            ("IP Address Restriction", "ipAddressRestriction"),
            ("Inherit IP Rules from Company", "inheritIpRulesFromCompany"),
        ] {
            assert_eq!(member(label), name);
        }
    }
}
