//! Entities that can log in, and their roles.

use super::row::{Row, optional_time, parsed};
use crate::StoreError;
use countersign_model::{AssignedRole, EntityId, RoleId, User};

/// The user to whom `roles` are assigned.
pub(crate) fn user(row: &dyn Row, roles: Vec<AssignedRole>) -> Result<User, StoreError> {
    Ok(User {
        id: EntityId::new(row.integer("id")?),
        kind: parsed(row, "kind", "user")?,
        name: row.text("name")?,
        email: row.text("email")?,
        give_access: row.boolean("give_access")?,
        inactive: row.boolean("inactive")?,
        roles,
        locked_until: optional_time(row, "locked_until")?,
    })
}

/// An entity's id, and one of its roles.
pub(crate) fn assigned_role(row: &dyn Row) -> Result<(i64, AssignedRole), StoreError> {
    let assigned = AssignedRole {
        role: RoleId::new(row.integer("role")?),
        hidden: row.boolean("hidden")?,
    };
    Ok((row.integer("entity")?, assigned))
}
