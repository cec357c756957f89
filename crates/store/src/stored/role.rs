//! Roles and their permissions.

use super::row::{Row, parsed};
use crate::StoreError;
use countersign_model::{Level, Permission, PermissionSet, Role, RoleId};

/// Ids up to here are those of NetSuite's standard roles; customized ones follow.
pub(crate) const STANDARD_ROLES: i64 = 999;

/// The role whose permissions are `given`.
pub(crate) fn role(row: &dyn Row, given: &[(Permission, Level)]) -> Result<Role, StoreError> {
    let grant =
        |set: PermissionSet, (permission, level): &(Permission, Level)| set.grant(*permission, *level);
    Ok(Role {
        id: RoleId::new(row.integer("id")?),
        name: row.text("name")?,
        inactive: row.boolean("inactive")?,
        web_services_only: row.boolean("web_services_only")?,
        administrator: row.boolean("administrator")?,
        permissions: given
            .iter()
            .try_fold(PermissionSet::none(), grant)
            .map_err(|error| StoreError::unreadable("role")(&error))?,
    })
}

/// A role's id, and one of its permissions.
pub(crate) fn permission(row: &dyn Row) -> Result<(i64, Permission, Level), StoreError> {
    let permission = Permission::by_id(&row.text("permission")?)
        .map_err(|error| StoreError::unreadable("role")(&error))?;
    Ok((row.integer("role")?, permission, parsed(row, "level", "role")?))
}
