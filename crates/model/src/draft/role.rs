//! A new role.

use super::field::{Check, FieldErrors};
use crate::{Level, Permission, PermissionSet, Role, RoleId};

/// Setup > Users/Roles > User Management > Manage Roles > New, as filled in.
#[derive(Clone, Debug, Default)]
pub struct RoleForm {
    pub name: String,
    pub web_services_only: bool,
    pub permissions: Vec<(Permission, Level)>,
}

/// A role that may be created; never an Administrator.
#[derive(Clone, Debug)]
pub struct RoleDraft {
    name: String,
    web_services_only: bool,
    permissions: PermissionSet,
}

impl RoleDraft {
    pub fn parse(form: RoleForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        let name = check.name("Name", &form.name);
        let mut permissions = PermissionSet::none();
        for (permission, level) in form.permissions {
            if permissions.allows(permission, Level::View) {
                check.refuse(
                    "Permissions",
                    format!("name {permission} twice; keep one of the two lines."),
                );
                continue;
            }
            match permissions.clone().grant(permission, level) {
                Ok(granted) => permissions = granted,
                Err(error) => check.refuse("Permissions", format!("cannot be saved: {error}.")),
            }
        }
        check.finish(Self {
            name,
            web_services_only: form.web_services_only,
            permissions,
        })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn into_role(self, id: RoleId) -> Role {
        Role {
            id,
            name: self.name,
            inactive: false,
            web_services_only: self.web_services_only,
            administrator: false,
            permissions: self.permissions,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_without_permissions_allows_nothing() {
        let draft = RoleDraft::parse(RoleForm {
            name: "Empty".into(),
            ..RoleForm::default()
        })
        .unwrap();
        let role = draft.into_role(RoleId::new(1001));
        assert!(!role.logs_in_by_token());
        assert!(!role.administrator);
    }

    #[test]
    fn a_permission_given_twice_or_at_no_such_level_is_refused() {
        let form = RoleForm {
            name: "Integrator".into(),
            web_services_only: false,
            permissions: vec![
                (Permission::Customers, Level::View),
                (Permission::Customers, Level::Full),
                (Permission::LogInUsingAccessTokens, Level::View),
            ],
        };
        assert_eq!(
            RoleDraft::parse(form).unwrap_err().to_string(),
            "Permissions name Customers twice; keep one of the two lines. Permissions cannot be saved: Log in using \
             Access Tokens has no level View; it is offered at Full."
        );
    }
}
