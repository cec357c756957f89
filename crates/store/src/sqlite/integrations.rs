//! Integration records.

use super::row::{all, next_id, one};
use super::{notes, secrets};
use crate::stored::{self, name_key, stored};
use crate::{SealedSecret, SecretOwner, StoreError};
use countersign_model::{
    ApplicationId, By, ConsumerKey, Integration, IntegrationChange, IntegrationDraft, IntegrationId,
    NotedRecord,
};
use rusqlite::{Connection, Transaction, named_params};

pub(super) fn add(
    transaction: &Transaction<'_>,
    draft: IntegrationDraft,
    application_id: ApplicationId,
    consumer_key: ConsumerKey,
    secret: &SealedSecret,
    by: &By,
) -> Result<Integration, StoreError> {
    let id = IntegrationId::new(next_id(transaction, "integration", 0)?);
    let integration = Integration {
        secret_generation: secret.generation,
        ..draft.into_integration(id, application_id, consumer_key, by.at)
    };
    insert(transaction, &integration)?;
    secrets::insert(
        transaction,
        &SecretOwner::Integration(integration.consumer_key.clone()),
        secret,
    )?;
    notes::created(transaction, by, NotedRecord::Integration(id), &integration.name)?;
    Ok(integration)
}

pub(super) fn change_state(
    transaction: &Transaction<'_>,
    id: IntegrationId,
    change: IntegrationChange,
    by: &By,
) -> Result<Integration, StoreError> {
    let record = NotedRecord::Integration(id);
    let before = one(
        transaction,
        "SELECT * FROM integration WHERE id = ?1",
        [id.get()],
        stored::integration,
    )?
    .ok_or(StoreError::Unknown(record))?;
    let old_state = before.state.label();
    let after = before.apply(change, by.at)?;
    transaction.execute(
        "UPDATE integration SET state = ?2, last_modified = ?3 WHERE id = ?1",
        (id.get(), after.state.label(), after.last_modified.millis()),
    )?;
    notes::changed(transaction, by, record, "State", (old_state, after.state.label()))?;
    Ok(after)
}

pub(super) fn list(connection: &Connection) -> Result<Vec<Integration>, StoreError> {
    all(
        connection,
        "SELECT * FROM integration ORDER BY id",
        [],
        stored::integration,
    )
}

fn insert(transaction: &Transaction<'_>, integration: &Integration) -> Result<(), StoreError> {
    let boxes = &integration.authentication;
    transaction
        .prepare_cached(
            "INSERT INTO integration (
                 id, name, name_key, description, note, state, application_id, token_based_authentication,
                 issue_token_endpoint, authorization_flow, callback_url, user_credentials,
                 authorization_code_grant, concurrency_limit, consumer_key, secret_generation, created,
                 last_modified
             ) VALUES (
                 :id, :name, :name_key, :description, :note, :state, :application_id, :token_based_authentication,
                 :issue_token_endpoint, :authorization_flow, :callback_url, :user_credentials,
                 :authorization_code_grant, :concurrency_limit, :consumer_key, :secret_generation, :created,
                 :last_modified
             )",
        )?
        .execute(named_params! {
            ":id": integration.id.get(),
            ":name": integration.name,
            ":name_key": name_key(&integration.name),
            ":description": integration.description,
            ":note": integration.note,
            ":state": integration.state.label(),
            ":application_id": integration.application_id.to_string(),
            ":token_based_authentication": boxes.token_based_authentication,
            ":issue_token_endpoint": boxes.issue_token_endpoint,
            ":authorization_flow": boxes.authorization_flow,
            ":callback_url": boxes.callback_url,
            ":user_credentials": boxes.user_credentials,
            ":authorization_code_grant": boxes.authorization_code_grant,
            ":concurrency_limit": integration.concurrency_limit,
            ":consumer_key": integration.consumer_key.as_str(),
            ":secret_generation": stored(integration.secret_generation),
            ":created": integration.created.millis(),
            ":last_modified": integration.last_modified.millis(),
        })?;
    Ok(())
}
