//! Access tokens. A row outlives its token: revoking keeps it for audit.

use super::row::{all, next_id, one};
use super::{notes, roles, secrets};
use crate::stored::{self, stored, token_state};
use crate::{SealedSecret, SecretOwner, StoreError};
use countersign_model::{AccessToken, AccessTokenId, By, NotedRecord, TokenChange, TokenDraft, TokenId};
use rusqlite::{Connection, Transaction, named_params};

pub(super) fn issue(
    transaction: &Transaction<'_>,
    draft: TokenDraft,
    token_id: TokenId,
    secret: &SealedSecret,
    by: &By,
) -> Result<AccessToken, StoreError> {
    let (integration, user) = (draft.integration(), draft.user());
    let known = |sql: &str, id: i64| transaction.prepare_cached(sql)?.exists([id]);
    if !known("SELECT 1 FROM integration WHERE id = ?1", integration.get())? {
        return Err(StoreError::Unknown(NotedRecord::Integration(integration)));
    }
    if !known("SELECT 1 FROM entity WHERE id = ?1", user.get())? {
        return Err(StoreError::Unknown(NotedRecord::User(user)));
    }
    roles::require(transaction, draft.role())?;

    let id = AccessTokenId::new(next_id(transaction, "access_token", 0)?);
    let token = AccessToken {
        secret_generation: secret.generation,
        ..draft.into_access_token(id, token_id, by.at)
    };
    insert(transaction, &token)?;
    secrets::insert(
        transaction,
        &SecretOwner::AccessToken(token.token_id.clone()),
        secret,
    )?;
    notes::created(transaction, by, NotedRecord::AccessToken(id), &token.name)?;
    Ok(token)
}

pub(super) fn change_state(
    transaction: &Transaction<'_>,
    id: AccessTokenId,
    change: TokenChange,
    by: &By,
) -> Result<AccessToken, StoreError> {
    let record = NotedRecord::AccessToken(id);
    let before = one(
        transaction,
        "SELECT * FROM access_token WHERE id = ?1",
        [id.get()],
        stored::token,
    )?
    .ok_or(StoreError::Unknown(record))?;
    let old_state = before.state.label();
    let after = before.apply(change, by.at)?;
    let (inactive, revoked_at) = token_state(after.state);
    transaction.execute(
        "UPDATE access_token SET inactive = ?2, revoked_at = ?3 WHERE id = ?1",
        (id.get(), inactive, revoked_at),
    )?;
    notes::changed(transaction, by, record, "State", (old_state, after.state.label()))?;
    Ok(after)
}

pub(super) fn list(connection: &Connection) -> Result<Vec<AccessToken>, StoreError> {
    all(
        connection,
        "SELECT * FROM access_token ORDER BY id",
        [],
        stored::token,
    )
}

fn insert(transaction: &Transaction<'_>, token: &AccessToken) -> Result<(), StoreError> {
    let (inactive, revoked_at) = token_state(token.state);
    transaction
        .prepare_cached(
            "INSERT INTO access_token
                 (id, name, token_id, entity, role, integration, inactive, revoked_at, secret_generation, created)
             VALUES (
                 :id, :name, :token_id, :entity, :role, :integration, :inactive, :revoked_at, :secret_generation,
                 :created
             )",
        )?
        .execute(named_params! {
            ":id": token.id.get(),
            ":name": token.name,
            ":token_id": token.token_id.as_str(),
            ":entity": token.user.get(),
            ":role": token.role.get(),
            ":integration": token.integration.get(),
            ":inactive": inactive,
            ":revoked_at": revoked_at,
            ":secret_generation": stored(token.secret_generation),
            ":created": token.created.millis(),
        })?;
    Ok(())
}
