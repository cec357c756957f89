//! Access tokens. A row outlives its token: revoking keeps it for audit.

use super::row::{all, next_id, one};
use super::{notes, roles, secrets};
use crate::stored::{self, stored, token_state};
use crate::{SealedSecret, SecretOwner, StoreError};
use countersign_database::postgres::Transaction;
use countersign_model::{AccessToken, AccessTokenId, By, NotedRecord, TokenChange, TokenDraft, TokenId};

const SELECT: &str =
    "SELECT id, name, token_id, entity, role, integration, inactive, revoked_at, secret_generation,
                             created
                      FROM access_token";

pub(super) async fn issue(
    transaction: &Transaction,
    draft: TokenDraft,
    token_id: TokenId,
    secret: &SealedSecret,
    by: &By,
) -> Result<AccessToken, StoreError> {
    let (integration, user) = (draft.integration(), draft.user());
    let known = async |sql: &str, id: i64| transaction.exists(sql, &[&id]).await;
    if !known("SELECT 1 FROM integration WHERE id = $1", integration.get()).await? {
        return Err(StoreError::Unknown(NotedRecord::Integration(integration)));
    }
    if !known("SELECT 1 FROM entity WHERE id = $1", user.get()).await? {
        return Err(StoreError::Unknown(NotedRecord::User(user)));
    }
    roles::require(transaction, draft.role()).await?;

    let id = AccessTokenId::new(next_id(transaction, "access_token", 0).await?);
    let token = AccessToken {
        secret_generation: secret.generation,
        ..draft.into_access_token(id, token_id, by.at)
    };
    insert(transaction, &token).await?;
    let owner = SecretOwner::AccessToken(token.token_id.clone());
    secrets::insert(transaction, &owner, secret).await?;
    notes::created(transaction, by, NotedRecord::AccessToken(id), &token.name).await?;
    Ok(token)
}

pub(super) async fn change_state(
    transaction: &Transaction,
    id: AccessTokenId,
    change: TokenChange,
    by: &By,
) -> Result<AccessToken, StoreError> {
    let record = NotedRecord::AccessToken(id);
    let sql = format!("{SELECT} WHERE id = $1");
    let before = one(transaction, &sql, &[&id.get()], stored::token)
        .await?
        .ok_or(StoreError::Unknown(record))?;
    let old_state = before.state.label();
    let after = before.apply(change, by.at)?;
    let (inactive, revoked_at) = token_state(after.state);
    transaction
        .execute(
            "UPDATE access_token SET inactive = $2, revoked_at = $3 WHERE id = $1",
            &[&id.get(), &inactive, &revoked_at],
        )
        .await?;
    notes::changed(transaction, by, record, "State", (old_state, after.state.label())).await?;
    Ok(after)
}

pub(super) async fn list(transaction: &Transaction) -> Result<Vec<AccessToken>, StoreError> {
    let sql = format!("{SELECT} ORDER BY id");
    all(transaction, &sql, &[], stored::token).await
}

async fn insert(transaction: &Transaction, token: &AccessToken) -> Result<(), StoreError> {
    let (inactive, revoked_at) = token_state(token.state);
    transaction
        .execute(
            "INSERT INTO access_token
                 (id, name, token_id, entity, role, integration, inactive, revoked_at, secret_generation, created)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                &token.id.get(),
                &token.name,
                &token.token_id.as_str(),
                &token.user.get(),
                &token.role.get(),
                &token.integration.get(),
                &inactive,
                &revoked_at,
                &stored(token.secret_generation),
                &token.created.millis(),
            ],
        )
        .await?;
    Ok(())
}
