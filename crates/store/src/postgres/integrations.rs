//! Integration records.

use super::row::{all, next_id, one};
use super::{notes, secrets};
use crate::stored::{self, name_key, stored};
use crate::{SealedSecret, SecretOwner, StoreError};
use countersign_database::postgres::Transaction;
use countersign_model::{
    ApplicationId, By, ConsumerKey, Integration, IntegrationChange, IntegrationDraft, IntegrationId,
    NotedRecord,
};

const SELECT: &str = "SELECT id, name, description, note, state, application_id, token_based_authentication,
                             issue_token_endpoint, authorization_flow, callback_url, user_credentials,
                             authorization_code_grant, concurrency_limit, consumer_key, secret_generation, created,
                             last_modified
                      FROM integration";

pub(super) async fn add(
    transaction: &Transaction,
    draft: IntegrationDraft,
    application_id: ApplicationId,
    consumer_key: ConsumerKey,
    secret: &SealedSecret,
    by: &By,
) -> Result<Integration, StoreError> {
    let id = IntegrationId::new(next_id(transaction, "integration", 0).await?);
    let integration = Integration {
        secret_generation: secret.generation,
        ..draft.into_integration(id, application_id, consumer_key, by.at)
    };
    insert(transaction, &integration).await?;
    let owner = SecretOwner::Integration(integration.consumer_key.clone());
    secrets::insert(transaction, &owner, secret).await?;
    notes::created(transaction, by, NotedRecord::Integration(id), &integration.name).await?;
    Ok(integration)
}

pub(super) async fn change_state(
    transaction: &Transaction,
    id: IntegrationId,
    change: IntegrationChange,
    by: &By,
) -> Result<Integration, StoreError> {
    let record = NotedRecord::Integration(id);
    let sql = format!("{SELECT} WHERE id = $1");
    let before = one(transaction, &sql, &[&id.get()], stored::integration)
        .await?
        .ok_or(StoreError::Unknown(record))?;
    let old_state = before.state.label();
    let after = before.apply(change, by.at)?;
    transaction
        .execute(
            "UPDATE integration SET state = $2, last_modified = $3 WHERE id = $1",
            &[&id.get(), &after.state.label(), &after.last_modified.millis()],
        )
        .await?;
    notes::changed(transaction, by, record, "State", (old_state, after.state.label())).await?;
    Ok(after)
}

pub(super) async fn list(transaction: &Transaction) -> Result<Vec<Integration>, StoreError> {
    let sql = format!("{SELECT} ORDER BY id");
    all(transaction, &sql, &[], stored::integration).await
}

async fn insert(transaction: &Transaction, integration: &Integration) -> Result<(), StoreError> {
    let boxes = &integration.authentication;
    transaction
        .execute(
            "INSERT INTO integration (
                 id, name, name_key, description, note, state, application_id, token_based_authentication,
                 issue_token_endpoint, authorization_flow, callback_url, user_credentials,
                 authorization_code_grant, concurrency_limit, consumer_key, secret_generation, created,
                 last_modified
             ) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)",
            &[
                &integration.id.get(),
                &integration.name,
                &name_key(&integration.name),
                &integration.description,
                &integration.note,
                &integration.state.label(),
                &integration.application_id.to_string(),
                &boxes.token_based_authentication,
                &boxes.issue_token_endpoint,
                &boxes.authorization_flow,
                &boxes.callback_url,
                &boxes.user_credentials,
                &boxes.authorization_code_grant,
                &integration.concurrency_limit.map(i64::from),
                &integration.consumer_key.as_str(),
                &stored(integration.secret_generation),
                &integration.created.millis(),
                &integration.last_modified.millis(),
            ],
        )
        .await?;
    Ok(())
}
