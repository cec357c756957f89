//! Roles.

use std::sync::Arc;

use countersign_model::{Level, NotedRecord, Permission, Role, RoleDraft, RoleForm, RoleId};
use countersign_store::StoreError;

use super::AdministrationError;
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

impl Authority {
    /// Every role, by internal id.
    pub fn roles(&self, caller: &Caller) -> Result<Vec<Arc<Role>>, Forbidden> {
        may_manage(caller)?;
        Ok(self.snapshot().roles().cloned().collect())
    }

    pub fn role(&self, caller: &Caller, id: RoleId) -> Result<Arc<Role>, AdministrationError> {
        may_manage(caller)?;
        let snapshot = self.snapshot();
        let unknown = StoreError::Unknown(NotedRecord::Role(id));
        Ok(snapshot.role(id).cloned().ok_or(unknown)?)
    }

    /// Whether this account asks whoever signs in with the role for a second factor.
    pub fn asks_for_second_factor(&self, role: &Role) -> bool {
        role.requires_two_factor(self.snapshot().settings.mandatory_two_factor)
    }

    pub async fn add_role(&self, caller: &Caller, form: RoleForm) -> Result<Role, AdministrationError> {
        may_manage(caller)?;
        caller.require_to_give(&[], &form.permissions)?;
        let draft = RoleDraft::parse(form)?;
        let added = self.store.add_role(draft, caller.by(self.clock.now())).await?;
        self.take_in_change().await;
        Ok(added)
    }

    /// Saves a role, as `edit` makes it of what is stored. Tokens feel it at once.
    pub async fn edit_role(
        &self,
        caller: &Caller,
        id: RoleId,
        edit: impl Fn(RoleForm) -> RoleForm + Send + 'static,
    ) -> Result<Role, AdministrationError> {
        may_manage(caller)?;
        let unknown = StoreError::Unknown(NotedRecord::Role(id));
        let current = RoleForm::from(&self.store.role(id).await?.ok_or(unknown)?);
        caller.require_to_give(&current.permissions.clone(), &edit(current).permissions)?;
        let saved = self
            .store
            .edit_role(id, edit, caller.by(self.clock.now()))
            .await?;
        self.take_in_change().await;
        Ok(saved)
    }
}

fn may_manage(caller: &Caller) -> Result<(), Forbidden> {
    caller.require(Permission::ManageRoles, Level::Full)
}
