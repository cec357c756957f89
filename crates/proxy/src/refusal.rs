//! What a caller is told where the proxy answers itself: a status, a word for programs, a sentence for people.

use std::time::Duration;

use bytes::Bytes;
use countersign_front::BodyError;
use countersign_governor::Busy;
use countersign_vault::{CallRefused, ConnectionId, Denied, VaultError};
use http::header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderName, Response, StatusCode};

use crate::answer::AnswerBody;
use crate::pace::TooSlow;

/// Where SOAP is called, up to the version.
pub(crate) const SOAP: &str = "/services/NetSuitePort_";

/// Tells the proxy's own refusals from NetSuite's, by the word that is also in the body.
const ERROR: HeaderName = HeaderName::from_static("x-countersign-error");

/// An answer of the proxy's own.
#[derive(Clone, Debug)]
pub struct Refusal {
    pub status: StatusCode,
    /// For programs; it does not change.
    pub code: &'static str,
    /// One or two sentences: what happened, why, and what to do.
    pub message: String,
    pub retry_after: Option<Duration>,
}

/// In which form a refusal is understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Json,
    Fault,
}

impl Form {
    pub(crate) fn of(path: &str) -> Self {
        match path.contains(SOAP) {
            true => Self::Fault,
            false => Self::Json,
        }
    }
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            retry_after: None,
        }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "BAD_REQUEST", message)
    }

    pub(crate) fn no_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "KEY_REQUIRED",
            "No key was given. Send the one that `countersign caller add` showed, as Authorization: Bearer csc_… or as \
             X-Countersign-Key.",
        )
    }

    /// Wrong, revoked and expired look the same.
    pub(crate) fn wrong_key() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "KEY_REFUSED",
            "This key opens nothing: it is wrong, revoked or expired. Make a caller with `countersign caller add`.",
        )
    }

    /// The same for a connection that is not there.
    pub(crate) fn denied(denied: Denied, connection: &ConnectionId) -> Self {
        let missing = match denied {
            Denied::NoGrant => format!("This key has no grant for a connection {connection}"),
            Denied::Expired => format!("The grant of this key for connection {connection} has expired"),
            Denied::Service => {
                format!("The grant of this key for connection {connection} does not name this service")
            }
            Denied::Method => {
                format!("The grant of this key for connection {connection} does not name this method")
            }
            Denied::Target => {
                format!(
                    "The grant of this key for connection {connection} does not name this path, record type or script"
                )
            }
            Denied::Writing => {
                format!(
                    "The grant of this key for connection {connection} is for reading, and this call may write"
                )
            }
        };
        let message = format!("{missing}. Whoever runs the proxy gives one with `countersign grant add`.");
        Self::new(StatusCode::FORBIDDEN, "GRANT_MISSING", message)
    }

    pub(crate) fn unavailable(message: impl Into<String>) -> Self {
        Self {
            retry_after: Some(Duration::from_secs(5)),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, "UNAVAILABLE", message)
        }
    }

    pub(crate) fn no_answer(status: StatusCode, message: impl Into<String>) -> Self {
        Self::new(status, "NO_ANSWER", message)
    }

    /// One word of what became of the request, for the audit and for metrics.
    pub(crate) const fn outcome(&self) -> &'static str {
        self.code
    }

    pub(crate) fn response(&self, form: Form) -> Response<AnswerBody> {
        let (media_type, body, status) = match form {
            Form::Json => {
                let error = serde_json::json!({ "error": { "code": self.code, "message": self.message } });
                ("application/json", error.to_string(), self.status)
            }
            Form::Fault => {
                let message = quick_xml::escape::escape(self.message.as_str());
                // Clients send again what a server could not do. What is too much now is no mistake of the message's.
                let whose =
                    match self.status.is_client_error() && self.status != StatusCode::TOO_MANY_REQUESTS {
                        true => "Client",
                        false => "Server",
                    };
                let fault = format!(
                    "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>\
                     <soapenv:Fault><faultcode>soapenv:{whose}</faultcode><faultstring>{message}</faultstring><detail><code>{}\
                     </code></detail></soapenv:Fault></soapenv:Body></soapenv:Envelope>",
                    self.code
                );
                ("text/xml; charset=utf-8", fault, self.status)
            }
        };
        let mut response = Response::new(AnswerBody::whole(Bytes::from(body)));
        *response.status_mut() = status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(media_type));
        headers.insert(ERROR, HeaderValue::from_static(self.code));
        if status == StatusCode::UNAUTHORIZED {
            // Not Basic, which browsers would ask for and send along from other sites.
            headers.insert(
                WWW_AUTHENTICATE,
                HeaderValue::from_static("Bearer realm=\"countersign\""),
            );
        }
        if let Some(time) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(time.as_secs().max(1)));
        }
        response
    }
}

impl From<CallRefused> for Refusal {
    fn from(refused: CallRefused) -> Self {
        Self::bad_request(sentence(&refused))
    }
}

impl From<Busy> for Refusal {
    fn from(busy: Busy) -> Self {
        Self {
            retry_after: Some(busy.retry_after()),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "BUSY", sentence(&busy))
        }
    }
}

impl From<BodyError> for Refusal {
    fn from(error: BodyError) -> Self {
        let status = match error {
            BodyError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            BodyError::TooSlow { .. } | BodyError::TooLong { .. } => StatusCode::REQUEST_TIMEOUT,
            BodyError::Crowded => StatusCode::SERVICE_UNAVAILABLE,
            BodyError::Broken { .. } => StatusCode::BAD_REQUEST,
        };
        let text = sentence(&error);
        let text = match status {
            StatusCode::PAYLOAD_TOO_LARGE => {
                format!("{text} Send it in several requests.")
            }
            _ => text,
        };
        Self::new(status, "BODY", text)
    }
}

impl From<TooSlow> for Refusal {
    fn from(error: TooSlow) -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "BODY", sentence(&error))
    }
}

/// What the vault says is for the operator; callers learn that it cannot be used.
impl From<VaultError> for Refusal {
    fn from(error: VaultError) -> Self {
        match error {
            // Removed since the caller was judged.
            VaultError::UnknownConnection(id) => Self::denied(Denied::NoGrant, &id),
            VaultError::Superseded { .. } => Self::new(StatusCode::CONFLICT, "SUPERSEDED", sentence(&error)),
            other => {
                tracing::error!(error = %other, "the vault cannot be used");
                Self::unavailable("The proxy cannot use its vault now; its log says why. Try again later.")
            }
        }
    }
}

/// Begins with a capital letter and ends with a full stop.
pub(crate) fn sentence(text: &dyn std::fmt::Display) -> String {
    let text = text.to_string();
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_sends_too_much_is_told_how_much_may_be_sent_and_what_to_do() {
        let refusal = Refusal::from(BodyError::TooLarge { limit: 1_073_741_824 });
        assert_eq!(refusal.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(
            refusal.message,
            "The request body is larger than 1073741824 bytes, which is all that is taken here. Send it in several requests."
        );
    }
}
