//! Entities that can log in, and their roles.

use super::row::{all, name_key, next_id, optional_time, parsed};
use super::{notes, roles};
use crate::StoreError;
use countersign_model::{AssignedRole, By, EntityId, NotedRecord, RoleId, User, UserDraft};
use countersign_world::UnixTime;
use rusqlite::{Connection, Row, Transaction};
use std::collections::HashMap;

pub(super) fn add(transaction: &Transaction<'_>, draft: UserDraft, by: &By) -> Result<User, StoreError> {
    let id = EntityId::new(next_id(transaction, "entity", 0)?);
    let user = draft.into_user(id);
    transaction.execute(
        "INSERT INTO entity (id, kind, name, name_key, email, give_access, inactive, locked_until)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        (
            id.get(),
            user.kind.label(),
            &user.name,
            name_key(&user.name),
            &user.email,
            user.give_access,
            user.inactive,
            user.locked_until.map(UnixTime::millis),
        ),
    )?;
    for (line, assigned) in (0_i64..).zip(&user.roles) {
        roles::require(transaction, assigned.role)?;
        transaction.execute(
            "INSERT INTO entity_role (entity, line, role, hidden) VALUES (?1, ?2, ?3, ?4)",
            (id.get(), line, assigned.role.get(), assigned.hidden),
        )?;
    }
    notes::created(transaction, by, NotedRecord::User(id), &user.name)?;
    Ok(user)
}

pub(super) fn list(connection: &Connection) -> Result<Vec<User>, StoreError> {
    let mut assigned: HashMap<i64, Vec<AssignedRole>> = HashMap::new();
    let lines = all(
        connection,
        "SELECT * FROM entity_role ORDER BY entity, line",
        [],
        read_role,
    )?;
    for (entity, role) in lines {
        assigned.entry(entity).or_default().push(role);
    }
    let read = |row: &Row<'_>| {
        let id = row.get("id")?;
        Ok(User {
            id: EntityId::new(id),
            kind: parsed(row, "kind", "user")?,
            name: row.get("name")?,
            email: row.get("email")?,
            give_access: row.get("give_access")?,
            inactive: row.get("inactive")?,
            roles: assigned.get(&id).cloned().unwrap_or_default(),
            locked_until: optional_time(row, "locked_until")?,
        })
    };
    all(connection, "SELECT * FROM entity ORDER BY id", [], read)
}

fn read_role(row: &Row<'_>) -> Result<(i64, AssignedRole), StoreError> {
    let role = RoleId::new(row.get("role")?);
    Ok((
        row.get("entity")?,
        AssignedRole {
            role,
            hidden: row.get("hidden")?,
        },
    ))
}
