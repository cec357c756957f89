//! Somebody who has logged in.

use std::sync::Arc;

use countersign_ledger::{NonceClaimed, Slot};
use countersign_model::{
    AccessToken, Account, Feature, Integration, Level, MayLogIn, Permission, Rights, Role, Surface, User,
};
use countersign_protocol::SignatureValid;
use countersign_world::UnixTime;

use crate::execution::Execution;
use crate::records::{KnownIntegration, KnownToken};
use crate::snapshot::Snapshot;

/// A verified caller, for the time of one request. Holding it holds a concurrency slot.
#[derive(Debug)]
pub struct Principal {
    records: Records,
    surface: Surface,
    execution: Execution,
    _slot: Slot,
}

/// The records a principal is made of, as they were when it logged in.
#[derive(Debug)]
pub(crate) struct Records {
    pub(crate) snapshot: Arc<Snapshot>,
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
        execution: Execution,
        surface: Surface,
        _signature: SignatureValid,
        _may_log_in: &MayLogIn,
        slot: Slot,
        _nonce: NonceClaimed,
    ) -> Self {
        Self {
            records,
            surface,
            execution,
            _slot: slot,
        }
    }

    pub fn account(&self) -> &Account {
        &self.records.snapshot.account
    }

    /// The account, its features and roles, as they were when it logged in.
    pub fn snapshot(&self) -> &Arc<Snapshot> {
        &self.records.snapshot
    }

    pub fn user(&self) -> &User {
        &self.records.user
    }

    pub fn role(&self) -> &Role {
        &self.records.role
    }

    pub fn integration(&self) -> &Integration {
        &self.records.integration.record
    }

    pub fn token(&self) -> &AccessToken {
        &self.records.token.record
    }

    pub const fn surface(&self) -> Surface {
        self.surface
    }

    /// When they logged in: the moment of their row in the Login Audit Trail.
    pub const fn at(&self) -> UnixTime {
        self.execution.at()
    }

    /// Ends the request's time among those that run. What came of it is for [`log_execution`](crate::Authority::log_execution).
    pub fn end(self) -> Execution {
        self.execution
    }

    /// What the user may do in the role, the user's global permissions among it.
    pub fn rights(&self) -> Rights<'_> {
        Rights::of(self.user(), self.role(), &self.records.snapshot.features)
    }

    /// Whether the user has a permission at a level in this role.
    pub fn require(&self, permission: Permission, level: Level) -> Result<(), ServiceDenied> {
        if self.rights().allows(permission, level) {
            Ok(())
        } else {
            Err(ServiceDenied::PermissionMissing {
                role: self.role().name.clone(),
                permission,
                level,
            })
        }
    }

    /// The feature is on in this account.
    pub fn require_feature(&self, feature: Feature) -> Result<(), ServiceDenied> {
        match self.records.snapshot.features.has(feature) {
            true => Ok(()),
            false => Err(ServiceDenied::FeatureOff { feature }),
        }
    }

    /// The service is on in this account, and the user may use it in this role.
    pub fn may_use_service(&self) -> Result<(), ServiceDenied> {
        if let Some(feature) = self.surface.feature() {
            self.require_feature(feature)?;
        }
        let permission = self.surface.permission();
        permission.map_or(Ok(()), |permission| self.require(permission, Level::Full))
    }
}
