//! The account row, and the set-up as a whole.

use countersign_database::{Row, Transaction};
use countersign_model::{
    AccessToken, Account, By, FeatureSet, Integration, NotedRecord, Role, Settings, User,
};

use crate::column::{count, parsed, time};
use crate::{Store, StoreError, features, integrations, notes, roles, settings, tokens, users};

const SELECT: &str = "SELECT account_id, company_name, created, change_count FROM account";

/// What an account is apart from its records that come by the thousand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    pub account: Account,
    pub settings: Settings,
    pub features: FeatureSet,
    pub roles: Vec<Role>,
    /// The [`Store::change_count`] all this is of.
    pub change_count: u64,
}

/// Everything but the secrets, each list by internal id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setup {
    pub account: Account,
    pub settings: Settings,
    pub features: FeatureSet,
    pub integrations: Vec<Integration>,
    pub roles: Vec<Role>,
    pub users: Vec<User>,
    pub tokens: Vec<AccessToken>,
    /// The [`Store::change_count`] this set-up is of.
    pub change_count: u64,
}

impl Store {
    /// Begins the account: every feature off, and NetSuite's standard roles.
    pub async fn found_account(
        &self,
        account: Account,
        settings: Settings,
        by: By,
    ) -> Result<(), StoreError> {
        let found = async move |transaction: &mut Transaction<'_>| {
            let row = [
                ("only_row", true.into()),
                ("account_id", account.id.as_str().into()),
                ("company_name", (&account.company_name).into()),
                ("created", account.created.millis().into()),
                ("change_count", 0_i64.into()),
            ];
            transaction.insert("account", row).await?;
            settings::write(transaction, &settings).await?;
            let record = NotedRecord::Account;
            notes::write(transaction, &by, record, None, Some(&account)).await?;
            notes::write(transaction, &by, record, None, Some(&settings)).await?;
            roles::add_standard(transaction, &by).await
        };
        self.database.write(found).await
    }

    /// What is small of the set-up, as of one moment. None until the account is founded.
    pub async fn head(&self) -> Result<Option<Head>, StoreError> {
        self.database.read(head).await
    }

    /// The whole set-up as of one moment, without secrets. None until the account is founded.
    pub async fn setup(&self) -> Result<Option<Setup>, StoreError> {
        self.database.read(setup).await
    }

    /// Grows with every change to what [`setup`](Self::setup) gives; 0 until the account is founded.
    pub async fn change_count(&self) -> Result<u64, StoreError> {
        let count = async |snapshot: &mut Transaction<'_>| {
            let account = snapshot.row(SELECT, &[], account).await?;
            Ok(account.map_or(0, |(_, change_count)| change_count))
        };
        self.database.read(count).await
    }
}

pub(crate) async fn head(snapshot: &mut Transaction<'_>) -> Result<Option<Head>, StoreError> {
    let Some((account, change_count)) = snapshot.row(SELECT, &[], account).await? else {
        return Ok(None);
    };
    Ok(Some(Head {
        account,
        settings: settings::require(snapshot).await?,
        features: features::on(snapshot).await?,
        roles: roles::all(snapshot).await?,
        change_count,
    }))
}

async fn setup(snapshot: &mut Transaction<'_>) -> Result<Option<Setup>, StoreError> {
    let Some(head) = head(snapshot).await? else {
        return Ok(None);
    };
    Ok(Some(Setup {
        account: head.account,
        settings: head.settings,
        features: head.features,
        integrations: integrations::all(snapshot).await?,
        roles: head.roles,
        users: users::all(snapshot).await?,
        tokens: tokens::all(snapshot).await?,
        change_count: head.change_count,
    }))
}

/// The account, founded.
pub(crate) async fn require(snapshot: &mut Transaction<'_>) -> Result<Account, StoreError> {
    let account = snapshot.row(SELECT, &[], account).await?;
    account.map(|(account, _)| account).ok_or(StoreError::NoAccount)
}

pub(crate) async fn rename(transaction: &mut Transaction<'_>, company_name: &str) -> Result<(), StoreError> {
    let sql = "UPDATE account SET company_name = ?1";
    transaction.execute(sql, &[company_name.into()]).await?;
    Ok(())
}

/// The account and its change count.
fn account(row: &Row<'_>) -> Result<(Account, u64), StoreError> {
    let account = Account {
        id: parsed(row, "account_id", "account")?,
        company_name: row.text("company_name")?,
        created: time(row, "created")?,
    };
    Ok((account, count(row, "change_count")?))
}
