//! `/rest/datacenterurls`: where an account's hosts are.

use countersign_protocol::{AccountId, Service};
use http::StatusCode;
use http::request::Parts;
use serde_json::{Value, json};

use crate::addressed::Addressed;
use crate::named;
use crate::reply::{JSON, Reply, json};

/// Needs no login. An account that is not here gets the same answer as one that is, like NetSuite's defaults: nobody
/// can find out here which accounts there are.
pub(crate) fn data_center_urls(account: &AccountId, addressed: &Addressed, parts: &Parts) -> Reply {
    let asked = named::by_parameter(parts, "account");
    let account = asked.as_ref().unwrap_or(account);
    json(StatusCode::OK, JSON, &urls(account, addressed))
}

/// The three addresses, as discovery and the list of roles give them.
pub(super) fn urls(account: &AccountId, addressed: &Addressed) -> Value {
    json!({
        "restDomain": addressed.url_of(account, Service::Restlets),
        "webservicesDomain": addressed.url_of(account, Service::SuiteTalk),
        "systemDomain": addressed.url_of(account, Service::App),
    })
}
