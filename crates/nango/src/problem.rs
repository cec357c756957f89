//! Why a request was not done, in the form Nango has for it: `{"error": {"code", "message", "errors"}}`.

use std::time::Duration;

use bytes::Bytes;
use countersign_front::BodyError;
use countersign_proxy::{AnswerBody, Refusal};
use countersign_vault::{Conflict, VaultError};
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Response, StatusCode};
use serde_json::{Value, json};

#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    message: String,
    /// The members or parameters that are wrong, each with its path.
    at: Vec<String>,
    retry_after: Option<u64>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            at: Vec::new(),
            retry_after: None,
        }
    }

    pub(crate) fn bad_request(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    pub(crate) fn body(path: &str, message: impl Into<String>) -> Self {
        Self::bad_request("invalid_body", message).at(path)
    }

    pub(crate) fn query(name: &str, message: impl Into<String>) -> Self {
        Self::bad_request("invalid_query_params", message).at(name)
    }

    pub(crate) fn header(name: &str, message: impl Into<String>) -> Self {
        Self::bad_request("invalid_headers", message).at(name)
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", message)
    }

    /// Credentials that failed too often to be tried now.
    pub(crate) fn resting(code: &'static str, rest: Duration) -> Self {
        let minutes = rest.as_secs().div_ceil(60);
        let message = format!(
            "Nothing was saved, and the account was not asked: logins with this token failed lately, and five that fail in \
             a row lock its user. Look at the account's Login Audit Trail, and try again in {minutes} minutes."
        );
        Self {
            retry_after: Some(rest.as_secs()),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, code, message)
        }
    }

    fn at(mut self, path: &str) -> Self {
        self.at.push(path.to_owned());
        self
    }

    /// For a page, which shows it to a person.
    pub(crate) fn into_message(self) -> String {
        self.message
    }

    pub(crate) fn response(self) -> Response<AnswerBody> {
        let mut error = json!({ "code": self.code, "message": self.message });
        if !self.at.is_empty()
            && let Some(error) = error.as_object_mut()
        {
            let errors = self.at.iter().map(|path| {
                let path: Vec<&str> = path.split('.').collect();
                json!({ "code": "custom", "message": self.message, "path": path })
            });
            error.insert("errors".to_owned(), errors.collect());
        }
        let mut response = reply(self.status, &json!({ "error": error }));
        let headers = response.headers_mut();
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer realm=\"countersign\"");
            headers.insert(WWW_AUTHENTICATE, scheme);
        }
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}

pub(crate) fn reply(status: StatusCode, body: &Value) -> Response<AnswerBody> {
    let mut response = Response::new(AnswerBody::whole(Bytes::from(body.to_string())));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// What the proxy says of a key or a host, under Nango's words.
impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal.code {
            "KEY_REQUIRED" => "missing_auth_header",
            "KEY_REFUSED" => "unknown_account",
            "BAD_REQUEST" => "invalid_headers",
            "UNAVAILABLE" => "server_error",
            _ => "forbidden",
        };
        Self {
            retry_after: refusal.retry_after.map(|time| time.as_secs().max(1)),
            ..Self::new(refusal.status, code, refusal.message)
        }
    }
}

impl From<BodyError> for Problem {
    fn from(error: BodyError) -> Self {
        let (status, code) = match error {
            BodyError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, "request_too_large"),
            BodyError::TooSlow { .. } | BodyError::TooLong { .. } => {
                (StatusCode::REQUEST_TIMEOUT, "invalid_body")
            }
            BodyError::Crowded => (StatusCode::SERVICE_UNAVAILABLE, "server_error"),
            BodyError::Broken { .. } => (StatusCode::BAD_REQUEST, "invalid_body"),
        };
        Self::new(status, code, sentence(&error))
    }
}

/// What the caller can mend is said; the rest is for the operator.
impl From<VaultError> for Problem {
    fn from(error: VaultError) -> Self {
        match &error {
            VaultError::UnknownConnection(_) | VaultError::UnknownIntegration(_) => {
                Self::not_found(sentence(&error))
            }
            VaultError::Conflict(Conflict::IntegrationUsed(_)) => {
                Self::bad_request("integration_has_connections", sentence(&error))
            }
            VaultError::Conflict(_) | VaultError::Superseded { .. } => {
                Self::new(StatusCode::CONFLICT, "conflict", sentence(&error))
            }
            VaultError::Credentials(_) | VaultError::Label(_) => {
                Self::bad_request("invalid_body", sentence(&error))
            }
            VaultError::SessionOver => Self::new(
                StatusCode::UNAUTHORIZED,
                "unknown_connect_session_token",
                sentence(&error),
            ),
            VaultError::TooManySessions => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, "resource_capped", sentence(&error))
            }
            _ => {
                tracing::error!(%error, "the vault cannot be used");
                let message = "The vault cannot be used now; the proxy's log says why. Try again later.";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "server_error", message)
            }
        }
    }
}

/// Begins with a capital letter and ends with a full stop.
pub(crate) fn sentence(text: &dyn std::fmt::Display) -> String {
    let text = text.to_string();
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}
