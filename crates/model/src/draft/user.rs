//! A new user: an entity record with its Access subtab.

use super::field::{Check, FieldErrors};
use crate::{AssignedRole, EntityId, EntityKind, RoleId, User};

/// An entity record, as filled in.
#[derive(Clone, Debug)]
pub struct UserForm {
    pub kind: EntityKind,
    pub name: String,
    pub email: String,
    pub give_access: bool,
    pub roles: Vec<RoleId>,
}

/// A user that may be created.
#[derive(Clone, Debug)]
pub struct UserDraft(UserForm);

impl UserDraft {
    /// Whether the roles exist is for the store to say.
    pub fn parse(form: UserForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        let name = check.name("Name", &form.name);
        let email = check.email("Email", &form.email);
        if form.give_access && form.roles.is_empty() {
            check.refuse("Roles", "are required when Give Access is checked.");
        }
        let mut roles = form.roles.clone();
        roles.sort_unstable();
        roles.dedup();
        if roles.len() < form.roles.len() {
            check.refuse("Roles", "name the same role twice.");
        }
        check.finish(Self(UserForm { name, email, ..form }))
    }

    pub fn name(&self) -> &str {
        &self.0.name
    }

    pub fn into_user(self, id: EntityId) -> User {
        let form = self.0;
        User {
            id,
            kind: form.kind,
            name: form.name,
            email: form.email,
            give_access: form.give_access,
            inactive: false,
            roles: form
                .roles
                .into_iter()
                .map(|role| AssignedRole { role, hidden: false })
                .collect(),
            locked_until: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn access_needs_a_role_and_each_role_once() {
        let form = |roles| UserForm {
            kind: EntityKind::Employee,
            name: "Ada Byron".into(),
            email: "ada@example.com".into(),
            give_access: true,
            roles,
        };
        let message = |roles| UserDraft::parse(form(roles)).unwrap_err().to_string();
        assert_eq!(message(vec![]), "Roles are required when Give Access is checked.");
        assert_eq!(
            message(vec![RoleId::new(3), RoleId::new(3)]),
            "Roles name the same role twice."
        );
        let user = UserDraft::parse(form(vec![RoleId::new(3)]))
            .unwrap()
            .into_user(EntityId::new(1));
        assert_eq!(
            user.roles,
            [AssignedRole {
                role: RoleId::new(3),
                hidden: false
            }]
        );
    }
}
