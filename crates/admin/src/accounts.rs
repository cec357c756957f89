//! The accounts a server holds.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use countersign_protocol::Environment;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::caller::OwnerOnly;
use crate::problem::Problems;
use crate::reply::shown;
use crate::{Accounts, Routes};

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AccountJson {
    pub account_id: String,
    pub company_name: String,
    /// `Production`, `Sandbox` or `Release Preview`.
    pub environment: String,
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(list))
}

/// The accounts of this server, for whoever owns its data folder.
#[utoipa::path(get, path = "/accounts", tag = "Accounts",
    responses((status = 200, body = Vec<AccountJson>), Problems),
    extensions(("x-permission" = json!("owner"))))]
async fn list(_owner: OwnerOnly, State(accounts): State<Arc<dyn Accounts>>) -> Response {
    let ids = accounts.ids();
    let held = ids.iter().filter_map(|id| accounts.account(id));
    let shown_accounts: Vec<_> = held
        .map(|authority| {
            let account = &authority.snapshot().account;
            let environment = match account.id.environment() {
                Environment::Production => "Production",
                Environment::Sandbox => "Sandbox",
                Environment::ReleasePreview => "Release Preview",
            };
            AccountJson {
                account_id: account.id.to_string(),
                company_name: account.company_name.clone(),
                environment: environment.to_owned(),
            }
        })
        .collect();
    shown(&shown_accounts)
}
