//! An entity record with its Access subtab, as it is filled in and saved.

use super::field::{Check, FieldErrors};
use crate::permission_set::set_level;
use crate::{
    AssignedRole, EntityId, EntityKind, FeatureSet, Governance, IpRestriction, Level, Permission,
    PermissionSet, RoleId, User,
};

/// The most roles of one user.
const MAX_ROLES: usize = 100;

/// An entity record, as filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserForm {
    pub kind: EntityKind,
    pub name: String,
    pub email: String,
    pub inactive: bool,
    pub give_access: bool,
    pub roles: Vec<RoleId>,
    pub global_permissions: Vec<(Permission, Level)>,
    pub web_services_user: bool,
    pub concurrent_web_services_user: bool,
    pub inherit_ip_rules: bool,
    /// As [`IpRules`](crate::IpRules) reads it.
    pub ip_address_restriction: String,
}

impl Default for UserForm {
    /// What the New page of an employee opens with.
    fn default() -> Self {
        Self {
            kind: EntityKind::Employee,
            name: String::new(),
            email: String::new(),
            inactive: false,
            give_access: false,
            roles: Vec::new(),
            global_permissions: Vec::new(),
            web_services_user: false,
            concurrent_web_services_user: false,
            inherit_ip_rules: true,
            ip_address_restriction: String::new(),
        }
    }
}

impl UserForm {
    /// With a role or without it; one that it has keeps its place.
    pub fn with_role(mut self, role: RoleId, has: bool) -> Self {
        match self.roles.contains(&role) {
            true if !has => self.roles.retain(|held| *held != role),
            false if has => self.roles.push(role),
            _ => {}
        }
        self
    }

    /// As [`RoleForm::with_permission`](crate::RoleForm::with_permission).
    pub fn with_global_permission(mut self, permission: Permission, level: Option<Level>) -> Self {
        set_level(&mut self.global_permissions, permission, level);
        self
    }
}

impl From<&User> for UserForm {
    /// What the Edit page opens with.
    fn from(user: &User) -> Self {
        Self {
            kind: user.kind,
            name: user.name.clone(),
            email: user.email.clone(),
            inactive: user.inactive,
            give_access: user.give_access,
            roles: user.roles.iter().map(|assigned| assigned.role).collect(),
            global_permissions: user.global_permissions.iter().collect(),
            web_services_user: user.web_services_user,
            concurrent_web_services_user: user.concurrent_web_services_user,
            inherit_ip_rules: user.ip_restriction.inherit_from_company,
            ip_address_restriction: user
                .ip_restriction
                .own
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        }
    }
}

/// A user that may be created.
#[derive(Clone, Debug)]
pub struct UserDraft {
    form: UserForm,
    global_permissions: PermissionSet,
    ip_restriction: IpRestriction,
}

impl UserDraft {
    /// Whether the roles exist is for the store to say, and whether a licence is left for
    /// [`User::check_concurrent_user`].
    pub fn parse(form: UserForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        let draft = Self::checked(form, &mut check);
        check.finish(draft)
    }

    fn checked(form: UserForm, check: &mut Check) -> Self {
        let name = check.name(form.kind.name_label(), &form.name);
        let email = check.email("Email", &form.email);
        if form.give_access && form.roles.is_empty() {
            check.refuse(
                "Roles",
                "are required when Give Access is checked; give one, or clear the box.",
            );
        }
        if form.roles.len() > MAX_ROLES {
            check.refuse("Roles", format!("are more than {MAX_ROLES}."));
        }
        let mut roles = form.roles.clone();
        roles.sort_unstable();
        roles.dedup();
        if roles.len() < form.roles.len() {
            check.refuse("Roles", "name the same role twice.");
        }
        if form.concurrent_web_services_user && !form.web_services_user {
            check.refuse(
                "Concurrent Web Services User",
                "needs Web Services User checked as well.",
            );
        }
        let global_permissions = check.permissions("Global Permissions", &form.global_permissions);
        let own = check.ip_rules("IP Address Restriction", &form.ip_address_restriction);
        let ip_restriction = IpRestriction {
            inherit_from_company: form.inherit_ip_rules,
            own,
        };
        Self {
            form: UserForm { name, email, ..form },
            global_permissions,
            ip_restriction,
        }
    }

    pub fn name(&self) -> &str {
        &self.form.name
    }

    /// Whether Concurrent Web Services User may be checked, given the licences that other users take.
    pub fn check_licence(
        &self,
        features: &FeatureSet,
        governance: Governance,
        taken_by_others: u32,
    ) -> Result<(), FieldErrors> {
        // Whoever the user will be, the box asks for the same.
        let user = self.clone().into_user(EntityId::new(0));
        check_licence(&user, features, governance, taken_by_others)
    }

    pub fn into_user(self, id: EntityId) -> User {
        let Self {
            form,
            global_permissions,
            ip_restriction,
        } = self;
        let assigned = |role| AssignedRole { role, hidden: false };
        User {
            id,
            kind: form.kind,
            name: form.name,
            email: form.email,
            give_access: form.give_access,
            inactive: form.inactive,
            roles: form.roles.into_iter().map(assigned).collect(),
            global_permissions,
            web_services_user: form.web_services_user,
            concurrent_web_services_user: form.concurrent_web_services_user,
            ip_restriction,
            locked_until: None,
        }
    }
}

/// A change to a user that may be saved.
#[derive(Clone, Debug)]
pub struct UserEdit {
    before: User,
    after: User,
}

impl UserEdit {
    /// An employee stays one. A role that is kept stays hidden if its user hid it; one that was taken away and is
    /// given back is shown.
    pub fn parse(current: &User, form: UserForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        if form.kind != current.kind {
            check.refuse(
                "Type",
                format!("stays {}: a record does not become another type.", current.kind),
            );
        }
        let edited = UserDraft::checked(form, &mut check).into_user(current.id);
        let kept = |assigned: AssignedRole| current.assignment(assigned.role).unwrap_or(assigned);
        let after = User {
            roles: edited.roles.iter().copied().map(kept).collect(),
            locked_until: current.locked_until,
            ..edited
        };
        check.finish(Self {
            before: current.clone(),
            after,
        })
    }

    pub fn name(&self) -> &str {
        &self.after.name
    }

    /// As [`UserDraft::check_licence`], where this Save checks the box or takes a licence: what the user had stays.
    pub fn check_licence(
        &self,
        features: &FeatureSet,
        governance: Governance,
        taken_by_others: u32,
    ) -> Result<(), FieldErrors> {
        let Self { before, after } = self;
        let had = before.concurrent_web_services_user && after.web_services_user;
        if had && (before.takes_licence() || !after.takes_licence()) {
            return Ok(());
        }
        check_licence(after, features, governance, taken_by_others)
    }

    /// The user as they are after the Save.
    pub fn into_user(self) -> User {
        self.after
    }
}

fn check_licence(
    user: &User,
    features: &FeatureSet,
    governance: Governance,
    taken_by_others: u32,
) -> Result<(), FieldErrors> {
    let mut check = Check::default();
    if let Err(error) = user.check_concurrent_user(features, governance, taken_by_others) {
        check.refuse("Concurrent Web Services User", error.to_string());
    }
    check.finish(())
}

#[cfg(test)]
mod tests;
