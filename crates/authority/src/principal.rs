//! Somebody who has logged in.

use std::sync::Arc;

use countersign_ledger::{NonceClaimed, Slot};
use countersign_model::{
    AccessToken, Account, Feature, Integration, Level, MayLogIn, Permission, Role, Surface, User,
};
use countersign_protocol::SignatureValid;

use crate::directory::{Directory, KnownIntegration, KnownToken};

/// A verified caller, for the time of one request. Holding it holds a concurrency slot.
#[derive(Debug)]
pub struct Principal {
    directory: Arc<Directory>,
    integration: Arc<KnownIntegration>,
    token: Arc<KnownToken>,
    user: Arc<User>,
    role: Arc<Role>,
    surface: Surface,
    _slot: Slot,
}

/// The records a principal is made of.
pub(crate) struct Records {
    pub(crate) directory: Arc<Directory>,
    pub(crate) integration: Arc<KnownIntegration>,
    pub(crate) token: Arc<KnownToken>,
    pub(crate) user: Arc<User>,
    pub(crate) role: Arc<Role>,
}

/// Why a caller who logged in may still not use a service. Not a login failure.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ServiceDenied {
    #[error("{feature} is off. Check it at Setup > Company > Enable Features > {} > {}.", .feature.subtab(), .feature.section())]
    FeatureOff { feature: Feature },
    #[error(
        "The role {role} lacks the permission {permission} at level {level}. Set it at Setup > Users/Roles > User Management > Manage \
         Roles > Edit > Permissions > {}.", .permission.subtab()
    )]
    PermissionMissing {
        role: String,
        permission: Permission,
        level: Level,
    },
}

impl Principal {
    /// The one place a principal is made: each argument is the proof of a check.
    pub(crate) fn new(
        records: Records,
        surface: Surface,
        _signature: SignatureValid,
        _may_log_in: &MayLogIn,
        slot: Slot,
        _nonce: NonceClaimed,
    ) -> Self {
        let Records {
            directory,
            integration,
            token,
            user,
            role,
        } = records;
        Self {
            directory,
            integration,
            token,
            user,
            role,
            surface,
            _slot: slot,
        }
    }

    pub fn account(&self) -> &Account {
        &self.directory.account
    }

    pub fn user(&self) -> &User {
        &self.user
    }

    pub fn role(&self) -> &Role {
        &self.role
    }

    pub fn integration(&self) -> &Integration {
        &self.integration.record
    }

    pub fn token(&self) -> &AccessToken {
        &self.token.record
    }

    pub const fn surface(&self) -> Surface {
        self.surface
    }

    /// Whether the role has a permission at a level.
    pub fn require(&self, permission: Permission, level: Level) -> Result<(), ServiceDenied> {
        if self.role.allows(permission, level) {
            Ok(())
        } else {
            Err(ServiceDenied::PermissionMissing {
                role: self.role.name.clone(),
                permission,
                level,
            })
        }
    }

    /// The service is on in this account, and the role may use it.
    pub fn may_use_service(&self) -> Result<(), ServiceDenied> {
        if let Some(feature) = self.surface.feature()
            && !self.directory.features.has(feature)
        {
            return Err(ServiceDenied::FeatureOff { feature });
        }
        let permission = self.surface.permission();
        permission.map_or(Ok(()), |permission| self.require(permission, Level::Full))
    }
}
