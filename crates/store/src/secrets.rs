//! Sealed secrets, apart from the records they belong to: found by their owner, listed for a rotation, replaced only
//! when nobody else was faster. They are bytes that the store cannot open.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use countersign_database::{Row, Transaction, Value};
use countersign_model::{ConsumerKey, Credentials, EntityId, RequestTokenId, TokenId};

use crate::column::{count, counted, small};
use crate::{MAX_ROWS, Store, StoreError};

/// A secret's ciphertext.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedSecret {
    pub bytes: Vec<u8>,
    /// Which of its owner's secrets this is; bound into the seal.
    pub generation: u64,
    /// The data key it was sealed with, so that a rotation finds what is left to do.
    pub key_version: u32,
}

impl fmt::Debug for SealedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            bytes,
            generation,
            key_version,
        } = self;
        write!(
            f,
            "SealedSecret({} bytes, generation {generation}, key {key_version})",
            bytes.len()
        )
    }
}

/// The pair an integration record is to have: a Consumer Key, and its Consumer Secret sealed for
/// [`SecretOwner::Integration`] of that key.
#[derive(Clone, Debug)]
pub struct SealedPair {
    pub consumer_key: ConsumerKey,
    pub secret: SealedSecret,
}

impl SealedPair {
    pub(crate) fn credentials(&self) -> Credentials {
        Credentials {
            consumer_key: self.consumer_key.clone(),
            generation: self.secret.generation,
        }
    }
}

/// Whose secret it is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum SecretOwner {
    /// The Consumer Secret of the integration record with this key.
    Integration(ConsumerKey),
    /// The Token Secret of the access token with this id.
    AccessToken(TokenId),
    /// The secret of this user's authenticator app.
    SecondFactor(EntityId),
    /// The secret of this request token of the authorization flow.
    RequestToken(RequestTokenId),
    /// The API Secret with this script id (`custsecret_…`), which scripts use.
    ApiSecret(String),
}

impl SecretOwner {
    /// The record to bind into the seal, so that a ciphertext moved to another owner does not open.
    pub fn record(&self) -> String {
        match self {
            Self::Integration(key) => format!("integration:{}", key.as_str()),
            Self::AccessToken(token) => format!("token:{}", token.as_str()),
            Self::SecondFactor(user) => format!("user:{user}"),
            Self::RequestToken(token) => format!("request token:{}", token.as_str()),
            Self::ApiSecret(id) => format!("API secret:{id}"),
        }
    }

    /// The field to bind into the seal.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Integration(_) => "consumer secret",
            Self::AccessToken(_) => "token secret",
            Self::SecondFactor(_) => "authenticator secret",
            Self::RequestToken(_) => "request token secret",
            Self::ApiSecret(_) => "password",
        }
    }

    /// Its kind and its id.
    fn stored(&self) -> (&'static str, Cow<'_, str>) {
        match self {
            Self::Integration(key) => ("integration", key.as_str().into()),
            Self::AccessToken(token) => ("token", token.as_str().into()),
            Self::SecondFactor(user) => ("second factor", user.to_string().into()),
            Self::RequestToken(token) => ("request token", token.as_str().into()),
            Self::ApiSecret(id) => ("api secret", id.as_str().into()),
        }
    }
}

impl Store {
    pub async fn sealed_secret(&self, owner: SecretOwner) -> Result<Option<SealedSecret>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| {
            let (kind, id) = owner.stored();
            let sql = "SELECT generation, key_version, sealed FROM sealed_secret WHERE owner_kind = ?1 AND owner = ?2";
            snapshot.row(sql, &[kind.into(), (&*id).into()], secret).await
        };
        self.database.read(find).await
    }

    /// Keeps the value of an API Secret, in place of the one it had. Who changed it is noted on its record.
    pub async fn put_api_secret(&self, id: String, secret: SealedSecret) -> Result<(), StoreError> {
        let put = async move |transaction: &mut Transaction<'_>| {
            replace(transaction, &SecretOwner::ApiSecret(id), &secret).await
        };
        self.database.write(put).await
    }

    /// Drops the value of an API Secret, if it has one.
    pub async fn drop_api_secret(&self, id: String) -> Result<(), StoreError> {
        let drop = async move |transaction: &mut Transaction<'_>| {
            delete(transaction, &SecretOwner::ApiSecret(id)).await
        };
        self.database.write(drop).await
    }

    /// Secrets a rotation to the data key `key_version` has still to seal anew.
    pub async fn secrets_not_sealed_with(
        &self,
        key_version: u32,
        limit: u32,
    ) -> Result<Vec<(SecretOwner, SealedSecret)>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            // Two ranges and not `<>`, which no index answers: a rotation asks again and again while fewer are left.
            let columns = "owner_kind, owner, generation, key_version, sealed";
            let sql = format!(
                "SELECT {columns} FROM sealed_secret WHERE key_version < ?1
                 UNION ALL
                 SELECT {columns} FROM sealed_secret WHERE key_version > ?1
                 LIMIT ?2"
            );
            let values = [key_version.into(), limit.min(MAX_ROWS).into()];
            snapshot
                .rows(&sql, &values, |row| Ok((owner(row)?, secret(row)?)))
                .await
        };
        self.database.read(list).await
    }

    /// Replaces a secret's ciphertext by another of the same secret, if it is still `old`; tells whether it was.
    /// No change to the set-up, hence no system note.
    pub async fn reseal(
        &self,
        owner: SecretOwner,
        old: Vec<u8>,
        new: Vec<u8>,
        key_version: u32,
    ) -> Result<bool, StoreError> {
        let reseal = async move |transaction: &mut Transaction<'_>| {
            let (kind, id) = owner.stored();
            let sql = "UPDATE sealed_secret SET sealed = ?4, key_version = ?5
                       WHERE owner_kind = ?1 AND owner = ?2 AND sealed = ?3";
            let values = [
                kind.into(),
                (&*id).into(),
                (&old).into(),
                (&new).into(),
                key_version.into(),
            ];
            Ok(transaction.execute(sql, &values).await? == 1)
        };
        self.database.write(reseal).await
    }
}

/// The secrets of the owners that a query gives. Its first value is their kind.
pub(crate) async fn among(
    snapshot: &mut Transaction<'_>,
    owners: &str,
    values: &[Value<'_>],
) -> Result<HashMap<SecretOwner, SealedSecret>, StoreError> {
    let sql = format!(
        "SELECT owner_kind, owner, generation, key_version, sealed FROM sealed_secret
         WHERE owner_kind = ?1 AND owner IN ({owners})"
    );
    let rows = snapshot.rows(&sql, values, |row| {
        Ok::<_, StoreError>((owner(row)?, secret(row)?))
    });
    Ok(rows.await?.into_iter().collect())
}

pub(crate) async fn insert(
    transaction: &mut Transaction<'_>,
    owner: &SecretOwner,
    secret: &SealedSecret,
) -> Result<(), StoreError> {
    let (kind, id) = owner.stored();
    let row = [
        ("owner_kind", kind.into()),
        ("owner", (&*id).into()),
        ("generation", counted(secret.generation).into()),
        ("key_version", secret.key_version.into()),
        ("sealed", (&secret.bytes).into()),
    ];
    Ok(transaction.insert("sealed_secret", row).await?)
}

/// The owner has no secret from here on.
pub(crate) async fn delete(transaction: &mut Transaction<'_>, owner: &SecretOwner) -> Result<(), StoreError> {
    let (kind, id) = owner.stored();
    let sql = "DELETE FROM sealed_secret WHERE owner_kind = ?1 AND owner = ?2";
    transaction.execute(sql, &[kind.into(), (&*id).into()]).await?;
    Ok(())
}

/// The secret of an owner who may have one already.
pub(crate) async fn replace(
    transaction: &mut Transaction<'_>,
    owner: &SecretOwner,
    secret: &SealedSecret,
) -> Result<(), StoreError> {
    delete(transaction, owner).await?;
    insert(transaction, owner, secret).await
}

fn secret(row: &Row<'_>) -> Result<SealedSecret, StoreError> {
    Ok(SealedSecret {
        bytes: row.bytes("sealed")?,
        generation: count(row, "generation")?,
        key_version: small(row, "key_version", "secret")?,
    })
}

fn owner(row: &Row<'_>) -> Result<SecretOwner, StoreError> {
    let id = row.text("owner")?;
    let unreadable = StoreError::unreadable("secret's owner");
    let owner = match row.text("owner_kind")?.as_str() {
        "integration" => ConsumerKey::parse(id).map(SecretOwner::Integration),
        "token" => TokenId::parse(id).map(SecretOwner::AccessToken),
        "api secret" => return Ok(SecretOwner::ApiSecret(id)),
        "request token" => RequestTokenId::parse(id).map(SecretOwner::RequestToken),
        _ => {
            let user = id.parse().map_err(|error| unreadable(&error))?;
            return Ok(SecretOwner::SecondFactor(EntityId::new(user)));
        }
    };
    owner.map_err(|error| unreadable(&error))
}
