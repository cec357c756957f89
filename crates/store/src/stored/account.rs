//! The account row and its features.

use super::row::{Row, count, parsed, time};
use crate::StoreError;
use countersign_model::{Account, Feature};

/// The account and its change count.
pub(crate) fn account(row: &dyn Row) -> Result<(Account, u64), StoreError> {
    let account = Account {
        id: parsed(row, "account_id", "account")?,
        company_name: row.text("company_name")?,
        created: time(row, "created")?,
    };
    Ok((account, count(row, "change_count")?))
}

pub(crate) fn feature(row: &dyn Row) -> Result<Feature, StoreError> {
    let id = row.text("feature")?;
    Feature::by_id(&id).map_err(|error| StoreError::unreadable("feature")(&error))
}
