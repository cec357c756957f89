//! What an account says of itself: how many requests it runs at once.

use countersign_authority::ConcurrencyLimits;
use http::header::ALLOW;
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::json;

use super::error;
use crate::account::AccountServer;
use crate::asking::Asking;
use crate::reply::{Reply, json, with};

/// Answers `system/v1/governanceLimits`. An error is an answer too.
pub(super) async fn governance_limits(
    server: &AccountServer,
    asking: Asking<'_>,
    parts: &Parts,
) -> Result<Reply, Reply> {
    if parts.method != Method::GET {
        let detail = format!("The method {} is not supported for this resource.", parts.method);
        let error = error::one(StatusCode::METHOD_NOT_ALLOWED, "INVALID_METHOD", detail);
        return Err(with(error, ALLOW, "GET"));
    }
    if !asking.rights().is_administrator() {
        return Err(error::denied(
            "governanceLimits answers Administrators, and this token has another role.",
        ));
    }
    let Some(principal) = asking.principal else {
        return Ok(error::not_emulated(
            "system/v1/governanceLimits asked by a script",
        ));
    };
    let limits = server.authority.concurrency_limits(principal).await;
    let ConcurrencyLimits {
        account,
        unallocated,
        integration,
    } = limits.map_err(|error| {
        tracing::error!(%error, "the allocated concurrency cannot be read");
        let detail = "The limits could not be read; the log says why.";
        error::one(StatusCode::INTERNAL_SERVER_ERROR, "UNEXPECTED_ERROR", detail)
    })?;
    let body = match integration {
        None => json!({
            "accountConcurrencyLimit": account,
            "accountUnallocatedConcurrencyLimit": unallocated,
            "integrationLimitType": "accountLimit",
        }),
        Some(limit) => json!({
            "accountConcurrencyLimit": account,
            "accountUnallocatedConcurrencyLimit": unallocated,
            "integrationConcurrencyLimit": limit,
            "integrationLimitType": "integrationSpecific",
        }),
    };
    Ok(json(StatusCode::OK, "application/json", &body))
}
