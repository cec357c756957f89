//! `/rest/tokeninfo`: who a token is.

use countersign_authority::Principal;
use http::header::ALLOW;
use http::{Method, StatusCode};
use serde_json::json;

use crate::reply::{JSON, Reply, json, with};
use crate::server::{is_reading, plain};

/// Who a token is. The spelling of the names is not published by NetSuite: docs/fidelity.md.
pub(crate) fn token_info(principal: &Principal, method: &Method) -> Reply {
    if !is_reading(method) {
        let refused = plain(StatusCode::METHOD_NOT_ALLOWED, "tokeninfo is asked with GET.\n");
        return with(refused, ALLOW, "GET, HEAD");
    }
    let body = json!({
        "companyName": principal.account().company_name,
        "companyId": principal.account().id.as_str(),
        "roleName": principal.role().name,
        "roleId": principal.role().id.get(),
        "entityId": principal.user().id.get(),
    });
    json(StatusCode::OK, JSON, &body)
}
