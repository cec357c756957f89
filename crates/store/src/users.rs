//! Entities that can log in: what is done to them, and how they are found.

use countersign_database::Transaction;
use countersign_model::{
    By, EntityId, EntityKind, FeatureSet, Governance, NotedRecord, RoleId, User, UserDraft, UserEdit,
    UserForm,
};

use crate::column::{next_id, small};
use crate::page::{Direction, Page, Place, Select};
use crate::user_row::{TABLE, delete, insert, read_all, replace, with_roles};
use crate::{
    SecretOwner, Store, StoreError, features, notes, passwords, roles, secrets, settings, token_batch,
};

/// Which users to list.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// How the name begins, upper and lower case aside; the list is then in the order of the names.
    pub name: Option<String>,
    /// The whole address, upper and lower case of ASCII letters aside.
    pub email: Option<String>,
    pub kind: Option<EntityKind>,
    pub inactive: Option<bool>,
    /// The Give Access box.
    pub gives_access: Option<bool>,
    pub direction: Direction,
}

impl Store {
    pub async fn add_user(&self, draft: UserDraft, by: By) -> Result<User, StoreError> {
        let add = async move |transaction: &mut Transaction<'_>| {
            let (features, governance, taken) = licences(transaction, None).await?;
            draft.check_licence(&features, governance, taken)?;
            let user = draft.into_user(EntityId::new(next_id(transaction, TABLE, 0).await?));
            require_roles(transaction, &user).await?;
            insert(transaction, std::slice::from_ref(&user)).await?;
            notes::write(transaction, &by, NotedRecord::User(user.id), None, Some(&user)).await?;
            Ok(user)
        };
        self.database.write(add).await
    }

    /// Saves the Edit page with its Access subtab. `edit` is given the user as they are stored now, so that no two edits
    /// overwrite each other.
    pub async fn edit_user(
        &self,
        user: EntityId,
        edit: impl FnOnce(UserForm) -> UserForm + Send + 'static,
        by: By,
    ) -> Result<User, StoreError> {
        let save = async move |transaction: &mut Transaction<'_>| {
            let before = require(transaction, user).await?;
            let edit = UserEdit::parse(&before, edit(UserForm::from(&before)))?;
            let (features, governance, taken) = licences(transaction, Some(user)).await?;
            edit.check_licence(&features, governance, taken)?;
            let after = edit.into_user();
            require_roles(transaction, &after).await?;
            save(transaction, &before, &after, &by).await?;
            Ok(after)
        };
        self.database.write(save).await
    }

    /// View My Roles: the user hides one of their own roles, or shows it again.
    pub async fn hide_role(
        &self,
        user: EntityId,
        role: RoleId,
        hidden: bool,
        by: By,
    ) -> Result<User, StoreError> {
        let hide = async move |transaction: &mut Transaction<'_>| {
            let before = require(transaction, user).await?;
            if before.assignment(role).is_none() {
                let user = before.name;
                return Err(StoreError::RoleNotAssigned { user, role });
            }
            match before.clone().with_role_hidden(role, hidden) {
                Some(after) => {
                    save(transaction, &before, &after, &by).await?;
                    Ok(after)
                }
                None => Ok(before),
            }
        };
        self.database.write(hide).await
    }

    /// The User Access Reset Tool: ends the lock that failed passwords brought.
    pub async fn unlock_user(&self, user: EntityId, by: By) -> Result<User, StoreError> {
        let unlock = async move |transaction: &mut Transaction<'_>| {
            let before = require(transaction, user).await?;
            let after = User {
                locked_until: None,
                ..before.clone()
            };
            passwords::set_failures(transaction, user, 0).await?;
            save(transaction, &before, &after, &by).await?;
            Ok(after)
        };
        self.database.write(unlock).await
    }

    /// Deletes an entity with its tokens and their secrets. The notes of all of them stay, and no internal id is ever
    /// given again.
    pub async fn delete_user(&self, user: EntityId, by: By) -> Result<(), StoreError> {
        let delete = async move |transaction: &mut Transaction<'_>| {
            let before = require(transaction, user).await?;
            token_batch::delete_of(transaction, user, &by).await?;
            secrets::delete(transaction, &SecretOwner::SecondFactor(user)).await?;
            delete(transaction, user).await?;
            notes::write(transaction, &by, NotedRecord::User(user), Some(&before), None).await?;
            Ok(())
        };
        self.database.write(delete).await
    }

    /// How many users take a SuiteCloud Plus licence.
    pub async fn licences_taken(&self) -> Result<u32, StoreError> {
        let taken = async |snapshot: &mut Transaction<'_>| Ok(licences(snapshot, None).await?.2);
        self.database.read(taken).await
    }

    pub async fn user(&self, id: EntityId) -> Result<Option<User>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| find(snapshot, id).await;
        self.database.read(find).await
    }

    /// A page of at most `limit` users: those after the user `after`, by internal id.
    pub async fn users(
        &self,
        filter: UserFilter,
        after: Option<EntityId>,
        limit: u32,
    ) -> Result<Vec<User>, StoreError> {
        let filter = UserFilter {
            email: filter.email.map(|email| email.to_ascii_lowercase()),
            ..filter
        };
        let list = async move |snapshot: &mut Transaction<'_>| {
            let after = after.map(EntityId::get);
            let place =
                Place::after(snapshot, TABLE, (filter.name.as_deref(), filter.direction), after).await?;
            read_all(snapshot, &page(&filter, &place, limit)).await
        };
        self.database.read(list).await
    }
}

pub(crate) async fn all(snapshot: &mut Transaction<'_>) -> Result<Vec<User>, StoreError> {
    let select = Select {
        sql: with_roles(TABLE, "listed.id"),
        values: Vec::new(),
    };
    read_all(snapshot, &select).await
}

/// The email of the filter is in lower case.
pub(crate) fn page<'a>(filter: &'a UserFilter, place: &'a Place, limit: u32) -> Select<'a> {
    let page = Page::after(place).checking("give_access", filter.gives_access);
    let kind = filter.kind.map(EntityKind::label);
    let page = match (&filter.email, filter.inactive) {
        (Some(email), inactive) => page
            .with("lower(email)", Some(email))
            .checking("kind", kind)
            .checking("inactive", inactive),
        (None, inactive) if place.is_by_name() => page.checking("kind", kind).checking("inactive", inactive),
        // The inactive ones are the few.
        (None, Some(true)) => page.with("inactive", Some(true)).checking("kind", kind),
        (None, inactive) if kind.is_some() => page.with("kind", kind).checking("inactive", inactive),
        (None, inactive) => page.with("inactive", inactive),
    };
    let Select { sql, values } = page.select("*", TABLE, limit);
    Select {
        sql: with_roles(&format!("({sql})"), &place.order_by("listed.")),
        values,
    }
}

async fn find(snapshot: &mut Transaction<'_>, id: EntityId) -> Result<Option<User>, StoreError> {
    let select = Select {
        sql: with_roles("(SELECT * FROM entity WHERE id = ?1)", "listed.id"),
        values: vec![id.get().into()],
    };
    Ok(read_all(snapshot, &select).await?.pop())
}

/// The user, or the error that there is none.
pub(crate) async fn require(snapshot: &mut Transaction<'_>, id: EntityId) -> Result<User, StoreError> {
    let user = find(snapshot, id).await?;
    user.ok_or(StoreError::Unknown(NotedRecord::User(id)))
}

/// Writes a user who was changed, with the notes. One who is as before is not written.
pub(crate) async fn save(
    transaction: &mut Transaction<'_>,
    before: &User,
    after: &User,
    by: &By,
) -> Result<(), StoreError> {
    let record = NotedRecord::User(after.id);
    if notes::write(transaction, by, record, Some(before), Some(after)).await? {
        replace(transaction, after).await?;
    }
    Ok(())
}

async fn require_roles(transaction: &mut Transaction<'_>, user: &User) -> Result<(), StoreError> {
    for assigned in &user.roles {
        roles::require(transaction, assigned.role).await?;
    }
    Ok(())
}

/// What the box Concurrent Web Services User asks for: features, contract, and the licences that users take, `but` for
/// one of them.
async fn licences(
    snapshot: &mut Transaction<'_>,
    but: Option<EntityId>,
) -> Result<(FeatureSet, Governance, u32), StoreError> {
    // As `User::takes_licence` says. Only the first column is for an index to answer: see `Page::checking`.
    let sql = "SELECT count(*) AS taken FROM entity
               WHERE concurrent_web_services_user = 1 AND coalesce(give_access, NULL) = 1
                     AND coalesce(inactive, NULL) = 0 AND id <> ?1";
    let but = but.map_or(0, EntityId::get);
    let read = |row: &countersign_database::Row<'_>| small(row, "taken", "licence");
    let taken = snapshot.row(sql, &[but.into()], read).await?;
    Ok((
        features::on(snapshot).await?,
        settings::require(snapshot).await?.governance,
        taken.unwrap_or_default(),
    ))
}
