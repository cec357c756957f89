//! `/rest/tokeninfo`, and where an account's hosts are.

use countersign_authority::Principal;
use countersign_protocol::{AccountId, Request as Signed, Service};
use http::header::ALLOW;
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::json;

use crate::addressed::Addressed;
use crate::login::target;
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

/// Needs no login. An account that is not here gets the same answer as one that is, like NetSuite's defaults: nobody
/// can find out here which accounts there are.
pub(crate) fn data_center_urls(account: &AccountId, addressed: &Addressed, parts: &Parts) -> Reply {
    let signed = Signed::received("GET", addressed.scheme, &addressed.authority, target(parts));
    let asked = signed.ok().and_then(|request| {
        request
            .query_parameters()
            .find(|(name, _)| name == b"account")
            .map(|(_, value)| value)
    });
    let asked = asked
        .and_then(|value| String::from_utf8(value).ok())
        .and_then(|text| text.parse::<AccountId>().ok());
    let account = asked.as_ref().unwrap_or(account);
    let body = json!({
        "restDomain": addressed.url_of(account, Service::Restlets),
        "webservicesDomain": addressed.url_of(account, Service::SuiteTalk),
        "systemDomain": addressed.url_of(account, Service::App),
    });
    json(StatusCode::OK, JSON, &body)
}
