//! The account row, its features, and the set-up as a whole.

use super::row::{all, one};
use super::{integrations, notes, roles, tokens, users};
use crate::stored;
use crate::{Setup, StoreError};
use countersign_model::{Account, By, Feature, FeatureError, FeatureSet, NotedRecord, Role};
use rusqlite::{Connection, Transaction};

pub(super) fn found(transaction: &Transaction<'_>, account: &Account, by: &By) -> Result<(), StoreError> {
    transaction.execute(
        "INSERT INTO account (only_row, account_id, company_name, created, change_count) VALUES (1, ?1, ?2, ?3, 0)",
        (account.id.as_str(), &account.company_name, account.created.millis()),
    )?;
    notes::created(transaction, by, NotedRecord::Account, account.id.as_str())?;
    roles::insert(transaction, &Role::administrator(), by)
}

pub(super) fn setup(connection: &Connection) -> Result<Option<Setup>, StoreError> {
    let account = one(connection, "SELECT * FROM account", [], stored::account)?;
    let Some((account, change_count)) = account else {
        return Ok(None);
    };
    Ok(Some(Setup {
        account,
        features: features(connection)?,
        integrations: integrations::list(connection)?,
        roles: roles::list(connection)?,
        users: users::list(connection)?,
        tokens: tokens::list(connection)?,
        change_count,
    }))
}

pub(super) fn change_count(connection: &Connection) -> Result<u64, StoreError> {
    let account = one(connection, "SELECT * FROM account", [], stored::account)?;
    Ok(account.map_or(0, |(_, change_count)| change_count))
}

/// Saves the page: one note for each box that was changed.
pub(super) fn change_features(
    transaction: &Transaction<'_>,
    change: impl FnOnce(FeatureSet) -> Result<FeatureSet, FeatureError>,
    by: &By,
) -> Result<FeatureSet, StoreError> {
    let before = features(transaction)?;
    let after = change(before.clone())?;
    for feature in Feature::ALL.iter().copied() {
        let (sql, values) = match (before.has(feature), after.has(feature)) {
            (false, true) => ("INSERT INTO feature (feature) VALUES (?1)", ("F", "T")),
            (true, false) => ("DELETE FROM feature WHERE feature = ?1", ("T", "F")),
            _ => continue,
        };
        transaction.execute(sql, [feature.id()])?;
        notes::changed(transaction, by, NotedRecord::Account, feature.label(), values)?;
    }
    Ok(after)
}

fn features(connection: &Connection) -> Result<FeatureSet, StoreError> {
    let on = all(connection, "SELECT feature FROM feature", [], stored::feature)?;
    Ok(FeatureSet::none().enable(on)?)
}
