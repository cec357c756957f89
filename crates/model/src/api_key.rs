//! Keys to the admin API.

use crate::difference::Fields;
use crate::role::permissions;
use crate::{
    ApiKeyHash, ApiKeyId, EntityId, Level, Noted, NotedField, Permission, PermissionSet, Rights, RoleId,
};
use countersign_world::UnixTime;

/// A key acts for the user and role it was made by, and never beyond its scopes. The key itself is shown once and kept
/// nowhere; its hash is opaque here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    pub id: ApiKeyId,
    pub name: String,
    pub hash: ApiKeyHash,
    pub user: EntityId,
    pub role: RoleId,
    /// Empty allows nothing.
    pub scopes: PermissionSet,
    pub created: UnixTime,
    pub expires: UnixTime,
    /// Written now and then, not with every call.
    pub last_used: Option<UnixTime>,
    pub revoked: Option<UnixTime>,
}

/// Why a key does not work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiKeyRefused {
    #[error("the API key was revoked; make a new one")]
    Revoked,
    #[error("the API key has expired; make a new one")]
    Expired,
}

impl ApiKey {
    pub fn check(&self, now: UnixTime) -> Result<(), ApiKeyRefused> {
        if self.revoked.is_some() {
            Err(ApiKeyRefused::Revoked)
        } else if self.expires <= now {
            Err(ApiKeyRefused::Expired)
        } else {
            Ok(())
        }
    }

    /// Within the scopes, and within what the user may do in the role at this moment.
    pub fn allows(&self, rights: Rights<'_>, permission: Permission, level: Level) -> bool {
        self.scopes.allows(permission, level) && rights.allows(permission, level)
    }

    /// For ever; None where it was revoked before.
    pub fn revoke(self, now: UnixTime) -> Option<Self> {
        match self.revoked {
            Some(_) => None,
            None => Some(Self {
                revoked: Some(now),
                ..self
            }),
        }
    }
}

impl Noted for ApiKey {
    fn noted_fields(&self) -> Vec<NotedField> {
        let fields = Fields::default()
            .with("Name", &self.name)
            .with("User", self.user)
            .with("Role", self.role)
            .check_box("Revoked", self.revoked.is_some());
        permissions("Scopes", fields, &self.scopes).list()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::tests::{NOW, features, role};
    use crate::user::tests::user;
    use crate::{Role, differences};
    use std::time::Duration;

    fn key() -> ApiKey {
        ApiKey {
            id: ApiKeyId::new(1),
            name: "CI".into(),
            hash: ApiKeyHash::parse("secret-hash").unwrap(),
            user: EntityId::new(42),
            role: RoleId::new(1001),
            scopes: PermissionSet::none()
                .grant(Permission::Customers, Level::View)
                .unwrap(),
            created: NOW,
            expires: NOW.plus(Duration::from_secs(60)),
            last_used: None,
            revoked: None,
        }
    }

    #[test]
    fn a_key_works_until_it_expires_or_is_revoked() {
        assert_eq!(key().check(NOW), Ok(()));
        assert_eq!(key().check(key().expires), Err(ApiKeyRefused::Expired));
        let revoked = key().revoke(NOW).unwrap();
        assert_eq!(revoked.check(NOW), Err(ApiKeyRefused::Revoked));
        assert_eq!(revoked.revoke(NOW), None);
    }

    #[test]
    fn a_key_reaches_no_further_than_its_scopes_and_its_users_rights() {
        let (user, administrator, role, features) = (user(), Role::administrator(), role(), features());
        let strong = Rights::of(&user, &administrator, &features);
        assert!(key().allows(strong, Permission::Customers, Level::View));
        assert!(!key().allows(strong, Permission::Customers, Level::Edit));
        assert!(!key().allows(strong, Permission::Vendors, Level::View));
        let weak = Rights::of(&user, &role, &features);
        assert!(!key().allows(weak, Permission::Customers, Level::View));
    }

    #[test]
    fn no_note_holds_the_hash() {
        let notes = format!("{:?}", differences(None, Some(&key())));
        assert!(!notes.contains("secret-hash") && !format!("{:?}", key()).contains("secret-hash"));
    }
}
