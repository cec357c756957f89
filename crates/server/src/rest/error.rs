//! The error envelope of REST web services.

use countersign_authority::PublicAnswer;
use countersign_front::BodyError;
use countersign_protocol::AccountId;
use countersign_records::{FieldError, RecordsError};
use http::StatusCode;
use http::header::WWW_AUTHENTICATE;
use serde_json::{Map, Value, json};

use crate::reply::{self, FAILS, Reply, dropped, mark_not_emulated, with};
use crate::server::body_status;

const TYPE: &str = "application/vnd.oracle.resource+json; type=error; charset=UTF-8";

/// One entry of `o:errorDetails`.
pub(crate) struct Detail {
    pub(crate) code: &'static str,
    pub(crate) detail: String,
    /// The name of the member that says where, such as `o:errorPath`, and the place.
    pub(crate) place: Option<(&'static str, String)>,
}

impl Detail {
    pub(crate) fn new(code: &'static str, detail: impl Into<String>) -> Self {
        Self {
            code,
            detail: detail.into(),
            place: None,
        }
    }

    pub(crate) fn at(self, member: &'static str, place: impl Into<String>) -> Self {
        Self {
            place: Some((member, place.into())),
            ..self
        }
    }
}

pub(crate) fn error(status: StatusCode, details: &[Detail]) -> Reply {
    let detail = |detail: &Detail| {
        let mut entry = Map::new();
        entry.insert("detail".to_owned(), detail.detail.clone().into());
        if let Some((member, place)) = &detail.place {
            entry.insert((*member).to_owned(), place.clone().into());
        }
        entry.insert("o:errorCode".to_owned(), detail.code.into());
        Value::Object(entry)
    };
    let body = json!({
        "type": format!("https://www.rfc-editor.org/rfc/rfc9110.html#section-{}", section(status)),
        "title": status.canonical_reason().unwrap_or_default(),
        "status": status.as_u16(),
        "o:errorDetails": details.iter().map(detail).collect::<Vec<_>>(),
    });
    reply::json(status, TYPE, &body)
}

pub(crate) fn one(status: StatusCode, code: &'static str, detail: impl Into<String>) -> Reply {
    error(status, &[Detail::new(code, detail)])
}

/// The section of RFC 9110 that defines a status; 429 is defined elsewhere, NetSuite points at 400 for it.
const fn section(status: StatusCode) -> &'static str {
    match status {
        StatusCode::UNAUTHORIZED => "15.5.2",
        StatusCode::FORBIDDEN => "15.5.4",
        StatusCode::NOT_FOUND => "15.5.5",
        StatusCode::METHOD_NOT_ALLOWED => "15.5.6",
        StatusCode::REQUEST_TIMEOUT => "15.5.9",
        StatusCode::CONFLICT => "15.5.10",
        StatusCode::PAYLOAD_TOO_LARGE => "15.5.14",
        StatusCode::UNSUPPORTED_MEDIA_TYPE => "15.5.16",
        StatusCode::INTERNAL_SERVER_ERROR => "15.6.1",
        StatusCode::NOT_IMPLEMENTED => "15.6.2",
        StatusCode::BAD_GATEWAY => "15.6.3",
        StatusCode::SERVICE_UNAVAILABLE => "15.6.4",
        _ => "15.5.1",
    }
}

/// The one answer to every failed login.
pub(crate) fn refusal(account: &AccountId, public: PublicAnswer) -> Reply {
    match public {
        PublicAnswer::MalformedHeader | PublicAnswer::RejectedParameter => {
            let detail = "The request could not be understood by the server due to malformed syntax.";
            one(StatusCode::BAD_REQUEST, "INVALID_REQUEST", detail)
        }
        PublicAnswer::UnacceptableValue
        | PublicAnswer::InvalidLogin
        | PublicAnswer::InvalidCredentials
        | PublicAnswer::Ambiguous => {
            let detail = "Invalid login attempt. For more details, see the Login Audit Trail in the NetSuite UI at Setup > Users/Roles > User Management > View Login Audit Trail.";
            let challenge = format!(
                "OAuth realm=\"{account}\", error=\"token_rejected\", error_description=\"Invalid login attempt.\""
            );
            with(
                one(StatusCode::UNAUTHORIZED, "INVALID_LOGIN", detail),
                WWW_AUTHENTICATE,
                &challenge,
            )
        }
        PublicAnswer::ConcurrencyLimit => {
            let detail = "Concurrent request limit exceeded. Request blocked.";
            one(
                StatusCode::TOO_MANY_REQUESTS,
                "CONCURRENCY_LIMIT_EXCEEDED",
                detail,
            )
        }
        PublicAnswer::Unavailable => {
            let detail = "The account cannot answer now; its log says why.";
            one(StatusCode::SERVICE_UNAVAILABLE, "UNEXPECTED_ERROR", detail)
        }
        PublicAnswer::Fails(error) => {
            let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            one(status, "UNEXPECTED_ERROR", FAILS)
        }
        PublicAnswer::Dropped => dropped(),
    }
}

/// For what NetSuite's service does and this one does not, in the envelope that its clients read.
pub(crate) fn not_emulated(feature: &str) -> Reply {
    let detail = format!("Countersign does not emulate this yet: {feature}. NetSuite would answer.");
    mark_not_emulated(one(StatusCode::NOT_IMPLEMENTED, "NOT_EMULATED", detail), feature)
}

pub(crate) fn denied(detail: &str) -> Reply {
    one(StatusCode::FORBIDDEN, "INSUFFICIENT_PERMISSION", detail)
}

pub(crate) fn not_found(path: &str) -> Reply {
    let detail =
        Detail::new("INVALID_PARAMETER", "There is nothing at this address.").at("o:errorUrlPath", path);
    error(StatusCode::NOT_FOUND, &[detail])
}

pub(crate) fn body(error: &BodyError) -> Reply {
    one(body_status(error), "INVALID_CONTENT", error.to_string())
}

/// What the records said, with the path of each field.
pub(crate) fn records(error: RecordsError) -> Reply {
    match error {
        RecordsError::NotFound { .. } => {
            let detail = "The record instance does not exist. Provide a valid record instance ID.";
            self::error(
                StatusCode::NOT_FOUND,
                &[Detail::new("NONEXISTENT_ID", detail).at("o:errorPath", "id")],
            )
        }
        RecordsError::Invalid(errors) => fields(&errors),
        RecordsError::HasDependents { .. }
        | RecordsError::NoTransform { .. }
        | RecordsError::NothingLeft { .. } => one(StatusCode::BAD_REQUEST, "USER_ERROR", error.to_string()),
        other => {
            tracing::error!(error = %other, "records");
            one(
                StatusCode::INTERNAL_SERVER_ERROR,
                "UNEXPECTED_ERROR",
                "The record could not be read or written; the log says why.",
            )
        }
    }
}

pub(crate) fn fields(errors: &[FieldError]) -> Reply {
    let detail = |error: &FieldError| {
        let text = format!(
            "Error while accessing a resource. {}: {}.",
            error.path, error.problem
        );
        Detail::new("INVALID_CONTENT", text).at("o:errorPath", error.path.clone())
    };
    error(
        StatusCode::BAD_REQUEST,
        &errors.iter().map(detail).collect::<Vec<_>>(),
    )
}
