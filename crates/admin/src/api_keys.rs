//! Keys to this API.

use axum::response::Response;
use countersign_model::{ApiKey, ApiKeyForm, ApiKeyId, EntityId, RoleId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::body::{Json, Path, Query};
use crate::caller::Administrator;
use crate::moment::Moment;
use crate::page::{self, Page};
use crate::problem::{Problem, Problems};
use crate::reply::{done, made, shown};
use crate::roles::{GrantJson, granted, grants};
use crate::{RecordPath, Routes};

/// A key. It acts for its user and role, and never beyond its scopes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ApiKeyJson {
    /// The internal id.
    pub id: i64,
    pub name: String,
    pub user: i64,
    pub role: i64,
    pub scopes: Vec<GrantJson>,
    pub created: Moment,
    pub expires: Moment,
    pub last_used: Option<Moment>,
    pub revoked: Option<Moment>,
}

/// A new key, shown here and never again.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewApiKeyJson {
    pub api_key: ApiKeyJson,
    /// For the header `Authorization: Bearer`.
    pub secret: String,
}

impl std::fmt::Debug for NewApiKeyJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewApiKeyJson(..)")
    }
}

/// A key that is to be made.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ApiKeyInput {
    pub name: String,
    /// No more than its user may do in its role.
    pub scopes: Vec<GrantJson>,
    /// From 1 to 366.
    #[schema(minimum = 1, maximum = 366)]
    pub expires_in_days: u32,
    /// The user and role it acts for: one's own where nothing is said, anybody's for whoever owns the data folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<i64>,
}

/// Which keys to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ApiKeyQuery {
    /// The internal id of the key the page begins after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// How many at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

impl From<&ApiKey> for ApiKeyJson {
    fn from(key: &ApiKey) -> Self {
        Self {
            id: key.id.get(),
            name: key.name.clone(),
            user: key.user.get(),
            role: key.role.get(),
            scopes: grants(&key.scopes),
            created: key.created.into(),
            expires: key.expires.into(),
            last_used: key.last_used.map(Moment),
            revoked: key.revoked.map(Moment),
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(revoke))
}

/// One's own keys; everybody's for an Administrator.
#[utoipa::path(get, path = "/accounts/{account}/api-keys", tag = "API keys",
    params(("account" = String, Path), ApiKeyQuery),
    responses((status = 200, body = Page<ApiKeyJson>), Problems),
    extensions(("x-permission" = json!("signed in"))))]
async fn list(administrator: Administrator, Query(query): Query<ApiKeyQuery>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let limit = page::limit(query.limit)?;
    let after = query.after.map(ApiKeyId::new);
    let keys = authority.api_keys(&caller, after, limit + 1).await?;
    let page: Page<ApiKeyJson> = Page::of(keys, limit, |key| key.id.get(), |key| key.into());
    Ok(shown(&page))
}

/// Create a key, in a session or as the owner of the data folder. It is in the answer, once.
#[utoipa::path(post, path = "/accounts/{account}/api-keys", tag = "API keys",
    params(("account" = String, Path)), request_body = ApiKeyInput,
    responses((status = 201, body = NewApiKeyJson), Problems),
    extensions(("x-permission" = json!("session"))))]
async fn create(administrator: Administrator, Json(input): Json<ApiKeyInput>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let form = ApiKeyForm {
        name: input.name,
        scopes: granted(&input.scopes),
        expires_in_days: input.expires_in_days,
    };
    let named = match (input.user, input.role) {
        (Some(user), Some(role)) => Some((EntityId::new(user), RoleId::new(role))),
        (None, None) => None,
        _ => return Err(Problem::malformed("Give both user and role, or neither.")),
    };
    let key = authority.create_api_key(&caller, &form, named).await?;
    Ok(made(&NewApiKeyJson {
        api_key: (&key.key).into(),
        secret: key.secret.expose().to_owned(),
    }))
}

/// Revoke a key: at once, and for ever.
#[utoipa::path(delete, path = "/accounts/{account}/api-keys/{id}", tag = "API keys",
    params(RecordPath),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("signed in"))))]
async fn revoke(administrator: Administrator, Path(path): Path<RecordPath>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    authority.revoke_api_key(&caller, ApiKeyId::new(path.id)).await?;
    Ok(done())
}
