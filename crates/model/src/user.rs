//! Users: entities that have been given access.

use crate::word::words;
use crate::{EntityId, RoleId};
use countersign_world::UnixTime;

/// The record type of an entity that can be given access.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntityKind {
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
    /// Set after five failed passwords; bad signatures never set it.
    pub locked_until: Option<UnixTime>,
}

impl User {
    pub fn assignment(&self, role: RoleId) -> Option<AssignedRole> {
        self.roles.iter().copied().find(|assigned| assigned.role == role)
    }
}
