//! Entities with access: Setup > Users/Roles > Manage Users, and the Access subtab of their records.

use axum::response::Response;
use countersign_authority::AdministrationError;
use countersign_model::{EntityId, RoleId, User, UserForm};
use countersign_protocol::Secret;
use countersign_store::UserFilter;
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

use crate::body::{Json, Path, Query};
use crate::caller::Administrator;
use crate::page::{self, Page};
use crate::problem::{Problem, Problems};
use crate::reply::{done, made, shown};
use crate::roles::{LevelInput, PermissionPath};
use crate::{RecordPath, Routes};

mod json;

pub use self::json::{AssignedRoleJson, PasswordInput, UserInput, UserJson, UserQuery};

/// One role of a user.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
struct RolePath {
    /// The internal id of the user.
    id: i64,
    /// The internal id of the role.
    role: i64,
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
