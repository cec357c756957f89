//! The header Prefer: how a caller wants to be answered.

use http::request::Parts;

use super::error::not_emulated;
use crate::reply::Reply;

/// Whether the caller prefers this, in any letter case, in one header or several.
pub(super) fn prefers(parts: &Parts, preference: &str) -> bool {
    let values = parts.headers.get_all("prefer").iter();
    values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split([',', ';']))
        .any(|one| one.trim().eq_ignore_ascii_case(preference))
}

/// What would change the answer, and does not yet, is refused: a wrong answer would be taken for NetSuite's.
pub(super) fn refuse_asynchronous(parts: &Parts) -> Result<(), Reply> {
    match prefers(parts, "respond-async") {
        true => Err(not_emulated("asynchronous requests")),
        false => Ok(()),
    }
}
