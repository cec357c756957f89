//! What the vault says, kept in memory while it says the same: callers with their grants, connections with their signers.
//!
//! Invariant: nothing is kept from a revision that is known to be over. What was read while the book was emptied is used
//! once and not kept.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use countersign_client::{Breaker, BreakerState, Edition, Login, Logins};
use countersign_protocol::{AccountId, LocalServer, Signer};
use countersign_vault::{Caller, CallerKey, ConnectionId, Grant, Health, Vault, VaultError};
use countersign_world::{Clock, UnixTime};

use crate::called::Called;

/// How often the vault is asked whether something has changed.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// How often the vault is told of a connection that works that it does.
const SUCCESS_EVERY: Duration = Duration::from_mins(1);
/// More callers or connections than this are read anew each time.
const MOST: usize = 10_000;

/// Somebody whose key was right, and what they may do.
#[derive(Debug)]
pub struct KnownCaller {
    pub caller: Caller,
    pub grants: Vec<Grant>,
    /// The name it has in queues.
    pub(crate) name: Arc<str>,
}

/// A connection that calls can be signed for.
pub(crate) struct Keyed {
    pub(crate) account: AccountId,
    pub(crate) server: Option<LocalServer>,
    pub(crate) generation: u64,
    /// Whether a login with these credentials has worked before.
    pub(crate) is_verified: bool,
    pub(crate) is_failing: bool,
    /// The last success that the vault knows of, in milliseconds since 1970.
    success: AtomicI64,
    pub(crate) signer: Signer,
    pub(crate) edition: Edition,
    /// Of its token, whichever connections sign with it.
    pub(crate) breaker: Arc<Breaker>,
}

impl Keyed {
    /// Whether the vault is to be told that a login worked now: one of many that do, by whoever asks first.
    pub(crate) fn is_success_due(&self, now: UnixTime) -> bool {
        let known = self.success.load(Ordering::Relaxed);
        let last = UnixTime::from_millis(known);
        // Either way: the clock may have been put back.
        now.since(last).max(last.since(now)) >= SUCCESS_EVERY
            && self
                .success
                .compare_exchange(known, now.millis(), Ordering::Relaxed, Ordering::Relaxed)
                .is_ok()
    }
}

pub(crate) struct Book {
    vault: Vault,
    clock: Arc<dyn Clock>,
    logins: Arc<Logins>,
    revision: AtomicI64,
    pages: RwLock<Pages>,
    /// The connections that were called, of those that the vault still has.
    pub(crate) called: Called,
}

#[derive(Default)]
struct Pages {
    emptied: u64,
    /// By the digest of their key.
    callers: HashMap<String, Arc<KnownCaller>>,
    connections: HashMap<ConnectionId, Arc<Keyed>>,
}

impl Book {
    pub(crate) fn new(vault: Vault, clock: Arc<dyn Clock>, logins: Arc<Logins>) -> Self {
        Self {
            vault,
            clock,
            logins,
            revision: AtomicI64::new(-1),
            pages: RwLock::default(),
            called: Called::default(),
        }
    }

    /// Looks for changes until it is dropped.
    pub(crate) async fn follow(&self) {
        let mut is_told = false;
        loop {
            match self.look().await {
                Ok(()) => is_told = false,
                Err(error) => {
                    // What cannot be asked is not believed any longer: each request reads for itself, or is refused.
                    self.empty();
                    if !std::mem::replace(&mut is_told, true) {
                        tracing::error!(%error, "the vault cannot be read; requests are refused until it can");
                    }
                }
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Takes in what has changed by now.
    pub(crate) async fn look(&self) -> Result<(), VaultError> {
        let revision = self.vault.revision().await?;
        if self.revision.swap(revision, Ordering::SeqCst) != revision {
            let stopped = self.stopped();
            self.empty();
            // Read at once, and not only when they are called: a login may have worked since, and who looks is told.
            for id in stopped {
                let _ = self.connection(&id).await;
            }
            let removed = self.vault.missing(self.called.ids()).await?;
            self.called.forget(&removed);
        }
        Ok(())
    }

    /// Whoever this key opens something for now.
    pub(crate) async fn caller(&self, key: &CallerKey) -> Result<Option<Arc<KnownCaller>>, VaultError> {
        let now: UnixTime = self.clock.now();
        let digest = key.digest();
        let emptied = {
            let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(known) = pages.callers.get(&digest) {
                return Ok(known.caller.is_active(now).then(|| known.clone()));
            }
            pages.emptied
        };
        let Some(caller) = self.vault.caller_by_key(key, now).await? else {
            return Ok(None);
        };
        let grants = self.vault.grants_of(caller.id).await?;
        let name = caller.name.as_str().into();
        let known = Arc::new(KnownCaller { caller, grants, name });
        self.keep(emptied, |pages| {
            if pages.callers.len() < MOST {
                pages.callers.insert(digest, known.clone());
            }
        });
        Ok(Some(known))
    }

    /// What calls of this connection are signed with now.
    pub(crate) async fn connection(&self, id: &ConnectionId) -> Result<Arc<Keyed>, VaultError> {
        let emptied = {
            let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
            if let Some(keyed) = pages.connections.get(id) {
                return Ok(keyed.clone());
            }
            pages.emptied
        };
        let connection = self.vault.connection(id.clone()).await?;
        let opened = self.vault.open(id.clone()).await?;
        let login = Login::of(&opened.credentials);
        let breaker = self.logins.breaker(&login, self.clock.elapsed());
        let is_failing = matches!(connection.health, Health::Failing { .. });
        if let Some(success) = connection.last_success.filter(|_| !is_failing) {
            let ago = self.clock.now().since(success);
            breaker.worked_elsewhere(self.clock.elapsed().saturating_sub(ago));
        }
        let keyed = Arc::new(Keyed {
            edition: login.edition(),
            breaker,
            signer: Signer::new(&opened.credentials),
            account: opened.credentials.account,
            server: opened.server,
            is_verified: connection.current.generation == opened.generation
                && connection.current.verified.is_some(),
            is_failing,
            success: AtomicI64::new(connection.last_success.map_or(i64::MIN, UnixTime::millis)),
            generation: opened.generation,
        });
        self.keep(emptied, |pages| {
            if pages.connections.len() < MOST {
                pages.connections.insert(id.clone(), keyed.clone());
            }
        });
        Ok(keyed)
    }

    /// The connections whose logins are not tried now.
    fn stopped(&self) -> Vec<ConnectionId> {
        let now = self.clock.elapsed();
        let pages = self.pages.read().unwrap_or_else(PoisonError::into_inner);
        let all = pages.connections.iter();
        all.filter(|(_, keyed)| keyed.breaker.state(now) == BreakerState::Open)
            .map(|(id, _)| id.clone())
            .collect()
    }

    fn keep(&self, emptied: u64, write: impl FnOnce(&mut Pages)) {
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        if pages.emptied == emptied {
            write(&mut pages);
        }
    }

    fn empty(&self) {
        let mut pages = self.pages.write().unwrap_or_else(PoisonError::into_inner);
        *pages = Pages {
            emptied: pages.emptied + 1,
            ..Pages::default()
        };
    }
}

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Book").finish_non_exhaustive()
    }
}
