//! A role, as it is filled in and saved.

use super::field::{Check, FieldErrors};
use crate::permission_set::set_level;
use crate::{Center, Level, Permission, PermissionSet, Role, RoleId};

/// Setup > Users/Roles > User Management > Manage Roles > New or Edit, as filled in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoleForm {
    pub name: String,
    pub center: Center,
    pub inactive: bool,
    pub web_services_only: bool,
    /// Two-Factor Authentication Required.
    pub two_factor_required: bool,
    pub permissions: Vec<(Permission, Level)>,
}

impl RoleForm {
    /// With a permission at this level, in place of the one it had; without it where there is none.
    pub fn with_permission(mut self, permission: Permission, level: Option<Level>) -> Self {
        set_level(&mut self.permissions, permission, level);
        self
    }
}

impl From<&Role> for RoleForm {
    /// What the Edit page opens with.
    fn from(role: &Role) -> Self {
        Self {
            name: role.name.clone(),
            center: role.center,
            inactive: role.inactive,
            web_services_only: role.web_services_only,
            two_factor_required: role.two_factor_required,
            permissions: role.permissions.iter().collect(),
        }
    }
}

/// A role that may be created; never an Administrator.
#[derive(Clone, Debug)]
pub struct RoleDraft {
    form: RoleForm,
    permissions: PermissionSet,
}

impl RoleDraft {
    pub fn parse(form: RoleForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        let draft = Self::checked(form, &mut check);
        check.finish(draft)
    }

    fn checked(form: RoleForm, check: &mut Check) -> Self {
        let name = check.name("Name", &form.name);
        let permissions = check.permissions("Permissions", &form.permissions);
        if form.two_factor_required && form.center == Center::Customer {
            check.refuse(
                "Two-Factor Authentication Required",
                "cannot be checked for a role of the Customer Center.",
            );
        }
        Self {
            form: RoleForm { name, ..form },
            permissions,
        }
    }

    pub fn name(&self) -> &str {
        &self.form.name
    }

    pub fn into_role(self, id: RoleId) -> Role {
        let Self { form, permissions } = self;
        Role {
            id,
            name: form.name,
            center: form.center,
            inactive: form.inactive,
            web_services_only: form.web_services_only,
            two_factor_required: form.two_factor_required,
            administrator: false,
            permissions,
        }
    }
}

/// A change to a role that may be saved.
#[derive(Clone, Debug)]
pub struct RoleEdit(Role);

impl RoleEdit {
    /// A center is for ever. Of a standard role only Inactive can be changed, of Administrator nothing.
    pub fn parse(current: &Role, form: RoleForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        if current.administrator {
            check.refuse("Name", "is Administrator, a role that cannot be changed.");
        } else if current.is_standard() {
            let unchanged = RoleForm {
                inactive: form.inactive,
                ..current.into()
            };
            if form != unchanged {
                check.refuse(
                    "Name",
                    format!(
                        "is {}, a standard role: only Inactive can be changed. Customize it under another name.",
                        current.name
                    ),
                );
            }
        }
        if form.center != current.center {
            check.refuse(
                "Center Type",
                format!(
                    "stays {}: a role keeps the center it was made with.",
                    current.center
                ),
            );
        }
        let draft = RoleDraft::checked(form, &mut check);
        check.finish(Self(Role {
            administrator: current.administrator,
            ..draft.into_role(current.id)
        }))
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// The role as it is after the Save.
    pub fn into_role(self) -> Role {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::StandardRole;

    fn message(current: &Role, form: RoleForm) -> String {
        RoleEdit::parse(current, form).unwrap_err().to_string()
    }

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
            permissions: vec![
                (Permission::Customers, Level::View),
                (Permission::Customers, Level::Full),
                (Permission::LogInUsingAccessTokens, Level::View),
            ],
            ..RoleForm::default()
        };
        assert_eq!(
            RoleDraft::parse(form).unwrap_err().to_string(),
            "Permissions name Customers twice; keep one of the two lines. Permissions cannot be saved: Log in using \
             Access Tokens has no level View; it is offered at Full."
        );
    }

    #[test]
    fn a_role_keeps_its_center_and_changes_everything_else() {
        let current = RoleDraft::parse(RoleForm {
            name: "Integrator".into(),
            ..RoleForm::default()
        });
        let current = current.unwrap().into_role(RoleId::new(1001));
        let edited = RoleForm {
            name: "Nightly".into(),
            web_services_only: true,
            inactive: true,
            permissions: vec![(Permission::UserAccessTokens, Level::Full)],
            ..RoleForm::from(&current)
        };
        let after = RoleEdit::parse(&current, edited.clone()).unwrap().into_role();
        assert_eq!(RoleForm::from(&after), edited);
        let moved = RoleForm {
            center: Center::Sales,
            ..edited
        };
        assert_eq!(
            message(&current, moved),
            "Center Type stays Classic Center: a role keeps the center it was made with."
        );
    }

    #[test]
    fn standard_roles_are_customized_not_changed() {
        let current = StandardRole::Accountant.role();
        let inactive = RoleForm {
            inactive: true,
            ..RoleForm::from(&current)
        };
        assert!(
            RoleEdit::parse(&current, inactive.clone())
                .unwrap()
                .into_role()
                .inactive
        );
        let renamed = RoleForm {
            name: "Mine".into(),
            ..inactive
        };
        assert!(message(&current, renamed).starts_with("Name is Accountant, a standard role"));
        let administrator = Role::administrator();
        let form = RoleForm::from(&administrator);
        assert_eq!(
            message(&administrator, form),
            "Name is Administrator, a role that cannot be changed."
        );
    }
}
