//! Roles.

use crate::difference::Fields;
use crate::{Center, Level, Noted, NotedField, Permission, PermissionSet, RoleId};

/// What a user may do while logged in with this role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    pub id: RoleId,
    pub name: String,
    pub center: Center,
    pub inactive: bool,
    /// The Web Services Only Role box: works with REST and SOAP, never with RESTlets or the pages.
    pub web_services_only: bool,
    /// The Two-Factor Authentication Required box. See [`requires_two_factor`](Self::requires_two_factor).
    pub two_factor_required: bool,
    /// Has every permission at every level, whatever `permissions` says.
    pub administrator: bool,
    pub permissions: PermissionSet,
}

impl Role {
    /// NetSuite's internal id of the Administrator role.
    pub const ADMINISTRATOR: RoleId = RoleId::new(3);
    /// Standard roles have ids up to this one; an account's own follow.
    pub const LAST_STANDARD: RoleId = RoleId::new(999);

    /// The role every account is founded with.
    pub fn administrator() -> Self {
        Self {
            id: Self::ADMINISTRATOR,
            name: "Administrator".to_owned(),
            center: Center::Classic,
            inactive: false,
            web_services_only: false,
            two_factor_required: false,
            administrator: true,
            permissions: PermissionSet::none(),
        }
    }

    pub fn allows(&self, permission: Permission, level: Level) -> bool {
        self.administrator || self.permissions.allows(permission, level)
    }

    pub fn logs_in_by_token(&self) -> bool {
        self.administrator || self.permissions.logs_in_by_token()
    }

    /// A standard role is customized under a new name, not changed.
    pub fn is_standard(&self) -> bool {
        self.id <= Self::LAST_STANDARD
    }

    /// Whether NetSuite makes this a 2FA-required role whatever its box says: Administrator, and every role with one
    /// of the highly privileged permissions.
    pub fn is_highly_privileged(&self) -> bool {
        let mut given = self.permissions.iter().map(|(permission, _)| permission);
        self.administrator || given.any(Permission::requires_two_factor)
    }

    /// Whether a second factor belongs to this role: by its own box, or, where the account holds to NetSuite's rule,
    /// by its privileges. Such a role may use tokens, but no user credentials on an API.
    pub fn requires_two_factor(&self, mandatory: bool) -> bool {
        self.two_factor_required || (mandatory && self.is_highly_privileged())
    }
}

impl Noted for Role {
    fn noted_fields(&self) -> Vec<NotedField> {
        let fields = Fields::default()
            .with("Name", &self.name)
            .with("Center Type", self.center)
            .check_box("Inactive", self.inactive)
            .check_box("Web Services Only Role", self.web_services_only)
            .check_box("Two-Factor Authentication Required", self.two_factor_required);
        permissions("Permissions", fields, &self.permissions).list()
    }
}

/// One field for each permission, so that a note says which one changed.
pub(crate) fn permissions(subtab: &str, fields: Fields, set: &PermissionSet) -> Fields {
    set.iter().fold(fields, |fields, (permission, level)| {
        fields.with(format!("{subtab}: {permission}"), level)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::differences;

    fn with(permission: Permission) -> Role {
        Role {
            id: RoleId::new(1001),
            administrator: false,
            permissions: PermissionSet::none().grant(permission, Level::Full).unwrap(),
            ..Role::administrator()
        }
    }

    #[test]
    fn the_administrator_has_every_permission_in_full() {
        for permission in Permission::ALL.iter().copied() {
            assert!(Role::administrator().allows(permission, Level::Full));
        }
        assert!(Role::administrator().logs_in_by_token());
    }

    #[test]
    fn managing_tokens_is_not_logging_in_by_token() {
        assert!(!with(Permission::AccessTokenManagement).logs_in_by_token());
        assert!(with(Permission::UserAccessTokens).logs_in_by_token());
        assert!(with(Permission::LogInUsingAccessTokens).logs_in_by_token());
    }

    #[test]
    fn a_second_factor_comes_with_the_box_or_with_privileges() {
        assert!(Role::administrator().requires_two_factor(true));
        assert!(with(Permission::IntegrationApplication).requires_two_factor(true));
        assert!(!with(Permission::IntegrationApplication).requires_two_factor(false));
        assert!(!with(Permission::Customers).requires_two_factor(true));
        let boxed = Role {
            two_factor_required: true,
            ..with(Permission::Customers)
        };
        assert!(boxed.requires_two_factor(false));
    }

    #[test]
    fn a_note_names_the_permission_that_changed() {
        let before = with(Permission::Customers);
        let after = Role {
            inactive: true,
            ..with(Permission::Vendors)
        };
        let fields: Vec<_> = differences(Some(&before), Some(&after))
            .into_iter()
            .map(|difference| difference.field.into_owned())
            .collect();
        assert_eq!(
            fields,
            ["Inactive", "Permissions: Vendors", "Permissions: Customers"]
        );
    }
}
