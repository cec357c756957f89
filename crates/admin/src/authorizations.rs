//! Step two of the authorization flow: what an application asks of a user, and the answer. For sessions only.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use countersign_authority::{Authority, Authorization, RequestedBy};
use countersign_model::{FlowState, RequestTokenId, RoleId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::body::{Json, Path};
use crate::caller::{Administrator, Visitor};
use crate::problem::{Problem, Problems};
use crate::reply::shown;
use crate::{Accounts, Routes};

/// What an application asks of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizationJson {
    /// The name of the integration record.
    pub application: String,
    /// Where the browser goes afterwards: host and port of the callback.
    pub callback_host: String,
    /// Who is asked.
    pub user: String,
    /// The roles the user may choose.
    pub roles: Vec<RoleChoiceJson>,
    /// The internal id of the role to begin with; none where there is none to choose.
    pub role: Option<i64>,
}

/// A role one may choose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleChoiceJson {
    pub id: i64,
    pub name: String,
}

/// What the user answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum Consent {
    Allow,
    Deny,
}

/// The answer of a user.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ConsentInput {
    pub consent: Consent,
    /// The internal id of the role the application is to act in; for Allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<i64>,
    /// The application's own state, handed back as it came: up to 512 letters and digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub state: Option<String>,
}

/// Where the browser is to go. After Allow it holds the verifier: shown here and never again.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RedirectJson {
    pub location: String,
}

impl std::fmt::Debug for RedirectJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RedirectJson(..)")
    }
}

/// A request token of an account.
#[derive(Clone, Debug, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Path)]
struct RequestTokenPath {
    #[expect(dead_code, reason = "read with whoever calls, in `caller`")]
    account: String,
    /// The request token of step one.
    request_token: String,
}

impl RequestTokenPath {
    fn token(self) -> Result<RequestTokenId, Problem> {
        let token = RequestTokenId::parse(self.request_token);
        token.map_err(|error| Problem::malformed(format!("The path cannot be read: {error}.")))
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(show, answer))
}

/// What an application asks of the user who is signed in.
#[utoipa::path(get, path = "/accounts/{account}/authorizations/{requestToken}", tag = "Authorizations",
    params(RequestTokenPath),
    responses((status = 200, body = AuthorizationJson), Problems),
    extensions(("x-permission" = json!("session"))))]
async fn show(
    administrator: Administrator,
    visitor: Visitor,
    State(accounts): State<Arc<dyn Accounts>>,
    Path(path): Path<RequestTokenPath>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let token = path.token()?;
    let home = home_of(&*accounts, &authority, &token).await;
    let requested = RequestedBy {
        home: &home,
        token: &token,
    };
    let asked = authority
        .authorization(&caller, requested, visitor.arrival.address)
        .await?;
    Ok(shown(&AuthorizationJson::of(asked)))
}

/// Allow or Deny. The browser is to go where the answer says.
#[utoipa::path(post, path = "/accounts/{account}/authorizations/{requestToken}", tag = "Authorizations",
    params(RequestTokenPath), request_body = ConsentInput,
    responses((status = 200, body = RedirectJson), Problems),
    extensions(("x-permission" = json!("session"))))]
async fn answer(
    administrator: Administrator,
    visitor: Visitor,
    State(accounts): State<Arc<dyn Accounts>>,
    Path(path): Path<RequestTokenPath>,
    Json(input): Json<ConsentInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let token = path.token()?;
    let home = home_of(&*accounts, &authority, &token).await;
    let requested = RequestedBy {
        home: &home,
        token: &token,
    };
    let state = input.state.as_deref().map(str::parse::<FlowState>).transpose();
    let state = state.map_err(|error| field("state", "State", &error.to_string()))?;
    let location = match (input.consent, input.role) {
        (Consent::Deny, _) => {
            authority
                .deny_authorization(&caller, requested, state.as_ref())
                .await?
        }
        (Consent::Allow, None) => return Err(field("role", "Role", "is required to allow.")),
        (Consent::Allow, Some(role)) => {
            let (role, address) = (RoleId::new(role), visitor.arrival.address);
            let allowed = authority
                .allow_authorization(&caller, requested, role, state.as_ref(), address)
                .await?;
            allowed.map_err(|refused| Problem::forbidden(refused.to_string()))?
        }
    };
    let location = location.expose().to_owned();
    Ok(shown(&RedirectJson { location }))
}

/// The account that issued the request token; where none did, the one that is asked.
async fn home_of(accounts: &dyn Accounts, asked: &Arc<Authority>, token: &RequestTokenId) -> Arc<Authority> {
    let others = accounts.ids().into_iter().filter_map(|id| accounts.account(&id));
    for home in std::iter::once(Arc::clone(asked)).chain(others) {
        if home.has_request_token(token).await {
            return home;
        }
    }
    Arc::clone(asked)
}

impl AuthorizationJson {
    fn of(asked: Authorization) -> Self {
        let roles = asked.roles.iter().map(|role| RoleChoiceJson {
            id: role.id.get(),
            name: role.name.clone(),
        });
        Self {
            roles: roles.collect(),
            application: asked.application,
            callback_host: asked.callback_host,
            user: asked.user,
            role: asked.chosen.map(RoleId::get),
        }
    }
}

fn field(field: &str, label: &str, message: &str) -> Problem {
    Problem {
        detail: format!("{label}: {message}"),
        ..Problem::field(field, label, message)
    }
}
