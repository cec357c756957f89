//! The boxes of Enable Features.

use countersign_database::{Row, Transaction};
use countersign_model::{By, Feature, FeatureError, FeatureSet, NotedRecord};

use crate::{Store, StoreError, notes};

impl Store {
    /// Checks boxes of Enable Features together; gives all that are on then.
    pub async fn enable_features(&self, features: Vec<Feature>, by: By) -> Result<FeatureSet, StoreError> {
        self.change_features(|on| on.enable(features), by).await
    }

    /// Clears boxes of Enable Features together; gives all that are on then.
    pub async fn disable_features(&self, features: Vec<Feature>, by: By) -> Result<FeatureSet, StoreError> {
        self.change_features(|on| on.disable(features), by).await
    }

    /// Saves the page: one note for each box that was changed.
    async fn change_features(
        &self,
        change: impl FnOnce(FeatureSet) -> Result<FeatureSet, FeatureError> + Send + 'static,
        by: By,
    ) -> Result<FeatureSet, StoreError> {
        let save = async move |transaction: &mut Transaction<'_>| {
            let before = on(transaction).await?;
            let after = change(before.clone())?;
            for feature in Feature::ALL.iter().copied() {
                let (sql, values) = match (before.has(feature), after.has(feature)) {
                    (false, true) => ("INSERT INTO feature (feature) VALUES (?1)", ("F", "T")),
                    (true, false) => ("DELETE FROM feature WHERE feature = ?1", ("T", "F")),
                    _ => continue,
                };
                transaction.execute(sql, &[feature.id().into()]).await?;
                notes::changed(transaction, &by, NotedRecord::Account, feature.label(), values).await?;
            }
            Ok(after)
        };
        self.database.write(save).await
    }
}

/// The features that are on.
pub(crate) async fn on(transaction: &mut Transaction<'_>) -> Result<FeatureSet, StoreError> {
    let on = transaction
        .rows("SELECT feature FROM feature", &[], feature)
        .await?;
    Ok(FeatureSet::none().enable(on)?)
}

fn feature(row: &Row<'_>) -> Result<Feature, StoreError> {
    let id = row.text("feature")?;
    Feature::by_id(&id).map_err(|error| StoreError::unreadable("feature")(&error))
}
