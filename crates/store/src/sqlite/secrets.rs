//! Sealed secrets: found by their owner, listed for a rotation, replaced only when nobody else was faster.

use super::row::{all, count, one, stored};
use crate::{MAX_ROWS, SealedSecret, SecretOwner, StoreError};
use countersign_model::{ConsumerKey, TokenId};
use rusqlite::{Connection, Row, Transaction};

pub(super) fn insert(
    transaction: &Transaction<'_>,
    owner: &SecretOwner,
    secret: &SealedSecret,
) -> Result<(), StoreError> {
    let (kind, id) = columns(owner);
    transaction.execute(
        "INSERT INTO sealed_secret (owner_kind, owner, generation, key_version, sealed) VALUES (?1, ?2, ?3, ?4, ?5)",
        (kind, id, stored(secret.generation), secret.key_version, &secret.bytes),
    )?;
    Ok(())
}

pub(super) fn find(connection: &Connection, owner: &SecretOwner) -> Result<Option<SealedSecret>, StoreError> {
    let sql = "SELECT * FROM sealed_secret WHERE owner_kind = ?1 AND owner = ?2";
    one(connection, sql, columns(owner), read)
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
    all(connection, sql, (key_version, limit.min(MAX_ROWS)), |row| {
        Ok((owner(row)?, read(row)?))
    })
}

pub(super) fn reseal(
    transaction: &Transaction<'_>,
    owner: &SecretOwner,
    old: &[u8],
    new: &[u8],
    key_version: u32,
) -> Result<bool, StoreError> {
    let (kind, id) = columns(owner);
    let replaced = transaction.execute(
        "UPDATE sealed_secret SET sealed = ?4, key_version = ?5 WHERE owner_kind = ?1 AND owner = ?2 AND sealed = ?3",
        (kind, id, old, new, key_version),
    )?;
    Ok(replaced == 1)
}

fn columns(owner: &SecretOwner) -> (&'static str, &str) {
    match owner {
        SecretOwner::Integration(key) => ("integration", key.as_str()),
        SecretOwner::AccessToken(token) => ("token", token.as_str()),
    }
}

fn owner(row: &Row<'_>) -> Result<SecretOwner, StoreError> {
    let (kind, id): (String, String) = (row.get("owner_kind")?, row.get("owner")?);
    let owner = match kind.as_str() {
        "integration" => ConsumerKey::parse(id).map(SecretOwner::Integration),
        _ => TokenId::parse(id).map(SecretOwner::AccessToken),
    };
    owner.map_err(|error| StoreError::unreadable("secret's owner")(&error))
}

fn read(row: &Row<'_>) -> Result<SealedSecret, StoreError> {
    Ok(SealedSecret {
        bytes: row.get("sealed")?,
        generation: count(row, "generation")?,
        key_version: row.get("key_version")?,
    })
}
