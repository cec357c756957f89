//! Entities with access: Setup > Users/Roles > Manage Users, and the Access subtab of their records.

use axum::response::Response;
use countersign_authority::AdministrationError;
use countersign_model::{EntityId, RoleId, User, UserForm};
use countersign_protocol::Secret;
use countersign_store::UserFilter;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::body::{Json, Path, Query};
use crate::caller::Administrator;
use crate::edit::{given, set};
use crate::moment::Moment;
use crate::named::{EntityKindWord, Named};
use crate::page::{self, Page};
use crate::problem::{Problem, Problems};
use crate::reply::{done, made, shown};
use crate::roles::{GrantJson, LevelInput, PermissionPath, granted, grants};
use crate::{RecordPath, Routes};

/// An entity, and what it may log in as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct UserJson {
    /// The internal id.
    pub id: i64,
    #[serde(rename = "type")]
    pub kind: EntityKindWord,
    pub name: String,
    pub email: String,
    pub inactive: bool,
    pub give_access: bool,
    pub roles: Vec<AssignedRoleJson>,
    /// What it may do in every role, while the feature Global Permissions is on.
    pub global_permissions: Vec<GrantJson>,
    pub web_services_user: bool,
    pub concurrent_web_services_user: bool,
    pub inherit_ip_rules_from_company: bool,
    pub ip_address_restriction: String,
    /// Until when five failed passwords lock it.
    pub locked_until: Option<Moment>,
}

/// A role on the Access subtab.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AssignedRoleJson {
    /// The internal id of the role.
    pub role: i64,
    /// Whether the user has hidden it on View My Roles; no token logs in with it then.
    pub hidden: bool,
}

/// What a user is to be. On a new one, what is left out is empty; on one that is there it stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct UserInput {
    /// Chosen once.
    #[serde(
        rename = "type",
        skip_serializing_if = "Option::is_none",
        deserialize_with = "given"
    )]
    #[schema(nullable = false)]
    pub kind: Option<EntityKindWord>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    /// Which the user signs in with.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub email: Option<String>,
    /// An inactive entity does not log in.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub inactive: Option<bool>,
    /// Who has access has at least one role.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub give_access: Option<bool>,
    /// The internal ids of all its roles: one that is not in the list is taken away. For one alone there is
    /// `…/roles/{role}`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub roles: Option<Vec<i64>>,
    /// All of them: one that is not in the list is taken away. For one alone there is `…/global-permissions/{permission}`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub global_permissions: Option<Vec<GrantJson>>,
    /// Its box; it changes nothing for tokens.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub web_services_user: Option<bool>,
    /// Its box, which takes a SuiteCloud Plus licence; it changes nothing for tokens.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub concurrent_web_services_user: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub inherit_ip_rules_from_company: Option<bool>,
    /// Addresses, ranges and networks, with commas between them.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub ip_address_restriction: Option<String>,
}

/// Which users to list.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct UserQuery {
    /// How the name begins, upper and lower case aside; the list is then by name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The whole email address, as it is written in the record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// The type of the entity.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<EntityKindWord>, inline)]
    pub kind: Option<EntityKindWord>,
    /// Only inactive ones, or only the others.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub inactive: Option<bool>,
    /// The internal id of the user the page begins after.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// How many at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

/// A password that an administrator gives a user.
#[derive(Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PasswordInput {
    #[schema(format = Password)]
    pub password: String,
    /// Require Password Change on Next Login; it is, where nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub require_password_change_on_next_login: Option<bool>,
}

/// One role of a user.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RolePath {
    /// The internal id of the user.
    id: i64,
    /// The internal id of the role.
    role: i64,
}

impl std::fmt::Debug for PasswordInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PasswordInput(..)")
    }
}

impl From<&User> for UserJson {
    fn from(user: &User) -> Self {
        let restriction = &user.ip_restriction;
        let role = |assigned: &countersign_model::AssignedRole| AssignedRoleJson {
            role: assigned.role.get(),
            hidden: assigned.hidden,
        };
        Self {
            id: user.id.get(),
            kind: Named(user.kind),
            name: user.name.clone(),
            email: user.email.clone(),
            inactive: user.inactive,
            give_access: user.give_access,
            roles: user.roles.iter().map(role).collect(),
            global_permissions: grants(&user.global_permissions),
            web_services_user: user.web_services_user,
            concurrent_web_services_user: user.concurrent_web_services_user,
            inherit_ip_rules_from_company: restriction.inherit_from_company,
            ip_address_restriction: restriction
                .own
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            locked_until: user.locked_until.map(Moment),
        }
    }
}

impl UserInput {
    /// The form with what is given here filled in.
    pub fn fill(self, mut form: UserForm) -> UserForm {
        set(&mut form.kind, self.kind.map(|kind| kind.0));
        set(&mut form.name, self.name);
        set(&mut form.email, self.email);
        set(&mut form.inactive, self.inactive);
        set(&mut form.give_access, self.give_access);
        let roles = self
            .roles
            .map(|ids| ids.into_iter().map(RoleId::new).collect::<Vec<_>>());
        set(&mut form.roles, roles);
        let permissions = self.global_permissions.map(|grants| granted(&grants));
        set(&mut form.global_permissions, permissions);
        set(&mut form.web_services_user, self.web_services_user);
        set(
            &mut form.concurrent_web_services_user,
            self.concurrent_web_services_user,
        );
        set(&mut form.inherit_ip_rules, self.inherit_ip_rules_from_company);
        set(&mut form.ip_address_restriction, self.ip_address_restriction);
        form
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(show, edit, delete))
        .routes(routes!(give_role, take_role))
        .routes(routes!(give_global_permission, take_global_permission))
        .routes(routes!(set_password))
        .routes(routes!(unlock))
        .routes(routes!(remove_second_factor))
}

/// Manage Users: by internal id, or by name where a name is asked for.
#[utoipa::path(get, path = "/accounts/{account}/users", tag = "Users",
    params(("account" = String, Path), UserQuery),
    responses((status = 200, body = Page<UserJson>), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn list(administrator: Administrator, Query(query): Query<UserQuery>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let filter = UserFilter {
        name: query.name,
        email: query.email,
        kind: query.kind.map(|kind| kind.0),
        inactive: query.inactive,
        ..UserFilter::default()
    };
    let limit = page::limit(query.limit)?;
    let after = query.after.map(EntityId::new);
    let users = authority.users(&caller, filter, after, limit + 1).await?;
    let page: Page<UserJson> = Page::of(users, limit, |user| user.id.get(), |user| user.into());
    Ok(shown(&page))
}

/// Create an entity, with or without access. A password is set in a call of its own.
#[utoipa::path(post, path = "/accounts/{account}/users", tag = "Users",
    params(("account" = String, Path)), request_body = UserInput,
    responses((status = 201, body = UserJson), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn create(administrator: Administrator, Json(input): Json<UserInput>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let user = authority
        .add_user(&caller, input.fill(UserForm::default()))
        .await
        .map_err(of_user)?;
    Ok(made(&UserJson::from(&user)))
}

/// An entity.
#[utoipa::path(get, path = "/accounts/{account}/users/{id}", tag = "Users",
    params(RecordPath),
    responses((status = 200, body = UserJson), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn show(administrator: Administrator, Path(path): Path<RecordPath>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let user = authority.user(&caller, EntityId::new(path.id)).await?;
    Ok(shown(&UserJson::from(&user)))
}

/// Save a user. Tokens feel it at once.
#[utoipa::path(patch, path = "/accounts/{account}/users/{id}", tag = "Users",
    params(RecordPath), request_body = UserInput,
    responses((status = 200, body = UserJson), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn edit(
    administrator: Administrator,
    Path(path): Path<RecordPath>,
    Json(input): Json<UserInput>,
) -> Result<Response, Problem> {
    let user = change(administrator, path.id, move |form| input.clone().fill(form)).await?;
    Ok(shown(&UserJson::from(&user)))
}

/// The label of a name is another for each type of entity.
fn of_user(error: AdministrationError) -> Problem {
    Problem::from(error).naming(&[("Contact", "name"), ("Company Name", "name")])
}

/// Delete an entity. Its tokens are deleted with it; to stop it for a while, set inactive.
#[utoipa::path(delete, path = "/accounts/{account}/users/{id}", tag = "Users",
    params(RecordPath),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn delete(administrator: Administrator, Path(path): Path<RecordPath>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    authority.delete_user(&caller, EntityId::new(path.id)).await?;
    Ok(done())
}

/// Give a user one role. Without access nobody logs in with it: see `giveAccess`. The other roles stay as they are, whoever
/// else changes them meanwhile.
#[utoipa::path(put, path = "/accounts/{account}/users/{id}/roles/{role}", tag = "Users",
    params(("account" = String, Path), RolePath),
    responses((status = 200, body = UserJson), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn give_role(administrator: Administrator, Path(path): Path<RolePath>) -> Result<Response, Problem> {
    let RolePath { id, role } = path;
    let user = change(administrator, id, move |form| {
        form.with_role(RoleId::new(role), true)
    })
    .await?;
    Ok(shown(&UserJson::from(&user)))
}

/// Take one role from a user. One that it does not have is no mistake; whoever has access keeps at least one.
#[utoipa::path(delete, path = "/accounts/{account}/users/{id}/roles/{role}", tag = "Users",
    params(("account" = String, Path), RolePath),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn take_role(administrator: Administrator, Path(path): Path<RolePath>) -> Result<Response, Problem> {
    let RolePath { id, role } = path;
    change(administrator, id, move |form| {
        form.with_role(RoleId::new(role), false)
    })
    .await?;
    Ok(done())
}

/// Give a user one global permission, or change its level.
#[utoipa::path(put, path = "/accounts/{account}/users/{id}/global-permissions/{permission}", tag = "Users",
    params(("account" = String, Path), PermissionPath), request_body = LevelInput,
    responses((status = 200, body = UserJson), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn give_global_permission(
    administrator: Administrator,
    Path(path): Path<PermissionPath>,
    Json(input): Json<LevelInput>,
) -> Result<Response, Problem> {
    let PermissionPath { id, permission } = path;
    let level = Some(input.level.0);
    let given = change(administrator, id, move |form| {
        form.with_global_permission(permission.0, level)
    });
    let user = given.await;
    let user = user.map_err(|problem| problem.naming(&[("Global Permissions", "level")]))?;
    Ok(shown(&UserJson::from(&user)))
}

/// Take one global permission from a user. One that it does not have is no mistake.
#[utoipa::path(delete, path = "/accounts/{account}/users/{id}/global-permissions/{permission}", tag = "Users",
    params(("account" = String, Path), PermissionPath),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn take_global_permission(
    administrator: Administrator,
    Path(path): Path<PermissionPath>,
) -> Result<Response, Problem> {
    let PermissionPath { id, permission } = path;
    let taken = change(administrator, id, move |form| {
        form.with_global_permission(permission.0, None)
    });
    taken.await?;
    Ok(done())
}

async fn change(
    administrator: Administrator,
    id: i64,
    edit: impl Fn(UserForm) -> UserForm + Send + 'static,
) -> Result<User, Problem> {
    let Administrator { authority, caller } = administrator;
    let user = authority.edit_user(&caller, EntityId::new(id), edit).await;
    user.map_err(of_user)
}

/// Manually Assign or Change Password. Their page sessions end; their tokens go on working.
#[utoipa::path(put, path = "/accounts/{account}/users/{id}/password", tag = "Users",
    params(RecordPath), request_body = PasswordInput,
    responses((status = 204), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn set_password(
    administrator: Administrator,
    Path(path): Path<RecordPath>,
    Json(input): Json<PasswordInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let must_change = input.require_password_change_on_next_login.unwrap_or(true);
    let password = Secret::new(input.password);
    authority
        .set_password(&caller, EntityId::new(path.id), &password, must_change)
        .await?;
    Ok(done())
}

/// The User Access Reset Tool: ends the lock of five failed passwords.
#[utoipa::path(post, path = "/accounts/{account}/users/{id}/unlock", tag = "Users",
    params(RecordPath),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn unlock(administrator: Administrator, Path(path): Path<RecordPath>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    authority.unlock_user(&caller, EntityId::new(path.id)).await?;
    Ok(done())
}

/// Reset 2FA Settings: the user sets up an authenticator app anew at the next sign-in that asks for one.
#[utoipa::path(delete, path = "/accounts/{account}/users/{id}/second-factor", tag = "Users",
    params(RecordPath),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!([["Manage Users", "Full"]]))))]
async fn remove_second_factor(
    administrator: Administrator,
    Path(path): Path<RecordPath>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    authority
        .remove_second_factor(&caller, EntityId::new(path.id))
        .await?;
    Ok(done())
}
