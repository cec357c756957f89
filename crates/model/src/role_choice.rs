//! The roles a user may choose from once the password is right: what the pages offer, and what `/rest/roles` lists.

use crate::{LoginDenied, LoginScene, Role, Surface, User};

impl LoginScene<'_> {
    /// Whether somebody who came in before may stay, on a page or with a key: still with access, still in the role. A
    /// lock does not put them out, or whoever guesses passwords could.
    pub fn may_stay(&self, user: &User, role: &Role) -> Result<(), LoginDenied> {
        match user.locked_until {
            Some(_) => self.admit_user(&User {
                locked_until: None,
                ..user.clone()
            })?,
            None => self.admit_user(user)?,
        }
        self.admit_role(user, role)
    }

    /// In the order of `roles`. Nothing for a user who may not log in at all; no Web Services Only role on the pages.
    pub fn roles_open_to<'r>(
        &self,
        user: &User,
        roles: impl IntoIterator<Item = &'r Role>,
    ) -> impl Iterator<Item = &'r Role> {
        let admitted = self.admit_user(user).is_ok();
        let opens = move |role: &&Role| {
            let on_wrong_surface = role.web_services_only && self.surface == Surface::Page;
            admitted && !on_wrong_surface && self.admit_role(user, role).is_ok()
        };
        roles.into_iter().filter(opens)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::login::tests::{features, role, scene};
    use crate::user::tests::user;
    use crate::{AssignedRole, RoleId};

    #[test]
    fn hidden_inactive_and_foreign_roles_are_not_offered() {
        let with = |id, change: fn(&mut Role)| {
            let mut role = Role {
                id: RoleId::new(id),
                ..role()
            };
            change(&mut role);
            role
        };
        let roles = [
            with(1001, |_| {}),
            with(1002, |role| role.inactive = true),
            with(1003, |role| role.web_services_only = true),
            with(1004, |_| {}),
            with(1005, |_| {}),
        ];
        let assigned = |id| AssignedRole {
            role: RoleId::new(id),
            hidden: id == 1004,
        };
        let user = User {
            roles: (1001..=1004).map(assigned).collect(),
            ..user()
        };
        let offered = |user: &User, surface| {
            let features = features();
            let scene = scene(surface, &features);
            scene
                .roles_open_to(user, &roles)
                .map(|role| role.id.get())
                .collect::<Vec<_>>()
        };
        assert_eq!(offered(&user, Surface::Page), [1001]);
        assert_eq!(offered(&user, Surface::TokenService), [1001, 1003]);
        let inactive = User {
            inactive: true,
            ..user
        };
        assert!(offered(&inactive, Surface::Page).is_empty());
    }
}
