//! Entities that can log in, and their roles.

use super::row::{all, next_id};
use super::{notes, roles};
use crate::StoreError;
use crate::stored::{self, name_key};
use countersign_model::{AssignedRole, By, EntityId, NotedRecord, User, UserDraft};
use countersign_world::UnixTime;
use rusqlite::{Connection, Transaction};
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
        stored::assigned_role,
    )?;
    for (entity, role) in lines {
        assigned.entry(entity).or_default().push(role);
    }
    all(connection, "SELECT * FROM entity ORDER BY id", [], |row| {
        let roles = assigned.get(&row.integer("id")?);
        stored::user(row, roles.cloned().unwrap_or_default())
    })
}
