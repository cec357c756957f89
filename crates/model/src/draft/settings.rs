//! The settings of an account, as they are filled in and saved.

use super::field::{Check, FieldErrors};
use crate::{
    Account, Governance, Lever, MAX_PASSWORD, PasswordPolicy, PasswordStrength, Settings, TestAccount, Tier,
};

/// More SuiteCloud Plus licences than any account has.
const MAX_LICENCES: u32 = 100;
const DAYS_OF_A_YEAR: u32 = 365;

/// Company Information, General Preferences and the rest, as filled in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingsForm {
    pub company_name: String,
    pub mandatory_two_factor: bool,
    pub password_strength: PasswordStrength,
    pub min_password_length: u32,
    /// None where passwords do not expire.
    pub password_expires_after_days: Option<u32>,
    pub idle_session_timeout: u32,
    pub allowed_ip_addresses: String,
    pub require_approval: bool,
    pub audit_retention_days: u32,
    pub tier: Tier,
    pub suitecloud_plus_licences: u32,
    pub test_account: bool,
    pub levers: Vec<Lever>,
    pub seed: Option<u64>,
}

impl SettingsForm {
    /// What the page opens with.
    pub fn of(account: &Account, settings: &Settings) -> Self {
        let test = settings.test_account.clone();
        Self {
            company_name: account.company_name.clone(),
            mandatory_two_factor: settings.mandatory_two_factor,
            password_strength: settings.password_policy.strength,
            min_password_length: settings.password_policy.min_length,
            password_expires_after_days: settings.password_policy.expires_after_days,
            idle_session_timeout: settings.idle_session_timeout,
            allowed_ip_addresses: settings
                .allowed_ip_addresses
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            require_approval: settings.require_approval,
            audit_retention_days: settings.audit_retention_days,
            tier: settings.governance.tier,
            suitecloud_plus_licences: settings.governance.suitecloud_plus_licences,
            test_account: test.is_some(),
            seed: test.as_ref().and_then(|test| test.seed),
            levers: test.map(|test| test.levers).unwrap_or_default(),
        }
    }
}

/// Settings that may be saved.
#[derive(Clone, Debug)]
pub struct SettingsDraft {
    company_name: String,
    settings: Settings,
}

impl SettingsDraft {
    /// Whether shares that were given still fit a smaller contract is for [`check_allocation`](Self::check_allocation).
    pub fn parse(form: SettingsForm) -> Result<Self, FieldErrors> {
        let mut check = Check::default();
        let company_name = check.name("Company Name", &form.company_name);
        check.number(
            "Minimum Password Length",
            form.min_password_length,
            form.password_strength.min_length()..=MAX_PASSWORD,
        );
        if let Some(days) = form.password_expires_after_days {
            check.number("Password Expiration in Days", days, 1..=DAYS_OF_A_YEAR);
        }
        check.number(
            "Idle Session Timeout in Minutes",
            form.idle_session_timeout,
            15..=720,
        );
        let allowed_ip_addresses = check.ip_rules("Allowed IP Addresses", &form.allowed_ip_addresses);
        check.number(
            "Login Audit Trail Retention in Days",
            form.audit_retention_days,
            1..=10 * DAYS_OF_A_YEAR,
        );
        check.number(
            "SuiteCloud Plus Licenses",
            form.suitecloud_plus_licences,
            0..=MAX_LICENCES,
        );
        let test_account = test_account(&form, &mut check);
        check.finish(Self {
            company_name,
            settings: Settings {
                mandatory_two_factor: form.mandatory_two_factor,
                password_policy: PasswordPolicy {
                    strength: form.password_strength,
                    min_length: form.min_password_length,
                    expires_after_days: form.password_expires_after_days,
                },
                idle_session_timeout: form.idle_session_timeout,
                allowed_ip_addresses,
                require_approval: form.require_approval,
                audit_retention_days: form.audit_retention_days,
                governance: Governance {
                    tier: form.tier,
                    suitecloud_plus_licences: form.suitecloud_plus_licences,
                },
                test_account,
            },
        })
    }

    /// Whether the contract still holds what integration records have together, with one request to spare.
    pub fn check_allocation(&self, allocated: u32) -> Result<(), FieldErrors> {
        let mut check = Check::default();
        let limit = self.settings.governance.limit();
        if allocated >= limit {
            check.refuse(
                "Service Tier",
                format!(
                    "runs {limit} requests at once, and integration records have {allocated} of their own: lower their \
                     Concurrency Limit first, so that one stays unallocated."
                ),
            );
        }
        check.finish(())
    }

    pub fn company_name(&self) -> &str {
        &self.company_name
    }

    pub const fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Both parts, to be stored.
    pub fn into_parts(self) -> (String, Settings) {
        (self.company_name, self.settings)
    }
}

fn test_account(form: &SettingsForm, check: &mut Check) -> Option<TestAccount> {
    let mut levers = form.levers.clone();
    levers.sort_unstable();
    levers.dedup();
    if levers.len() < form.levers.len() {
        check.refuse("Test Levers", "name the same lever twice.");
    }
    if !form.test_account {
        if !levers.is_empty() {
            check.refuse("Test Levers", "are for an account with Test Account checked.");
        }
        if form.seed.is_some() {
            check.refuse("Seed", "is for an account with Test Account checked.");
        }
        return None;
    }
    if form.seed.is_some() != levers.contains(&Lever::Determinism) {
        check.refuse(
            "Seed",
            format!(
                "and the lever {} need each other; give both or neither.",
                Lever::Determinism
            ),
        );
    }
    Some(TestAccount {
        levers,
        seed: form.seed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::UnixTime;

    fn form() -> SettingsForm {
        let account = Account {
            id: "1234567".parse().unwrap(),
            company_name: "Honeycomb".into(),
            created: UnixTime::from_seconds(1),
        };
        SettingsForm::of(&account, &Settings::default())
    }

    fn fields(form: SettingsForm) -> Vec<&'static str> {
        let errors = SettingsDraft::parse(form).unwrap_err();
        errors.iter().map(|error| error.field).collect()
    }

    #[test]
    fn what_the_page_opens_with_can_be_saved_as_it_is() {
        let draft = SettingsDraft::parse(form()).unwrap();
        assert_eq!(
            (draft.company_name(), draft.settings()),
            ("Honeycomb", &Settings::default())
        );
        let marked = SettingsForm {
            allowed_ip_addresses: "192.0.2.0/24".into(),
            test_account: true,
            levers: vec![Lever::Clock, Lever::Determinism],
            seed: Some(7),
            ..form()
        };
        let settings = SettingsDraft::parse(marked).unwrap().into_parts().1;
        assert!(settings.allows_lever(Lever::Determinism));
        assert_eq!(settings.test_account.unwrap().seed, Some(7));
    }

    #[test]
    fn every_wrong_field_is_named_at_once() {
        let wrong = SettingsForm {
            company_name: " ".into(),
            min_password_length: 9,
            password_expires_after_days: Some(366),
            idle_session_timeout: 5,
            allowed_ip_addresses: "office".into(),
            audit_retention_days: 0,
            suitecloud_plus_licences: 101,
            levers: vec![Lever::Faults],
            seed: Some(1),
            ..form()
        };
        assert_eq!(
            fields(wrong),
            [
                "Company Name",
                "Minimum Password Length",
                "Password Expiration in Days",
                "Idle Session Timeout in Minutes",
                "Allowed IP Addresses",
                "Login Audit Trail Retention in Days",
                "SuiteCloud Plus Licenses",
                "Test Levers",
                "Seed",
            ]
        );
    }

    #[test]
    fn a_seed_and_deterministic_credentials_need_each_other() {
        let marked = |levers, seed| SettingsForm {
            test_account: true,
            levers,
            seed,
            ..form()
        };
        assert_eq!(fields(marked(vec![], Some(1))), ["Seed"]);
        assert_eq!(fields(marked(vec![Lever::Determinism], None)), ["Seed"]);
    }

    #[test]
    fn a_contract_too_small_for_what_was_given_is_refused() {
        let draft = SettingsDraft::parse(form()).unwrap();
        assert!(draft.check_allocation(4).is_ok());
        let error = draft.check_allocation(5).unwrap_err().to_string();
        assert!(
            error.starts_with("Service Tier runs 5 requests at once"),
            "{error}"
        );
    }
}
