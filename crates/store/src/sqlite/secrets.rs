//! Sealed secrets: found by their owner, listed for a rotation, replaced only when nobody else was faster.

use super::row::{all, one};
use crate::stored::{self, secret_owner, stored};
use crate::{MAX_ROWS, SealedSecret, SecretOwner, StoreError};
use rusqlite::{Connection, Transaction};

pub(super) fn insert(
    transaction: &Transaction<'_>,
    owner: &SecretOwner,
    secret: &SealedSecret,
) -> Result<(), StoreError> {
    let (kind, id) = secret_owner(owner);
    transaction.execute(
        "INSERT INTO sealed_secret (owner_kind, owner, generation, key_version, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
        (kind, id, stored(secret.generation), secret.key_version, &secret.bytes),
    )?;
    Ok(())
}

pub(super) fn find(connection: &Connection, owner: &SecretOwner) -> Result<Option<SealedSecret>, StoreError> {
    let sql = "SELECT * FROM sealed_secret WHERE owner_kind = ?1 AND owner = ?2";
    one(connection, sql, secret_owner(owner), stored::secret)
}

pub(super) fn not_sealed_with(
    connection: &Connection,
    key_version: u32,
    limit: u32,
) -> Result<Vec<(SecretOwner, SealedSecret)>, StoreError> {
    // Two ranges and not `<>`, which no index answers: a rotation asks again and again while fewer are left.
    let sql = "SELECT * FROM sealed_secret WHERE key_version < ?1
               UNION ALL
               SELECT * FROM sealed_secret WHERE key_version > ?1
               LIMIT ?2";
    all(
        connection,
        sql,
        (key_version, limit.min(MAX_ROWS)),
        stored::secret_and_owner,
    )
}

pub(super) fn reseal(
    transaction: &Transaction<'_>,
    owner: &SecretOwner,
    old: &[u8],
    new: &[u8],
    key_version: u32,
) -> Result<bool, StoreError> {
    let (kind, id) = secret_owner(owner);
    let replaced = transaction.execute(
        "UPDATE sealed_secret SET sealed = ?4, key_version = ?5 WHERE owner_kind = ?1 AND owner = ?2 AND sealed = ?3",
        (kind, id, old, new, key_version),
    )?;
    Ok(replaced == 1)
}
