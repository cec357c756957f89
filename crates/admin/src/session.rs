//! One's own session and access: signing in, the role, the password, the second factor.

use axum::response::Response;
use countersign_authority::{BegunSession, Caller, SignIn};
use countersign_model::RoleId;
use countersign_protocol::Secret;
use countersign_web::set_session_cookie;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::Routes;
use crate::body::Json;
use crate::caller::{Administrator, SignedIn, Visitor};
use crate::problem::{Problem, Problems};
use crate::reply::{done, made, shown};
use crate::roles::{GrantJson, grants};

/// Who one is signed in as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct SessionJson {
    pub name: String,
    /// The internal id of the user; none for whoever owns the data folder.
    pub user: Option<i64>,
    pub role: Option<i64>,
    pub administrator: bool,
    /// As they are at this request.
    pub permissions: Vec<GrantJson>,
    pub two_factor_passed: bool,
    /// Nothing else works before a new password is set.
    pub must_change_password: bool,
    /// Nothing else works before an authenticator app is set up.
    pub must_set_up_second_factor: bool,
}

/// Who wants in.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignInInput {
    pub email: String,
    #[schema(format = Password)]
    pub password: String,
    /// The internal id of a role; the first that is open where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<i64>,
    /// The verification code of an authenticator app, or a recovery code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Another role.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RoleSwitchInput {
    /// The internal id of the role.
    pub role: i64,
}

/// A new password of one's own.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OwnPasswordInput {
    #[schema(format = Password)]
    pub current_password: String,
    #[schema(format = Password)]
    pub password: String,
}

/// The password one has.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PresentPasswordInput {
    #[schema(format = Password)]
    pub current_password: String,
}

/// A code of an authenticator app.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CodeInput {
    /// Six digits.
    pub code: String,
}

/// What an authenticator app is given: shown here and never again.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthenticatorJson {
    /// In base32, to be typed.
    pub secret: String,
    /// `otpauth://…`, to be shown as a QR code.
    pub address: String,
}

/// Recovery codes, each good once: shown here and never again.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RecoveryCodesJson {
    pub recovery_codes: Vec<String>,
}

/// Whether a role of one's own is hidden.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HiddenRoleInput {
    /// The internal id of the role.
    pub role: i64,
    pub hidden: bool,
}

macro_rules! shows_nothing {
    ($($type:ident),+) => {$(
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(..)"))
            }
        }
    )+};
}

shows_nothing!(
    SignInInput,
    OwnPasswordInput,
    PresentPasswordInput,
    CodeInput,
    AuthenticatorJson,
    RecoveryCodesJson
);

impl SessionJson {
    fn of(caller: &Caller) -> Self {
        let session = caller.session();
        Self {
            name: caller.name().to_owned(),
            user: caller.user().map(countersign_model::EntityId::get),
            role: caller.role().map(RoleId::get),
            administrator: (caller.is_owner() || session.is_some()) && caller.is_administrator(),
            permissions: grants(&caller.permissions()),
            two_factor_passed: session.is_some_and(|session| session.two_factor_passed),
            must_change_password: session.is_some_and(|session| session.must_change_password),
            must_set_up_second_factor: session.is_some_and(|session| session.must_enrol),
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(show, sign_in, switch_role, sign_out))
        .routes(routes!(change_password))
        .routes(routes!(begin_second_factor, confirm_second_factor))
        .routes(routes!(replace_recovery_codes))
        .routes(routes!(hide_role))
}

/// Who one is signed in as.
#[utoipa::path(get, path = "/accounts/{account}/session", tag = "Session",
    params(("account" = String, Path)),
    responses((status = 200, body = SessionJson), Problems),
    extensions(("x-permission" = json!("signed in"))))]
async fn show(SignedIn(administrator): SignedIn) -> Response {
    shown(&SessionJson::of(&administrator.caller))
}

/// Sign in with a password. The answer sets the cookie of the session.
#[utoipa::path(post, path = "/accounts/{account}/session", tag = "Session",
    params(("account" = String, Path)), request_body = SignInInput,
    responses((status = 201, body = SessionJson),
        (status = 429, description = "Too many logins from the address failed.", body = Problem,
            content_type = "application/problem+json"),
        Problems),
    extensions(("x-permission" = json!("nobody"))))]
async fn sign_in(visitor: Visitor, Json(input): Json<SignInInput>) -> Result<Response, Problem> {
    let password = Secret::new(input.password);
    let sign_in = SignIn {
        email: &input.email,
        password: &password,
        role: input.role.map(RoleId::new),
        code: input.code.as_deref(),
        source: visitor.source(),
    };
    let BegunSession { caller, cookie } = visitor.authority.sign_in(&sign_in).await?;
    let mut response = made(&SessionJson::of(&caller));
    set_session_cookie(response.headers_mut(), Some(&cookie), visitor.arrival.secure);
    Ok(response)
}

/// Go on in another role, with its rights as they are now. The answer sets a new cookie.
#[utoipa::path(patch, path = "/accounts/{account}/session", tag = "Session",
    params(("account" = String, Path)), request_body = RoleSwitchInput,
    responses((status = 200, body = SessionJson), Problems),
    extensions(("x-permission" = json!("session"))))]
async fn switch_role(
    administrator: Administrator,
    visitor: Visitor,
    Json(input): Json<RoleSwitchInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let role = RoleId::new(input.role);
    let switched = authority.switch_role(&caller, role, visitor.source()).await?;
    let BegunSession { caller, cookie } =
        switched.map_err(|refused| Problem::forbidden(refused.to_string()))?;
    let mut response = shown(&SessionJson::of(&caller));
    set_session_cookie(response.headers_mut(), Some(&cookie), visitor.arrival.secure);
    Ok(response)
}

/// Sign out.
#[utoipa::path(delete, path = "/accounts/{account}/session", tag = "Session",
    params(("account" = String, Path)),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("session"))))]
async fn sign_out(SignedIn(administrator): SignedIn, visitor: Visitor) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    authority.sign_out(&caller).await?;
    let mut response = done();
    set_session_cookie(response.headers_mut(), None, visitor.arrival.secure);
    Ok(response)
}

/// Change one's own password. Every other session of one's own ends.
#[utoipa::path(put, path = "/accounts/{account}/session/password", tag = "Session",
    params(("account" = String, Path)), request_body = OwnPasswordInput,
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("session"))))]
async fn change_password(
    SignedIn(administrator): SignedIn,
    Json(input): Json<OwnPasswordInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let (current, password) = (Secret::new(input.current_password), Secret::new(input.password));
    let changed = authority
        .change_own_password(&caller, &current, &password)
        .await?;
    changed.ok_or_else(|| {
        wrong(
            "currentPassword",
            "Current Password",
            "is not your present password.",
        )
    })?;
    Ok(done())
}

/// Begin to set up an authenticator app. What it is given is in the answer, once.
#[utoipa::path(post, path = "/accounts/{account}/session/second-factor", tag = "Session",
    params(("account" = String, Path)),
    responses((status = 201, body = AuthenticatorJson), Problems),
    extensions(("x-permission" = json!("session"))))]
async fn begin_second_factor(SignedIn(administrator): SignedIn) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let app = authority.begin_second_factor(&caller).await?;
    Ok(made(&AuthenticatorJson {
        secret: app.secret.expose().to_owned(),
        address: app.address.expose().to_owned(),
    }))
}

/// Complete the set-up with the app's first code. Ten recovery codes are in the answer, once.
#[utoipa::path(put, path = "/accounts/{account}/session/second-factor", tag = "Session",
    params(("account" = String, Path)), request_body = CodeInput,
    responses((status = 200, body = RecoveryCodesJson), Problems),
    extensions(("x-permission" = json!("session"))))]
async fn confirm_second_factor(
    SignedIn(administrator): SignedIn,
    Json(input): Json<CodeInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let codes = authority.confirm_second_factor(&caller, &input.code).await?;
    let codes = codes.ok_or_else(|| wrong("code", "Verification Code", "is not the code of this moment."))?;
    Ok(shown(&RecoveryCodesJson::of(&codes)))
}

/// New recovery codes, for one's present password; the old ones are good for nothing from here on.
#[utoipa::path(post, path = "/accounts/{account}/session/recovery-codes", tag = "Session",
    params(("account" = String, Path)), request_body = PresentPasswordInput,
    responses((status = 201, body = RecoveryCodesJson), Problems),
    extensions(("x-permission" = json!("session"))))]
async fn replace_recovery_codes(
    administrator: Administrator,
    Json(input): Json<PresentPasswordInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let password = Secret::new(input.current_password);
    let codes = authority.replace_recovery_codes(&caller, &password).await?;
    let codes = codes.ok_or_else(|| {
        wrong(
            "currentPassword",
            "Current Password",
            "is not your present password.",
        )
    })?;
    Ok(made(&RecoveryCodesJson::of(&codes)))
}

/// View My Roles: hide one of one's own roles, or show it again. Tokens of a hidden role do not log in.
#[utoipa::path(put, path = "/accounts/{account}/session/roles", tag = "Session",
    params(("account" = String, Path)), request_body = HiddenRoleInput,
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("session"))))]
async fn hide_role(
    administrator: Administrator,
    Json(input): Json<HiddenRoleInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let role = RoleId::new(input.role);
    authority.hide_own_role(&caller, role, input.hidden).await?;
    Ok(done())
}

impl RecoveryCodesJson {
    fn of(codes: &countersign_authority::RecoveryCodes) -> Self {
        let codes = codes.codes().iter().map(|code| code.expose().to_owned());
        Self {
            recovery_codes: codes.collect(),
        }
    }
}

fn wrong(field: &str, label: &str, message: &str) -> Problem {
    Problem {
        detail: format!("{label} {message}"),
        ..Problem::field(field, label, message)
    }
}
