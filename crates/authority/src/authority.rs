//! The authority itself: what it holds, and how it keeps up with changes.

use std::sync::Arc;

use arc_swap::ArcSwap;
use countersign_ledger::{Ledger, PoolKey, Slots};
use countersign_model::LoginRow;
use countersign_protocol::{AccountId, SigningKey};
use countersign_seal::Keyring;
use countersign_store::{LoginFilter, Store, StoreError};
use countersign_world::{Clock, Entropy, UnixTime};
use tokio::sync::Mutex;

use crate::audit_trail::AuditTrail;
use crate::directory::Directory;
use crate::secrets::Secrets;

/// Concurrent requests of a development account, for REST, SOAP and RESTlets together.
pub const DEVELOPMENT_CONCURRENCY: u32 = 5;

/// What an authority is made of.
pub struct Parts {
    pub store: Store,
    pub keyring: Keyring,
    pub ledger: Ledger,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// Concurrent requests of the account.
    pub concurrency: u32,
}

/// One account's authority.
pub struct Authority {
    pub(crate) store: Store,
    pub(crate) secrets: Secrets,
    pub(crate) ledger: Ledger,
    pub(crate) slots: Slots,
    pub(crate) account_pool: (PoolKey, u32),
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) audit_trail: AuditTrail,
    /// A key that no pair of secrets has, for the signatures of unknown callers.
    pub(crate) no_key: SigningKey,
    directory: ArcSwap<Directory>,
    /// Held while the directory is read anew, so that an older one never replaces a newer.
    reloading: Mutex<()>,
}

#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    #[error("this data folder holds no account")]
    NoAccount,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Authority {
    /// Takes up the account the store holds. Must be called on a tokio runtime.
    pub async fn open(parts: Parts) -> Result<Self, AuthorityError> {
        let setup = parts.store.setup().await?.ok_or(AuthorityError::NoAccount)?;
        let account = setup.account.id.clone();
        let mut no_key = [0; 32];
        parts.entropy.fill(&mut no_key);
        Ok(Self {
            secrets: Secrets::new(account.clone(), parts.keyring, parts.store.clone()),
            audit_trail: AuditTrail::start(parts.store.clone()),
            account_pool: (PoolKey::new(account.as_str()), parts.concurrency),
            slots: Slots::default(),
            ledger: parts.ledger,
            clock: parts.clock,
            entropy: parts.entropy,
            store: parts.store,
            no_key: SigningKey::from_bytes(&no_key),
            directory: ArcSwap::from_pointee(Directory::new(setup, None)),
            reloading: Mutex::new(()),
        })
    }

    pub fn directory(&self) -> Arc<Directory> {
        self.directory.load_full()
    }

    pub fn account(&self) -> AccountId {
        self.directory.load().account.id.clone()
    }

    pub fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// Requests that are running, of how many that may.
    pub fn concurrency(&self) -> (u32, u32) {
        (self.slots.running(&self.account_pool.0), self.account_pool.1)
    }

    /// Takes in changes that others made to the store. Called about once a second.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        if self.store.change_count().await? == self.directory.load().change_count {
            return Ok(());
        }
        self.reload().await
    }

    /// Takes in a change of our own. It is committed, and may have shown a secret: whatever happens here, its caller is
    /// told of success, and [`catch_up`](Self::catch_up) tries again within a second.
    pub(crate) async fn take_in_change(&self) {
        if let Err(error) = self.reload().await {
            tracing::error!(%error, "a change is stored but not yet in effect; trying again");
        }
    }

    async fn reload(&self) -> Result<(), StoreError> {
        let _reloading = self.reloading.lock().await;
        if let Some(setup) = self.store.setup().await? {
            let previous = self.directory.load();
            self.directory
                .store(Arc::new(Directory::new(setup, Some(&previous))));
        }
        Ok(())
    }

    /// Makes the ledger's promise durable. Called about once a second; never waits on a request.
    pub fn sync_ledger(&self) -> std::io::Result<()> {
        self.ledger.sync(self.clock.now())
    }

    /// Rows of the Login Audit Trail, newest first, with every login before this call among them.
    pub async fn logins(&self, filter: LoginFilter) -> Result<Vec<LoginRow>, StoreError> {
        self.audit_trail.flush().await;
        self.store.logins(filter).await
    }

    /// Writes what is still to be written and closes the ledger cleanly. No login may follow.
    pub async fn close(&self) -> std::io::Result<()> {
        self.audit_trail.flush().await;
        self.ledger.close()
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authority(of {})", self.directory.load().account.id)
    }
}
