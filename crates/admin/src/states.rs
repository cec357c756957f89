//! An account as it was: snapshots, going back to one, and the refresh of a sandbox.

use countersign_web::sentence;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use countersign_authority::{
    Authority, Caller, SnapshotError, SnapshotInfo, SnapshotName, Snapshots, StateError,
};
use countersign_records::Records;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::body::{Json, Path};
use crate::caller::{Administrator, OwnerOnly};
use crate::moment::Moment;
use crate::problem::{Problem, Problems};
use crate::reply::{done, made, shown};
use crate::{Accounts, Routes};

/// A snapshot of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SnapshotJson {
    pub name: String,
    pub made: Moment,
    pub bytes: u64,
}

/// A snapshot that is to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SnapshotInput {
    /// Letters, digits, dots, dashes and underscores, beginning with a letter or digit.
    #[schema(min_length = 1, max_length = 64, pattern = "^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    pub name: String,
}

impl From<SnapshotInfo> for SnapshotJson {
    fn from(info: SnapshotInfo) -> Self {
        Self {
            name: info.name,
            made: info.made.into(),
            bytes: info.bytes,
        }
    }
}

impl From<StateError> for Problem {
    fn from(error: StateError) -> Self {
        match error {
            StateError::Administration(error) => error.into(),
            StateError::Snapshot(error) => error.into(),
            StateError::NoLever => Self::conflict(sentence(&error)),
        }
    }
}

impl From<SnapshotError> for Problem {
    fn from(error: SnapshotError) -> Self {
        match error {
            SnapshotError::Name => Self::malformed(sentence(&error)),
            SnapshotError::Unknown(_) => Self::not_found(sentence(&error)),
            SnapshotError::Exists(_) | SnapshotError::Reserved => Self::conflict(sentence(&error)),
            SnapshotError::Store(error) => error.into(),
            SnapshotError::File { .. } | SnapshotError::Records(_) => Self::internal(&error),
            SnapshotError::Unfinished(_) => {
                let internal = Self::internal(&error);
                Self {
                    detail: sentence(&error),
                    ..internal
                }
            }
        }
    }
}

/// An account with all that lies beside its authority.
struct Whole {
    authority: Arc<Authority>,
    records: Records,
    snapshots: Arc<Snapshots>,
}

impl Whole {
    /// Where the account is kept is told to nobody but those who may do what is asked for.
    fn of(authority: Arc<Authority>, caller: &Caller, accounts: &dyn Accounts) -> Result<Self, Problem> {
        caller.require_administrator()?;
        let id = authority.account();
        let kept = accounts.records(&id).zip(accounts.snapshots(&id));
        let (records, snapshots) = kept.ok_or_else(|| {
            Problem::conflict(format!("Account {id} is kept in no folder: it has no snapshots."))
        })?;
        Ok(Self {
            authority,
            records,
            snapshots,
        })
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, take))
        .routes(routes!(restore))
        .routes(routes!(reset))
        .routes(routes!(refresh))
}

/// The snapshots of an account, the oldest first. `founded` is the account as it was founded.
#[utoipa::path(get, path = "/accounts/{account}/snapshots", tag = "Snapshots",
    params(("account" = String, Path)),
    responses((status = 200, body = Vec<SnapshotJson>), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn list(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let whole = Whole::of(authority, &caller, &*accounts)?;
    let snapshots = whole.authority.snapshots(&caller, &whole.snapshots)?;
    let snapshots: Vec<SnapshotJson> = snapshots.into_iter().map(SnapshotJson::from).collect();
    Ok(shown(&snapshots))
}

/// Save the account as it is at this moment, while it goes on working.
#[utoipa::path(post, path = "/accounts/{account}/snapshots", tag = "Snapshots",
    params(("account" = String, Path)), request_body = SnapshotInput,
    responses((status = 201, body = SnapshotJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn take(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Json(input): Json<SnapshotInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let whole = Whole::of(authority, &caller, &*accounts)?;
    let name = SnapshotName::parse(&input.name)?;
    let taken = whole_job(async move {
        let Whole {
            authority,
            records,
            snapshots,
        } = whole;
        authority
            .take_snapshot(&caller, &snapshots, &records, &name)
            .await?;
        let all = authority.snapshots(&caller, &snapshots)?;
        Ok(all.into_iter().find(|info| info.name == name.as_str()))
    });
    let taken = taken
        .await?
        .ok_or_else(|| Problem::not_found("The snapshot is gone again."))?;
    Ok(made(&SnapshotJson::from(taken)))
}

/// Put the account back to a snapshot. Nonces that were used stay used.
#[utoipa::path(post, path = "/accounts/{account}/snapshots/{name}/restore", tag = "Snapshots",
    params(("account" = String, Path), ("name" = String, Path, description = "What the snapshot is called.")),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn restore(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Path((_, name)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    go_back(authority, caller, &*accounts, SnapshotName::parse(&name)?).await
}

/// Put the account back to what it was when it was founded.
#[utoipa::path(post, path = "/accounts/{account}/reset", tag = "Snapshots",
    params(("account" = String, Path)),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn reset(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    go_back(authority, caller, &*accounts, SnapshotName::founded()).await
}

async fn go_back(
    authority: Arc<Authority>,
    caller: Caller,
    accounts: &dyn Accounts,
    name: SnapshotName,
) -> Result<Response, Problem> {
    let whole = Whole::of(authority, &caller, accounts)?;
    whole_job(async move {
        let Whole {
            authority,
            records,
            snapshots,
        } = whole;
        authority
            .restore_snapshot(&caller, &snapshots, &records, &name)
            .await
    })
    .await?;
    Ok(done())
}

/// Refresh a sandbox from its production: set-up and records are copied, integration records kept, tokens gone. For
/// whoever owns the data folder.
#[utoipa::path(post, path = "/accounts/{account}/refresh", tag = "Accounts",
    params(("account" = String, Path)),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("owner"))))]
async fn refresh(
    _owner: OwnerOnly,
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let sandbox = authority.account();
    let company = accounts
        .ids()
        .into_iter()
        .find(|id| id.as_str() == sandbox.company());
    let production = company
        .as_ref()
        .and_then(|id| accounts.account(id).zip(accounts.records(id)));
    let (production, production_records) = production.ok_or_else(|| {
        Problem::conflict(format!(
            "Account {sandbox} is refreshed from {}, which is not held here.",
            sandbox.company()
        ))
    })?;
    let whole = Whole::of(authority, &caller, &*accounts)?;
    whole_job(async move {
        let Whole {
            authority,
            records,
            snapshots,
        } = whole;
        let to = (&*snapshots, &records);
        authority
            .refresh(&caller, to, (&production, &production_records))
            .await
    })
    .await?;
    Ok(done())
}

/// In a task of its own: whoever goes away meanwhile leaves nothing half done.
async fn whole_job<T: Send + 'static>(
    work: impl Future<Output = Result<T, StateError>> + Send + 'static,
) -> Result<T, Problem> {
    let done = tokio::spawn(work).await;
    Ok(done.map_err(|error| Problem::internal(&error))??)
}
