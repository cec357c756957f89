//! Roles and their permissions: Setup > Users/Roles > User Management > Manage Roles.

use axum::response::Response;
use countersign_authority::{Authority, Caller};
use countersign_model::{Level, Permission, PermissionSet, Role, RoleForm, RoleId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::body::{Json, Path};
use crate::caller::Administrator;
use crate::edit::{given, set};
use crate::named::{
    CenterWord, LevelWord, MinimumPermissionsWord, Named, PermissionId, PermissionWord, StandardRoleWord,
    SubtabWord,
};
use crate::problem::{Problem, Problems};
use crate::reply::{done, made, shown};
use crate::{RecordPath, Routes};

/// A role.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RoleJson {
    /// The internal id.
    pub id: i64,
    pub name: String,
    pub center_type: CenterWord,
    pub inactive: bool,
    pub web_services_only_role: bool,
    /// Its own box. Whether whoever has the role is asked for a second factor is `asksForSecondFactor`.
    pub two_factor_authentication_required: bool,
    /// By its box; or by its permissions or as the Administrator, where the account's settings say that such roles must.
    pub asks_for_second_factor: bool,
    /// Whether it came with the account, and can be customized but not changed.
    pub standard: bool,
    pub permissions: Vec<GrantJson>,
    /// What its permissions do not do that people expect of them.
    pub advice: Vec<String>,
}

/// A permission at a level.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct GrantJson {
    pub permission: PermissionWord,
    pub level: LevelWord,
}

/// What a role is to be. On a new one, what is left out is empty, or as in the role it begins with; on one that is there
/// it stays as it is.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RoleInput {
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub center_type: Option<CenterWord>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub inactive: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub web_services_only_role: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub two_factor_authentication_required: Option<bool>,
    /// All of them: a permission that is not in the list is taken away. For one alone there is `…/permissions/{permission}`.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub permissions: Option<Vec<GrantJson>>,
    /// For a new role: a standard role whose copy it begins as.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub customizes: Option<StandardRoleWord>,
    /// For a new role: the fewest permissions that a service needs.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "given")]
    #[schema(nullable = false)]
    pub minimum_permissions: Option<MinimumPermissionsWord>,
}

/// The level of one permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LevelInput {
    pub level: LevelWord,
}

/// One permission of a role or a user.
#[derive(Clone, Copy, Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct PermissionPath {
    /// The internal id of the role or user.
    pub(crate) id: i64,
    /// The id of the permission, as `GET …/permissions` lists it.
    #[param(value_type = PermissionId, inline)]
    pub(crate) permission: PermissionId,
}

/// A permission there is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PermissionJson {
    pub permission: PermissionWord,
    /// By which scripts name it, and the address of one permission of a role.
    pub id: String,
    pub subtab: SubtabWord,
    /// The levels it is offered at, the lowest first.
    pub levels: Vec<LevelWord>,
    /// Whether a role that has it asks for a second factor.
    pub requires_two_factor: bool,
}

impl RoleJson {
    fn of(authority: &Authority, role: &Role) -> Self {
        Self {
            id: role.id.get(),
            name: role.name.clone(),
            center_type: Named(role.center),
            inactive: role.inactive,
            web_services_only_role: role.web_services_only,
            two_factor_authentication_required: role.two_factor_required,
            asks_for_second_factor: authority.asks_for_second_factor(role),
            standard: role.is_standard(),
            permissions: grants(&role.permissions),
            advice: role
                .permissions
                .advice()
                .iter()
                .map(ToString::to_string)
                .collect(),
        }
    }
}

impl From<Permission> for PermissionJson {
    fn from(permission: Permission) -> Self {
        Self {
            permission: Named(permission),
            id: permission.id().to_owned(),
            subtab: Named(permission.subtab()),
            levels: permission.levels().iter().copied().map(Named).collect(),
            requires_two_factor: permission.requires_two_factor(),
        }
    }
}

pub(crate) fn grants(set: &PermissionSet) -> Vec<GrantJson> {
    let grant = |(permission, level)| GrantJson {
        permission: Named(permission),
        level: Named(level),
    };
    set.iter().map(grant).collect()
}

pub(crate) fn granted(grants: &[GrantJson]) -> Vec<(Permission, Level)> {
    let pair = |grant: &GrantJson| (grant.permission.0, grant.level.0);
    grants.iter().map(pair).collect()
}

impl RoleInput {
    /// What a new role begins as; none where it is to be a copy of what cannot be copied.
    pub fn beginning(&self) -> Option<RoleForm> {
        let name = self.name.clone().unwrap_or_default();
        match (self.customizes, self.minimum_permissions) {
            (Some(Named(standard)), _) => standard.customize(),
            (None, Some(Named(minimum))) => Some(minimum.role_form(name)),
            (None, None) => Some(RoleForm::default()),
        }
    }

    /// The form with what is given here filled in.
    pub fn fill(self, mut form: RoleForm) -> RoleForm {
        set(&mut form.name, self.name);
        set(&mut form.center, self.center_type.map(|center| center.0));
        set(&mut form.inactive, self.inactive);
        set(&mut form.web_services_only, self.web_services_only_role);
        set(
            &mut form.two_factor_required,
            self.two_factor_authentication_required,
        );
        set(
            &mut form.permissions,
            self.permissions.map(|grants| granted(&grants)),
        );
        form
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list, create))
        .routes(routes!(show, edit))
        .routes(routes!(give_permission, take_permission))
        .routes(routes!(known))
}

/// Manage Roles: all of them, by internal id.
#[utoipa::path(get, path = "/accounts/{account}/roles", tag = "Roles",
    params(("account" = String, Path)),
    responses((status = 200, body = Vec<RoleJson>), Problems),
    extensions(("x-permission" = json!([["Bulk Manage Roles", "Full"]]))))]
async fn list(administrator: Administrator) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let roles = authority.roles(&caller)?;
    Ok(shown(
        &roles
            .iter()
            .map(|role| RoleJson::of(&authority, role))
            .collect::<Vec<_>>(),
    ))
}

/// Create a role: from nothing, as a copy of a standard role, or with the fewest permissions a service needs.
#[utoipa::path(post, path = "/accounts/{account}/roles", tag = "Roles",
    params(("account" = String, Path)), request_body = RoleInput,
    responses((status = 201, body = RoleJson), Problems),
    extensions(("x-permission" = json!([["Bulk Manage Roles", "Full"]]))))]
async fn create(administrator: Administrator, Json(input): Json<RoleInput>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    if input.customizes.is_some() && input.minimum_permissions.is_some() {
        return Err(Problem::malformed(
            "A role begins as a copy of a standard role or with minimum permissions, not with both.",
        ));
    }
    let beginning = input.beginning().ok_or_else(|| {
        let message = "Administrator cannot be customized: name another standard role, or give permissions.";
        Problem::field("customizes", "Customize", message)
    })?;
    let role = authority.add_role(&caller, input.fill(beginning)).await?;
    Ok(made(&RoleJson::of(&authority, &role)))
}

/// A role.
#[utoipa::path(get, path = "/accounts/{account}/roles/{id}", tag = "Roles",
    params(RecordPath),
    responses((status = 200, body = RoleJson), Problems),
    extensions(("x-permission" = json!([["Bulk Manage Roles", "Full"]]))))]
async fn show(administrator: Administrator, Path(path): Path<RecordPath>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let role = authority.role(&caller, RoleId::new(path.id))?;
    Ok(shown(&RoleJson::of(&authority, &role)))
}

/// Save a role. Tokens, keys and signed-in pages feel it at their next request.
#[utoipa::path(patch, path = "/accounts/{account}/roles/{id}", tag = "Roles",
    params(RecordPath), request_body = RoleInput,
    responses((status = 200, body = RoleJson), Problems),
    extensions(("x-permission" = json!([["Bulk Manage Roles", "Full"]]))))]
async fn edit(
    administrator: Administrator,
    Path(path): Path<RecordPath>,
    Json(input): Json<RoleInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    if input.customizes.is_some() || input.minimum_permissions.is_some() {
        return Err(Problem::malformed(
            "customizes and minimumPermissions are for a new role; give permissions instead.",
        ));
    }
    let id = RoleId::new(path.id);
    let role = authority
        .edit_role(&caller, id, move |form| input.clone().fill(form))
        .await?;
    Ok(shown(&RoleJson::of(&authority, &role)))
}

/// Give a role one permission, or change its level. The others stay as they are, whoever else changes them meanwhile.
#[utoipa::path(put, path = "/accounts/{account}/roles/{id}/permissions/{permission}", tag = "Roles",
    params(("account" = String, Path), PermissionPath), request_body = LevelInput,
    responses((status = 200, body = RoleJson), Problems),
    extensions(("x-permission" = json!([["Bulk Manage Roles", "Full"]]))))]
async fn give_permission(
    Administrator { authority, caller }: Administrator,
    Path(path): Path<PermissionPath>,
    Json(input): Json<LevelInput>,
) -> Result<Response, Problem> {
    let role = set_permission(&authority, &caller, path, Some(input.level.0)).await?;
    Ok(shown(&RoleJson::of(&authority, &role)))
}

/// Take one permission from a role. One that it does not have is no mistake.
#[utoipa::path(delete, path = "/accounts/{account}/roles/{id}/permissions/{permission}", tag = "Roles",
    params(("account" = String, Path), PermissionPath),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!([["Bulk Manage Roles", "Full"]]))))]
async fn take_permission(
    Administrator { authority, caller }: Administrator,
    Path(path): Path<PermissionPath>,
) -> Result<Response, Problem> {
    set_permission(&authority, &caller, path, None).await?;
    Ok(done())
}

async fn set_permission(
    authority: &Authority,
    caller: &Caller,
    PermissionPath { id, permission }: PermissionPath,
    level: Option<Level>,
) -> Result<Role, Problem> {
    let edited = authority.edit_role(caller, RoleId::new(id), move |form| {
        form.with_permission(permission.0, level)
    });
    let edited = edited.await.map_err(Problem::from);
    edited.map_err(|problem| problem.naming(&[("Permissions", "level")]))
}

/// Every permission there is, with its levels.
#[utoipa::path(get, path = "/accounts/{account}/permissions", tag = "Roles",
    params(("account" = String, Path)),
    responses((status = 200, body = Vec<PermissionJson>), Problems),
    extensions(("x-permission" = json!("signed in"))))]
async fn known(_administrator: Administrator) -> Response {
    let permissions: Vec<_> = Permission::ALL
        .iter()
        .copied()
        .map(PermissionJson::from)
        .collect();
    shown(&permissions)
}
