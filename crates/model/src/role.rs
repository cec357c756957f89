//! Roles.

use crate::{Level, Permission, PermissionSet, RoleId};

/// What a user may do while logged in with this role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub inactive: bool,
    /// The Web Services Only Role box: works with REST and SOAP, never with RESTlets.
    pub web_services_only: bool,
    /// Has every permission at every level, whatever `permissions` says.
    pub administrator: bool,
    pub permissions: PermissionSet,
}

impl Role {
    /// NetSuite's internal id of the Administrator role.
    pub const ADMINISTRATOR: RoleId = RoleId::new(3);

    /// The role every account is founded with.
    pub fn administrator() -> Self {
        Self {
            id: Self::ADMINISTRATOR,
            name: "Administrator".to_owned(),
            inactive: false,
            web_services_only: false,
            administrator: true,
            permissions: PermissionSet::none(),
        }
    }

    pub fn allows(&self, permission: Permission, level: Level) -> bool {
        self.administrator || self.permissions.allows(permission, level)
    }

    /// User Access Tokens includes Log in using Access Tokens; Access Token Management does not.
    pub fn logs_in_by_token(&self) -> bool {
        self.allows(Permission::LogInUsingAccessTokens, Level::Full)
            || self.allows(Permission::UserAccessTokens, Level::Full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_administrator_has_every_permission_in_full() {
        for permission in Permission::ALL.iter().copied() {
            assert!(Role::administrator().allows(permission, Level::Full));
        }
    }

    #[test]
    fn managing_tokens_is_not_logging_in_by_token() {
        let role = |permission| Role {
            administrator: false,
            permissions: PermissionSet::none().grant(permission, Level::Full).unwrap(),
            ..Role::administrator()
        };
        assert!(!role(Permission::AccessTokenManagement).logs_in_by_token());
        assert!(role(Permission::UserAccessTokens).logs_in_by_token());
        assert!(role(Permission::LogInUsingAccessTokens).logs_in_by_token());
    }
}
