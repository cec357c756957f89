//! REST web services.

pub(crate) mod error;
mod paging;
mod parameters;
mod prefer;
mod record;
mod suiteql;
mod system;
mod types;

use countersign_model::Surface;
use http::request::Parts;

use crate::account::AccountServer;
use crate::addressed::Addressed;
use crate::asking::Asking;
use crate::reply::Reply;
use crate::server::Pending;

pub(crate) use error::refusal;
pub(crate) use record::{may, operations};
pub(crate) use types::netsuites;

/// Whether the service may be used, then the one that `path` (after `/services/rest/`) belongs to.
pub(crate) async fn answer(
    server: &AccountServer,
    asking: Asking<'_>,
    parts: &Parts,
    body: Pending,
    addressed: &Addressed,
    path: &str,
) -> Reply {
    if let Err(denied) = asking.may_use(Surface::Rest) {
        return error::denied(&denied.to_string());
    }
    let answer = match Service::of(path) {
        Service::Record(path) => record::answer(server, asking, parts, body, addressed, path).await,
        Service::Suiteql => suiteql::answer(server, asking, parts, body, addressed).await,
        Service::GovernanceLimits => system::governance_limits(server, asking, parts).await,
        Service::NotEmulated(service) => Ok(error::not_emulated(service)),
        Service::NotFound => Err(error::not_found(&format!("/services/rest/{path}"))),
    };
    answer.unwrap_or_else(|error| error)
}

/// What a path below `/services/rest/` belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service<'p> {
    /// What follows `record/v1/`.
    Record(&'p str),
    Suiteql,
    GovernanceLimits,
    /// NetSuite has it, this account does not yet.
    NotEmulated(&'static str),
    NotFound,
}

impl<'p> Service<'p> {
    pub(crate) fn of(path: &'p str) -> Self {
        if let Some(path) = path.strip_prefix("record/v1/") {
            return Self::Record(path);
        }
        if let "query/v1/suiteql" | "query/v1/suiteql/" = path {
            return Self::Suiteql;
        }
        if let "system/v1/governanceLimits" | "system/v1/governanceLimits/" = path {
            return Self::GovernanceLimits;
        }
        let known = ["query/v1/", "async/v1/", "system/v1/", "auth/"];
        let known = known.into_iter().find(|service| path.starts_with(service));
        known.map_or(Self::NotFound, |service| {
            Self::NotEmulated(service.trim_end_matches('/'))
        })
    }
}
