//! Answers, whole in memory. Only what is followed goes on.

use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::{Either, Full};
use serde::Serialize;

/// An answer.
pub type Reply = Response<Full<Bytes>>;

/// What this server sends: a reply, or an answer of the admin API or the pages that goes on.
pub type Sent = Response<Either<Full<Bytes>, axum::body::Body>>;

pub(crate) const JSON: &str = "application/json; charset=UTF-8";
pub(crate) const TEXT: &str = "text/plain; charset=UTF-8";

/// An answer with a body. None of them may be kept by a cache on the way.
pub(crate) fn reply(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Reply {
    let mut reply = Response::new(Full::new(body.into()));
    *reply.status_mut() = status;
    let headers = reply.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    reply
}

/// What this server writes has text for keys: as JSON it cannot fail.
pub(crate) fn json(status: StatusCode, content_type: &'static str, body: &impl Serialize) -> Reply {
    reply(status, content_type, serde_json::to_vec(body).unwrap_or_default())
}

/// An answer without a body.
pub(crate) fn empty(status: StatusCode) -> Reply {
    let mut reply = Response::new(Full::default());
    *reply.status_mut() = status;
    reply
}

/// Adds a header whose value this server made. A value that cannot be sent is left out.
pub(crate) fn with<B>(mut reply: Response<B>, name: HeaderName, value: &str) -> Response<B> {
    if let Ok(value) = HeaderValue::from_str(value) {
        reply.headers_mut().insert(name, value);
    }
    reply
}

/// What a fault rule says in a service's error.
pub(crate) const FAILS: &str = "An unexpected error occurred. A fault rule of this test account made it.";

/// Says that the connection is to be closed without an answer.
#[derive(Clone, Copy, Debug)]
struct NoAnswer;

pub(crate) fn dropped() -> Reply {
    let mut reply = empty(StatusCode::SERVICE_UNAVAILABLE);
    reply.extensions_mut().insert(NoAnswer);
    reply
}

pub(crate) fn is_dropped<B>(reply: &Response<B>) -> bool {
    reply.extensions().get::<NoAnswer>().is_some()
}

/// For what NetSuite has and this account does not: told apart from anything NetSuite would say.
pub(crate) fn not_emulated(feature: &str) -> Reply {
    let body = serde_json::json!({
        "title": "Not emulated",
        "status": 501,
        "detail": format!("Countersign does not emulate this yet: {feature}. NetSuite would answer."),
    });
    mark_not_emulated(json(StatusCode::NOT_IMPLEMENTED, JSON, &body), feature)
}

/// The header by which a machine sees that an answer is not NetSuite's.
pub(crate) fn mark_not_emulated(reply: Reply, feature: &str) -> Reply {
    let is_sent = |letter: &char| letter.is_ascii_graphic() || *letter == ' ';
    let feature: String = feature.chars().filter(is_sent).take(100).collect();
    let value = format!("not-emulated; feature={feature}");
    with(reply, HeaderName::from_static("x-countersign"), &value)
}
