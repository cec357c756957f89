//! RESTlets: the login is checked, then the script that the address names runs.

mod answer;
mod form;

use countersign_authority::{Principal, PublicAnswer};
use countersign_front::{Body, MediaType};
use countersign_protocol::AccountId;
use countersign_scripts::Actor;
use http::header::{ALLOW, WWW_AUTHENTICATE};
use http::request::Parts;
use http::{Method, StatusCode};

use self::form::{Form, XML};
use crate::account::AccountServer;
use crate::addressed::Addressed;
use crate::reply::{FAILS, JSON, Reply, TEXT, dropped, reply, with};
use crate::server::Pending;

pub(crate) async fn answer(
    server: &AccountServer,
    principal: &Principal,
    parts: &Parts,
    body: Pending,
    addressed: &Addressed,
) -> Reply {
    if let Err(denied) = principal.may_use_service() {
        return error(
            parts,
            StatusCode::FORBIDDEN,
            "INSUFFICIENT_PERMISSION",
            &denied.to_string(),
        );
    }
    match malformed(parts) {
        Some(refused) => refused,
        None => answer::run(server, Actor::of(principal), parts, body, addressed).await,
    }
}

/// For whoever is known without a signature: a script that calls another.
pub(crate) async fn answer_to(
    server: &AccountServer,
    actor: Actor,
    parts: &Parts,
    body: Body,
    addressed: &Addressed,
) -> Reply {
    match malformed(parts) {
        Some(refused) => refused,
        None => answer::run(server, actor, parts, Pending::Unread(body), addressed).await,
    }
}

/// The answer to a request that no script is asked for.
fn malformed(parts: &Parts) -> Option<Reply> {
    let has_body = |name| {
        parts
            .headers
            .get(name)
            .is_some_and(|length: &http::HeaderValue| length.as_bytes() != b"0")
    };
    if parts.method == Method::GET
        && (has_body(http::header::CONTENT_LENGTH) || has_body(http::header::TRANSFER_ENCODING))
    {
        return Some(error(
            parts,
            StatusCode::BAD_REQUEST,
            "INVALID_REQUEST",
            MALFORMED,
        ));
    }
    if !matches!(
        parts.method,
        Method::GET | Method::POST | Method::PUT | Method::DELETE
    ) {
        let refused = error(
            parts,
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            "The method is not one of GET, POST, PUT and DELETE.",
        );
        return Some(with(refused, ALLOW, "GET, POST, PUT, DELETE"));
    }
    if matches!(parts.method, Method::POST | Method::PUT) && !is_accepted(parts) {
        let message = "The Content-Type must be application/json, application/xml or text/plain.";
        return Some(error(
            parts,
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "UNSUPPORTED_MEDIA_TYPE",
            message,
        ));
    }
    None
}

const MALFORMED: &str = "The request could not be understood by the server due to malformed syntax.";

pub(crate) fn refusal(account: &AccountId, parts: &Parts, public: PublicAnswer) -> Reply {
    let invalid_login = |code| {
        let reply = error(parts, StatusCode::UNAUTHORIZED, code, "Invalid login attempt.");
        let challenge = format!(
            "OAuth realm=\"{account}\", error=\"token_rejected\", error_description=\"Invalid login attempt.\""
        );
        with(reply, WWW_AUTHENTICATE, &challenge)
    };
    match public {
        PublicAnswer::MalformedHeader | PublicAnswer::UnacceptableValue => {
            error(parts, StatusCode::BAD_REQUEST, "INVALID_REQUEST", MALFORMED)
        }
        PublicAnswer::RejectedParameter | PublicAnswer::InvalidLogin | PublicAnswer::Ambiguous => {
            invalid_login("INVALID_LOGIN_ATTEMPT")
        }
        PublicAnswer::InvalidCredentials => invalid_login("INVALID_LOGIN_CREDENTIALS"),
        PublicAnswer::ConcurrencyLimit => error(
            parts,
            StatusCode::BAD_REQUEST,
            "SSS_REQUEST_LIMIT_EXCEEDED",
            "The maximum allowable number of concurrent requests has been exceeded.",
        ),
        PublicAnswer::Unavailable => error(
            parts,
            StatusCode::SERVICE_UNAVAILABLE,
            "UNEXPECTED_ERROR",
            "The account cannot answer now; its log says why.",
        ),
        PublicAnswer::Fails(fails) => {
            let status = StatusCode::from_u16(fails.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            error(parts, status, "UNEXPECTED_ERROR", FAILS)
        }
        PublicAnswer::Dropped => dropped(),
    }
}

fn is_accepted(parts: &Parts) -> bool {
    let media_type = MediaType::of(&parts.headers);
    let accepted = ["application/json", "application/xml", "text/plain"];
    accepted.into_iter().any(|accepted| media_type.is(accepted))
}

/// An error in the form the request came in: JSON, XML, or text where it had no body.
fn error(parts: &Parts, status: StatusCode, code: &str, message: &str) -> Reply {
    match Form::of(parts) {
        Form::Json => {
            let body = serde_json::json!({ "error": { "code": code, "message": message } });
            reply(status, JSON, body.to_string())
        }
        Form::Xml => {
            let body = format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?><error><code>{}</code><message>{}</message></error>",
                quick_xml::escape::escape(code),
                quick_xml::escape::escape(message)
            );
            reply(status, XML, body)
        }
        Form::Text => reply(
            status,
            TEXT,
            format!("error code: {code}\nerror message: {message}"),
        ),
    }
}
