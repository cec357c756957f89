//! Running requests, counted against limits: an account's own, and an integration's share of it.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What a limit applies to, by a name its owner chooses (`1234567_SB1`, `1234567_SB1/integration/7`). Cheap to
/// clone, so keep it ready instead of making it per request.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PoolKey(Arc<str>);

impl PoolKey {
    pub fn new(name: &str) -> Self {
        Self(name.into())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for PoolKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The running requests of every pool. A clone shares the counts.
#[derive(Clone, Debug, Default)]
pub struct Slots {
    running: Arc<Mutex<HashMap<PoolKey, u32>>>,
}

/// Leave to run one request, held in each pool it was asked for, until dropped.
///
/// ```compile_fail
/// let forged = countersign_ledger::Slot { pools: Box::new([]), slots: countersign_ledger::Slots::default() };
/// ```
#[derive(Debug)]
#[must_use = "the slot is free again as soon as this is dropped"]
pub struct Slot {
    pools: Box<[PoolKey]>,
    slots: Slots,
}

/// The first pool without room.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{pool} already runs {running} requests of at most {limit}: try again when one has ended")]
pub struct Busy {
    pub pool: PoolKey,
    pub limit: u32,
    pub running: u32,
}

impl Slots {
    /// A place in every pool, or in none. A limit of 0 lets nothing run; a pool named twice takes two places.
    pub fn acquire(&self, pools: &[(PoolKey, u32)]) -> Result<Slot, Busy> {
        let mut running = self.lock();
        for (taken, (pool, limit)) in pools.iter().enumerate() {
            let count = running.get(pool).copied().unwrap_or(0);
            if count >= *limit {
                for (pool, _) in pools.iter().take(taken) {
                    leave(&mut running, pool);
                }
                return Err(Busy {
                    pool: pool.clone(),
                    limit: *limit,
                    running: count,
                });
            }
            *running.entry(pool.clone()).or_default() += 1;
        }
        Ok(Slot {
            pools: pools.iter().map(|(pool, _)| pool.clone()).collect(),
            slots: self.clone(),
        })
    }

    pub fn running(&self, pool: &PoolKey) -> u32 {
        self.lock().get(pool).copied().unwrap_or(0)
    }

    /// Every pool in which something runs, by name.
    pub fn counts(&self) -> Vec<(PoolKey, u32)> {
        let running = self.lock();
        let mut counts: Vec<_> = running
            .iter()
            .map(|(pool, count)| (pool.clone(), *count))
            .collect();
        counts.sort();
        counts
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<PoolKey, u32>> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut running = self.slots.lock();
        for pool in &self.pools {
            leave(&mut running, pool);
        }
    }
}

/// An empty pool is forgotten, so that the map holds no more than what runs.
fn leave(running: &mut HashMap<PoolKey, u32>, pool: &PoolKey) {
    if let Some(count) = running.get_mut(pool) {
        *count = count.saturating_sub(1);
        if *count == 0 {
            running.remove(pool);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::thread;

    fn pool(name: &str, limit: u32) -> (PoolKey, u32) {
        (PoolKey::new(name), limit)
    }

    #[test]
    fn a_full_pool_says_which_and_how_full() {
        let slots = Slots::default();
        let _first = slots.acquire(&[pool("account", 1)]).unwrap();
        let busy = slots.acquire(&[pool("account", 1)]).unwrap_err();
        assert_eq!((busy.limit, busy.running), (1, 1));
        assert_eq!(
            busy.to_string(),
            "account already runs 1 requests of at most 1: try again when one has ended"
        );
    }

    #[test]
    fn a_refused_request_holds_no_place_anywhere() {
        let slots = Slots::default();
        let _held = slots.acquire(&[pool("integration", 1)]).unwrap();
        let busy = slots
            .acquire(&[pool("account", 5), pool("integration", 1)])
            .unwrap_err();
        assert_eq!(busy.pool.as_str(), "integration");
        assert_eq!(slots.running(&PoolKey::new("account")), 0);
    }

    #[test]
    fn a_dropped_slot_leaves_nothing_behind() {
        let slots = Slots::default();
        let slot = slots
            .acquire(&[pool("account", 2), pool("integration", 2)])
            .unwrap();
        assert_eq!(slots.counts().len(), 2);
        drop(slot);
        assert!(slots.counts().is_empty());
        assert!(slots.lock().is_empty());
    }

    #[test]
    fn a_pool_named_twice_takes_two_places_and_gives_two_back() {
        let slots = Slots::default();
        let twice = [pool("account", 2), pool("account", 2)];
        let slot = slots.acquire(&twice).unwrap();
        assert_eq!(slots.running(&PoolKey::new("account")), 2);
        drop(slot);
        let _one = slots.acquire(&[pool("account", 2)]).unwrap();
        assert!(slots.acquire(&twice).is_err());
        assert_eq!(slots.running(&PoolKey::new("account")), 1);
    }

    #[test]
    fn a_limit_of_zero_lets_nothing_run() {
        assert!(Slots::default().acquire(&[pool("account", 0)]).is_err());
    }

    #[test]
    fn many_threads_never_exceed_a_limit_and_all_places_come_back() {
        let slots = Slots::default();
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    for _ in 0..2_000 {
                        if let Ok(slot) = slots.acquire(&[pool("account", 3), pool("integration", 2)]) {
                            assert!(slots.running(&PoolKey::new("integration")) <= 2);
                            drop(slot);
                        }
                    }
                });
            }
        });
        assert!(slots.counts().is_empty());
    }

    #[test]
    fn a_slot_can_end_on_another_thread() {
        let slots = Slots::default();
        let slot = slots.acquire(&[pool("account", 1)]).unwrap();
        thread::spawn(move || drop(slot)).join().unwrap();
        assert_eq!(slots.running(&PoolKey::new("account")), 0);
    }
}
