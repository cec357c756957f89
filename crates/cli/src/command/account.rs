//! `countersign account` and `countersign governance`.

use clap::{Args, Subcommand};
use countersign_admin::{FeatureWord, LeverWord, PasswordStrengthWord, SettingsInput, TierWord};

use super::at::At;
use super::examples;
use super::lifecycle::LifecycleAction;
use super::listed::OneOf;
use super::words::{OrNone, yes_no};

/// Look after accounts: features, settings, files, snapshots, sandboxes
///
/// Changes take effect at once, also in a running account.
#[derive(Debug, Args)]
#[command(after_long_help = examples::ACCOUNT)]
pub(crate) struct Account {
    #[command(subcommand)]
    pub(crate) action: AccountAction,

    #[command(flatten)]
    pub(crate) at: At,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountAction {
    #[command(flatten)]
    SetUp(SetUpAction),
    #[command(flatten)]
    Lifecycle(LifecycleAction),
}

/// Setup > Company.
#[derive(Debug, Subcommand)]
pub(crate) enum SetUpAction {
    /// List the accounts of the data folder
    #[command(after_help = "Example:\n  countersign account list")]
    List,
    /// Show an account: its hosts, features and limits
    #[command(after_help = "Example:\n  countersign account show --account 1234567_SB1")]
    Show,
    /// Show features, or turn some on and off
    #[command(
        after_help = "Examples:\n  countersign account features\n  countersign account features --enable rest-web-services --agree\n  countersign account features --disable token-based-authentication"
    )]
    Features {
        /// Turn this on (can be repeated)
        #[arg(long, value_name = "FEATURE", value_parser = OneOf::<FeatureWord>::list())]
        enable: Vec<FeatureWord>,
        /// Turn this off, at once (can be repeated)
        #[arg(long, value_name = "FEATURE", value_parser = OneOf::<FeatureWord>::list(), hide_possible_values = true)]
        disable: Vec<FeatureWord>,
        /// Agree to the terms of service of the features that are enabled
        #[arg(long)]
        agree: bool,
    },
    /// Show settings, or change some; what is not given stays
    Settings(Box<Settings>),
}

#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  countersign account settings\n  countersign account settings --service-tier premium \\\n    --suitecloud-plus-licenses 2\n  countersign account settings --password-expiration-in-days none"
)]
pub(crate) struct Settings {
    /// The company's name
    #[arg(long, value_name = "NAME")]
    company_name: Option<String>,

    /// Whether roles with much power ask for a second factor
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    mandatory_two_factor_authentication: Option<bool>,

    /// How strong passwords must be
    #[arg(long, value_name = "POLICY", value_parser = OneOf::<PasswordStrengthWord>::list())]
    password_policy: Option<PasswordStrengthWord>,

    /// How many characters a password must have
    #[arg(long, value_name = "N")]
    minimum_password_length: Option<u32>,

    /// After how many days a password must be changed; tokens go on working
    #[arg(long, value_name = "DAYS|none")]
    password_expiration_in_days: Option<OrNone<u32>>,

    /// After how many minutes a page session that is not used ends
    #[arg(long, value_name = "MINUTES")]
    idle_session_timeout_in_minutes: Option<u32>,

    /// From where people and programs may log in: addresses, ranges and networks with commas between them; '' for anywhere
    #[arg(long, value_name = "ADDRESSES")]
    allowed_ip_addresses: Option<String>,

    /// Whether an integration record that installs itself waits for approval
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    require_approval_during_auto_installation_of_integration: Option<bool>,

    /// For how many days rows of the Login Audit Trail are kept
    #[arg(long, value_name = "DAYS")]
    login_audit_trail_retention_in_days: Option<u32>,

    /// Decides how many requests run at once
    #[arg(long, value_name = "TIER", value_parser = OneOf::<TierWord>::list())]
    service_tier: Option<TierWord>,

    /// Each lets ten more requests run at once
    #[arg(long, value_name = "N")]
    suitecloud_plus_licenses: Option<u32>,

    /// Whether it is a test account, which levers may change; never for an account that somebody relies on
    #[arg(long, value_name = "yes|no", num_args = 0..=1, require_equals = true, default_missing_value = "yes", value_parser = yes_no)]
    test_account: Option<bool>,

    /// A lever that the test account allows (can be repeated); those that are not named are no longer allowed
    #[arg(long = "test-lever", value_name = "LEVER", value_parser = OneOf::<LeverWord>::list())]
    test_levers: Vec<LeverWord>,

    /// The number that ids and credentials are made from, so that each run makes the same ones; whoever
    /// knows the number can work them out
    #[arg(long, value_name = "N|none")]
    seed: Option<OrNone<u64>>,
}

impl Settings {
    /// What is to be set; nothing where no flag was given.
    pub(crate) fn input(self) -> SettingsInput {
        SettingsInput {
            company_name: self.company_name,
            mandatory_two_factor_authentication: self.mandatory_two_factor_authentication,
            password_policy: self.password_policy,
            minimum_password_length: self.minimum_password_length,
            password_expiration_in_days: self.password_expiration_in_days.map(|days| days.0),
            idle_session_timeout_in_minutes: self.idle_session_timeout_in_minutes,
            allowed_ip_addresses: self.allowed_ip_addresses,
            require_approval_during_auto_installation_of_integration: self
                .require_approval_during_auto_installation_of_integration,
            login_audit_trail_retention_in_days: self.login_audit_trail_retention_in_days,
            service_tier: self.service_tier,
            suitecloud_plus_licences: self.suitecloud_plus_licenses,
            test_account: self.test_account,
            test_levers: Some(self.test_levers).filter(|levers| !levers.is_empty()),
            seed: self.seed.map(|seed| seed.0),
        }
    }
}

/// Show how many requests the account runs at once, and what is left of them
///
/// Setup > Integration > Integration Governance.
#[derive(Debug, Args)]
#[command(after_long_help = examples::GOVERNANCE)]
pub(crate) struct Governance {
    #[command(flatten)]
    pub(crate) at: At,
}
