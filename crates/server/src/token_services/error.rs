//! What the token services answer to whom they refuse.

use countersign_authority::{AdministrationError, PasswordRefused, PublicAnswer, Refused, ServiceRefused};
use http::StatusCode;
use http::header::ALLOW;
use serde_json::json;

use crate::accounts::Meant;
use crate::reply::{FAILS, JSON, Reply, dropped, json, with};

const MALFORMED: &str = "The request could not be understood by the server due to malformed syntax.";

pub(super) fn error(status: StatusCode, code: &str, message: &str) -> Reply {
    json(
        status,
        JSON,
        &json!({ "error": { "code": code, "message": message } }),
    )
}

/// A method the service does not have.
pub(super) fn method(allowed: &str) -> Reply {
    let message = format!("This service is called with {allowed}.");
    let refused = error(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", &message);
    with(refused, ALLOW, allowed)
}

pub(super) fn invalid_login() -> Reply {
    error(
        StatusCode::UNAUTHORIZED,
        "INVALID_LOGIN_ATTEMPT",
        "Invalid login attempt.",
    )
}

pub(super) fn malformed(message: &str) -> Reply {
    error(StatusCode::BAD_REQUEST, "INVALID_REQUEST", message)
}

pub(super) fn unavailable(status: StatusCode) -> Reply {
    error(
        status,
        "UNEXPECTED_ERROR",
        "The account cannot answer now; its log says why.",
    )
}

/// Something of the account's own.
pub(super) fn failed(error: &AdministrationError) -> Reply {
    tracing::error!(%error, "a token service cannot answer");
    unavailable(StatusCode::SERVICE_UNAVAILABLE)
}

pub(super) fn password(refused: &PasswordRefused) -> Reply {
    match refused {
        PasswordRefused::Denied(denied) => {
            let public = denied.public();
            error(StatusCode::UNAUTHORIZED, public.code, public.message)
        }
        PasswordRefused::TooOften { .. } => error(
            StatusCode::TOO_MANY_REQUESTS,
            "TOO_MANY_REQUESTS",
            &refused.to_string(),
        ),
        PasswordRefused::Failed(error) => failed(error),
    }
}

impl Meant {
    /// The answer to whom a service refuses that takes a password. Whoever logged in learns which levers are in force.
    pub(super) fn refuse_service(&self, refused: &ServiceRefused) -> Reply {
        match refused {
            ServiceRefused::Password(_) => self.marked(service(refused)),
            _ => self.account.marked(service(refused)),
        }
    }

    /// The answer to a login by token that failed.
    pub(super) fn refuse_token(&self, refused: &Refused) -> Reply {
        let reply = login(refused.public);
        match refused.execution {
            Some(_) => self.account.marked(reply),
            None => self.marked(reply),
        }
    }
}

/// Whoever is told more than that a login failed has logged in.
pub(super) fn service(refused: &ServiceRefused) -> Reply {
    match refused {
        ServiceRefused::Password(refused) => password(refused),
        ServiceRefused::Fault(fault) => login(fault.0),
        ServiceRefused::Rule(rule) => error(
            StatusCode::FORBIDDEN,
            "INSUFFICIENT_PERMISSION",
            &rule.to_string(),
        ),
        ServiceRefused::UnknownIntegration
        | ServiceRefused::UnknownToken(_)
        | ServiceRefused::State(_)
        | ServiceRefused::Fields(_) => malformed(&refused.to_string()),
        ServiceRefused::Failed(error) => failed(error),
    }
}

/// A login by token that failed, or what a fault rule does in place of a service.
pub(super) fn login(public: PublicAnswer) -> Reply {
    match public {
        PublicAnswer::MalformedHeader | PublicAnswer::UnacceptableValue => malformed(MALFORMED),
        PublicAnswer::RejectedParameter
        | PublicAnswer::InvalidLogin
        | PublicAnswer::InvalidCredentials
        | PublicAnswer::Ambiguous => invalid_login(),
        PublicAnswer::ConcurrencyLimit => error(
            StatusCode::BAD_REQUEST,
            "SSS_REQUEST_LIMIT_EXCEEDED",
            "The maximum allowable number of concurrent requests has been exceeded.",
        ),
        PublicAnswer::Unavailable => unavailable(StatusCode::SERVICE_UNAVAILABLE),
        PublicAnswer::Fails(fails) => {
            let status = StatusCode::from_u16(fails.status());
            let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            error(status, "UNEXPECTED_ERROR", FAILS)
        }
        PublicAnswer::Dropped => dropped(),
    }
}
