//! The rows of a user: the entity, and a line for each of its roles.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{AssignedRole, EntityId, IpRestriction, RoleId, User};
use countersign_world::UnixTime;

use crate::column::{name_key, optional_parsed, optional_time, parsed, update};
use crate::page::Select;
use crate::{StoreError, permissions};

pub(crate) const TABLE: &str = "entity";

const WRITTEN: [&str; 13] = [
    "id",
    "kind",
    "name",
    "name_key",
    "email",
    "give_access",
    "inactive",
    "global_permissions",
    "web_services_user",
    "concurrent_web_services_user",
    "inherit_ip_rules",
    "ip_rules",
    "locked_until",
];

/// What a row says in other words than the record does.
struct Words {
    name_key: String,
    global_permissions: String,
    ip_rules: Option<String>,
}

impl Words {
    fn of(user: &User) -> Self {
        Self {
            name_key: name_key(&user.name),
            global_permissions: permissions::written(&user.global_permissions),
            ip_rules: user.ip_restriction.own.as_ref().map(ToString::to_string),
        }
    }
}

/// New rows. Their roles are there already.
pub(crate) async fn insert(transaction: &mut Transaction<'_>, users: &[User]) -> Result<(), StoreError> {
    let words: Vec<Words> = users.iter().map(Words::of).collect();
    let rows: Vec<_> = users
        .iter()
        .zip(&words)
        .map(|(user, words)| values(user, words))
        .collect();
    transaction.insert_all(TABLE, WRITTEN, &rows).await?;
    insert_roles(transaction, users).await
}

/// The rows of a user who was changed.
pub(crate) async fn replace(transaction: &mut Transaction<'_>, user: &User) -> Result<(), StoreError> {
    let words = Words::of(user);
    update(transaction, TABLE, WRITTEN, &values(user, &words)).await?;
    delete_roles(transaction, user.id).await?;
    insert_roles(transaction, std::slice::from_ref(user)).await
}

/// Everything of a user but their tokens.
pub(crate) async fn delete(transaction: &mut Transaction<'_>, user: EntityId) -> Result<(), StoreError> {
    delete_roles(transaction, user).await?;
    let sql = "DELETE FROM entity WHERE id = ?1";
    transaction.execute(sql, &[user.get().into()]).await?;
    Ok(())
}

async fn delete_roles(transaction: &mut Transaction<'_>, user: EntityId) -> Result<(), StoreError> {
    let sql = "DELETE FROM entity_role WHERE entity = ?1";
    transaction.execute(sql, &[user.get().into()]).await?;
    Ok(())
}

async fn insert_roles(transaction: &mut Transaction<'_>, users: &[User]) -> Result<(), StoreError> {
    let lines_of = |user: &User| -> Vec<[Value<'static>; 4]> {
        let id = user.id.get();
        let lines = (0_i64..).zip(&user.roles);
        lines
            .map(|(line, assigned)| {
                let role = assigned.role.get();
                [id.into(), line.into(), role.into(), assigned.hidden.into()]
            })
            .collect()
    };
    let lines: Vec<_> = users.iter().flat_map(lines_of).collect();
    let columns = ["entity", "line", "role", "hidden"];
    Ok(transaction.insert_all("entity_role", columns, &lines).await?)
}

fn values<'a>(user: &'a User, words: &'a Words) -> [Value<'a>; 13] {
    [
        user.id.get().into(),
        user.kind.label().into(),
        (&user.name).into(),
        (&words.name_key).into(),
        (&user.email).into(),
        user.give_access.into(),
        user.inactive.into(),
        (&words.global_permissions).into(),
        user.web_services_user.into(),
        user.concurrent_web_services_user.into(),
        user.ip_restriction.inherit_from_company.into(),
        words.ip_rules.as_ref().into(),
        user.locked_until.map(UnixTime::millis).into(),
    ]
}

/// A row for each role of a user, and one for a user without.
pub(crate) fn with_roles(entities: &str, order: &str) -> String {
    format!(
        "SELECT listed.id, kind, name, email, give_access, inactive, global_permissions, web_services_user,
                concurrent_web_services_user, inherit_ip_rules, ip_rules, locked_until, assigned.role,
                assigned.hidden
         FROM {entities} AS listed LEFT JOIN entity_role AS assigned ON assigned.entity = listed.id
         ORDER BY {order}, assigned.line"
    )
}

/// The users of a statement [`with_roles`].
pub(crate) async fn read_all(
    snapshot: &mut Transaction<'_>,
    select: &Select<'_>,
) -> Result<Vec<User>, StoreError> {
    let mut users: Vec<User> = Vec::new();
    let read = |row: &Row<'_>| {
        let id = EntityId::new(row.integer("id")?);
        if users.last().is_none_or(|last| last.id != id) {
            users.push(user(row, id)?);
        }
        if let (Some(user), Some(role)) = (users.last_mut(), row.optional_integer("role")?) {
            user.roles.push(AssignedRole {
                role: RoleId::new(role),
                hidden: row.boolean("hidden")?,
            });
        }
        Ok(())
    };
    select.rows(snapshot, read).await?;
    Ok(users)
}

/// Without their roles.
fn user(row: &Row<'_>, id: EntityId) -> Result<User, StoreError> {
    Ok(User {
        id,
        kind: parsed(row, "kind", "user")?,
        name: row.text("name")?,
        email: row.text("email")?,
        give_access: row.boolean("give_access")?,
        inactive: row.boolean("inactive")?,
        roles: Vec::new(),
        global_permissions: permissions::read(row, "global_permissions", "user")?,
        web_services_user: row.boolean("web_services_user")?,
        concurrent_web_services_user: row.boolean("concurrent_web_services_user")?,
        ip_restriction: IpRestriction {
            inherit_from_company: row.boolean("inherit_ip_rules")?,
            own: optional_parsed(row, "ip_rules", "user")?,
        },
        locked_until: optional_time(row, "locked_until")?,
    })
}
