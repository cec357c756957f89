//! Entities and their access.

use countersign_model::{EntityId, Level, NotedRecord, Permission, Role, RoleId, User, UserDraft, UserForm};
use countersign_store::{StoreError, UserFilter};

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

impl Authority {
    pub async fn users(
        &self,
        caller: &Caller,
        filter: UserFilter,
        after: Option<EntityId>,
        limit: u32,
    ) -> Result<Vec<User>, AdministrationError> {
        may_manage(caller)?;
        Ok(self.store.users(filter, after, limit).await?)
    }

    pub async fn user(&self, caller: &Caller, id: EntityId) -> Result<User, AdministrationError> {
        may_manage(caller)?;
        self.require_user(id).await
    }

    pub(super) async fn require_user(&self, id: EntityId) -> Result<User, AdministrationError> {
        let unknown = StoreError::Unknown(NotedRecord::User(id));
        Ok(self.store.user(id).await?.ok_or(unknown)?)
    }

    pub async fn add_user(&self, caller: &Caller, form: UserForm) -> Result<User, AdministrationError> {
        may_manage(caller)?;
        may_give(caller, &UserForm::default(), &form)?;
        let draft = UserDraft::parse(form)?;
        let added = self.store.add_user(draft, caller.by(self.clock.now())).await?;
        self.take_in_change().await;
        Ok(added)
    }

    /// Saves a user, as `edit` makes it of what is stored. Tokens feel it at once.
    pub async fn edit_user(
        &self,
        caller: &Caller,
        id: EntityId,
        edit: impl Fn(UserForm) -> UserForm + Send + 'static,
    ) -> Result<User, AdministrationError> {
        let current = UserForm::from(&self.may_change(caller, id).await?);
        may_give(caller, &current.clone(), &edit(current))?;
        let saved = self
            .store
            .edit_user(id, edit, caller.by(self.clock.now()))
            .await?;
        self.take_in_change().await;
        Ok(saved)
    }

    /// Deletes an entity; its tokens are deleted with it.
    pub async fn delete_user(&self, caller: &Caller, id: EntityId) -> Result<(), AdministrationError> {
        self.may_change(caller, id).await?;
        self.store.delete_user(id, caller.by(self.clock.now())).await?;
        self.take_in_change().await;
        Ok(())
    }

    /// The User Access Reset Tool: ends the lock of five failed passwords.
    pub async fn unlock_user(&self, caller: &Caller, id: EntityId) -> Result<User, AdministrationError> {
        self.may_change(caller, id).await?;
        let unlocked = self.store.unlock_user(id, caller.by(self.clock.now())).await?;
        self.take_in_change().await;
        Ok(unlocked)
    }

    /// View My Roles: a user hides one of their own roles, or shows it again.
    pub async fn hide_own_role(
        &self,
        caller: &Caller,
        role: RoleId,
        hidden: bool,
    ) -> Result<User, AdministrationError> {
        let user = caller.require_session()?.user;
        let by = caller.by(self.clock.now());
        let saved = self.store.hide_role(user, role, hidden, by).await?;
        self.take_in_change().await;
        Ok(saved)
    }

    /// Attack: whoever manages users could give an Administrator a new password or address, and come in as one. So only
    /// an Administrator changes an Administrator.
    pub(super) async fn may_change(
        &self,
        caller: &Caller,
        id: EntityId,
    ) -> Result<User, AdministrationError> {
        may_manage(caller)?;
        let user = self.require_user(id).await?;
        if user.assignment(Role::ADMINISTRATOR).is_some() {
            caller.require_administrator()?;
        }
        Ok(user)
    }
}

fn may_manage(caller: &Caller) -> Result<(), Forbidden> {
    caller.require(Permission::ManageUsers, Level::Full)
}

/// Only an Administrator makes another one.
fn may_give(caller: &Caller, before: &UserForm, after: &UserForm) -> Result<(), Forbidden> {
    let administrator = Role::ADMINISTRATOR;
    if after.roles.contains(&administrator) && !before.roles.contains(&administrator) {
        caller.require_administrator()?;
    }
    caller.require_to_give(&before.global_permissions, &after.global_permissions)
}
