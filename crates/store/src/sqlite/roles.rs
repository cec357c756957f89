//! Roles and their permissions.

use super::notes;
use super::row::{all, next_id};
use crate::StoreError;
use crate::stored::{self, STANDARD_ROLES, name_key};
use countersign_model::{By, Level, NotedRecord, Permission, Role, RoleDraft, RoleId};
use rusqlite::{Connection, Transaction};
use std::collections::HashMap;

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
    let lines = all(
        connection,
        "SELECT * FROM role_permission",
        [],
        stored::permission,
    )?;
    for (role, permission, level) in lines {
        given.entry(role).or_default().push((permission, level));
    }
    all(connection, "SELECT * FROM role ORDER BY id", [], |row| {
        let given = given.get(&row.integer("id")?);
        stored::role(row, given.map(Vec::as_slice).unwrap_or_default())
    })
}

pub(super) fn require(connection: &Connection, role: RoleId) -> Result<(), StoreError> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM role WHERE id = ?1")?;
    if statement.exists([role.get()])? {
        Ok(())
    } else {
        Err(StoreError::Unknown(NotedRecord::Role(role)))
    }
}
