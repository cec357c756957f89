//! Access tokens: Setup > Users/Roles > Access Tokens, and Settings > Manage Access Tokens.

use axum::response::Response;
use countersign_authority::{NewToken, TokenWithUse};
use countersign_model::{AccessTokenId, EntityId, IntegrationId, RoleId, TokenChange, TokenEditForm};
use countersign_store::TokenFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::body::{Json, Path, Query};
use crate::caller::Administrator;
use crate::edit::{given, set};
use crate::moment::Moment;
use crate::page::{self, Page};
use crate::problem::{Problem, Problems};
use crate::reply::{done, made, shown};
use crate::{RecordPath, Routes};

/// An access token. Its secret is nowhere here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenJson {
    /// The internal id; not the Token ID.
    pub id: i64,
    pub token_name: String,
    /// The internal id of the integration record.
    pub application: i64,
    pub user: i64,
    pub role: i64,
    /// The last characters of the Token ID.
    pub token_id: String,
    /// Also of a revoked token.
    pub inactive: bool,
    pub revoked: bool,
    pub date_revoked: Option<Moment>,
    pub created: Moment,
    /// The internal id of the user who made it; none where the owner of the account did.
    pub created_by: Option<i64>,
    pub last_used: Option<Moment>,
    pub use_count: u64,
}

/// A new token, with its ID and secret: shown here and never again.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NewTokenJson {
    pub token: TokenJson,
    pub credentials: TokenCredentialsJson,
}

/// A Token ID with its secret.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct TokenCredentialsJson {
    pub token_id: String,
    pub token_secret: String,
}

impl std::fmt::Debug for TokenCredentialsJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TokenCredentialsJson(..)")
    }
}

/// A token that is to be made. Without user and role it is one's own, for the role one is signed in with.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TokenInput {
    /// The internal id of the integration record.
    pub application: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<i64>,
    /// Application, user and role where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_name: Option<String>,
}

/// What is to change about a token.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct TokenChangeInput {
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub token_name: Option<String>,
    /// Refuses its logins until it is cleared again.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub inactive: Option<bool>,
}

/// Which tokens to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TokenQuery {
    /// How the name begins, upper and lower case aside; the list is then by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_name: Option<String>,
    /// The internal id of the integration record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<i64>,
    /// The internal id of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<i64>,
    /// The internal id of the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<i64>,
    /// Revoked: yes, no, or all where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked: Option<bool>,
    /// The internal id of the token the page begins after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// How many at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

impl From<&TokenWithUse> for TokenJson {
    fn from(TokenWithUse { token, used }: &TokenWithUse) -> Self {
        Self {
            id: token.id.get(),
            token_name: token.name.clone(),
            application: token.integration.get(),
            user: token.user.get(),
            role: token.role.get(),
            token_id: token.token_id.masked().to_string(),
            inactive: !token.is_active(),
            revoked: token.state.revoked_at().is_some(),
            date_revoked: token.state.revoked_at().map(Moment),
            created: token.created.into(),
            created_by: token.created_by.map(EntityId::get),
            last_used: used.last.map(Moment),
            use_count: used.count,
        }
    }
}

impl From<&NewToken> for TokenCredentialsJson {
    fn from(made: &NewToken) -> Self {
        Self {
            token_id: made.id.as_str().to_owned(),
            token_secret: made.secret.expose().to_owned(),
        }
    }
}

impl NewTokenJson {
    fn of(token: &TokenWithUse, made: &NewToken) -> Self {
        Self {
            token: token.into(),
            credentials: made.into(),
        }
    }
}

impl TokenChangeInput {
    pub fn fill(self, mut form: TokenEditForm) -> TokenEditForm {
        set(&mut form.name, self.token_name);
        set(&mut form.inactive, self.inactive);
        form
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(show, edit))
        .routes(routes!(revoke))
}

/// Access Tokens: everybody's with Access Token Management, one's own otherwise.
#[utoipa::path(get, path = "/accounts/{account}/tokens", tag = "Access tokens",
    params(("account" = String, Path), TokenQuery),
    responses((status = 200, body = Page<TokenJson>), Problems),
    extensions(("x-permission" = json!([["Access Token Management", "Full"], ["User Access Tokens", "Full"]]))))]
async fn list(administrator: Administrator, Query(query): Query<TokenQuery>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let filter = TokenFilter {
        name: query.token_name,
        integration: query.application.map(IntegrationId::new),
        user: query.user.map(EntityId::new),
        role: query.role.map(RoleId::new),
        revoked: query.revoked,
        ..TokenFilter::default()
    };
    let limit = page::limit(query.limit)?;
    let after = query.after.map(AccessTokenId::new);
    let tokens = authority.tokens(&caller, filter, after, limit + 1).await?;
    let page: Page<TokenJson> = Page::of(tokens, limit, |found| found.token.id.get(), |found| found.into());
    Ok(shown(&page))
}

/// Create an access token. Its Token ID and Token Secret are in the answer, once.
#[utoipa::path(post, path = "/accounts/{account}/tokens", tag = "Access tokens",
    params(("account" = String, Path)), request_body = TokenInput,
    responses((status = 201, body = NewTokenJson), Problems),
    extensions(("x-permission" = json!([["Access Token Management", "Full"], ["User Access Tokens", "Full"]]))))]
async fn create(administrator: Administrator, Json(input): Json<TokenInput>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let application = IntegrationId::new(input.application);
    let name = input.token_name.unwrap_or_default();
    let created = match (input.user, input.role) {
        (Some(user), Some(role)) => {
            let holder = (EntityId::new(user), RoleId::new(role));
            authority
                .create_token(&caller, application, holder, name, None)
                .await
        }
        (None, None) => authority.create_own_token(&caller, application, name).await,
        _ => {
            return Err(Problem::malformed(
                "Give both user and role for somebody else's token, and neither for your own.",
            ));
        }
    };
    let (token, made_now) =
        created.map_err(|error| Problem::from(error).naming(&[("Application Name", "application")]))?;
    Ok(made(&NewTokenJson::of(&token, &made_now)))
}

/// An access token, also a revoked one.
#[utoipa::path(get, path = "/accounts/{account}/tokens/{id}", tag = "Access tokens",
    params(RecordPath),
    responses((status = 200, body = TokenJson), Problems),
    extensions(("x-permission" = json!([["Access Token Management", "Full"], ["User Access Tokens", "Full"]]))))]
async fn show(administrator: Administrator, Path(path): Path<RecordPath>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let token = authority.token(&caller, AccessTokenId::new(path.id)).await?;
    Ok(shown(&TokenJson::from(&token)))
}

/// Rename a token, or check and clear its Inactive box.
#[utoipa::path(patch, path = "/accounts/{account}/tokens/{id}", tag = "Access tokens",
    params(RecordPath), request_body = TokenChangeInput,
    responses((status = 200, body = TokenJson), Problems),
    extensions(("x-permission" = json!([["Access Token Management", "Full"], ["User Access Tokens", "Full"]]))))]
async fn edit(
    administrator: Administrator,
    Path(path): Path<RecordPath>,
    Json(input): Json<TokenChangeInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let id = AccessTokenId::new(path.id);
    let token = authority
        .edit_token(&caller, id, move |form| input.fill(form))
        .await?;
    Ok(shown(&TokenJson::from(&token)))
}

/// Revoke a token: at once, and for ever.
#[utoipa::path(post, path = "/accounts/{account}/tokens/{id}/revoke", tag = "Access tokens",
    params(RecordPath),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!([["Access Token Management", "Full"], ["User Access Tokens", "Full"]]))))]
async fn revoke(administrator: Administrator, Path(path): Path<RecordPath>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let id = AccessTokenId::new(path.id);
    authority
        .change_token_state(&caller, id, TokenChange::Revoke)
        .await?;
    Ok(done())
}
