//! Roles and their permissions. There are few: they are always read together.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{By, Level, NotedRecord, Permission, PermissionSet, Role, RoleDraft, RoleId};

use crate::column::{name_key, next_id, parsed};
use crate::{Store, StoreError, notes};

impl Store {
    pub async fn add_role(&self, draft: RoleDraft, by: By) -> Result<Role, StoreError> {
        let add = async move |transaction: &mut Transaction<'_>| {
            let id = RoleId::new(next_id(transaction, "role", Role::LAST_STANDARD.get()).await?);
            let role = draft.into_role(id);
            insert(transaction, &role, &by).await?;
            Ok(role)
        };
        self.database.write(add).await
    }
}

pub(crate) async fn insert(
    transaction: &mut Transaction<'_>,
    role: &Role,
    by: &By,
) -> Result<(), StoreError> {
    let key = name_key(&role.name);
    let row = [
        ("id", role.id.get().into()),
        ("name", (&role.name).into()),
        ("name_key", (&key).into()),
        ("center", role.center.label().into()),
        ("inactive", role.inactive.into()),
        ("web_services_only", role.web_services_only.into()),
        ("two_factor_required", role.two_factor_required.into()),
        ("administrator", role.administrator.into()),
    ];
    transaction.insert("role", row).await?;
    let permissions = role.permissions.iter();
    let lines: Vec<[Value<'_>; 3]> = permissions
        .map(|(permission, level)| [role.id.get().into(), permission.id().into(), level.label().into()])
        .collect();
    transaction
        .insert_all("role_permission", ["role", "permission", "level"], &lines)
        .await?;
    notes::created(transaction, by, NotedRecord::Role(role.id), &role.name).await
}

pub(crate) async fn all(snapshot: &mut Transaction<'_>) -> Result<Vec<Role>, StoreError> {
    let sql = "SELECT id, name, center, inactive, web_services_only, two_factor_required, administrator
               FROM role ORDER BY id";
    let mut roles = snapshot.rows(sql, &[], role).await?;
    let sql = "SELECT role, permission, level FROM role_permission ORDER BY role";
    let mut lines = snapshot.rows(sql, &[], line).await?.into_iter().peekable();
    for role in &mut roles {
        while let Some((_, permission, level)) = lines.next_if(|(of, ..)| *of == role.id) {
            let permissions = std::mem::take(&mut role.permissions);
            role.permissions = permissions
                .grant(permission, level)
                .map_err(|error| StoreError::unreadable("role")(&error))?;
        }
    }
    Ok(roles)
}

/// Fails where there is no such role.
pub(crate) async fn require(transaction: &mut Transaction<'_>, role: RoleId) -> Result<(), StoreError> {
    let sql = "SELECT 1 AS found FROM role WHERE id = ?1";
    match transaction.exists(sql, &[role.get().into()]).await? {
        true => Ok(()),
        false => Err(StoreError::Unknown(NotedRecord::Role(role))),
    }
}

/// Without its permissions.
fn role(row: &Row<'_>) -> Result<Role, StoreError> {
    Ok(Role {
        id: RoleId::new(row.integer("id")?),
        name: row.text("name")?,
        center: parsed(row, "center", "role")?,
        inactive: row.boolean("inactive")?,
        web_services_only: row.boolean("web_services_only")?,
        two_factor_required: row.boolean("two_factor_required")?,
        administrator: row.boolean("administrator")?,
        permissions: PermissionSet::none(),
    })
}

/// A role's id, and one of its permissions.
fn line(row: &Row<'_>) -> Result<(RoleId, Permission, Level), StoreError> {
    let permission = Permission::by_id(&row.text("permission")?)
        .map_err(|error| StoreError::unreadable("role")(&error))?;
    Ok((
        RoleId::new(row.integer("role")?),
        permission,
        parsed(row, "level", "role")?,
    ))
}
