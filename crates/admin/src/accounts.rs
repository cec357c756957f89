//! The accounts a server holds.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use countersign_account_file::AccountFile;
use countersign_model::Account;
use countersign_protocol::{AccountId, Environment};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::account_file::AppliedJson;
use crate::body::Json;
use crate::caller::OwnerOnly;
use crate::problem::{Problem, Problems};
use crate::reply::{made, shown};
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

/// An account that is to be founded.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FoundInput {
    /// In any form: `1234567_SB1`, `1234567-sb1`.
    pub account_id: String,
    /// That of the file, or `Local Company`, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company_name: Option<String>,
    /// An account file it is to be as; without one it is empty, with every feature on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
}

/// An account that was founded, with what was made for it: shown here and never again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FoundedJson {
    pub account: AccountJson,
    pub made: AppliedJson,
}

/// Where a backup is to be written.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BackupInput {
    /// A folder of this machine that is not there yet; its whole path.
    pub folder: String,
}

/// A backup that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct BackupJson {
    pub folder: String,
    pub accounts: Vec<String>,
}

impl AccountJson {
    pub fn of(account: &Account) -> Self {
        let environment = match account.id.environment() {
            Environment::Production => "Production",
            Environment::Sandbox => "Sandbox",
            Environment::ReleasePreview => "Release Preview",
        };
        Self {
            account_id: account.id.to_string(),
            company_name: account.company_name.clone(),
            environment: environment.to_owned(),
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, found))
        .routes(routes!(back_up))
}

/// Found an account beside those that are there, for whoever owns the data folder.
#[utoipa::path(post, path = "/accounts", tag = "Accounts", request_body = FoundInput,
    responses((status = 201, body = FoundedJson), Problems),
    extensions(("x-permission" = json!("owner"))))]
async fn found(
    _owner: OwnerOnly,
    State(accounts): State<Arc<dyn Accounts>>,
    Json(input): Json<FoundInput>,
) -> Result<Response, Problem> {
    let id: AccountId = input
        .account_id
        .parse()
        .map_err(|error| Problem::malformed(format!("accountId: {error}.")))?;
    let file = input.file.as_deref().map(AccountFile::parse).transpose()?;
    if file.as_ref().is_some_and(|file| *file.account_id() != id) {
        return Err(Problem::malformed(
            "The file is of another account than accountId says.",
        ));
    }
    let folder = accounts.folder().ok_or_else(no_folder)?;
    let founding = tokio::spawn(async move { folder.found(id, input.company_name, file).await });
    let founded = founding.await.map_err(|error| Problem::internal(&error))??;
    Ok(made(&founded))
}

/// Copy every account into a folder of this machine, without the keys, for whoever owns the data folder. What was
/// answered before is in it.
#[utoipa::path(post, path = "/backup", tag = "Accounts", request_body = BackupInput,
    responses((status = 201, body = BackupJson), Problems),
    extensions(("x-permission" = json!("owner"))))]
async fn back_up(
    _owner: OwnerOnly,
    State(accounts): State<Arc<dyn Accounts>>,
    Json(input): Json<BackupInput>,
) -> Result<Response, Problem> {
    let to = std::path::PathBuf::from(input.folder);
    if !to.is_absolute() {
        return Err(Problem::malformed("folder must be a whole path, from the root."));
    }
    let folder = accounts.folder().ok_or_else(no_folder)?;
    let copying = tokio::spawn(async move { folder.back_up(to).await });
    let backup = copying.await.map_err(|error| Problem::internal(&error))??;
    Ok(made(&backup))
}

fn no_folder() -> Problem {
    Problem::conflict("The accounts of this server are kept in no folder.")
}

/// The accounts of this server, for whoever owns its data folder.
#[utoipa::path(get, path = "/accounts", tag = "Accounts",
    responses((status = 200, body = Vec<AccountJson>), Problems),
    extensions(("x-permission" = json!("owner"))))]
async fn list(_owner: OwnerOnly, State(accounts): State<Arc<dyn Accounts>>) -> Response {
    let ids = accounts.ids();
    let held = ids.iter().filter_map(|id| accounts.account(id));
    let shown_accounts: Vec<_> = held
        .map(|authority| AccountJson::of(&authority.snapshot().account))
        .collect();
    shown(&shown_accounts)
}
