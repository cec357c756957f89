//! Entities that can log in, and their roles.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    AssignedRole, By, EntityId, EntityKind, IpRestriction, Level, NotedRecord, Permission, PermissionSet,
    RoleId, User, UserDraft,
};
use countersign_world::UnixTime;

use crate::column::{name_key, next_id, optional_time, parsed};
use crate::page::{Page, Place, Select};
use crate::{Store, StoreError, notes, roles};

const TABLE: &str = "entity";

/// Which users to list.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// How the name begins, upper and lower case aside; the list is then in the order of the names.
    pub name: Option<String>,
    /// The whole address, as it is written in the record.
    pub email: Option<String>,
    pub kind: Option<EntityKind>,
    pub inactive: Option<bool>,
}

impl Store {
    pub async fn add_user(&self, draft: UserDraft, by: By) -> Result<User, StoreError> {
        let add = async move |transaction: &mut Transaction<'_>| {
            let user = draft.into_user(EntityId::new(next_id(transaction, TABLE, 0).await?));
            insert(transaction, &user).await?;
            notes::created(transaction, &by, NotedRecord::User(user.id), &user.name).await?;
            Ok(user)
        };
        self.database.write(add).await
    }

    pub async fn user(&self, id: EntityId) -> Result<Option<User>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| {
            let select = Select {
                sql: with_roles("(SELECT * FROM entity WHERE id = ?1)", "listed.id"),
                values: vec![id.get().into()],
            };
            Ok(users(snapshot, &select).await?.pop())
        };
        self.database.read(find).await
    }

    /// A page of at most `limit` users: those after the user `after`, by internal id.
    pub async fn users(
        &self,
        filter: UserFilter,
        after: Option<EntityId>,
        limit: u32,
    ) -> Result<Vec<User>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let after = after.map(EntityId::get);
            let place = Place::after(snapshot, TABLE, filter.name.as_deref(), after).await?;
            users(snapshot, &page(&filter, &place, limit)).await
        };
        self.database.read(list).await
    }
}

pub(crate) async fn all(snapshot: &mut Transaction<'_>) -> Result<Vec<User>, StoreError> {
    let select = Select {
        sql: with_roles(TABLE, "listed.id"),
        values: Vec::new(),
    };
    users(snapshot, &select).await
}

pub(crate) fn page<'a>(filter: &'a UserFilter, place: &'a Place, limit: u32) -> Select<'a> {
    let page = Page::after(place);
    let kind = filter.kind.map(EntityKind::label);
    let page = match (&filter.email, filter.inactive) {
        (Some(email), inactive) => page
            .with("email", Some(email))
            .checking("kind", kind)
            .checking("inactive", inactive),
        (None, inactive) if place.is_by_name() => page.checking("kind", kind).checking("inactive", inactive),
        // The inactive ones are the few.
        (None, Some(true)) => page.with("inactive", Some(true)).checking("kind", kind),
        (None, inactive) if kind.is_some() => page.with("kind", kind).checking("inactive", inactive),
        (None, inactive) => page.with("inactive", inactive),
    };
    let Select { sql, values } = page.select("*", TABLE, limit);
    let order = match place.is_by_name() {
        true => "listed.name_key, listed.id",
        false => "listed.id",
    };
    Select {
        sql: with_roles(&format!("({sql})"), order),
        values,
    }
}

async fn insert(transaction: &mut Transaction<'_>, user: &User) -> Result<(), StoreError> {
    let key = name_key(&user.name);
    let global_permissions = written(&user.global_permissions);
    let ip_rules = user.ip_restriction.own.as_ref().map(ToString::to_string);
    let row = [
        ("id", user.id.get().into()),
        ("kind", user.kind.label().into()),
        ("name", (&user.name).into()),
        ("name_key", (&key).into()),
        ("email", (&user.email).into()),
        ("give_access", user.give_access.into()),
        ("inactive", user.inactive.into()),
        ("global_permissions", (&global_permissions).into()),
        ("web_services_user", user.web_services_user.into()),
        (
            "concurrent_web_services_user",
            user.concurrent_web_services_user.into(),
        ),
        (
            "inherit_ip_rules",
            user.ip_restriction.inherit_from_company.into(),
        ),
        ("ip_rules", ip_rules.as_ref().into()),
        ("locked_until", user.locked_until.map(UnixTime::millis).into()),
    ];
    transaction.insert(TABLE, row).await?;
    for assigned in &user.roles {
        roles::require(transaction, assigned.role).await?;
    }
    let id = Value::from(user.id.get());
    let lines: Vec<[Value<'_>; 4]> = (0_i64..)
        .zip(&user.roles)
        .map(|(line, assigned)| {
            [
                id,
                line.into(),
                assigned.role.get().into(),
                assigned.hidden.into(),
            ]
        })
        .collect();
    transaction
        .insert_all("entity_role", ["entity", "line", "role", "hidden"], &lines)
        .await?;
    Ok(())
}

/// A row for each role of a user, and one for a user without.
fn with_roles(entities: &str, order: &str) -> String {
    format!(
        "SELECT listed.id, kind, name, email, give_access, inactive, global_permissions, web_services_user,
                concurrent_web_services_user, inherit_ip_rules, ip_rules, locked_until, assigned.role,
                assigned.hidden
         FROM {entities} AS listed LEFT JOIN entity_role AS assigned ON assigned.entity = listed.id
         ORDER BY {order}, assigned.line"
    )
}

/// The users of a statement [`with_roles`].
async fn users(snapshot: &mut Transaction<'_>, select: &Select<'_>) -> Result<Vec<User>, StoreError> {
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
        global_permissions: read(&row.text("global_permissions")?)?,
        web_services_user: row.boolean("web_services_user")?,
        concurrent_web_services_user: row.boolean("concurrent_web_services_user")?,
        ip_restriction: IpRestriction {
            inherit_from_company: row.boolean("inherit_ip_rules")?,
            own: match row.optional_text("ip_rules")? {
                Some(_) => Some(parsed(row, "ip_rules", "user")?),
                None => None,
            },
        },
        locked_until: optional_time(row, "locked_until")?,
    })
}

/// Few users have any: a line each, `ADMI_LOGIN_OAUTH Full`.
fn written(permissions: &PermissionSet) -> String {
    let lines: Vec<String> = permissions
        .iter()
        .map(|(permission, level)| format!("{} {level}", permission.id()))
        .collect();
    lines.join("\n")
}

/// What [`written`] wrote.
fn read(text: &str) -> Result<PermissionSet, StoreError> {
    let unreadable = StoreError::unreadable("user");
    text.lines().try_fold(PermissionSet::none(), |permissions, line| {
        let (permission, level) = line.split_once(' ').unwrap_or((line, ""));
        let permission = Permission::by_id(permission).map_err(|error| unreadable(&error))?;
        let level: Level = level.parse().map_err(|error| unreadable(&error))?;
        permissions
            .grant(permission, level)
            .map_err(|error| unreadable(&error))
    })
}
