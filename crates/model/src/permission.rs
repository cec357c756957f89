//! Permissions, the levels each is offered at, and what a role has been given.

use crate::word::{UnknownWord, words};
use std::collections::BTreeMap;
use std::fmt;
use thiserror::Error;

/// How far a permission reaches; each level includes those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    View,
    Create,
    Edit,
    Full,
}

words!(Level, "permission level" { View => "View", Create => "Create", Edit => "Edit", Full => "Full" });

/// The subtab of a role's Permissions a permission is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subtab {
    Transactions,
    Reports,
    Lists,
    Setup,
}

words!(Subtab, "permission subtab" {
    Transactions => "Transactions",
    Reports => "Reports",
    Lists => "Lists",
    Setup => "Setup",
});

/// A permission a role can be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Permission {
    /// Create and manage other users' tokens, never for an Administrator role. Does not let its holder log in by token.
    AccessTokenManagement,
    /// Create and revoke one's own tokens, and log in with them.
    UserAccessTokens,
    /// Log in with a token, not create one.
    LogInUsingAccessTokens,
    RestWebServices,
    SoapWebServices,
    /// Create and change integration records.
    IntegrationApplication,
    ViewLoginAuditTrail,
    EnableFeatures,
    SuiteAnalyticsWorkbook,
    Customers,
    Vendors,
    Contacts,
    Employees,
    Items,
    SalesOrder,
    Invoice,
}

impl Permission {
    pub const ALL: &[Self] = &[
        Self::AccessTokenManagement,
        Self::UserAccessTokens,
        Self::LogInUsingAccessTokens,
        Self::RestWebServices,
        Self::SoapWebServices,
        Self::IntegrationApplication,
        Self::ViewLoginAuditTrail,
        Self::EnableFeatures,
        Self::SuiteAnalyticsWorkbook,
        Self::Customers,
        Self::Vendors,
        Self::Contacts,
        Self::Employees,
        Self::Items,
        Self::SalesOrder,
        Self::Invoice,
    ];

    /// NetSuite's label, NetSuite's id, subtab, and the levels the page offers.
    const fn row(self) -> (&'static str, &'static str, Subtab, &'static [Level]) {
        const FULL: &[Level] = &[Level::Full];
        const EVERY: &[Level] = Level::ALL;
        match self {
            Self::AccessTokenManagement => (
                "Access Token Management",
                "ADMI_MANAGE_OAUTH_TOKENS",
                Subtab::Setup,
                FULL,
            ),
            Self::UserAccessTokens => (
                "User Access Tokens",
                "ADMI_MANAGE_OWN_OAUTH_TOKENS",
                Subtab::Setup,
                FULL,
            ),
            Self::LogInUsingAccessTokens => (
                "Log in using Access Tokens",
                "ADMI_LOGIN_OAUTH",
                Subtab::Setup,
                FULL,
            ),
            Self::RestWebServices => ("REST Web Services", "ADMI_RESTWEBSERVICES", Subtab::Setup, EVERY),
            Self::SoapWebServices => ("SOAP Web Services", "ADMI_WEBSERVICES", Subtab::Setup, EVERY),
            Self::IntegrationApplication => {
                ("Integration Application", "ADMI_INTEGRAPP", Subtab::Setup, FULL)
            }
            Self::ViewLoginAuditTrail => ("View Login Audit Trail", "ADMI_AUDITLOGIN", Subtab::Setup, FULL),
            Self::EnableFeatures => ("Enable Features", "ADMI_ENABLEFEATURES", Subtab::Setup, FULL),
            Self::SuiteAnalyticsWorkbook => (
                "SuiteAnalytics Workbook",
                "REPO_ANALYTICS",
                Subtab::Reports,
                &[Level::View, Level::Edit],
            ),
            Self::Customers => ("Customers", "LIST_CUSTJOB", Subtab::Lists, EVERY),
            Self::Vendors => ("Vendors", "LIST_VENDOR", Subtab::Lists, EVERY),
            Self::Contacts => ("Contacts", "LIST_CONTACT", Subtab::Lists, EVERY),
            Self::Employees => ("Employees", "LIST_EMPLOYEE", Subtab::Lists, EVERY),
            Self::Items => ("Items", "LIST_ITEM", Subtab::Lists, EVERY),
            Self::SalesOrder => ("Sales Order", "TRAN_SALESORD", Subtab::Transactions, EVERY),
            Self::Invoice => ("Invoice", "TRAN_CUSTINVC", Subtab::Transactions, EVERY),
        }
    }

    pub const fn label(self) -> &'static str {
        self.row().0
    }

    /// NetSuite's id of the permission, by which scripts and stored accounts name it.
    pub const fn id(self) -> &'static str {
        self.row().1
    }

    pub const fn subtab(self) -> Subtab {
        self.row().2
    }

    /// The levels the permission is offered at, lowest first.
    pub const fn levels(self) -> &'static [Level] {
        self.row().3
    }

    pub fn by_id(id: &str) -> Result<Self, UnknownWord> {
        let known = Self::ALL.iter().copied().find(|permission| permission.id() == id);
        known.ok_or_else(|| UnknownWord {
            noun: "permission",
            word: id.to_owned(),
        })
    }
}

impl fmt::Display for Permission {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}

/// A level that the permission's line on the role page does not offer.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{permission} has no level {level}; it is offered at {}", offered(*permission))]
pub struct LevelNotOffered {
    pub permission: Permission,
    pub level: Level,
}

fn offered(permission: Permission) -> String {
    let labels: Vec<&str> = permission.levels().iter().map(|level| level.label()).collect();
    labels.join(", ")
}

/// What a role may do. Empty means no rights at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet(BTreeMap<Permission, Level>);

impl PermissionSet {
    pub const fn none() -> Self {
        Self(BTreeMap::new())
    }

    /// Gives a permission at a level, in place of the level it had.
    pub fn grant(mut self, permission: Permission, level: Level) -> Result<Self, LevelNotOffered> {
        if permission.levels().contains(&level) {
            self.0.insert(permission, level);
            Ok(self)
        } else {
            Err(LevelNotOffered { permission, level })
        }
    }

    /// Whether the permission was given at this level or a higher one.
    pub fn allows(&self, permission: Permission, level: Level) -> bool {
        self.0.get(&permission).is_some_and(|given| *given >= level)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Permission, Level)> + '_ {
        self.0.iter().map(|(permission, level)| (*permission, *level))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_set_allows_nothing() {
        for permission in Permission::ALL.iter().copied() {
            assert!(!PermissionSet::none().allows(permission, Level::View));
        }
    }

    #[test]
    fn a_level_includes_the_lower_ones_and_not_the_higher() {
        let set = PermissionSet::none()
            .grant(Permission::Customers, Level::Create)
            .unwrap();
        assert!(set.allows(Permission::Customers, Level::View));
        assert!(set.allows(Permission::Customers, Level::Create));
        assert!(!set.allows(Permission::Customers, Level::Edit));
        assert!(!set.allows(Permission::Employees, Level::View));
    }

    #[test]
    fn a_level_that_is_not_offered_is_refused_with_those_that_are() {
        let error = PermissionSet::none()
            .grant(Permission::SuiteAnalyticsWorkbook, Level::Full)
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "SuiteAnalytics Workbook has no level Full; it is offered at View, Edit"
        );
    }

    #[test]
    fn every_permission_has_its_own_id_and_label() {
        for permission in Permission::ALL.iter().copied() {
            assert_eq!(Permission::by_id(permission.id()), Ok(permission));
            let same_label = Permission::ALL
                .iter()
                .filter(|other| other.label() == permission.label());
            assert_eq!(same_label.count(), 1);
        }
    }
}
