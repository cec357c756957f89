//! What somebody has been given: permissions, each at one level.

use crate::{Level, Permission};
use std::collections::BTreeMap;
use thiserror::Error;

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

/// Permissions at their levels. Empty means no rights at all.
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

    pub fn level(&self, permission: Permission) -> Option<Level> {
        self.0.get(&permission).copied()
    }

    /// Whether the permission was given at this level or a higher one.
    pub fn allows(&self, permission: Permission, level: Level) -> bool {
        self.level(permission).is_some_and(|given| given >= level)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (Permission, Level)> + '_ {
        self.0.iter().map(|(permission, level)| (*permission, *level))
    }

    /// User Access Tokens includes Log in using Access Tokens; Access Token Management does not.
    pub fn logs_in_by_token(&self) -> bool {
        self.allows(Permission::LogInUsingAccessTokens, Level::Full)
            || self.allows(Permission::UserAccessTokens, Level::Full)
    }
}

/// Sets the level of a permission in a form, which may hold what is checked only when it is saved; none takes it away.
pub(crate) fn set_level(lines: &mut Vec<(Permission, Level)>, permission: Permission, level: Option<Level>) {
    lines.retain(|(known, _)| *known != permission);
    lines.extend(level.map(|level| (permission, level)));
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
}
