//! As whom a script runs.

use std::sync::Arc;

use countersign_authority::{Principal, Snapshot};
use countersign_model::{EntityId, Level, Permission, Rights, Role, RoleId, User};
use countersign_records::{RecordType, Stamp};
use countersign_world::UnixTime;

/// A user in a role, as they stand when an execution begins.
#[derive(Clone, Debug)]
pub struct Actor {
    pub user: Arc<User>,
    pub role: Arc<Role>,
    snapshot: Arc<Snapshot>,
    /// When they logged in for the call that runs: by it the lines of a script are found from the call's row.
    came: Option<UnixTime>,
}

impl Actor {
    /// Whoever called.
    pub fn of(principal: &Principal) -> Self {
        Self {
            user: Arc::new(principal.user().clone()),
            role: Arc::new(principal.role().clone()),
            snapshot: Arc::clone(principal.snapshot()),
            came: Some(principal.at()),
        }
    }

    /// None where the user does not have the role.
    pub fn named(user: &User, role: RoleId, snapshot: &Arc<Snapshot>) -> Option<Self> {
        user.roles.iter().find(|assigned| assigned.role == role)?;
        Some(Self {
            user: Arc::new(user.clone()),
            role: Arc::clone(snapshot.role(role)?),
            snapshot: Arc::clone(snapshot),
            came: None,
        })
    }

    /// The same user in another role, as a deployment's Execute As Role says. None where there is no such role.
    #[must_use]
    pub fn in_role(&self, role: RoleId) -> Option<Self> {
        Some(Self {
            role: Arc::clone(self.snapshot.role(role)?),
            ..self.clone()
        })
    }

    pub fn user_id(&self) -> EntityId {
        self.user.id
    }

    /// The account, its features and roles.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    pub fn rights(&self) -> Rights<'_> {
        Rights::of(&self.user, &self.role, &self.snapshot.features)
    }

    /// Whether the role may have to do with records of a type. One without a permission of its own is an administrator's.
    pub fn may(&self, of: &RecordType, level: Level) -> bool {
        let permission = of.permission.as_deref().map(Permission::by_id);
        match permission {
            Some(Ok(permission)) => self.rights().allows(permission, level),
            _ => self.role.administrator,
        }
    }

    pub(crate) const fn came(&self) -> Option<UnixTime> {
        self.came
    }

    /// For what a script writes at `at`.
    pub fn stamp(&self, at: UnixTime) -> Stamp {
        Stamp {
            at,
            by: self.user.id.get(),
        }
    }
}
