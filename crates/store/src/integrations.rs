//! Integration records: what is done to them, and how they are found.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    ApplicationId, By, ConsumerKey, Integration, IntegrationChange, IntegrationDraft, IntegrationEdit,
    IntegrationForm, IntegrationId, IntegrationState, NotedRecord,
};

use crate::column::{next_id, small};
use crate::integration_row::{COLUMNS, TABLE, insert, read, replace};
use crate::page::{Direction, Page, Place, Select};
use crate::{Conflict, MAX_ROWS, SealedPair, SecretOwner, Store, StoreError, notes, secrets, settings};

/// Which integration records to list; an uninstalled one is in no list.
#[derive(Clone, Debug, Default)]
pub struct IntegrationFilter {
    /// How the name begins, upper and lower case aside; the list is then in the order of the names.
    pub name: Option<String>,
    pub state: Option<IntegrationState>,
    pub direction: Direction,
}

/// An integration record after a Save that was offered a pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedIntegration {
    pub integration: Integration,
    /// Whether the pair is the record's from now on; if not, nothing was kept of it.
    pub pair_taken: bool,
}

impl Store {
    /// Adds a record. A pair is needed, and taken, where Token-based Authentication is checked.
    pub async fn add_integration(
        &self,
        draft: IntegrationDraft,
        application_id: ApplicationId,
        pair: Option<SealedPair>,
        by: By,
    ) -> Result<SavedIntegration, StoreError> {
        let add = async move |transaction: &mut Transaction<'_>| {
            let governance = settings::require(transaction).await?.governance;
            draft.check_allocation(governance, allocated(transaction, None).await?)?;
            let pair = wanted(draft.needs_credentials(), pair, draft.name())?;
            let id = IntegrationId::new(next_id(transaction, TABLE, 0).await?);
            let credentials = pair.as_ref().map(SealedPair::credentials);
            let integration = draft.into_integration(id, application_id, credentials, by.at);
            insert(transaction, &integration).await?;
            let record = NotedRecord::Integration(id);
            notes::write(transaction, &by, record, None, Some(&integration)).await?;
            keep_secret(transaction, pair.as_ref()).await?;
            Ok(SavedIntegration {
                integration,
                pair_taken: pair.is_some(),
            })
        };
        self.database.write(add).await
    }

    /// Saves the Edit page. `edit` is given the record as it is stored now, so that no two edits overwrite each other.
    /// `pair` is taken where the record needs its first one: Token-based Authentication is checked for the first time.
    pub async fn edit_integration(
        &self,
        integration: IntegrationId,
        edit: impl FnOnce(IntegrationForm) -> IntegrationForm + Send + 'static,
        pair: Option<SealedPair>,
        by: By,
    ) -> Result<SavedIntegration, StoreError> {
        let save = async move |transaction: &mut Transaction<'_>| {
            let before = require(transaction, integration).await?;
            let edit = IntegrationEdit::parse(&before, edit(IntegrationForm::from(&before)))?;
            let governance = settings::require(transaction).await?.governance;
            let others = allocated(transaction, Some(integration)).await?;
            edit.check_allocation(governance, others)?;
            let pair = wanted(edit.needs_credentials(), pair, edit.name())?;
            let credentials = pair.as_ref().map(SealedPair::credentials);
            let after = edit.into_integration(credentials, by.at);
            keep_secret(transaction, pair.as_ref()).await?;
            Ok(SavedIntegration {
                integration: save(transaction, before, after, &by).await?,
                pair_taken: pair.is_some(),
            })
        };
        self.database.write(save).await
    }

    pub async fn change_integration_state(
        &self,
        integration: IntegrationId,
        change: IntegrationChange,
        by: By,
    ) -> Result<Integration, StoreError> {
        let change = async move |transaction: &mut Transaction<'_>| {
            let before = require(transaction, integration).await?;
            let after = before.clone().apply(change, by.at)?;
            save(transaction, before, after, &by).await
        };
        self.database.write(change).await
    }

    /// Reset Credentials: the old pair is dead when this returns, and tokens live on with the new one. The secret must
    /// be sealed for the generation after the one that was read; where the pair was changed meanwhile, that is
    /// [`Conflict::Pair`].
    pub async fn reset_credentials(
        &self,
        integration: IntegrationId,
        pair: SealedPair,
        by: By,
    ) -> Result<Integration, StoreError> {
        let reset = async move |transaction: &mut Transaction<'_>| {
            let before = require(transaction, integration).await?;
            let after = before
                .clone()
                .reset_credentials(pair.consumer_key.clone(), by.at)?;
            if after.credentials != Some(pair.credentials()) {
                return Err(Conflict::Pair.into());
            }
            if let Some(old) = before.consumer_key() {
                secrets::delete(transaction, &SecretOwner::Integration(old.clone())).await?;
            }
            let after = save(transaction, before, after, &by).await?;
            keep_secret(transaction, Some(&pair)).await?;
            Ok(after)
        };
        self.database.write(reset).await
    }

    pub async fn integration(&self, id: IntegrationId) -> Result<Option<Integration>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| find(snapshot, id).await;
        self.database.read(find).await
    }

    /// The record with this Consumer Key, also one that was uninstalled and not installed again.
    pub async fn integration_by_consumer_key(&self, key: &str) -> Result<Option<Integration>, StoreError> {
        let Ok(key) = ConsumerKey::parse(key) else {
            return Ok(None);
        };
        let find = async move |snapshot: &mut Transaction<'_>| {
            let records = of(snapshot, "consumer_key = ?1", &[key.as_str().into()]).await?;
            let newest_installed = |record: &Integration| (!record.is_uninstalled(), record.id);
            Ok(records.into_iter().max_by_key(newest_installed))
        };
        self.database.read(find).await
    }

    /// What the records have of the account's concurrent requests, together.
    pub async fn allocated_concurrency(&self) -> Result<u32, StoreError> {
        let allocated = async |snapshot: &mut Transaction<'_>| allocated(snapshot, None).await;
        self.database.read(allocated).await
    }

    /// The records that have some of them of their own, by internal id: no more than the contract gives.
    pub async fn allocations(&self) -> Result<Vec<Integration>, StoreError> {
        let list = async |snapshot: &mut Transaction<'_>| {
            // As in `allocated`, for the sake of the index.
            let condition =
                "concurrency_limit IS NOT NULL AND coalesce(uninstalled, 0) = 0 ORDER BY id LIMIT ?1";
            of(snapshot, condition, &[MAX_ROWS.into()]).await
        };
        self.database.read(list).await
    }

    /// A page of at most `limit` records: those after the record `after`, by internal id.
    pub async fn integrations(
        &self,
        filter: IntegrationFilter,
        after: Option<IntegrationId>,
        limit: u32,
    ) -> Result<Vec<Integration>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let after = after.map(IntegrationId::get);
            let place =
                Place::after(snapshot, TABLE, (filter.name.as_deref(), filter.direction), after).await?;
            page(&filter, &place, limit).rows(snapshot, read).await
        };
        self.database.read(list).await
    }
}

/// Also those that were uninstalled.
pub(crate) async fn all(snapshot: &mut Transaction<'_>) -> Result<Vec<Integration>, StoreError> {
    of(snapshot, "1 = 1 ORDER BY id", &[]).await
}

pub(crate) fn page<'a>(filter: &IntegrationFilter, place: &'a Place, limit: u32) -> Select<'a> {
    let state = filter.state.map(IntegrationState::label);
    let page = Page::after(place).among("uninstalled IS NULL");
    let page = match place.is_by_name() {
        true => page.checking("state", state),
        false => page.with("state", state),
    };
    page.select(COLUMNS, TABLE, limit)
}

/// What installed records have of the account's concurrent requests together, `but` for one of them.
pub(crate) async fn allocated(
    snapshot: &mut Transaction<'_>,
    but: Option<IntegrationId>,
) -> Result<u32, StoreError> {
    // An expression in place of `uninstalled IS NULL`, for which an index of many more would answer.
    let sql = "SELECT CAST(coalesce(sum(concurrency_limit), 0) AS BIGINT) AS allocated FROM integration
               WHERE concurrency_limit IS NOT NULL AND coalesce(uninstalled, 0) = 0 AND id <> ?1";
    let but = but.map_or(0, IntegrationId::get);
    let read = |row: &Row<'_>| small(row, "allocated", "concurrency limit");
    let allocated = snapshot.row(sql, &[but.into()], read).await?;
    Ok(allocated.unwrap_or_default())
}

async fn find(snapshot: &mut Transaction<'_>, id: IntegrationId) -> Result<Option<Integration>, StoreError> {
    Ok(of(snapshot, "id = ?1", &[id.get().into()]).await?.pop())
}

/// The record, or the error that there is none.
pub(crate) async fn require(
    snapshot: &mut Transaction<'_>,
    id: IntegrationId,
) -> Result<Integration, StoreError> {
    let integration = find(snapshot, id).await?;
    integration.ok_or(StoreError::Unknown(NotedRecord::Integration(id)))
}

/// The records of a condition.
pub(crate) async fn of(
    snapshot: &mut Transaction<'_>,
    condition: &str,
    values: &[Value<'_>],
) -> Result<Vec<Integration>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM integration WHERE {condition}");
    snapshot.rows(&sql, values, read).await
}

/// Writes a record that was changed, with its notes. One that is as it was stays as it is, also its Last Modified.
pub(crate) async fn save(
    transaction: &mut Transaction<'_>,
    before: Integration,
    after: Integration,
    by: &By,
) -> Result<Integration, StoreError> {
    let record = NotedRecord::Integration(after.id);
    if !notes::write(transaction, by, record, Some(&before), Some(&after)).await? {
        return Ok(before);
    }
    replace(transaction, &after).await?;
    Ok(after)
}

/// The pair that a Save takes of what it was offered.
fn wanted(
    is_needed: bool,
    offered: Option<SealedPair>,
    application: &str,
) -> Result<Option<SealedPair>, StoreError> {
    match offered {
        None if is_needed => Err(StoreError::NoPair {
            application: application.to_owned(),
        }),
        offered => Ok(offered.filter(|_| is_needed)),
    }
}

/// In place of the secret of a record with the same pair that was uninstalled.
pub(crate) async fn keep_secret(
    transaction: &mut Transaction<'_>,
    pair: Option<&SealedPair>,
) -> Result<(), StoreError> {
    let Some(pair) = pair else { return Ok(()) };
    let owner = SecretOwner::Integration(pair.consumer_key.clone());
    secrets::replace(transaction, &owner, &pair.secret).await
}
