//! The fingerprints in memory: one table per 30 seconds of request timestamps, in 64 shards.
//!
//! Sharding keeps each table small (8,000 entries at ten million nonces over 600 seconds), so a doubling holds
//! its lock for a tenth of a millisecond. A table is dropped whole; no entry has an expiry of its own.

use std::sync::{Mutex, MutexGuard, PoisonError};

use hashbrown::HashTable;

const SHARDS: usize = 64;

/// Which [`Bucket::SECONDS`] of request timestamps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Bucket(i64);

impl Bucket {
    pub(crate) const LAST: Self = Self(i64::MAX);

    const SECONDS: i64 = 30;

    pub(crate) const fn of(timestamp: i64) -> Self {
        Self(timestamp.div_euclid(Self::SECONDS))
    }

    pub(crate) const fn numbered(number: i64) -> Self {
        Self(number)
    }

    pub(crate) const fn number(self) -> i64 {
        self.0
    }

    /// The last timestamp that falls into this bucket.
    pub(crate) const fn last_timestamp(self) -> i64 {
        self.0
            .saturating_mul(Self::SECONDS)
            .saturating_add(Self::SECONDS - 1)
    }

    /// The newest bucket whose timestamps all lie before `earliest`.
    pub(crate) const fn before(earliest: i64) -> Self {
        Self(earliest.div_euclid(Self::SECONDS).saturating_sub(1))
    }
}

#[derive(Debug)]
pub(crate) struct Seen {
    shards: [Mutex<Shard>; SHARDS],
}

impl Seen {
    pub(crate) fn new() -> Self {
        Self {
            shards: std::array::from_fn(|_| Mutex::default()),
        }
    }

    pub(crate) fn shard(&self, fingerprint: u64) -> MutexGuard<'_, Shard> {
        // The tables use the lowest and the seven highest bits; these are others.
        let number = (fingerprint >> 32) as usize % SHARDS;
        #[expect(clippy::indexing_slicing, reason = "a number below the length of the array")]
        lock(&self.shards[number])
    }

    /// All shards at once: no claim is under way while the answer is held.
    pub(crate) fn all(&self) -> Vec<MutexGuard<'_, Shard>> {
        self.shards.iter().map(lock).collect()
    }

    /// The newest bucket held that is not newer than `limit`.
    pub(crate) fn newest_up_to(&self, limit: Bucket) -> Option<Bucket> {
        let buckets = self
            .shards
            .iter()
            .filter_map(|shard| lock(shard).newest_up_to(limit));
        buckets.max()
    }

    pub(crate) fn drop_up_to(&self, limit: Bucket) {
        for shard in &self.shards {
            let dropped = lock(shard).split_off_up_to(limit);
            // Freed here, after the lock is released: giving back a large table takes time.
            drop(dropped);
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.shards.iter().map(|shard| lock(shard).count()).sum()
    }

    pub(crate) fn bytes(&self) -> usize {
        let tables: usize = self.shards.iter().map(|shard| lock(shard).bytes()).sum();
        size_of::<Self>() + tables
    }
}

fn lock(shard: &Mutex<Shard>) -> MutexGuard<'_, Shard> {
    shard.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Debug, Default)]
pub(crate) struct Shard {
    // A handful (window / 15 seconds), the newest mostly last: looked through from the end.
    tables: Vec<(Bucket, HashTable<u64>)>,
}

impl Shard {
    /// The table of a bucket; fingerprints are only ever compared inside one.
    pub(crate) fn table(&mut self, bucket: Bucket) -> &mut HashTable<u64> {
        let found = self.tables.iter().rposition(|(held, _)| *held == bucket);
        let index = found.unwrap_or_else(|| {
            self.tables.push((bucket, HashTable::new()));
            self.tables.len() - 1
        });
        #[expect(clippy::indexing_slicing, reason = "the position just found or filled")]
        &mut self.tables[index].1
    }

    pub(crate) fn has(&self, bucket: Bucket, fingerprint: u64) -> bool {
        let held = self.tables.iter().find(|(held, _)| *held == bucket);
        held.is_some_and(|(_, table)| table.find(fingerprint, |seen| *seen == fingerprint).is_some())
    }

    pub(crate) fn remember(&mut self, bucket: Bucket, fingerprint: u64) {
        let entry = self
            .table(bucket)
            .entry(fingerprint, |seen| *seen == fingerprint, |seen| *seen);
        entry.or_insert(fingerprint);
    }

    pub(crate) fn clear(&mut self) {
        self.tables = Vec::new();
    }

    fn newest_up_to(&self, limit: Bucket) -> Option<Bucket> {
        self.tables
            .iter()
            .map(|(bucket, _)| *bucket)
            .filter(|bucket| *bucket <= limit)
            .max()
    }

    fn split_off_up_to(&mut self, limit: Bucket) -> Vec<(Bucket, HashTable<u64>)> {
        self.tables
            .extract_if(.., |(bucket, _)| *bucket <= limit)
            .collect()
    }

    fn count(&self) -> usize {
        self.tables.iter().map(|(_, table)| table.len()).sum()
    }

    fn bytes(&self) -> usize {
        let tables: usize = self.tables.iter().map(|(_, table)| table.allocation_size()).sum();
        self.tables.capacity() * size_of::<(Bucket, HashTable<u64>)>() + tables
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_thirty_seconds_also_before_1970() {
        assert_eq!(Bucket::of(59), Bucket::numbered(1));
        assert_eq!(Bucket::of(60), Bucket::numbered(2));
        assert_eq!(Bucket::of(-1), Bucket::numbered(-1));
        assert_eq!(Bucket::of(30).last_timestamp(), 59);
    }

    #[test]
    fn a_bucket_is_dropped_only_when_its_last_second_has_passed() {
        assert_eq!(Bucket::before(59), Bucket::of(29));
        assert_eq!(Bucket::before(60), Bucket::of(59));
    }

    #[test]
    fn no_timestamp_overflows() {
        for timestamp in [i64::MIN, i64::MAX] {
            assert!(Bucket::of(timestamp).last_timestamp() >= timestamp);
            assert!(Bucket::before(timestamp) < Bucket::of(timestamp));
        }
    }
}
