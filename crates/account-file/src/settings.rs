//! `[account]` and `[settings]`: the account itself. What they do not say stays as it is.

use crate::entry::{At, Entry, Labels};
use crate::mistake::{FileError, Mistakes};
use crate::place::Place;
use crate::table::{Reader, Table};
use countersign_model::{
    Account, Feature, FeatureSet, FeaturesDraft, FeaturesForm, Lever, MAX_PASSWORD, PasswordStrength,
    Settings, SettingsDraft, SettingsForm, Tier,
};
use countersign_protocol::AccountId;
use countersign_world::UnixTime;
use toml::Spanned;
use toml::de::DeValue;

const ACCOUNT: &[&str] = &["id", "company_name", "features", "demonstration_records"];
const SETTINGS: &[&str] = &[
    "mandatory_two_factor_authentication",
    "password_policy",
    "minimum_password_length",
    "password_expiration_in_days",
    "idle_session_timeout_in_minutes",
    "allowed_ip_addresses",
    "require_approval_during_auto_installation_of_integration",
    "login_audit_trail_retention_in_days",
    "service_tier",
    "suitecloud_plus_licences",
    "test_account",
    "test_levers",
    "seed",
];
const LABELS: Labels = &[
    (
        "Minimum Password Length",
        &["minimum_password_length", "password_policy"],
    ),
    ("Password Expiration in Days", &["password_expiration_in_days"]),
    (
        "Idle Session Timeout in Minutes",
        &["idle_session_timeout_in_minutes"],
    ),
    ("Allowed IP Addresses", &["allowed_ip_addresses"]),
    (
        "Login Audit Trail Retention in Days",
        &["login_audit_trail_retention_in_days"],
    ),
    ("SuiteCloud Plus Licenses", &["suitecloud_plus_licences"]),
    ("Service Tier", &["service_tier", "suitecloud_plus_licences"]),
    ("Test Levers", &["test_levers", "test_account"]),
    ("Seed", &["seed", "test_levers"]),
];
const COMPANY_NAME: &str = "Company Name";
/// The word for passwords that never expire.
pub(crate) const NEVER: &str = "never";

/// `[account]`.
#[derive(Debug)]
pub(crate) struct AccountPart {
    pub(crate) entry: Entry,
    pub(crate) id: AccountId,
    pub(crate) company_name: Option<String>,
    /// Every feature that is to be on; without the list they stay as they are.
    pub(crate) features: Option<Vec<At<Feature>>>,
    /// Whether a new account begins with the records of the demonstration company.
    pub(crate) demonstration_records: bool,
}

impl AccountPart {
    pub(crate) fn read<'d>(value: Option<&'d Spanned<DeValue<'d>>>, reader: &mut Reader<'_>) -> Option<Self> {
        let Some(value) = value else {
            reader.mistakes.add(FileError {
                place: Place::START,
                path: String::new(),
                field: None,
                message: "the table [account] is required, with the id of the account.".to_owned(),
            });
            return None;
        };
        let table = Table::open("account", None, value, ACCOUNT, reader)?;
        let company_name = table.text("company_name", reader).map(str::to_owned);
        let features = table.words("features", reader);
        let demonstration_records = table.flag("demonstration_records", reader).unwrap_or_default();
        let entry = table.entry.clone();
        if let Some(features) = &features {
            together(&entry, features, &mut reader.mistakes);
        }
        let id = match table.required("id", reader)?.parse() {
            Ok(id) => id,
            Err(error) => {
                reader
                    .mistakes
                    .add(entry.mistake("id", format!("is refused: {error}.")));
                return None;
            }
        };
        Some(Self {
            entry,
            id,
            company_name,
            features,
            demonstration_records,
        })
    }
}

/// Whether each feature of the list has what it needs in the list.
fn together(entry: &Entry, features: &[At<Feature>], mistakes: &mut Mistakes) {
    let listed: Vec<Feature> = features.iter().map(|feature| feature.value).collect();
    let form = FeaturesForm {
        check: listed.clone(),
        clear: Vec::new(),
        agreed: listed,
    };
    let Err(errors) = FeaturesDraft::parse(&FeatureSet::none(), form) else {
        return;
    };
    for error in errors.iter() {
        let named = features
            .iter()
            .find(|feature| feature.value.label() == error.field);
        let place = named.map_or(entry.place, |feature| feature.place);
        let message = format!("{} {}", error.field, error.message);
        mistakes.add(entry.mistake_at(place, "features", format!("name what cannot be on: {message}")));
    }
}

/// `[settings]`, and the company's name.
#[derive(Debug, Default)]
pub(crate) struct SettingsPart {
    entry: Option<Entry>,
    mandatory_two_factor: Option<bool>,
    password_strength: Option<PasswordStrength>,
    min_password_length: Option<u32>,
    password_expires_after_days: Option<Option<u32>>,
    idle_session_timeout: Option<u32>,
    allowed_ip_addresses: Option<String>,
    require_approval: Option<bool>,
    audit_retention_days: Option<u32>,
    tier: Option<Tier>,
    suitecloud_plus_licences: Option<u32>,
    /// The mark with all that belongs to it; the file says all of it or nothing.
    test: Option<TestPart>,
}

#[derive(Debug, Default)]
struct TestPart {
    marked: bool,
    levers: Vec<Lever>,
    seed: Option<u64>,
}

impl SettingsPart {
    pub(crate) fn read<'d>(value: Option<&'d Spanned<DeValue<'d>>>, reader: &mut Reader<'_>) -> Self {
        let table = value.and_then(|value| Table::open("settings", None, value, SETTINGS, reader));
        let Some(table) = table else {
            return Self::default();
        };
        let values = |words: Vec<At<Lever>>| words.into_iter().map(|lever| lever.value).collect();
        let is_about_test = ["test_account", "test_levers", "seed"]
            .iter()
            .any(|key| table.has(key));
        Self {
            mandatory_two_factor: table.flag("mandatory_two_factor_authentication", reader),
            password_strength: table.word("password_policy", reader),
            min_password_length: table.number("minimum_password_length", reader),
            password_expires_after_days: table.number_or("password_expiration_in_days", NEVER, reader),
            idle_session_timeout: table.number("idle_session_timeout_in_minutes", reader),
            allowed_ip_addresses: table.text("allowed_ip_addresses", reader).map(str::to_owned),
            require_approval: table.flag("require_approval_during_auto_installation_of_integration", reader),
            audit_retention_days: table.number("login_audit_trail_retention_in_days", reader),
            tier: table.word("service_tier", reader),
            suitecloud_plus_licences: table.number("suitecloud_plus_licences", reader),
            test: is_about_test.then(|| TestPart {
                marked: table.flag("test_account", reader).unwrap_or_default(),
                levers: table.words("test_levers", reader).map(values).unwrap_or_default(),
                seed: table.number("seed", reader),
            }),
            entry: Some(table.entry),
        }
    }

    /// What would be wrong in any account: numbers that depend on what the file leaves open pass.
    pub(crate) fn check(&self, account: &AccountPart, mistakes: &mut Mistakes) {
        let any = Account {
            id: account.id.clone(),
            company_name: "Any".to_owned(),
            created: UnixTime::from_seconds(0),
        };
        let mut form = SettingsForm::of(&any, &Settings::default());
        form.password_strength = PasswordStrength::Weak;
        form.min_password_length = MAX_PASSWORD;
        if let Err(errors) = SettingsDraft::parse(self.over(account, form)) {
            self.refused(account, &errors, mistakes);
        }
    }

    pub(crate) fn refused(
        &self,
        account: &AccountPart,
        errors: &countersign_model::FieldErrors,
        mistakes: &mut Mistakes,
    ) {
        for error in errors.iter().filter(|error| error.field == COMPANY_NAME) {
            mistakes.add(account.entry.mistake("company_name", error.message.clone()));
        }
        let entry = self.entry.as_ref().unwrap_or(&account.entry);
        let others = errors.iter().filter(|error| error.field != COMPANY_NAME);
        entry.refused(LABELS, others, mistakes);
    }

    /// The form with what the file says in place of what it had.
    pub(crate) fn over(&self, account: &AccountPart, form: SettingsForm) -> SettingsForm {
        let mut form = SettingsForm {
            company_name: account.company_name.clone().unwrap_or(form.company_name),
            mandatory_two_factor: self.mandatory_two_factor.unwrap_or(form.mandatory_two_factor),
            password_strength: self.password_strength.unwrap_or(form.password_strength),
            min_password_length: self.min_password_length.unwrap_or(form.min_password_length),
            password_expires_after_days: self
                .password_expires_after_days
                .unwrap_or(form.password_expires_after_days),
            idle_session_timeout: self.idle_session_timeout.unwrap_or(form.idle_session_timeout),
            allowed_ip_addresses: self
                .allowed_ip_addresses
                .clone()
                .unwrap_or(form.allowed_ip_addresses),
            require_approval: self.require_approval.unwrap_or(form.require_approval),
            audit_retention_days: self.audit_retention_days.unwrap_or(form.audit_retention_days),
            tier: self.tier.unwrap_or(form.tier),
            suitecloud_plus_licences: self
                .suitecloud_plus_licences
                .unwrap_or(form.suitecloud_plus_licences),
            ..form
        };
        if let Some(test) = &self.test {
            form.test_account = test.marked;
            form.levers.clone_from(&test.levers);
            form.seed = test.seed;
        }
        form
    }
}
