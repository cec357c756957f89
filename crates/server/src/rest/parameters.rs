//! What the query of a REST request says.

use countersign_protocol::Request as Signed;
use http::StatusCode;
use http::request::Parts;

use super::error::{self, Detail};
use crate::addressed::Addressed;
use crate::login::target;
use crate::reply::Reply;

/// The query of a request, decoded.
///
/// Attack: bytes that are no text, each shown as the same sign, so that two queries that were signed apart are answered alike.
pub(super) fn parameters(parts: &Parts, addressed: &Addressed) -> Result<Vec<(String, String)>, Reply> {
    let request = Signed::received("GET", addressed.scheme, &addressed.authority, target(parts));
    let Ok(request) = request else {
        return Ok(Vec::new());
    };
    request.query_parameters().map(as_text).collect()
}

fn as_text((name, value): (Vec<u8>, Vec<u8>)) -> Result<(String, String), Reply> {
    let name = String::from_utf8(name).map_err(|wrong| {
        let name = String::from_utf8_lossy(wrong.as_bytes()).into_owned();
        no_text("name", &name)
    })?;
    match String::from_utf8(value) {
        Ok(value) => Ok((name, value)),
        Err(_) => Err(no_text("value", &name)),
    }
}

fn no_text(part: &str, parameter: &str) -> Reply {
    let name: String = parameter.chars().take(80).collect();
    let detail = format!(
        "The {part} of the query parameter {name:?} is not UTF-8. Encode its text as UTF-8, then each byte as %XX."
    );
    error::error(
        StatusCode::BAD_REQUEST,
        &[Detail::new("INVALID_PARAMETER", detail).at("o:errorQueryParam", name)],
    )
}
