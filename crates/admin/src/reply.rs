//! Answers.

use axum::body::Body;
use axum::response::{IntoResponse as _, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::problem::Problem;

/// 200 with JSON. No cache on the way keeps this or any other answer.
pub(crate) fn shown(body: &impl Serialize) -> Response {
    json(StatusCode::OK, body)
}

/// 201 with what was made.
pub(crate) fn made(body: &impl Serialize) -> Response {
    json(StatusCode::CREATED, body)
}

/// 204.
pub(crate) fn done() -> Response {
    kept_nowhere(StatusCode::NO_CONTENT.into_response())
}

fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(body) => with_type(status, "application/json", body),
        Err(error) => Problem::internal(&error).into_response(),
    }
}

pub(crate) fn with_type(status: StatusCode, content_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = kept_nowhere((status, body.into()).into_response());
    let content_type = HeaderValue::from_static(content_type);
    response.headers_mut().insert(CONTENT_TYPE, content_type);
    response
}

pub(crate) fn kept_nowhere(mut response: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    response.headers_mut().insert(CACHE_CONTROL, no_store);
    response
}
