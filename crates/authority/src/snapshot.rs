//! What is small of an account, as of one moment: the account itself, its features and its roles.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

use countersign_model::{Account, FeatureSet, LoginScene, Role, RoleId, Settings, Surface};
use countersign_store::Head;
use countersign_world::UnixTime;

/// A change makes a new one; requests under way keep the one they began with.
#[derive(Debug)]
pub struct Snapshot {
    pub account: Account,
    pub features: FeatureSet,
    pub settings: Settings,
    roles: BTreeMap<RoleId, Arc<Role>>,
}

impl Snapshot {
    pub(crate) fn of(head: Head) -> Self {
        let roles = head.roles.into_iter().map(|role| (role.id, Arc::new(role)));
        Self {
            account: head.account,
            features: head.features,
            settings: head.settings,
            roles: roles.collect(),
        }
    }

    pub fn role(&self, id: RoleId) -> Option<&Arc<Role>> {
        self.roles.get(&id)
    }

    /// By internal id.
    pub fn roles(&self) -> impl Iterator<Item = &Arc<Role>> {
        self.roles.values()
    }

    /// Everything a login is asked that is not of its own records.
    pub(crate) const fn scene(
        &self,
        surface: Surface,
        address: Option<IpAddr>,
        now: UnixTime,
    ) -> LoginScene<'_> {
        LoginScene {
            surface,
            address,
            now,
            features: &self.features,
            company_ip_rules: self.settings.allowed_ip_addresses.as_ref(),
        }
    }
}
