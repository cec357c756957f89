//! The row of an integration record: how it is written and read back.

use countersign_database::{Row, Transaction, Value};
use countersign_model::{Authentication, ConsumerKey, Credentials, Integration, IntegrationId};
use countersign_world::UnixTime;

use crate::StoreError;
use crate::column::{count, counted, name_key, optional_small, optional_time, parsed, time, update};

const WHAT: &str = "integration record";

pub(crate) const TABLE: &str = "integration";

pub(crate) const COLUMNS: &str =
    "id, name, description, note, state, origin, application_id, token_based_authentication,
                       issue_token_endpoint, authorization_flow, callback_url, user_credentials,
                       authorization_code_grant, concurrency_limit, consumer_key, secret_generation, created,
                       last_modified, uninstalled";

const WRITTEN: [&str; 20] = [
    "id",
    "name",
    "name_key",
    "description",
    "note",
    "state",
    "origin",
    "application_id",
    "token_based_authentication",
    "issue_token_endpoint",
    "authorization_flow",
    "callback_url",
    "user_credentials",
    "authorization_code_grant",
    "concurrency_limit",
    "consumer_key",
    "secret_generation",
    "created",
    "last_modified",
    "uninstalled",
];

/// What a row says in other words than the record does.
struct Words {
    name_key: String,
    application_id: String,
    origin: String,
}

impl Words {
    fn of(integration: &Integration) -> Self {
        Self {
            name_key: name_key(&integration.name),
            application_id: integration.application_id.to_string(),
            origin: integration.origin.to_string(),
        }
    }
}

/// A new row.
pub(crate) async fn insert(
    transaction: &mut Transaction<'_>,
    integration: &Integration,
) -> Result<(), StoreError> {
    let words = Words::of(integration);
    let rows = [values(integration, &words)];
    Ok(transaction.insert_all(TABLE, WRITTEN, &rows).await?)
}

/// The row of a record that was changed.
pub(crate) async fn replace(
    transaction: &mut Transaction<'_>,
    integration: &Integration,
) -> Result<(), StoreError> {
    let words = Words::of(integration);
    update(transaction, TABLE, WRITTEN, &values(integration, &words)).await
}

fn values<'a>(integration: &'a Integration, words: &'a Words) -> [Value<'a>; 20] {
    let boxes = &integration.authentication;
    let pair = integration.credentials.as_ref();
    [
        integration.id.get().into(),
        (&integration.name).into(),
        (&words.name_key).into(),
        (&integration.description).into(),
        (&integration.note).into(),
        integration.state.label().into(),
        (&words.origin).into(),
        (&words.application_id).into(),
        boxes.token_based_authentication.into(),
        boxes.issue_token_endpoint.into(),
        boxes.authorization_flow.into(),
        boxes.callback_url.as_ref().into(),
        boxes.user_credentials.into(),
        boxes.authorization_code_grant.into(),
        integration.concurrency_limit.into(),
        pair.map(|pair| pair.consumer_key.as_str()).into(),
        pair.map(|pair| counted(pair.generation)).into(),
        integration.created.millis().into(),
        integration.last_modified.millis().into(),
        integration.uninstalled.map(UnixTime::millis).into(),
    ]
}

pub(crate) fn read(row: &Row<'_>) -> Result<Integration, StoreError> {
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
        concurrency_limit: optional_small(row, "concurrency_limit", WHAT)?,
        credentials,
        created: time(row, "created")?,
        last_modified: time(row, "last_modified")?,
        uninstalled: optional_time(row, "uninstalled")?,
    })
}
