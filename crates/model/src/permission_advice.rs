//! What a set of permissions lacks to be of use: shown beside a role, never a reason to refuse it. Some permissions
//! depend on others, and nothing on NetSuite's page says so.

use crate::{Level, Permission, PermissionSet};
use thiserror::Error;

/// One thing to know about a role's permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum PermissionAdvice {
    #[error(
        "{channel} is of no use without Log in using Access Tokens or User Access Tokens, by which a call logs in."
    )]
    NoTokenLogin { channel: Permission },
    #[error("{permission} must be at Full to be of use; it is at {level}.")]
    NotFull { permission: Permission, level: Level },
    #[error(
        "REST Web Services wants SuiteAnalytics Workbook at Edit beside it: without it NetSuite answers no SuiteQL."
    )]
    NoWorkbook,
    #[error(
        "Access Token Management makes tokens for other users; it does not let this role log in with one. Add Log in \
         using Access Tokens or User Access Tokens if it should."
    )]
    ManagesOnly,
    #[error("Log in using Access Tokens is not needed beside User Access Tokens, which includes it.")]
    Included,
    #[error(
        "{permission} makes this a role that needs two-factor authentication: it can log in with a token, not with a \
         password on an API."
    )]
    TwoFactor { permission: Permission },
}

impl PermissionSet {
    /// In the order in which a person would act on it.
    pub fn advice(&self) -> Vec<PermissionAdvice> {
        let has = |permission| self.level(permission).is_some();
        let mut advice = Vec::new();
        for channel in [Permission::RestWebServices, Permission::SoapWebServices] {
            let Some(level) = self.level(channel) else {
                continue;
            };
            if level < Level::Full {
                advice.push(PermissionAdvice::NotFull {
                    permission: channel,
                    level,
                });
            }
            if !self.logs_in_by_token() {
                advice.push(PermissionAdvice::NoTokenLogin { channel });
            }
        }
        if has(Permission::RestWebServices) && !self.allows(Permission::SuiteAnalyticsWorkbook, Level::Edit) {
            advice.push(PermissionAdvice::NoWorkbook);
        }
        if has(Permission::AccessTokenManagement) && !self.logs_in_by_token() {
            advice.push(PermissionAdvice::ManagesOnly);
        }
        if has(Permission::UserAccessTokens) && has(Permission::LogInUsingAccessTokens) {
            advice.push(PermissionAdvice::Included);
        }
        let two_factor = self.iter().map(|(permission, _)| permission);
        let two_factor = two_factor.filter(|permission| permission.requires_two_factor());
        advice.extend(two_factor.map(|permission| PermissionAdvice::TwoFactor { permission }));
        advice
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MinimumPermissions;

    fn advice(given: &[(Permission, Level)]) -> Vec<PermissionAdvice> {
        let grant = |set: PermissionSet, (permission, level): &(Permission, Level)| {
            set.grant(*permission, *level).unwrap()
        };
        given.iter().fold(PermissionSet::none(), grant).advice()
    }

    #[test]
    fn a_channel_below_full_and_without_a_login_is_named_twice() {
        assert_eq!(
            advice(&[(Permission::SoapWebServices, Level::View)]),
            [
                PermissionAdvice::NotFull {
                    permission: Permission::SoapWebServices,
                    level: Level::View
                },
                PermissionAdvice::NoTokenLogin {
                    channel: Permission::SoapWebServices
                },
            ]
        );
    }

    #[test]
    fn managing_tokens_is_told_from_logging_in_with_one() {
        assert_eq!(
            advice(&[(Permission::AccessTokenManagement, Level::Full)]),
            [
                PermissionAdvice::ManagesOnly,
                PermissionAdvice::TwoFactor {
                    permission: Permission::AccessTokenManagement
                }
            ]
        );
    }

    #[test]
    fn the_minimum_templates_need_no_advice() {
        for template in MinimumPermissions::ALL.iter().copied() {
            assert_eq!(advice(template.permissions()), [], "{template}");
        }
    }
}
