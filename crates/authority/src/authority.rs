//! The authority itself: what it holds, and how it keeps up with changes.

use std::sync::{Arc, Mutex, PoisonError};

use countersign_credential::Passwords;
use countersign_ledger::{Ledger, PoolKey, Slots};
use countersign_levers::Levers;
use countersign_model::{Integration, LoginId, LoginSearch};
use countersign_protocol::{AccountId, SigningKey};
use countersign_seal::Keyring;
use countersign_store::{LoginPage, Store, StoreError};
use countersign_world::{Clock, Entropy, UnixTime};

use crate::audit_trail::AuditTrail;
use crate::calls::Calls;
use crate::diagnoses::{Desk, Diagnoses};
use crate::directory::Directory;
use crate::execution_log::ExecutionLog;
use crate::records::own_pool;
use crate::secrets::Secrets;
use crate::snapshot::Snapshot;
use crate::throttle::Throttle;
use crate::token_uses::TokenUses;
use crate::upkeep::Upkeep;

/// What an authority is made of.
pub struct Parts {
    pub store: Store,
    pub keyring: Keyring,
    pub ledger: Ledger,
    /// The machine's. The account goes by its own, which in a test account may be moved over this one.
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    /// Concurrent requests of the account, in place of what its contract gives.
    pub concurrency: Option<u32>,
}

/// One account's authority.
pub struct Authority {
    pub(crate) store: Store,
    pub(crate) directory: Arc<Directory>,
    pub(crate) secrets: Arc<Secrets>,
    pub(crate) ledger: Arc<Ledger>,
    pub(crate) slots: Slots,
    pub(crate) account_pool: PoolKey,
    concurrency: Option<u32>,
    pub(crate) passwords: Passwords,
    pub(crate) throttle: Throttle,
    /// The account's one clock, which [`Levers`] may move.
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) levers: Levers,
    /// Held while the levers take in settings, so that the last to take some in takes the newest.
    settings_taken_in: Mutex<()>,
    /// Held while a lever is pulled and noted.
    pub(crate) pulling: tokio::sync::Mutex<()>,
    /// Held while credentials are made from the number of a record that is not stored yet.
    pub(crate) numbering: tokio::sync::Mutex<()>,
    pub(crate) entropy: Arc<dyn Entropy>,
    pub(crate) audit_trail: AuditTrail,
    pub(crate) execution_log: ExecutionLog,
    pub(crate) token_uses: TokenUses,
    pub(crate) upkeep: Upkeep,
    pub(crate) diagnoses: Diagnoses,
    pub(crate) calls: Calls,
    /// A key that no pair of secrets has, for the signatures of unknown callers.
    pub(crate) no_key: SigningKey,
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
        let head = parts.store.head().await?.ok_or(AuthorityError::NoAccount)?;
        let account = head.account.id.clone();
        let levers = Levers::for_account(account.clone(), &head.settings, parts.clock);
        let mut no_key = [0; 32];
        parts.entropy.fill(&mut no_key);
        let directory = Arc::new(Directory::new(parts.store.clone(), head));
        let secrets = Arc::new(Secrets::new(account.clone(), parts.keyring, parts.store.clone()));
        let ledger = Arc::new(parts.ledger);
        let calls = Calls::default();
        let desk = Desk {
            store: parts.store.clone(),
            directory: Arc::clone(&directory),
            secrets: Arc::clone(&secrets),
            ledger: Arc::downgrade(&ledger),
            clock: levers.clock(),
            calls: calls.clone(),
        };
        Ok(Self {
            directory,
            secrets,
            diagnoses: Diagnoses::start(desk),
            calls,
            audit_trail: AuditTrail::start(parts.store.clone()),
            execution_log: ExecutionLog::start(parts.store.clone()),
            token_uses: TokenUses::default(),
            upkeep: Upkeep::default(),
            account_pool: PoolKey::new(account.as_str()),
            concurrency: parts.concurrency,
            passwords: Passwords::new(&*parts.entropy),
            throttle: Throttle::default(),
            slots: Slots::default(),
            ledger,
            clock: levers.clock(),
            levers,
            settings_taken_in: Mutex::default(),
            pulling: tokio::sync::Mutex::default(),
            numbering: tokio::sync::Mutex::default(),
            entropy: parts.entropy,
            store: parts.store,
            no_key: SigningKey::from_bytes(&no_key),
        })
    }

    /// The account, its features and its roles as they are in force.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.directory.snapshot()
    }

    pub fn account(&self) -> AccountId {
        self.snapshot().account.id.clone()
    }

    pub fn now(&self) -> UnixTime {
        self.clock.now()
    }

    /// The machine's time, while the account's clock shows it: what is over is dropped by no other.
    pub fn unmoved_time(&self) -> Option<UnixTime> {
        self.levers.unmoved_time()
    }

    /// The account's one clock.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Requests that are running, of how many that may.
    pub fn concurrency(&self) -> (u32, u32) {
        let limit = self.concurrency_limit(&self.snapshot());
        (self.slots.running(&self.account_pool), limit)
    }

    /// Requests that are running of an integration record's own limit; none where it has no limit.
    pub(crate) fn running_of(&self, record: &Integration) -> u32 {
        let pool = own_pool(record, &self.account());
        pool.map_or(0, |(pool, _)| self.slots.running(&pool))
    }

    /// Requests the account runs at once: what its contract gives, unless the start said otherwise.
    pub(crate) fn concurrency_limit(&self, snapshot: &Snapshot) -> u32 {
        self.concurrency
            .unwrap_or_else(|| snapshot.settings.governance.limit())
    }

    /// Takes in changes that others made to the store.
    pub async fn catch_up(&self) -> Result<(), StoreError> {
        self.directory.take_in_changes().await?;
        self.hand_settings_to_levers();
        Ok(())
    }

    /// Takes in a change of our own. It is committed, and may have shown a secret: whatever happens here, its caller is
    /// told of success. What cannot be taken in is forgotten with all the rest, so that no record that was changed is
    /// answered from memory; [`catch_up`](Self::catch_up) tries again within a second.
    pub(crate) async fn take_in_change(&self) {
        if let Err(error) = self.catch_up().await {
            self.directory.forget_all();
            tracing::error!(%error, "a change is stored but not yet in effect; trying again");
        }
    }

    fn hand_settings_to_levers(&self) {
        let _last = self
            .settings_taken_in
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        self.levers.take_in(&self.snapshot().settings);
    }

    /// What [`LEVERS_HEADER`](countersign_levers::LEVERS_HEADER) says on every answer of the account; None while no lever
    /// is in force.
    pub fn levers_header(&self) -> Option<String> {
        self.levers.header()
    }

    /// How many passwords were compared with a hash since the account was opened. A login compares one, whoever it is of.
    pub fn password_comparisons(&self) -> u64 {
        self.passwords.comparisons()
    }

    /// Makes the ledger's promise durable; never waits on a request.
    pub fn sync_ledger(&self) -> std::io::Result<()> {
        self.ledger.sync(self.levers.ledger_time())
    }

    /// Rows of the Login Audit Trail, as [`Store::logins`] gives them, with every login before this call among them.
    pub async fn logins(
        &self,
        search: LoginSearch,
        before: Option<LoginId>,
        limit: u32,
    ) -> Result<LoginPage, StoreError> {
        self.audit_trail.flush().await;
        self.store.logins(search, before, limit).await
    }

    /// Writes what is still to be written and closes the ledger cleanly. No login may follow.
    pub async fn close(&self) -> std::io::Result<()> {
        let trail = async {
            self.audit_trail.flush().await;
            self.diagnoses.wind_up().await;
        };
        tokio::join!(trail, self.execution_log.flush());
        self.calls.end();
        self.write_token_uses().await;
        self.ledger.close()
    }

    /// Releases the file of the store. Nothing may follow; call [`Authority::close`] before.
    pub async fn close_store(&self) -> Result<(), StoreError> {
        self.store.clone().close().await
    }
}

impl std::fmt::Debug for Authority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Authority(of {})", self.snapshot().account.id)
    }
}
