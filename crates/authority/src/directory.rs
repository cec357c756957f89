//! What verification knows of the account without asking the store, and how that keeps up with changes.
//!
//! Invariant: once [`Directory::take_in_changes`] has returned, nothing that a change before it named is answered from
//! memory, not even by a reader that began before: what a reader read is kept only in the era it was asked in, and every
//! change taken in begins a new one.

use std::borrow::Borrow;
use std::collections::BTreeSet;
use std::hash::Hash;
use std::sync::{Arc, PoisonError, RwLock};

use arc_swap::ArcSwap;
use countersign_model::{ConsumerKey, EntityId, Integration, IntegrationId, NotedRecord, TokenId, User};
use countersign_store::{Change, Head, MAX_ROWS, Store, StoreError};
use quick_cache::Equivalent;
use tokio::sync::{Mutex, Semaphore};

use crate::known::Known;
use crate::records::{KnownIntegration, KnownToken};
use crate::snapshot::Snapshot;

/// Tokens in memory. With its key, one takes about 800 bytes: 100 MB for those that call at all often, also where the
/// account has a million.
const TOKENS: usize = 128 * 1024;
/// Their users; several tokens of one are common.
const USERS: usize = 64 * 1024;
/// NetSuite's own accounts have some hundreds of integration records.
const INTEGRATIONS: usize = 16 * 1024;
/// Names of each kind that are known to be nobody's. With at most 256 bytes each, a flood takes 5 MB of either kind.
const MISSING: usize = 16 * 1024;
/// Names that may be looked up in the store at a time. A flood of made-up ones waits in this line, and leaves the store to
/// those who read it for another reason.
const LOOKED_UP_AT_ONCE: usize = 8;
/// Changes that are taken in one by one; where more come at once, forgetting everything is less work.
const CHANGES: u32 = MAX_ROWS;
/// An id that no entity has.
const NOBODY: EntityId = EntityId::new(0);

pub(crate) struct Directory {
    store: Store,
    snapshot: ArcSwap<Snapshot>,
    /// By Consumer Key.
    integrations: Known<String, KnownIntegration>,
    /// By Token ID.
    tokens: Known<String, KnownToken>,
    users: Known<EntityId, User>,
    era: RwLock<u64>,
    looked_up: Semaphore,
    /// The change count all of this is of. Held while changes are taken in, so that an older state never replaces a newer.
    taken_in: Mutex<u64>,
}

/// What a caller names, as far as it is there.
#[derive(Debug, Default)]
pub(crate) struct Claimed {
    pub(crate) integration: Option<Arc<KnownIntegration>>,
    pub(crate) token: Option<Arc<KnownToken>>,
    /// Of the token.
    pub(crate) user: Option<Arc<User>>,
    /// One of the names had to be looked up in the store.
    pub(crate) was_cold: bool,
}

/// A record, if there is one, and whether the store had to be asked.
struct Found<V> {
    record: Option<Arc<V>>,
    was_cold: bool,
}

impl Directory {
    pub(crate) fn new(store: Store, head: Head) -> Self {
        Self {
            store,
            taken_in: Mutex::new(head.change_count),
            snapshot: ArcSwap::from_pointee(Snapshot::of(head)),
            integrations: Known::with_room_for(INTEGRATIONS, MISSING),
            tokens: Known::with_room_for(TOKENS, MISSING),
            users: Known::with_room_for(USERS, MISSING),
            era: RwLock::default(),
            looked_up: Semaphore::new(LOOKED_UP_AT_ONCE),
        }
    }

    pub(crate) fn snapshot(&self) -> Arc<Snapshot> {
        self.snapshot.load_full()
    }

    /// Looks up what a caller names. Of an unknown token a user is looked up too, so that it takes as long as a known one.
    pub(crate) async fn claimed(&self, consumer_key: &str, token_id: &str) -> Result<Claimed, StoreError> {
        let token_id = within(TokenId::MAX_LENGTH, token_id);
        let integration = self.find_integration(consumer_key);
        let token = self.find(&self.tokens, token_id, async || {
            Ok(self.store.token_by_id(token_id).await?.map(KnownToken::new))
        });
        let (integration, token) = tokio::try_join!(integration, token)?;
        let user = match &token.record {
            Some(token) => self.user(token.record.user).await?,
            None if token.was_cold => {
                self.look_up(async || self.store.user(NOBODY).await).await?;
                None
            }
            None => None,
        };
        Ok(Claimed {
            was_cold: integration.was_cold || token.was_cold,
            integration: integration.record,
            token: token.record,
            user,
        })
    }

    /// What a caller without an access token names.
    pub(crate) async fn integration_by_key(
        &self,
        consumer_key: &str,
    ) -> Result<Option<Arc<KnownIntegration>>, StoreError> {
        Ok(self.find_integration(consumer_key).await?.record)
    }

    async fn find_integration(&self, consumer_key: &str) -> Result<Found<KnownIntegration>, StoreError> {
        let consumer_key = within(ConsumerKey::MAX_LENGTH, consumer_key);
        let read = async || {
            let record = self.store.integration_by_consumer_key(consumer_key).await?;
            let account = &self.snapshot.load().account.id;
            Ok(record.map(|record| KnownIntegration::new(record, account)))
        };
        self.find(&self.integrations, consumer_key, read).await
    }

    /// An integration record by its internal id, always from the store.
    pub(crate) async fn integration(&self, id: IntegrationId) -> Result<Option<Integration>, StoreError> {
        let integration = self.look_up(async || self.store.integration(id).await);
        Ok(integration.await?.map(Arc::unwrap_or_clone))
    }

    async fn user(&self, id: EntityId) -> Result<Option<Arc<User>>, StoreError> {
        let user = self.find(&self.users, &id, async || self.store.user(id).await);
        Ok(user.await?.record)
    }

    /// Takes in what was changed since the last time, here or by another node.
    pub(crate) async fn take_in_changes(&self) -> Result<(), StoreError> {
        let mut taken_in = self.taken_in.lock().await;
        let count = self.store.change_count().await?;
        if count == *taken_in {
            return Ok(());
        }
        let changes = self.store.changes_since(*taken_in, CHANGES).await?;
        *taken_in = match last_of_all(&changes, *taken_in, count) {
            Some(_) if changes.iter().any(|change| change.everything) => self.begin_anew().await?,
            Some(last) => {
                self.take_in(&changes).await?;
                last
            }
            None => self.begin_anew().await?,
        };
        Ok(())
    }

    /// Forgets every record, so that the store is asked for each.
    pub(crate) fn forget_all(&self) {
        self.in_a_new_era(|| {
            self.integrations.forget_all();
            self.tokens.forget_all();
            self.users.forget_all();
        });
    }

    async fn begin_anew(&self) -> Result<u64, StoreError> {
        let head = self.store.head().await?.ok_or(StoreError::NoAccount)?;
        let change_count = head.change_count;
        self.snapshot.store(Arc::new(Snapshot::of(head)));
        self.forget_all();
        Ok(change_count)
    }

    async fn take_in(&self, changes: &[Change]) -> Result<(), StoreError> {
        let mut head_changed = false;
        let (mut integrations, mut users, mut tokens) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for change in changes {
            match change.record {
                NotedRecord::Account | NotedRecord::Role(_) => head_changed = true,
                NotedRecord::Integration(id) => _ = integrations.insert(id),
                NotedRecord::User(id) => _ = users.insert(id),
                NotedRecord::AccessToken(id) => _ = tokens.insert(id),
                NotedRecord::ApiKey(_) => {}
            }
        }
        // By the names they have now: until this moment these may have been known as nobody's.
        let mut consumer_keys = Vec::new();
        for id in &integrations {
            let record = self.store.integration(*id).await?;
            consumer_keys.extend(record.and_then(|record| record.credentials));
        }
        let mut token_ids = Vec::new();
        let mut is_token_gone = false;
        for id in &tokens {
            match self.store.token(*id).await? {
                Some(token) => token_ids.push(token.token_id),
                None => is_token_gone = true,
            }
        }
        if head_changed && let Some(head) = self.store.head().await? {
            self.snapshot.store(Arc::new(Snapshot::of(head)));
        }
        self.in_a_new_era(|| {
            if !integrations.is_empty() {
                self.integrations
                    .forget_where(|known| integrations.contains(&known.record.id));
            }
            for pair in &consumer_keys {
                self.integrations.forget(pair.consumer_key.as_str());
            }
            // The Token ID of a token never changes; that of one that is gone nobody can tell any more.
            if is_token_gone {
                self.tokens.forget_all();
            }
            for token_id in &token_ids {
                self.tokens.forget(token_id.as_str());
            }
            for id in &users {
                self.users.forget(id);
            }
        });
        Ok(())
    }

    fn in_a_new_era(&self, forget: impl FnOnce()) {
        let mut era = self.era.write().unwrap_or_else(PoisonError::into_inner);
        *era += 1;
        forget();
    }

    async fn find<K, V, Q>(
        &self,
        known: &Known<K, V>,
        name: &Q,
        read: impl AsyncFnOnce() -> Result<Option<V>, StoreError>,
    ) -> Result<Found<V>, StoreError>
    where
        K: Eq + Hash + Clone + Borrow<Q>,
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        if let Some(record) = known.get(name) {
            let was_cold = false;
            return Ok(Found { record, was_cold });
        }
        let asked_in = *self.era.read().unwrap_or_else(PoisonError::into_inner);
        let record = self.look_up(read).await?;
        let era = self.era.read().unwrap_or_else(PoisonError::into_inner);
        Ok(Found {
            record: match *era == asked_in {
                true => known.keep(name, record),
                false => record,
            },
            was_cold: true,
        })
    }

    async fn look_up<V>(
        &self,
        read: impl AsyncFnOnce() -> Result<Option<V>, StoreError>,
    ) -> Result<Option<Arc<V>>, StoreError> {
        Ok(self.in_line(read).await?.map(Arc::new))
    }

    /// Reads in turn with everybody else who is looked up.
    pub(crate) async fn in_line<T>(&self, read: impl AsyncFnOnce() -> T) -> T {
        // Nobody closes it.
        let _place = self.looked_up.acquire().await.ok();
        read().await
    }
}

/// A name too long for any record is looked up as the empty one, which nobody has either: it takes no room.
const fn within(max_length: usize, name: &str) -> &str {
    if name.len() <= max_length { name } else { "" }
}

/// The number of the last of these changes, where they are all there were since `taken_in`: each moves the counter by
/// one. A counter that went back means a database that was put back, and a gap that somebody wrote without a note.
fn last_of_all(changes: &[Change], taken_in: u64, count: u64) -> Option<u64> {
    let last = changes.last()?.number;
    let is_all = count <= last && last - taken_in == changes.len() as u64;
    is_all.then_some(last)
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Directory(of {})", self.snapshot.load().account.id)
    }
}

#[cfg(test)]
mod tests;
