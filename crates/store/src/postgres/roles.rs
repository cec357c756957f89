//! Roles and their permissions.

use super::notes;
use super::row::{all, next_id};
use crate::StoreError;
use crate::stored::{self, STANDARD_ROLES, name_key};
use countersign_database::postgres::Transaction;
use countersign_model::{By, Level, NotedRecord, Permission, Role, RoleDraft, RoleId};
use std::collections::HashMap;

pub(super) async fn add(transaction: &Transaction, draft: RoleDraft, by: &By) -> Result<Role, StoreError> {
    let id = RoleId::new(next_id(transaction, "role", STANDARD_ROLES).await?);
    let role = draft.into_role(id);
    insert(transaction, &role, by).await?;
    Ok(role)
}

pub(super) async fn insert(transaction: &Transaction, role: &Role, by: &By) -> Result<(), StoreError> {
    transaction
        .execute(
            "INSERT INTO role (id, name, name_key, inactive, web_services_only, administrator)
             VALUES ($1, $2, $3, $4, $5, $6)",
            &[
                &role.id.get(),
                &role.name,
                &name_key(&role.name),
                &role.inactive,
                &role.web_services_only,
                &role.administrator,
            ],
        )
        .await?;
    let (permissions, levels): (Vec<_>, Vec<_>) = role
        .permissions
        .iter()
        .map(|(permission, level)| (permission.id(), level.label()))
        .unzip();
    transaction
        .execute(
            "INSERT INTO role_permission (role, permission, level)
             SELECT $1, * FROM unnest($2::text[], $3::text[])",
            &[&role.id.get(), &permissions, &levels],
        )
        .await?;
    notes::created(transaction, by, NotedRecord::Role(role.id), &role.name).await
}

pub(super) async fn list(transaction: &Transaction) -> Result<Vec<Role>, StoreError> {
    let mut given: HashMap<i64, Vec<(Permission, Level)>> = HashMap::new();
    let lines = all(
        transaction,
        "SELECT role, permission, level FROM role_permission",
        &[],
        stored::permission,
    );
    for (role, permission, level) in lines.await? {
        given.entry(role).or_default().push((permission, level));
    }
    let sql = "SELECT id, name, inactive, web_services_only, administrator FROM role ORDER BY id";
    let read = |row: &dyn stored::Row| {
        let given = given.get(&row.integer("id")?);
        stored::role(row, given.map(Vec::as_slice).unwrap_or_default())
    };
    all(transaction, sql, &[], read).await
}

pub(super) async fn require(transaction: &Transaction, role: RoleId) -> Result<(), StoreError> {
    if transaction
        .exists("SELECT 1 FROM role WHERE id = $1", &[&role.get()])
        .await?
    {
        Ok(())
    } else {
        Err(StoreError::Unknown(NotedRecord::Role(role)))
    }
}
