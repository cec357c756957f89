//! The boxes of Enable Features, and who accepted the terms that some of them open.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    By, EntityId, Feature, FeatureSet, FeaturesDraft, FeaturesForm, NotedRecord, TermsAccepted,
};

use crate::column::{next_id, parsed};
use crate::{MAX_ROWS, Store, StoreError, notes};

impl Store {
    /// Saves the page: all boxes together, one note for each that was changed, and who accepted which terms. Gives the
    /// features that are on then.
    pub async fn change_features(&self, form: FeaturesForm, by: By) -> Result<FeatureSet, StoreError> {
        let save = async move |transaction: &mut Transaction<'_>| {
            let before = on(transaction).await?;
            let draft = FeaturesDraft::parse(&before, form)?;
            for accepted in draft.terms_accepted(&by) {
                accept(transaction, &accepted).await?;
            }
            let after = draft.features().clone();
            if notes::write(
                transaction,
                &by,
                NotedRecord::Account,
                Some(&before),
                Some(&after),
            )
            .await?
            {
                write(transaction, &after).await?;
            }
            Ok(after)
        };
        self.database.write(save).await
    }

    /// Who accepted which terms for which box, newest first; at most `limit` of them.
    pub async fn terms_accepted(&self, limit: u32) -> Result<Vec<TermsAccepted>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let sql = "SELECT terms, feature, at, user_id, user_name, via
                       FROM terms_accepted ORDER BY id DESC LIMIT ?1";
            let limit = limit.min(MAX_ROWS).into();
            snapshot.rows(sql, &[limit], accepted).await
        };
        self.database.read(list).await
    }
}

/// The features that are on.
pub(crate) async fn on(transaction: &mut Transaction<'_>) -> Result<FeatureSet, StoreError> {
    let on = transaction
        .rows("SELECT feature FROM feature", &[], feature)
        .await?;
    FeatureSet::none()
        .enable(on)
        .map_err(|error| StoreError::unreadable("feature")(&error))
}

/// In place of those that were on.
pub(crate) async fn write(transaction: &mut Transaction<'_>, on: &FeatureSet) -> Result<(), StoreError> {
    transaction.execute("DELETE FROM feature", &[]).await?;
    let rows: Vec<[Value<'_>; 1]> = on.iter().map(|feature| [feature.id().into()]).collect();
    Ok(transaction.insert_all("feature", ["feature"], &rows).await?)
}

async fn accept(transaction: &mut Transaction<'_>, accepted: &TermsAccepted) -> Result<(), StoreError> {
    let By { actor, at } = &accepted.by;
    let row = [
        ("id", next_id(transaction, "terms_accepted", 0).await?.into()),
        ("terms", accepted.terms.label().into()),
        ("feature", accepted.feature.id().into()),
        ("at", at.millis().into()),
        ("user_id", actor.user.map(EntityId::get).into()),
        ("user_name", (&actor.name).into()),
        ("via", actor.via.label().into()),
    ];
    Ok(transaction.insert("terms_accepted", row).await?)
}

fn accepted(row: &Row<'_>) -> Result<TermsAccepted, StoreError> {
    Ok(TermsAccepted {
        terms: parsed(row, "terms", "acceptance of terms")?,
        feature: feature(row)?,
        by: notes::by(row)?,
    })
}

fn feature(row: &Row<'_>) -> Result<Feature, StoreError> {
    let id = row.text("feature")?;
    Feature::by_id(&id).map_err(|error| StoreError::unreadable("feature")(&error))
}
