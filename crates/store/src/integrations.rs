//! Integration records.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    ApplicationId, Authentication, By, ConsumerKey, Credentials, Integration, IntegrationChange,
    IntegrationDraft, IntegrationId, IntegrationState, NotedRecord,
};
use countersign_world::UnixTime;

use crate::column::{count, counted, name_key, next_id, optional_time, parsed, small, time};
use crate::page::{Page, Place, Select};
use crate::{SealedSecret, SecretOwner, Store, StoreError, notes, secrets};

const WHAT: &str = "integration record";

const TABLE: &str = "integration";

const COLUMNS: &str =
    "id, name, description, note, state, origin, application_id, token_based_authentication,
                       issue_token_endpoint, authorization_flow, callback_url, user_credentials,
                       authorization_code_grant, concurrency_limit, consumer_key, secret_generation, created,
                       last_modified, uninstalled";

/// Which integration records to list; an uninstalled one is in no list.
#[derive(Clone, Debug, Default)]
pub struct IntegrationFilter {
    /// How the name begins, upper and lower case aside; the list is then in the order of the names.
    pub name: Option<String>,
    pub state: Option<IntegrationState>,
}

impl Store {
    /// `secret` is the Consumer Secret, sealed for [`SecretOwner::Integration`] of `consumer_key`.
    pub async fn add_integration(
        &self,
        draft: IntegrationDraft,
        application_id: ApplicationId,
        consumer_key: ConsumerKey,
        secret: SealedSecret,
        by: By,
    ) -> Result<Integration, StoreError> {
        let add = async move |transaction: &mut Transaction<'_>| {
            let id = IntegrationId::new(next_id(transaction, TABLE, 0).await?);
            let owner = SecretOwner::Integration(consumer_key.clone());
            let pair = Credentials {
                consumer_key,
                generation: secret.generation,
            };
            let integration = draft.into_integration(id, application_id, Some(pair), by.at);
            insert(transaction, &integration).await?;
            secrets::insert(transaction, &owner, &secret).await?;
            notes::created(transaction, &by, NotedRecord::Integration(id), &integration.name).await?;
            Ok(integration)
        };
        self.database.write(add).await
    }

    pub async fn change_integration_state(
        &self,
        integration: IntegrationId,
        change: IntegrationChange,
        by: By,
    ) -> Result<Integration, StoreError> {
        let change = async move |transaction: &mut Transaction<'_>| {
            let record = NotedRecord::Integration(integration);
            let before = find(transaction, "id", integration.get().into()).await?;
            let before = before.ok_or(StoreError::Unknown(record))?;
            let old_state = before.state.label();
            let after = before.apply(change, by.at)?;
            let values = [
                integration.get().into(),
                after.state.label().into(),
                after.last_modified.millis().into(),
            ];
            transaction
                .execute(
                    "UPDATE integration SET state = ?2, last_modified = ?3 WHERE id = ?1",
                    &values,
                )
                .await?;
            notes::changed(
                transaction,
                &by,
                record,
                "State",
                (old_state, after.state.label()),
            )
            .await?;
            Ok(after)
        };
        self.database.write(change).await
    }

    pub async fn integration(&self, id: IntegrationId) -> Result<Option<Integration>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| find(snapshot, "id", id.get().into()).await;
        self.database.read(find).await
    }

    pub async fn integration_by_consumer_key(&self, key: &str) -> Result<Option<Integration>, StoreError> {
        let Ok(key) = ConsumerKey::parse(key) else {
            return Ok(None);
        };
        let find = async move |snapshot: &mut Transaction<'_>| {
            find(snapshot, "consumer_key", key.as_str().into()).await
        };
        self.database.read(find).await
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
            let place = Place::after(snapshot, TABLE, filter.name.as_deref(), after).await?;
            page(&filter, &place, limit).rows(snapshot, integration).await
        };
        self.database.read(list).await
    }
}

pub(crate) async fn all(snapshot: &mut Transaction<'_>) -> Result<Vec<Integration>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM integration ORDER BY id");
    snapshot.rows(&sql, &[], integration).await
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

/// The record with this value in a column that is unique.
async fn find(
    transaction: &mut Transaction<'_>,
    column: &str,
    value: Value<'_>,
) -> Result<Option<Integration>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM integration WHERE {column} = ?1");
    transaction.row(&sql, &[value], integration).await
}

async fn insert(transaction: &mut Transaction<'_>, integration: &Integration) -> Result<(), StoreError> {
    let boxes = &integration.authentication;
    let key = name_key(&integration.name);
    let (application_id, origin) = (
        integration.application_id.to_string(),
        integration.origin.to_string(),
    );
    let pair = integration.credentials.as_ref();
    let row = [
        ("id", integration.id.get().into()),
        ("name", (&integration.name).into()),
        ("name_key", (&key).into()),
        ("description", (&integration.description).into()),
        ("note", (&integration.note).into()),
        ("state", integration.state.label().into()),
        ("origin", (&origin).into()),
        ("application_id", (&application_id).into()),
        (
            "token_based_authentication",
            boxes.token_based_authentication.into(),
        ),
        ("issue_token_endpoint", boxes.issue_token_endpoint.into()),
        ("authorization_flow", boxes.authorization_flow.into()),
        ("callback_url", boxes.callback_url.as_ref().into()),
        ("user_credentials", boxes.user_credentials.into()),
        ("authorization_code_grant", boxes.authorization_code_grant.into()),
        ("concurrency_limit", integration.concurrency_limit.into()),
        ("consumer_key", pair.map(|pair| pair.consumer_key.as_str()).into()),
        (
            "secret_generation",
            pair.map(|pair| counted(pair.generation)).into(),
        ),
        ("created", integration.created.millis().into()),
        ("last_modified", integration.last_modified.millis().into()),
        (
            "uninstalled",
            integration.uninstalled.map(UnixTime::millis).into(),
        ),
    ];
    Ok(transaction.insert(TABLE, row).await?)
}

fn integration(row: &Row<'_>) -> Result<Integration, StoreError> {
    let concurrency_limit = match row.optional_integer("concurrency_limit")? {
        Some(_) => Some(small(row, "concurrency_limit", WHAT)?),
        None => None,
    };
    let credentials = match row.optional_text("consumer_key")? {
        Some(key) => Some(Credentials {
            consumer_key: ConsumerKey::parse(key).map_err(|error| StoreError::unreadable(WHAT)(&error))?,
            generation: count(row, "secret_generation")?,
        }),
        None => None,
    };
    Ok(Integration {
        id: IntegrationId::new(row.integer("id")?),
        name: row.text("name")?,
        description: row.text("description")?,
        note: row.text("note")?,
        state: parsed(row, "state", WHAT)?,
        origin: parsed(row, "origin", WHAT)?,
        application_id: parsed(row, "application_id", WHAT)?,
        authentication: Authentication {
            token_based_authentication: row.boolean("token_based_authentication")?,
            issue_token_endpoint: row.boolean("issue_token_endpoint")?,
            authorization_flow: row.boolean("authorization_flow")?,
            callback_url: row.optional_text("callback_url")?,
            user_credentials: row.boolean("user_credentials")?,
            authorization_code_grant: row.boolean("authorization_code_grant")?,
        },
        concurrency_limit,
        credentials,
        created: time(row, "created")?,
        last_modified: time(row, "last_modified")?,
        uninstalled: optional_time(row, "uninstalled")?,
    })
}
