//! A new key to the admin API.

use super::field::{Check, FieldErrors};
use crate::{ApiKey, ApiKeyHash, ApiKeyId, EntityId, Level, Permission, PermissionSet, Rights, RoleId};
use countersign_world::UnixTime;
use std::time::Duration;

/// The longest life of a key, in days.
const MAX_DAYS: u32 = 366;

/// A key, as somebody asks for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKeyForm {
    pub name: String,
    pub scopes: Vec<(Permission, Level)>,
    /// From 1 to 366.
    pub expires_in_days: u32,
}

/// A key that may be made.
#[derive(Clone, Debug)]
pub struct ApiKeyDraft {
    name: String,
    scopes: PermissionSet,
    lasts: Duration,
}

impl ApiKeyDraft {
    /// Nobody gives a key more than they may do themselves.
    pub fn parse(form: &ApiKeyForm, rights: Rights<'_>) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        let name = check.name("Name", &form.name);
        let scopes = check.permissions("Scopes", &form.scopes);
        if form.scopes.is_empty() {
            check.refuse("Scopes", "are required: a key without any allows nothing.");
        }
        for (permission, level) in scopes
            .iter()
            .filter(|(permission, level)| !rights.allows(*permission, *level))
        {
            check.refuse(
                "Scopes",
                format!("cannot hold {permission} at {level}, which your own role does not have."),
            );
        }
        check.number("Expires in days", form.expires_in_days, 1..=MAX_DAYS);
        const DAY: u64 = 24 * 60 * 60;
        check.finish(Self {
            name,
            scopes,
            lasts: Duration::from_secs(u64::from(form.expires_in_days) * DAY),
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn into_api_key(
        self,
        id: ApiKeyId,
        hash: ApiKeyHash,
        (user, role): (EntityId, RoleId),
        now: UnixTime,
    ) -> ApiKey {
        ApiKey {
            id,
            name: self.name,
            hash,
            user,
            role,
            scopes: self.scopes,
            created: now,
            expires: now.plus(self.lasts),
            last_used: None,
            revoked: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::tests::{features, role};
    use crate::user::tests::user;

    #[test]
    fn a_key_holds_no_more_than_its_maker_and_does_not_last_for_ever() {
        let (user, role, features) = (user(), role(), features());
        let rights = Rights::of(&user, &role, &features);
        let wrong = ApiKeyForm {
            name: "CI\n2".into(),
            scopes: vec![(Permission::Customers, Level::View)],
            expires_in_days: 0,
        };
        assert_eq!(
            ApiKeyDraft::parse(&wrong, rights).unwrap_err().to_string(),
            "Name must be one line without control characters. Scopes cannot hold Customers at View, which your own \
             role does not have. Expires in days must be from 1 to 366; it is 0."
        );
        let right = ApiKeyForm {
            name: "CI".into(),
            scopes: vec![(Permission::LogInUsingAccessTokens, Level::Full)],
            expires_in_days: 1,
        };
        let now = UnixTime::from_seconds(0);
        let key = ApiKeyDraft::parse(&right, rights).unwrap().into_api_key(
            ApiKeyId::new(1),
            ApiKeyHash::parse("h").unwrap(),
            (user.id, role.id),
            now,
        );
        assert_eq!(key.expires.seconds(), 86_400);
    }
}
