//! The settings of the account that are no feature: Company Information, General Preferences, SOAP Web Services
//! Preferences, what the contract gives, and how long the audits are kept.

use crate::difference::Fields;
use crate::{Governance, IpRules, Lever, Noted, NotedField, PasswordPolicy, TestAccount};
use std::time::Duration;

/// What the account is set to. The name of the company is on [`Account`](crate::Account).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// NetSuite's rule that Administrator and highly privileged roles need a second factor. A role with its own box
    /// checked needs one either way.
    pub mandatory_two_factor: bool,
    pub password_policy: PasswordPolicy,
    /// In minutes.
    pub idle_session_timeout: u32,
    /// Asked while the feature IP Address Rules is on; none where the field is empty.
    pub allowed_ip_addresses: Option<IpRules>,
    /// Require Approval during Auto-Installation of Integration.
    pub require_approval: bool,
    /// How many days a row of the Login Audit Trail is kept. Ours.
    pub audit_retention_days: u32,
    pub governance: Governance,
    /// None in an account that nothing may be played with.
    pub test_account: Option<TestAccount>,
}

impl Default for Settings {
    /// NetSuite's own where it is public.
    fn default() -> Self {
        Self {
            mandatory_two_factor: true,
            password_policy: PasswordPolicy::default(),
            idle_session_timeout: 180,
            allowed_ip_addresses: None,
            require_approval: false,
            audit_retention_days: 180,
            governance: Governance::default(),
            test_account: None,
        }
    }
}

impl Settings {
    pub const fn idle_timeout(&self) -> Duration {
        Duration::from_secs(self.idle_session_timeout as u64 * 60)
    }

    pub const fn audit_retention(&self) -> Duration {
        Duration::from_secs(self.audit_retention_days as u64 * 24 * 60 * 60)
    }

    /// Whether the account may be played with in this way.
    pub fn allows_lever(&self, lever: Lever) -> bool {
        self.test_account
            .as_ref()
            .is_some_and(|test| test.levers.contains(&lever))
    }
}

impl Noted for Settings {
    fn noted_fields(&self) -> Vec<NotedField> {
        let policy = &self.password_policy;
        let test = self.test_account.as_ref();
        Fields::default()
            .check_box("Mandatory Two-Factor Authentication", self.mandatory_two_factor)
            .with("Password Policy", policy.strength)
            .with("Minimum Password Length", policy.min_length)
            .optional("Password Expiration in Days", policy.expires_after_days)
            .with("Idle Session Timeout in Minutes", self.idle_session_timeout)
            .optional("Allowed IP Addresses", self.allowed_ip_addresses.as_ref())
            .check_box(
                "Require Approval during Auto-Installation of Integration",
                self.require_approval,
            )
            .with("Login Audit Trail Retention in Days", self.audit_retention_days)
            .with("Service Tier", self.governance.tier)
            .with(
                "SuiteCloud Plus Licenses",
                self.governance.suitecloud_plus_licences,
            )
            .check_box("Test Account", test.is_some())
            .optional("Test Levers", test.map(TestAccount::levers_text))
            .optional("Seed", test.and_then(|test| test.seed))
            .list()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_that_is_no_test_account_allows_no_lever() {
        for lever in Lever::ALL.iter().copied() {
            assert!(!Settings::default().allows_lever(lever));
        }
        let marked = Settings {
            test_account: Some(TestAccount {
                levers: vec![Lever::Clock],
                seed: None,
            }),
            ..Settings::default()
        };
        assert!(marked.allows_lever(Lever::Clock) && !marked.allows_lever(Lever::Faults));
    }
}
