//! Sealed secrets and their owners.

use super::row::{Row, count, small};
use crate::{SealedSecret, SecretOwner, StoreError};
use countersign_model::{ConsumerKey, TokenId};

pub(crate) fn secret(row: &dyn Row) -> Result<SealedSecret, StoreError> {
    Ok(SealedSecret {
        bytes: row.bytes("sealed")?,
        generation: count(row, "generation")?,
        key_version: small(row, "key_version", "secret")?,
    })
}

pub(crate) fn secret_and_owner(row: &dyn Row) -> Result<(SecretOwner, SealedSecret), StoreError> {
    let id = row.text("owner")?;
    let owner = match row.text("owner_kind")?.as_str() {
        "integration" => ConsumerKey::parse(id).map(SecretOwner::Integration),
        _ => TokenId::parse(id).map(SecretOwner::AccessToken),
    };
    let owner = owner.map_err(|error| StoreError::unreadable("secret's owner")(&error))?;
    Ok((owner, secret(row)?))
}

/// An owner's kind and its id.
pub(crate) fn secret_owner(owner: &SecretOwner) -> (&'static str, &str) {
    match owner {
        SecretOwner::Integration(key) => ("integration", key.as_str()),
        SecretOwner::AccessToken(token) => ("token", token.as_str()),
    }
}
