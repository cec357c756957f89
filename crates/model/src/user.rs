//! Users: entities that have been given access.

use crate::difference::Fields;
use crate::role::permissions;
use crate::word::words;
use crate::{EntityId, IpRestriction, Noted, NotedField, PermissionSet, RoleId};
use countersign_world::UnixTime;

/// The record type of an entity that can be given access.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EntityKind {
    #[default]
    Employee,
    Vendor,
    Customer,
    Partner,
    Contact,
}

words!(EntityKind, "entity type" {
    Employee => "Employee",
    Vendor => "Vendor",
    Customer => "Customer",
    Partner => "Partner",
    Contact => "Contact",
});

impl EntityKind {
    /// Where an administrator finds the record.
    pub const fn click_path(self) -> &'static str {
        match self {
            Self::Employee => "Lists > Employees > Employees",
            Self::Vendor => "Lists > Relationships > Vendors",
            Self::Customer => "Lists > Relationships > Customers",
            Self::Partner => "Lists > Relationships > Partners",
            Self::Contact => "Lists > Relationships > Contacts",
        }
    }

    /// What the record's page calls the name: employees and contacts are people, the others companies as a rule.
    pub const fn name_label(self) -> &'static str {
        match self {
            Self::Employee => "Name",
            Self::Contact => "Contact",
            Self::Vendor | Self::Customer | Self::Partner => "Company Name",
        }
    }
}

/// A role on the Access subtab of a user's record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AssignedRole {
    pub role: RoleId,
    /// Made inactive by the user on their own View My Roles page.
    pub hidden: bool,
}

/// An entity that can log in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: EntityId,
    pub kind: EntityKind,
    pub name: String,
    pub email: String,
    /// The Give Access box.
    pub give_access: bool,
    pub inactive: bool,
    pub roles: Vec<AssignedRole>,
    /// What the user may do in every role, while the feature Global Permissions is on.
    pub global_permissions: PermissionSet,
    pub web_services_user: bool,
    pub concurrent_web_services_user: bool,
    pub ip_restriction: IpRestriction,
    /// Set after five failed passwords; bad signatures never set it. The count is kept in [`Lock`](crate::Lock).
    pub locked_until: Option<UnixTime>,
}

impl User {
    /// The fields of the History subtab of Access: who was let in, as what, and when.
    pub const ACCESS_HISTORY: &[&str] = &["Give Access", "Inactive", "Roles", "Hidden Roles", "Password"];

    pub fn assignment(&self, role: RoleId) -> Option<AssignedRole> {
        self.roles.iter().copied().find(|assigned| assigned.role == role)
    }

    pub fn is_locked(&self, now: UnixTime) -> bool {
        self.locked_until.is_some_and(|until| until > now)
    }

    /// View My Roles: the user hides one of their own roles, or shows it again. None where they do not have it, or it
    /// is so already.
    pub fn with_role_hidden(mut self, role: RoleId, hidden: bool) -> Option<Self> {
        let assigned = self.roles.iter_mut().find(|assigned| assigned.role == role)?;
        if assigned.hidden == hidden {
            return None;
        }
        assigned.hidden = hidden;
        Some(self)
    }
}

fn ids<'a>(roles: impl Iterator<Item = &'a AssignedRole>) -> String {
    let ids: Vec<String> = roles.map(|assigned| assigned.role.to_string()).collect();
    ids.join(", ")
}

impl Noted for User {
    /// Roles are noted by their ids: a renamed role changes no user.
    fn noted_fields(&self) -> Vec<NotedField> {
        let IpRestriction {
            inherit_from_company,
            own,
        } = &self.ip_restriction;
        let fields = Fields::default()
            .with("Type", self.kind)
            .with("Name", &self.name)
            .with("Email", &self.email)
            .check_box("Inactive", self.inactive)
            .check_box("Give Access", self.give_access)
            .with("Roles", ids(self.roles.iter()))
            .with(
                "Hidden Roles",
                ids(self.roles.iter().filter(|assigned| assigned.hidden)),
            )
            .check_box("Web Services User", self.web_services_user)
            .check_box("Concurrent Web Services User", self.concurrent_web_services_user)
            .check_box("Inherit IP Rules from Company", *inherit_from_company)
            .optional("IP Address Restriction", own.as_ref())
            .optional("Locked Until", self.locked_until);
        permissions("Global Permissions", fields, &self.global_permissions).list()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::differences;

    /// Somebody with one role.
    pub(crate) fn user() -> User {
        User {
            id: EntityId::new(42),
            kind: EntityKind::Employee,
            name: "Ada Byron".into(),
            email: "ada@example.com".into(),
            give_access: true,
            inactive: false,
            roles: vec![AssignedRole {
                role: RoleId::new(1001),
                hidden: false,
            }],
            global_permissions: PermissionSet::none(),
            web_services_user: false,
            concurrent_web_services_user: false,
            ip_restriction: IpRestriction::default(),
            locked_until: None,
        }
    }

    #[test]
    fn a_user_hides_a_role_and_shows_it_again() {
        let role = RoleId::new(1001);
        let hidden = user().with_role_hidden(role, true).unwrap();
        assert!(hidden.assignment(role).unwrap().hidden);
        assert_eq!(hidden.clone().with_role_hidden(role, true), None);
        assert_eq!(hidden.with_role_hidden(role, false), Some(user()));
        assert_eq!(user().with_role_hidden(RoleId::new(7), true), None);
    }

    #[test]
    fn a_lock_is_noted_with_its_end() {
        let locked = User {
            locked_until: Some(UnixTime::from_seconds(9)),
            ..user()
        };
        let changed = differences(Some(&user()), Some(&locked));
        let fields: Vec<_> = changed.iter().map(|difference| &*difference.field).collect();
        assert_eq!(fields, ["Locked Until"]);
        assert!(changed[0].old.is_none() && changed[0].new.is_some());
    }

    #[test]
    fn the_access_history_is_of_fields_that_are_noted() {
        let fields = user().noted_fields();
        for field in User::ACCESS_HISTORY {
            // A password is noted by whoever changes it, without a value.
            assert!(
                *field == "Password" || fields.iter().any(|noted| noted.label == *field),
                "{field}"
            );
        }
    }
}
