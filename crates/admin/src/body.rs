//! What comes with a call: a JSON body, a query and the path, read strictly. None of them may hold the character NUL, which
//! PostgreSQL stores in no text.

use countersign_web::sentence;
use std::error::Error as _;

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use countersign_front::{BodyError, MediaType};
use http::StatusCode;
use http::request::Parts;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

const NUL: &str = "The character NUL (U+0000) can be in no field. Leave it out.";

/// The longest body of JSON, in bytes.
const LARGEST: usize = 1024 * 1024;

/// The longest body that holds files, in bytes.
pub(crate) const LARGEST_FILES: usize = 64 * 1024 * 1024;

/// A JSON body. A member the call does not have is refused, so that a misspelt one is not lost in silence.
pub(crate) struct Json<T>(pub(crate) T);

/// The same where files travel in it.
pub(crate) struct FilesJson<T>(pub(crate) T);

/// What the path names.
pub(crate) struct Path<T>(pub(crate) T);

/// The query; a parameter the call does not have is refused.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        json(request, LARGEST).await.map(Self)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for FilesJson<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        json(request, LARGEST_FILES).await.map(Self)
    }
}

async fn json<T: DeserializeOwned>(request: Request, largest: usize) -> Result<T, Problem> {
    let (parts, body) = request.into_parts();
    if !MediaType::of(&parts.headers).is("application/json") {
        return Err(Problem::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "Not JSON",
            "The body must be JSON, and Content-Type must say so: application/json.",
        ));
    }
    let bytes = read(body, largest).await?;
    if has_escaped_nul(&bytes) {
        return Err(Problem::malformed(NUL));
    }
    // What is read into a struct may otherwise be the list of its values.
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(Problem::malformed("The body must be a JSON object."));
    }
    let mut json = serde_json::Deserializer::from_slice(&bytes);
    let value = serde_path_to_error::deserialize(&mut json);
    let value = value.map_err(|error| {
        let path = error.path().to_string();
        let problem = error.into_inner();
        match path.as_str() {
            "." => Problem::malformed(format!("The body is not what this call takes: {problem}.")),
            path => Problem::malformed(format!("{path} in the body is wrong: {problem}.")),
        }
    })?;
    json.end()
        .map_err(|error| Problem::malformed(format!("More follows after the JSON of the body: {error}.")))?;
    Ok(value)
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(Problem::malformed(NUL));
        }
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        query
            .map(|axum::extract::Query(query)| Self(query))
            .map_err(|error| {
                let error = error
                    .source()
                    .map_or_else(|| error.to_string(), ToString::to_string);
                Problem::malformed(format!("The query is not what this call takes: {error}."))
            })
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let path = axum::extract::Path::<T>::from_request_parts(parts, state).await;
        path.map(|axum::extract::Path(path)| Self(path))
            .map_err(|error| Problem::malformed(format!("The path cannot be read: {}.", error.body_text())))
    }
}

/// JSON writes NUL in one way only.
fn has_escaped_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        let escape = rest.get(at + 1..).unwrap_or_default();
        if escape.starts_with(b"u0000") {
            return true;
        }
        rest = escape.get(1..).unwrap_or_default();
    }
    false
}

/// The whole body, up to `largest` bytes.
pub(crate) async fn read(body: Body, largest: usize) -> Result<Bytes, Problem> {
    let read = axum::body::to_bytes(body, largest).await;
    read.map_err(|error| unread(&error, largest))
}

fn unread(error: &axum::Error, largest: usize) -> Problem {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<http_body_util::LengthLimitError>() {
            return too_large(largest);
        }
        match error.downcast_ref() {
            Some(BodyError::TooLarge { .. }) => return too_large(largest),
            Some(slow @ (BodyError::TooSlow { .. } | BodyError::TooLong { .. })) => {
                return Problem::new(StatusCode::REQUEST_TIMEOUT, "Too slow", sentence(slow));
            }
            Some(crowded @ BodyError::Crowded) => {
                return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "Too busy", sentence(crowded));
            }
            Some(BodyError::Broken { .. }) | None => cause = error.source(),
        }
    }
    Problem::malformed(format!("The body could not be read: {error}."))
}

fn too_large(largest: usize) -> Problem {
    let detail = format!("The body is longer than {largest} bytes, which is all that is taken here.");
    Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Too large", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_escaped_nul_is_found_and_digits_after_an_escaped_backslash_are_none() {
        for (json, has) in [
            (r#""\u0000""#, true),
            (r#""\\\u0000""#, true),
            (r#""\\u0000""#, false),
            (r#""\"\u00001""#, true),
            (r#""u0000\u0001""#, false),
            ("\\", false),
            (r"\u000", false),
        ] {
            assert_eq!(has_escaped_nul(json.as_bytes()), has, "{json}");
        }
    }
}
