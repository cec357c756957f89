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
use crate::body::{Json, Path};
use crate::caller::OwnerOnly;
use crate::problem::{Problem, Problems};
use crate::reply::{done, made, shown};
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
    /// With an integration record, a role and user, and a token of theirs that may change every record, and marked as a test
    /// account with every lever but Determinism: to be called at once.
    #[serde(default, skip_serializing_if = "is_off")]
    pub ready: bool,
    /// With the records of the demonstration company; a file says it itself.
    #[serde(default, skip_serializing_if = "is_off")]
    pub demonstration_records: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde asks")]
const fn is_off(on: &bool) -> bool {
    !*on
}

/// How an account begins.
#[derive(Debug)]
pub enum Founder {
    /// With every feature and nothing else.
    Empty { company_name: Option<String> },
    /// As a file says, but for the company's name.
    File {
        file: Box<AccountFile>,
        company_name: Option<String>,
    },
    /// To be called at once.
    Ready {
        company_name: Option<String>,
        demonstration_records: bool,
    },
}

impl FoundInput {
    fn founder(self, id: &AccountId) -> Result<Founder, Problem> {
        let company_name = self.company_name;
        let Some(text) = self.file else {
            return match (self.ready, self.demonstration_records) {
                (true, demonstration_records) => Ok(Founder::Ready {
                    company_name,
                    demonstration_records,
                }),
                (false, false) => Ok(Founder::Empty { company_name }),
                (false, true) => Err(Problem::malformed("demonstrationRecords goes with ready.")),
            };
        };
        if self.ready || self.demonstration_records {
            return Err(Problem::malformed(
                "A file says itself what the account begins with: leave out ready and demonstrationRecords.",
            ));
        }
        let file = AccountFile::parse(&text)?;
        if file.account_id() != id {
            return Err(Problem::malformed(
                "The file is of another account than accountId says.",
            ));
        }
        Ok(Founder::File {
            file: Box::new(file),
            company_name,
        })
    }
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
        .routes(routes!(remove))
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
    let founder = input.founder(&id)?;
    let folder = accounts.folder().ok_or_else(no_folder)?;
    let founding = tokio::spawn(async move { folder.found(id, founder).await });
    let founded = founding.await.map_err(|error| Problem::internal(&error))??;
    Ok(made(&founded))
}

/// End an account, for whoever owns the data folder: it answers no more, and everything of it is gone, its snapshots too.
/// The last one stays.
#[utoipa::path(delete, path = "/accounts/{account}", tag = "Accounts",
    params(("account" = String, Path)),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("owner"))))]
async fn remove(
    _owner: OwnerOnly,
    State(accounts): State<Arc<dyn Accounts>>,
    Path(account): Path<String>,
) -> Result<Response, Problem> {
    let id: AccountId = account
        .parse()
        .map_err(|error| Problem::malformed(format!("The account ID cannot be read: {error}.")))?;
    if accounts.account(&id).is_none() {
        return Err(Problem::not_found(format!("There is no account {id} here.")));
    }
    let folder = accounts.folder().ok_or_else(no_folder)?;
    let removing = tokio::spawn(async move { folder.remove(id).await });
    removing.await.map_err(|error| Problem::internal(&error))??;
    Ok(done())
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
