//! The records of a login as they are kept in memory, with what is made ready of them once.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use countersign_ledger::PoolKey;
use countersign_model::{AccessToken, AccessTokenId, Integration};
use countersign_protocol::{AccountId, SigningKey};
use tokio::sync::OnceCell;

#[derive(Debug)]
pub(crate) struct KnownIntegration {
    pub(crate) record: Integration,
    /// Its own share of the account's concurrent requests.
    pub(crate) pool: Option<(PoolKey, u32)>,
    pub(crate) proved: ProvedBy,
}

impl KnownIntegration {
    pub(crate) fn new(record: Integration, account: &AccountId) -> Self {
        let pool = own_pool(&record, account);
        let proved = ProvedBy::default();
        Self { record, pool, proved }
    }

    /// Which of its pairs of key and secret the record has now.
    pub(crate) fn generation(&self) -> u64 {
        let pair = self.record.credentials.as_ref();
        pair.map_or(0, |pair| pair.generation)
    }
}

/// Where the requests of a record that has a limit of its own are counted, and up to how many.
pub(crate) fn own_pool(record: &Integration, account: &AccountId) -> Option<(PoolKey, u32)> {
    let limit = record.concurrency_limit?;
    let name = format!("{account}/integration {}", record.id);
    Some((PoolKey::new(&name), limit))
}

/// Which tokens got in with the consumer secret that an integration record has now: two of them, which is enough to know
/// one beside any other.
#[derive(Debug, Default)]
pub(crate) struct ProvedBy([AtomicI64; 2]);

impl ProvedBy {
    /// No token has this id.
    const NOBODY: i64 = 0;

    pub(crate) fn add(&self, token: AccessTokenId) {
        for place in &self.0 {
            let known = place.load(Ordering::Relaxed);
            if known == token.get() {
                return;
            }
            if known == Self::NOBODY {
                place.store(token.get(), Ordering::Relaxed);
                return;
            }
        }
    }

    /// Whether the consumer secret is proved right by another token than this one.
    pub(crate) fn beside(&self, token: AccessTokenId) -> bool {
        let others = self.0.iter().map(|place| place.load(Ordering::Relaxed));
        others
            .into_iter()
            .any(|known| known != Self::NOBODY && known != token.get())
    }
}

/// The signing key of a pair of secrets, opened at its first use. Wiped when the last who holds it lets it go.
pub(crate) type KeyCell = OnceCell<SigningKey>;

#[derive(Debug)]
pub(crate) struct KnownToken {
    pub(crate) record: AccessToken,
    pub(crate) key: KeyOfPair,
}

impl KnownToken {
    pub(crate) fn new(record: AccessToken) -> Self {
        Self {
            record,
            key: KeyOfPair::default(),
        }
    }
}

/// The key of a token with its integration record, and the generation of the consumer secret it is made of.
#[derive(Debug, Default)]
pub(crate) struct KeyOfPair(Mutex<(u64, Arc<KeyCell>)>);

impl KeyOfPair {
    /// The key for this generation. That of another is let go: after a reset of the credentials nothing is verified with
    /// the old pair.
    pub(crate) fn with(&self, consumer_generation: u64) -> Arc<KeyCell> {
        let mut key = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (generation, cell) = &mut *key;
        if *generation != consumer_generation {
            (*generation, *cell) = (consumer_generation, Arc::default());
        }
        Arc::clone(cell)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_consumer_secret_is_proved_by_another_token_and_not_by_the_same() {
        let (proved, one, other) = (ProvedBy::default(), AccessTokenId::new(1), AccessTokenId::new(2));
        assert!(!proved.beside(one));
        proved.add(one);
        proved.add(one);
        assert!(!proved.beside(one) && proved.beside(other));
        proved.add(other);
        proved.add(AccessTokenId::new(3));
        assert!(proved.beside(one) && proved.beside(other));
    }

    #[test]
    fn a_key_is_shared_until_its_consumer_secret_is_replaced() {
        let key = KeyOfPair::default();
        let first = key.with(1);
        assert!(Arc::ptr_eq(&first, &key.with(1)));
        let second = key.with(2);
        assert!(!Arc::ptr_eq(&first, &second));
        assert_eq!(Arc::strong_count(&first), 1, "nobody keeps the old one");
    }
}
