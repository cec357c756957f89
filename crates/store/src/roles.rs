//! Roles and their permissions.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    By, Level, NotedRecord, Permission, PermissionSet, Role, RoleDraft, RoleEdit, RoleForm, RoleId,
    StandardRole, system_notes,
};

use crate::column::{name_key, next_id, parsed, update};
use crate::{Store, StoreError, notes};

pub(crate) const TABLE: &str = "role";

const WRITTEN: [&str; 8] = [
    "id",
    "name",
    "name_key",
    "center",
    "inactive",
    "web_services_only",
    "two_factor_required",
    "administrator",
];

impl Store {
    pub async fn add_role(&self, draft: RoleDraft, by: By) -> Result<Role, StoreError> {
        let add = async move |transaction: &mut Transaction<'_>| {
            let id = next_id(transaction, TABLE, Role::LAST_STANDARD.get()).await?;
            let role = draft.into_role(RoleId::new(id));
            add(transaction, std::slice::from_ref(&role), &by).await?;
            Ok(role)
        };
        self.database.write(add).await
    }

    /// Saves the Edit page. `edit` is given the role as it is stored now, so that no two edits overwrite each other.
    pub async fn edit_role(
        &self,
        role: RoleId,
        edit: impl FnOnce(RoleForm) -> RoleForm + Send + 'static,
        by: By,
    ) -> Result<Role, StoreError> {
        let save = async move |transaction: &mut Transaction<'_>| {
            let before = require(transaction, role).await?;
            let after = RoleEdit::parse(&before, edit(RoleForm::from(&before)))?.into_role();
            let record = NotedRecord::Role(role);
            if notes::write(transaction, &by, record, Some(&before), Some(&after)).await? {
                let key = name_key(&after.name);
                update(transaction, TABLE, WRITTEN, &values(&after, &key)).await?;
                let sql = "DELETE FROM role_permission WHERE role = ?1";
                transaction.execute(sql, &[role.get().into()]).await?;
                insert_permissions(transaction, std::slice::from_ref(&after)).await?;
            }
            Ok(after)
        };
        self.database.write(save).await
    }

    pub async fn role(&self, id: RoleId) -> Result<Option<Role>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| find(snapshot, id).await;
        self.database.read(find).await
    }
}

/// The roles that every account has.
pub(crate) async fn add_standard(transaction: &mut Transaction<'_>, by: &By) -> Result<(), StoreError> {
    let mut roles: Vec<Role> = StandardRole::ALL.iter().map(|standard| standard.role()).collect();
    roles.sort_by_key(|role| role.id);
    add(transaction, &roles, by).await
}

async fn add(transaction: &mut Transaction<'_>, roles: &[Role], by: &By) -> Result<(), StoreError> {
    insert(transaction, roles).await?;
    let created = |role: &Role| system_notes(by, NotedRecord::Role(role.id), None, Some(role));
    let created: Vec<_> = roles.iter().flat_map(created).collect();
    notes::append(transaction, &created).await
}

/// Without notes.
pub(crate) async fn insert(transaction: &mut Transaction<'_>, roles: &[Role]) -> Result<(), StoreError> {
    let keys: Vec<String> = roles.iter().map(|role| name_key(&role.name)).collect();
    let rows: Vec<_> = roles
        .iter()
        .zip(&keys)
        .map(|(role, key)| values(role, key))
        .collect();
    transaction.insert_all(TABLE, WRITTEN, &rows).await?;
    insert_permissions(transaction, roles).await
}

async fn insert_permissions(transaction: &mut Transaction<'_>, roles: &[Role]) -> Result<(), StoreError> {
    let lines_of = |role: &Role| -> Vec<[Value<'static>; 3]> {
        let id = role.id.get();
        let lines = role.permissions.iter();
        lines
            .map(|(permission, level)| [id.into(), permission.id().into(), level.label().into()])
            .collect()
    };
    let lines: Vec<_> = roles.iter().flat_map(lines_of).collect();
    let columns = ["role", "permission", "level"];
    Ok(transaction.insert_all("role_permission", columns, &lines).await?)
}

fn values<'a>(role: &'a Role, key: &'a String) -> [Value<'a>; 8] {
    [
        role.id.get().into(),
        (&role.name).into(),
        key.into(),
        role.center.label().into(),
        role.inactive.into(),
        role.web_services_only.into(),
        role.two_factor_required.into(),
        role.administrator.into(),
    ]
}

pub(crate) async fn all(snapshot: &mut Transaction<'_>) -> Result<Vec<Role>, StoreError> {
    among(snapshot, ["", ""], &[]).await
}

pub(crate) async fn find(snapshot: &mut Transaction<'_>, id: RoleId) -> Result<Option<Role>, StoreError> {
    let conditions = ["WHERE id = ?1", "WHERE role = ?1"];
    Ok(among(snapshot, conditions, &[id.get().into()]).await?.pop())
}

/// The role, or the error that there is none.
pub(crate) async fn require(snapshot: &mut Transaction<'_>, id: RoleId) -> Result<Role, StoreError> {
    let role = find(snapshot, id).await?;
    role.ok_or(StoreError::Unknown(NotedRecord::Role(id)))
}

/// Roles of a condition, which is that of their permissions too.
async fn among(
    snapshot: &mut Transaction<'_>,
    [roles, permissions]: [&str; 2],
    values: &[Value<'_>],
) -> Result<Vec<Role>, StoreError> {
    let sql = format!(
        "SELECT id, name, center, inactive, web_services_only, two_factor_required, administrator
         FROM role {roles} ORDER BY id"
    );
    let mut roles = snapshot.rows(&sql, values, role).await?;
    let sql = format!("SELECT role, permission, level FROM role_permission {permissions} ORDER BY role");
    let mut lines = snapshot.rows(&sql, values, line).await?.into_iter().peekable();
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
