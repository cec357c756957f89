//! API Secrets.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use countersign_protocol::Secret;
use countersign_scripts::{ApiSecret, ApiSecretForm, LONGEST_SECRET, is_secret_id};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Desk;
use crate::Accounts;
use crate::body::{Json, Path};
use crate::caller::Administrator;
use crate::problem::{Problem, Problems};
use crate::reply::{done, shown};

/// A secret that scripts use and nobody sees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiSecretJson {
    pub script_id: String,
    pub name: String,
    pub description: String,
    pub all_scripts: bool,
    /// The numbers of the scripts that may use it.
    pub scripts: Vec<i64>,
    /// How many values it had.
    pub values: u64,
}

/// A secret that is to be kept.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiSecretInput {
    /// Sealed, and never shown again.
    pub value: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The scripts that may use it, by number or script id; every script where none is named.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scripts: Vec<String>,
}

impl std::fmt::Debug for ApiSecretInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ApiSecretInput(..)")
    }
}

impl From<ApiSecret> for ApiSecretJson {
    fn from(secret: ApiSecret) -> Self {
        Self {
            script_id: secret.script_id,
            name: secret.name,
            description: secret.description,
            all_scripts: secret.all_scripts,
            scripts: secret.scripts,
            values: secret.generation,
        }
    }
}

/// The API Secrets of the account, without their values.
#[utoipa::path(get, path = "/accounts/{account}/api-secrets", tag = "Scripts", operation_id = "list_api_secrets",
    params(("account" = String, Path)),
    responses((status = 200, body = Vec<ApiSecretJson>), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
pub(super) async fn list_secrets(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let secrets = ApiSecret::all(&desk.records).await;
    let secrets = secrets.map_err(|error| Problem::internal(&error))?;
    Ok(shown(
        &secrets.into_iter().map(ApiSecretJson::from).collect::<Vec<_>>(),
    ))
}

/// Keep a secret under its script id, in place of the value it had. The value is sealed, and never shown again.
#[utoipa::path(put, path = "/accounts/{account}/api-secrets/{secret}", tag = "Scripts", operation_id = "put_api_secret",
    params(("account" = String, Path), ("secret" = String, Path, description = "Its script id, custsecret_ and a name.")),
    request_body = ApiSecretInput,
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
pub(super) async fn put_secret(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Path((_, id)): Path<(String, String)>,
    Json(input): Json<ApiSecretInput>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    if !is_secret_id(&id) {
        return Err(Problem::malformed(
            "The script id of a secret begins with custsecret_ and has at most 40 small letters, digits and underscores.",
        ));
    }
    if input.value.is_empty() || input.value.len() > LONGEST_SECRET {
        return Err(Problem::field(
            "value",
            "Password",
            "The value has from 1 to 16384 bytes.",
        ));
    }
    let form = ApiSecretForm {
        name: input.name.unwrap_or_else(|| id.clone()),
        description: input.description.unwrap_or_default(),
        scripts: input.scripts,
        script_id: id.clone(),
    };
    let stamp = desk.authority.record_stamp(&desk.caller);
    let put = ApiSecret::put(&desk.records, form, stamp).await;
    let generation = match put.map_err(|error| Problem::conflict(format!("{error}.")))? {
        Ok(generation) => generation,
        Err(script) => return Err(desk.no_script(&script).await),
    };
    let value = Secret::new(input.value);
    desk.authority
        .put_api_secret(&desk.caller, &id, generation, &value)
        .await?;
    Ok(done())
}

/// Take a secret away: no script can use it any more.
#[utoipa::path(delete, path = "/accounts/{account}/api-secrets/{secret}", tag = "Scripts", operation_id = "remove_api_secret",
    params(("account" = String, Path), ("secret" = String, Path, description = "Its script id.")),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
pub(super) async fn remove_secret(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let stamp = desk.authority.record_stamp(&desk.caller);
    desk.authority.drop_api_secret(&desk.caller, &id).await?;
    let removed = ApiSecret::remove(&desk.records, &id, stamp).await;
    match removed.map_err(|error| Problem::internal(&error))? {
        true => Ok(done()),
        false => Err(Problem::not_found("There is no such API Secret here.")),
    }
}
