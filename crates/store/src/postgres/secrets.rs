//! Sealed secrets: found by their owner, listed for a rotation, replaced only when nobody else was faster.

use super::row::{all, one};
use crate::stored::{self, secret_owner, stored};
use crate::{MAX_ROWS, SealedSecret, SecretOwner, StoreError};
use countersign_database::postgres::Transaction;

pub(super) async fn insert(
    transaction: &Transaction,
    owner: &SecretOwner,
    secret: &SealedSecret,
) -> Result<(), StoreError> {
    let (kind, id) = secret_owner(owner);
    transaction
        .execute(
            "INSERT INTO sealed_secret (owner_kind, owner, generation, key_version, sealed)
             VALUES ($1, $2, $3, $4, $5)",
            &[
                &kind,
                &id,
                &stored(secret.generation),
                &i64::from(secret.key_version),
                &secret.bytes,
            ],
        )
        .await?;
    Ok(())
}

pub(super) async fn find(
    transaction: &Transaction,
    owner: &SecretOwner,
) -> Result<Option<SealedSecret>, StoreError> {
    let (kind, id) = secret_owner(owner);
    let sql =
        "SELECT generation, key_version, sealed FROM sealed_secret WHERE owner_kind = $1 AND owner = $2";
    one(transaction, sql, &[&kind, &id], stored::secret).await
}

pub(super) async fn not_sealed_with(
    transaction: &Transaction,
    key_version: u32,
    limit: u32,
) -> Result<Vec<(SecretOwner, SealedSecret)>, StoreError> {
    // Two ranges and not `<>`, which no index answers: a rotation asks again and again while fewer are left.
    let sql = "SELECT owner_kind, owner, generation, key_version, sealed FROM sealed_secret WHERE key_version < $1
               UNION ALL
               SELECT owner_kind, owner, generation, key_version, sealed FROM sealed_secret WHERE key_version > $1
               LIMIT $2";
    let values = (i64::from(key_version), i64::from(limit.min(MAX_ROWS)));
    all(
        transaction,
        sql,
        &[&values.0, &values.1],
        stored::secret_and_owner,
    )
    .await
}

pub(super) async fn reseal(
    transaction: &Transaction,
    owner: &SecretOwner,
    old: &[u8],
    new: &[u8],
    key_version: u32,
) -> Result<bool, StoreError> {
    let (kind, id) = secret_owner(owner);
    let replaced = transaction
        .execute(
            "UPDATE sealed_secret SET sealed = $4, key_version = $5
             WHERE owner_kind = $1 AND owner = $2 AND sealed = $3",
            &[&kind, &id, &old, &new, &i64::from(key_version)],
        )
        .await?;
    Ok(replaced == 1)
}
