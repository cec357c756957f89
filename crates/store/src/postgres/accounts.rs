//! The account row, its features, and the set-up as a whole.

use super::row::{all, one};
use super::{integrations, notes, roles, tokens, users};
use crate::stored;
use crate::{Setup, StoreError};
use countersign_database::postgres::Transaction;
use countersign_model::{Account, By, Feature, FeatureError, FeatureSet, NotedRecord, Role};

const SELECT: &str = "SELECT account_id, company_name, created, change_count FROM account";

pub(super) async fn found(transaction: &Transaction, account: &Account, by: &By) -> Result<(), StoreError> {
    transaction
        .execute(
            "INSERT INTO account (only_row, account_id, company_name, created, change_count)
             VALUES (true, $1, $2, $3, 0)",
            &[
                &account.id.as_str(),
                &account.company_name,
                &account.created.millis(),
            ],
        )
        .await?;
    notes::created(transaction, by, NotedRecord::Account, account.id.as_str()).await?;
    roles::insert(transaction, &Role::administrator(), by).await
}

pub(super) async fn setup(transaction: &Transaction) -> Result<Option<Setup>, StoreError> {
    let Some((account, change_count)) = one(transaction, SELECT, &[], stored::account).await? else {
        return Ok(None);
    };
    Ok(Some(Setup {
        account,
        features: features(transaction).await?,
        integrations: integrations::list(transaction).await?,
        roles: roles::list(transaction).await?,
        users: users::list(transaction).await?,
        tokens: tokens::list(transaction).await?,
        change_count,
    }))
}

pub(super) async fn change_count(transaction: &Transaction) -> Result<u64, StoreError> {
    let account = one(transaction, SELECT, &[], stored::account).await?;
    Ok(account.map_or(0, |(_, change_count)| change_count))
}

/// Saves the page: one note for each box that was changed.
pub(super) async fn change_features(
    transaction: &Transaction,
    change: impl FnOnce(FeatureSet) -> Result<FeatureSet, FeatureError>,
    by: &By,
) -> Result<FeatureSet, StoreError> {
    let before = features(transaction).await?;
    let after = change(before.clone())?;
    for feature in Feature::ALL.iter().copied() {
        let (sql, values) = match (before.has(feature), after.has(feature)) {
            (false, true) => ("INSERT INTO feature (feature) VALUES ($1)", ("F", "T")),
            (true, false) => ("DELETE FROM feature WHERE feature = $1", ("T", "F")),
            _ => continue,
        };
        transaction.execute(sql, &[&feature.id()]).await?;
        notes::changed(transaction, by, NotedRecord::Account, feature.label(), values).await?;
    }
    Ok(after)
}

async fn features(transaction: &Transaction) -> Result<FeatureSet, StoreError> {
    let on = all(transaction, "SELECT feature FROM feature", &[], stored::feature).await?;
    Ok(FeatureSet::none().enable(on)?)
}
