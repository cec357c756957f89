//! Setup > Integration > Integration Management > Integration Governance.

use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::Routes;
use crate::caller::Administrator;
use crate::named::{Named, TierWord};
use crate::problem::{Problem, Problems};
use crate::reply::shown;

/// How many requests the account runs at once, and who may have how many of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct GovernanceJson {
    pub service_tier: TierWord,
    #[serde(rename = "suitecloudPlusLicenses")]
    pub suitecloud_plus_licences: u32,
    /// SOAP, REST and RESTlets together.
    pub account_concurrency_limit: u32,
    /// What integration records have of their own, together.
    pub allocated: u32,
    /// What is left for those that have none; never less than one.
    pub unallocated: u32,
    /// Requests running now.
    pub running: u32,
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(show))
}

/// The account's concurrency, and what is left of it.
#[utoipa::path(get, path = "/accounts/{account}/governance", tag = "Governance",
    params(("account" = String, Path)),
    responses((status = 200, body = GovernanceJson), Problems),
    extensions(("x-permission" = json!([["Integration Application", "Full"]]))))]
async fn show(administrator: Administrator) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let overview = authority.governance(&caller).await?;
    let limit = overview.governance.limit();
    Ok(shown(&GovernanceJson {
        service_tier: Named(overview.governance.tier),
        suitecloud_plus_licences: overview.governance.suitecloud_plus_licences,
        account_concurrency_limit: limit,
        allocated: overview.allocated,
        unallocated: limit.saturating_sub(overview.allocated),
        running: overview.running,
    }))
}
