//! What a user may do in a role: the role's permissions, and the global permissions of the user over them.

use crate::{Feature, FeatureSet, Level, Permission, PermissionSet, Role, User};

/// The rights of one user in one role.
#[derive(Clone, Copy, Debug)]
pub struct Rights<'a> {
    role: &'a Role,
    global: Option<&'a PermissionSet>,
}

impl<'a> Rights<'a> {
    /// A user's global permissions count while the feature Global Permissions is on.
    pub fn of(user: &'a User, role: &'a Role, features: &FeatureSet) -> Self {
        let global = features.has(Feature::GlobalPermissions) && !user.global_permissions.is_empty();
        Self {
            role,
            global: global.then_some(&user.global_permissions),
        }
    }

    /// A global permission stands in place of the role's, also where it is the lower of the two. An Administrator has
    /// everything.
    pub fn level(self, permission: Permission) -> Option<Level> {
        if self.role.administrator {
            return permission.levels().last().copied();
        }
        let global = self.global.and_then(|global| global.level(permission));
        global.or_else(|| self.role.permissions.level(permission))
    }

    /// An Administrator is allowed even a level that is not offered.
    pub fn allows(self, permission: Permission, level: Level) -> bool {
        self.role.administrator || self.level(permission).is_some_and(|given| given >= level)
    }

    pub fn is_administrator(self) -> bool {
        self.role.administrator
    }

    pub fn logs_in_by_token(self) -> bool {
        self.allows(Permission::LogInUsingAccessTokens, Level::Full)
            || self.allows(Permission::UserAccessTokens, Level::Full)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RoleId;
    use crate::user::tests::user;

    fn set(permission: Permission, level: Level) -> PermissionSet {
        PermissionSet::none().grant(permission, level).unwrap()
    }

    #[test]
    fn a_global_permission_stands_over_the_role_also_when_it_is_lower() {
        let role = Role {
            id: RoleId::new(1001),
            administrator: false,
            permissions: set(Permission::Customers, Level::Full),
            ..Role::administrator()
        };
        let user = User {
            global_permissions: set(Permission::Customers, Level::View)
                .grant(Permission::UserAccessTokens, Level::Full)
                .unwrap(),
            ..user()
        };
        let on = FeatureSet::none().enable([Feature::GlobalPermissions]).unwrap();
        let rights = Rights::of(&user, &role, &on);
        assert_eq!(rights.level(Permission::Customers), Some(Level::View));
        assert!(rights.logs_in_by_token());
        let off = FeatureSet::none();
        let rights = Rights::of(&user, &role, &off);
        assert_eq!(rights.level(Permission::Customers), Some(Level::Full));
        assert!(!rights.logs_in_by_token());
    }

    #[test]
    fn an_administrator_is_not_held_back_by_a_global_permission() {
        let user = User {
            global_permissions: set(Permission::Customers, Level::View),
            ..user()
        };
        let on = FeatureSet::none().enable([Feature::GlobalPermissions]).unwrap();
        let role = Role::administrator();
        assert!(Rights::of(&user, &role, &on).allows(Permission::Customers, Level::Full));
    }
}
