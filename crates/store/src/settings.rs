//! The settings of the account, in one row.

use countersign_database::{Row, Transaction};
use countersign_model::{
    Account, By, Governance, Lever, NotedRecord, PasswordPolicy, Settings, SettingsDraft, SettingsForm,
    TestAccount,
};

use crate::column::{counted, optional_parsed, optional_small, parsed, small};
use crate::{Store, StoreError, accounts, integrations, notes};

const WHAT: &str = "setting";

impl Store {
    /// Saves the settings and the name of the company. `edit` is given what is stored now, so that no two edits
    /// overwrite each other.
    pub async fn change_settings(
        &self,
        edit: impl FnOnce(SettingsForm) -> SettingsForm + Send + 'static,
        by: By,
    ) -> Result<(Account, Settings), StoreError> {
        let change = async move |transaction: &mut Transaction<'_>| {
            let account = accounts::require(transaction).await?;
            let settings = require(transaction).await?;
            let draft = SettingsDraft::parse(edit(SettingsForm::of(&account, &settings)))?;
            if draft.settings().governance != settings.governance {
                draft.check_allocation(integrations::allocated(transaction, None).await?)?;
            }
            let (company_name, after) = draft.into_parts();
            let renamed = Account {
                company_name,
                ..account.clone()
            };
            let record = NotedRecord::Account;
            if notes::write(transaction, &by, record, Some(&account), Some(&renamed)).await? {
                accounts::rename(transaction, &renamed.company_name).await?;
            }
            if notes::write(transaction, &by, record, Some(&settings), Some(&after)).await? {
                write(transaction, &after).await?;
            }
            Ok((renamed, after))
        };
        self.database.write(change).await
    }
}

/// The settings of an account that was founded.
pub(crate) async fn require(snapshot: &mut Transaction<'_>) -> Result<Settings, StoreError> {
    let sql = "SELECT mandatory_two_factor, password_strength, min_password_length, password_expires_after_days,
                      idle_session_timeout, allowed_ip_addresses, require_approval, audit_retention_days, tier,
                      suitecloud_plus_licences, test_account, test_levers, seed
               FROM settings";
    snapshot
        .row(sql, &[], settings)
        .await?
        .ok_or(StoreError::NoAccount)
}

/// In place of those there were.
pub(crate) async fn write(transaction: &mut Transaction<'_>, settings: &Settings) -> Result<(), StoreError> {
    let policy = &settings.password_policy;
    let allowed = settings.allowed_ip_addresses.as_ref().map(ToString::to_string);
    let test = settings.test_account.as_ref();
    let levers: Vec<&str> = test
        .into_iter()
        .flat_map(|test| &test.levers)
        .map(|lever| lever.label())
        .collect();
    let levers = levers.join("\n");
    let row = [
        ("only_row", true.into()),
        ("mandatory_two_factor", settings.mandatory_two_factor.into()),
        ("password_strength", policy.strength.label().into()),
        ("min_password_length", policy.min_length.into()),
        ("password_expires_after_days", policy.expires_after_days.into()),
        ("idle_session_timeout", settings.idle_session_timeout.into()),
        ("allowed_ip_addresses", allowed.as_ref().into()),
        ("require_approval", settings.require_approval.into()),
        ("audit_retention_days", settings.audit_retention_days.into()),
        ("tier", settings.governance.tier.label().into()),
        (
            "suitecloud_plus_licences",
            settings.governance.suitecloud_plus_licences.into(),
        ),
        ("test_account", test.is_some().into()),
        ("test_levers", (&levers).into()),
        ("seed", test.and_then(|test| test.seed).map(counted).into()),
    ];
    transaction.execute("DELETE FROM settings", &[]).await?;
    Ok(transaction.insert("settings", row).await?)
}

fn settings(row: &Row<'_>) -> Result<Settings, StoreError> {
    Ok(Settings {
        mandatory_two_factor: row.boolean("mandatory_two_factor")?,
        password_policy: PasswordPolicy {
            strength: parsed(row, "password_strength", WHAT)?,
            min_length: small(row, "min_password_length", WHAT)?,
            expires_after_days: optional_small(row, "password_expires_after_days", WHAT)?,
        },
        idle_session_timeout: small(row, "idle_session_timeout", WHAT)?,
        allowed_ip_addresses: optional_parsed(row, "allowed_ip_addresses", WHAT)?,
        require_approval: row.boolean("require_approval")?,
        audit_retention_days: small(row, "audit_retention_days", WHAT)?,
        governance: Governance {
            tier: parsed(row, "tier", WHAT)?,
            suitecloud_plus_licences: small(row, "suitecloud_plus_licences", WHAT)?,
        },
        test_account: match row.boolean("test_account")? {
            true => Some(test_account(row)?),
            false => None,
        },
    })
}

fn test_account(row: &Row<'_>) -> Result<TestAccount, StoreError> {
    let levers = row.text("test_levers")?;
    let levers: Result<Vec<Lever>, _> = levers.lines().map(str::parse).collect();
    Ok(TestAccount {
        levers: levers.map_err(|error| StoreError::unreadable(WHAT)(&error))?,
        seed: row.optional_integer("seed")?.map(i64::cast_unsigned),
    })
}
