//! Secrets, sealed in the store and open only here.

use std::sync::{Arc, PoisonError, RwLock};

use countersign_protocol::{AccountId, Secret};
use countersign_seal::{Context, Keyring, OpenError, Sealed};
use countersign_store::{SealedSecret, SecretOwner, Store, StoreError};
use countersign_world::Entropy;

/// The keyring and the store it seals for.
pub struct Secrets {
    account: AccountId,
    keyring: Arc<RwLock<Keyring>>,
    store: Store,
}

/// Why a secret could not be had.
#[derive(Debug, thiserror::Error)]
pub enum SecretError {
    #[error("the secret of {0} is not in the store")]
    Missing(String),
    #[error(
        "the secret of {record} does not open: {source}. The record is not used until its credentials are made anew"
    )]
    DoesNotOpen { record: String, source: OpenError },
    #[error("the secret of {0} was replaced while it was read: send the request again")]
    Replaced(String),
    #[error("the secret of {0} is not text")]
    NotText(String),
    #[error("a secret could not be sealed: {0}")]
    NotSealed(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Secrets {
    pub(crate) fn new(account: AccountId, keyring: Keyring, store: Store) -> Self {
        Self {
            account,
            keyring: Arc::new(RwLock::new(keyring)),
            store,
        }
    }

    /// Seals a secret for its owner.
    pub(crate) fn seal(
        &self,
        owner: &SecretOwner,
        generation: u64,
        secret: &Secret,
        entropy: &dyn Entropy,
    ) -> Result<SealedSecret, SecretError> {
        let record = owner.record();
        let keyring = self.keyring.read().unwrap_or_else(PoisonError::into_inner);
        let sealed = keyring.seal(
            &self.context(&record, owner.field(), generation),
            secret.expose().as_bytes(),
            entropy,
        );
        let sealed = sealed.map_err(|error| SecretError::NotSealed(error.to_string()))?;
        Ok(SealedSecret {
            bytes: sealed.as_bytes().to_vec(),
            generation,
            key_version: sealed.key_version(),
        })
    }

    /// Opens the secret of an owner, the one of this generation.
    pub(crate) async fn open(&self, owner: SecretOwner, generation: u64) -> Result<Secret, SecretError> {
        let sealed = self.store.sealed_secret(owner.clone()).await?;
        let sealed = sealed.ok_or_else(|| SecretError::Missing(owner.record()))?;
        self.unseal(&owner, generation, &sealed)
    }

    /// The same of what was read already.
    pub(crate) fn unseal(
        &self,
        owner: &SecretOwner,
        generation: u64,
        sealed: &SealedSecret,
    ) -> Result<Secret, SecretError> {
        let (record, field) = (owner.record(), owner.field());
        if sealed.generation != generation {
            return Err(SecretError::Replaced(record));
        }
        let keyring = self.keyring.read().unwrap_or_else(PoisonError::into_inner);
        let opened = Sealed::from_bytes(&sealed.bytes)
            .and_then(|bytes| keyring.open(&self.context(&record, field, sealed.generation), &bytes));
        let opened = opened.map_err(|source| SecretError::DoesNotOpen {
            record: record.clone(),
            source,
        })?;
        let text = std::str::from_utf8(opened.expose()).map_err(|_| SecretError::NotText(record))?;
        Ok(Secret::new(text))
    }

    fn context<'a>(&'a self, record: &'a str, field: &'a str, generation: u64) -> Context<'a> {
        Context {
            account: self.account.as_str(),
            record,
            field,
            generation,
        }
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets(of {})", self.account)
    }
}
