//! Who asks, whichever way they came: with a signature, or as a script that runs as them.

use countersign_authority::{Principal, ServiceDenied, Snapshot};
use countersign_model::{Feature, Level, Permission, Rights, Role, Surface, User};
use countersign_scripts::Actor;

/// A user in a role, and what the account has.
#[derive(Clone, Copy)]
pub(crate) struct Asking<'a> {
    pub(crate) user: &'a User,
    pub(crate) role: &'a Role,
    snapshot: &'a Snapshot,
    /// Nothing where a script asks.
    pub(crate) principal: Option<&'a Principal>,
}

impl<'a> Asking<'a> {
    pub(crate) fn signed(principal: &'a Principal) -> Self {
        Self {
            user: principal.user(),
            role: principal.role(),
            snapshot: principal.snapshot(),
            principal: Some(principal),
        }
    }

    pub(crate) fn within(actor: &'a Actor) -> Self {
        Self {
            user: &actor.user,
            role: &actor.role,
            snapshot: actor.snapshot(),
            principal: None,
        }
    }

    pub(crate) fn rights(&self) -> Rights<'a> {
        Rights::of(self.user, self.role, &self.snapshot.features)
    }

    /// Whether they have a permission at a level in this role.
    pub(crate) fn require(&self, permission: Permission, level: Level) -> Result<(), ServiceDenied> {
        match self.rights().allows(permission, level) {
            true => Ok(()),
            false => Err(ServiceDenied::PermissionMissing {
                role: self.role.name.clone(),
                permission,
                level,
            }),
        }
    }

    /// The feature is on in this account.
    pub(crate) fn require_feature(&self, feature: Feature) -> Result<(), ServiceDenied> {
        match self.snapshot.features.has(feature) {
            true => Ok(()),
            false => Err(ServiceDenied::FeatureOff { feature }),
        }
    }

    /// The service is on in this account, and they may use it in this role.
    pub(crate) fn may_use(&self, surface: Surface) -> Result<(), ServiceDenied> {
        surface
            .feature()
            .map_or(Ok(()), |feature| self.require_feature(feature))?;
        let permission = surface.permission();
        permission.map_or(Ok(()), |permission| self.require(permission, Level::Full))
    }
}
