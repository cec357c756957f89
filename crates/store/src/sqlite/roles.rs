//! Roles and their permissions.

use super::notes;
use super::row::{all, name_key, next_id, parsed};
use crate::StoreError;
use countersign_model::{By, Level, NotedRecord, Permission, PermissionSet, Role, RoleDraft, RoleId};
use rusqlite::{Connection, Row, Transaction};
use std::collections::HashMap;

/// Ids up to here are those of NetSuite's standard roles; customized ones follow.
const STANDARD_ROLES: i64 = 999;

pub(super) fn add(transaction: &Transaction<'_>, draft: RoleDraft, by: &By) -> Result<Role, StoreError> {
    let id = RoleId::new(next_id(transaction, "role", STANDARD_ROLES)?);
    let role = draft.into_role(id);
    insert(transaction, &role, by)?;
    Ok(role)
}

pub(super) fn insert(transaction: &Transaction<'_>, role: &Role, by: &By) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO role (id, name, name_key, inactive, web_services_only, administrator)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        (
            role.id.get(),
            &role.name,
            name_key(&role.name),
            role.inactive,
            role.web_services_only,
            role.administrator,
        ),
    )?;
    for (permission, level) in role.permissions.iter() {
        transaction.execute(
            "INSERT INTO role_permission (role, permission, level) VALUES (?1, ?2, ?3)",
            (role.id.get(), permission.id(), level.label()),
        )?;
    }
    notes::created(transaction, by, NotedRecord::Role(role.id), &role.name)
}

pub(super) fn list(connection: &Connection) -> Result<Vec<Role>, StoreError> {
    let mut given: HashMap<i64, Vec<(Permission, Level)>> = HashMap::new();
    for (role, permission, level) in all(connection, "SELECT * FROM role_permission", [], read_permission)? {
        given.entry(role).or_default().push((permission, level));
    }
    let read = |row: &Row<'_>| {
        let id = row.get("id")?;
        let lines = given.get(&id).map(Vec::as_slice).unwrap_or_default();
        let grant =
            |set: PermissionSet, (permission, level): &(Permission, Level)| set.grant(*permission, *level);
        Ok(Role {
            id: RoleId::new(id),
            name: row.get("name")?,
            inactive: row.get("inactive")?,
            web_services_only: row.get("web_services_only")?,
            administrator: row.get("administrator")?,
            permissions: lines
                .iter()
                .try_fold(PermissionSet::none(), grant)
                .map_err(|error| StoreError::unreadable("role")(&error))?,
        })
    };
    all(connection, "SELECT * FROM role ORDER BY id", [], read)
}

fn read_permission(row: &Row<'_>) -> Result<(i64, Permission, Level), StoreError> {
    let id: String = row.get("permission")?;
    let permission = Permission::by_id(&id).map_err(|error| StoreError::unreadable("role")(&error))?;
    Ok((row.get("role")?, permission, parsed(row, "level", "role")?))
}

pub(super) fn require(connection: &Connection, role: RoleId) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM role WHERE id = ?1")?;
    if statement.exists([role.get()])? {
        Ok(())
    } else {
        Err(StoreError::Unknown(NotedRecord::Role(role)))
    }
}
