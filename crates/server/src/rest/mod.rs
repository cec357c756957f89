//! REST web services.

pub(crate) mod error;
mod record;
mod types;

use countersign_authority::Principal;
use http::request::Parts;

use crate::account::AccountServer;
use crate::addressed::Addressed;
use crate::reply::{Reply, not_emulated};
use crate::server::Pending;

pub(crate) use error::refusal;

/// Whether the service may be used, then the one that `path` (after `/services/rest/`) belongs to.
pub(crate) async fn answer(
    server: &AccountServer,
    principal: &Principal,
    parts: &Parts,
    body: Pending,
    addressed: &Addressed,
    path: &str,
) -> Reply {
    if let Err(denied) = principal.may_use_service() {
        return error::denied(&denied.to_string());
    }
    if let Some(path) = path.strip_prefix("record/v1/") {
        return record::answer(server, principal, parts, body, addressed, path)
            .await
            .unwrap_or_else(|error| error);
    }
    let known = ["query/v1/", "async/v1/", "system/v1/", "auth/"];
    match known.iter().find(|service| path.starts_with(**service)) {
        Some(service) => not_emulated(service.trim_end_matches('/')),
        None => error::not_found(&format!("/services/rest/{path}")),
    }
}
