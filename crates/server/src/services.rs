//! The services of an account that are called by programs: which account is meant, and its answer.

use countersign_front::Body;
use countersign_model::{FlowStep, Surface};
use countersign_protocol::AccountId;
use http::StatusCode;
use http::request::Parts;

use crate::accounts::Accounts;
use crate::addressed::Addressed;
use crate::reply::{Reply, not_emulated};
use crate::route::Route;
use crate::server::{nobody, plain};
use crate::{named, soap, token_services};

/// Answers what is neither a page nor the admin API. The error is an answer too: that nobody is at home.
pub(crate) async fn answer(
    accounts: &Accounts,
    route: Route<'_>,
    parts: &Parts,
    body: Body,
    addressed: &Addressed,
) -> Result<Reply, Reply> {
    let meant = |named: fn(&Parts) -> Option<AccountId>| {
        let meant = accounts.meant(&addressed.host, || named(parts));
        meant.ok_or_else(|| nobody(addressed.name()))
    };
    Ok(match route {
        Route::Health => plain(StatusCode::OK, "ok\n"),
        Route::DataCenterUrls => {
            let meant = meant(named::by_realm)?;
            meant.marked(token_services::data_center_urls(&meant.told, addressed, parts))
        }
        Route::TokenInfo => {
            let meant = meant(named::by_realm)?;
            meant.heard(Surface::Restlet, meant.token_info(parts, addressed).await)
        }
        Route::RequestToken | Route::AccessToken => {
            let flow = token_services::meant_by_flow(accounts, parts, addressed).await;
            let flow = flow.ok_or_else(|| nobody(addressed.name()))?;
            let step = match route {
                Route::RequestToken => FlowStep::RequestToken,
                _ => FlowStep::AccessToken,
            };
            let reply = flow.answer(step, parts, body, addressed, accounts).await;
            flow.meant.heard(Surface::AuthorizationFlow, reply)
        }
        Route::IssueToken => {
            let meant = meant(named::by_nlauth)?;
            meant.heard(Surface::TokenService, meant.issue_token(parts, addressed).await)
        }
        Route::RevokeToken => {
            let meant = meant(named::by_nlauth)?;
            meant.heard(Surface::TokenService, meant.revoke_token(parts, addressed).await)
        }
        Route::Roles => token_services::roles(accounts, parts, addressed).await,
        Route::Rest(path) => {
            let meant = meant(named::by_realm)?;
            meant.heard(Surface::Rest, meant.rest(parts, body, addressed, path).await)
        }
        Route::Restlet => {
            let meant = meant(named::by_realm)?;
            meant.heard(Surface::Restlet, meant.restlet(parts, body, addressed).await)
        }
        Route::Soap(version) => soap::answer(accounts, version, parts, body, addressed).await,
        Route::Schema(version) => {
            let meant = accounts.meant(&addressed.host, || None);
            let meant = meant.ok_or_else(|| nobody(addressed.name()))?;
            soap::schema(&meant, version, parts, addressed)
        }
        Route::NotEmulated(feature) => not_emulated(feature),
        Route::Admin | Route::Pages | Route::AuthorizeToken | Route::NotFound => {
            plain(StatusCode::NOT_FOUND, "There is no such page.\n")
        }
    })
}
