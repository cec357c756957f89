//! What `N/cache` keeps, in memory and for all executions of the account.

use std::time::Duration;

use countersign_world::UnixTime;
use quick_cache::Weighter;
use quick_cache::sync::Cache as Entries;

/// Bytes of all caches together; what is used least goes first, as NetSuite's caches promise nothing.
const MOST: u64 = 128 * 1024 * 1024;
/// Entries that are expected: few enough that each part of the cache takes several of the largest.
const EXPECTED: usize = 256;
/// What an entry takes beside its texts, in bytes.
const BESIDE: usize = 256;
/// The longest value, in bytes.
pub(crate) const LARGEST: usize = 500 * 1024;
/// The longest key, and the longest name of a cache, in bytes: NetSuite's.
pub(crate) const LONGEST_KEY: usize = 4 * 1024;
pub(crate) const LONGEST_NAME: usize = 1024;
/// The shortest and the longest time an entry is kept.
const SHORTEST: Duration = Duration::from_secs(300);
const LONGEST: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// Where an entry is: who shares it, the name of its cache, and its key.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place {
    /// The script that alone sees it; none where all of them do.
    pub(crate) script: Option<i64>,
    pub(crate) name: String,
    pub(crate) key: String,
}

#[derive(Debug)]
pub(crate) struct Cache {
    entries: Entries<Place, (String, UnixTime), Bytes>,
}

#[derive(Clone, Debug)]
struct Bytes;

impl Weighter<Place, (String, UnixTime)> for Bytes {
    fn weight(&self, place: &Place, (value, _): &(String, UnixTime)) -> u64 {
        (place.name.len() + place.key.len() + value.len() + BESIDE) as u64
    }
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            entries: Entries::with_weighter(EXPECTED, MOST, Bytes),
        }
    }
}

impl Cache {
    pub(crate) fn get(&self, place: &Place, now: UnixTime) -> Option<String> {
        let (value, until) = self.entries.get(place)?;
        if until <= now {
            self.entries.remove(place);
            return None;
        }
        Some(value)
    }

    /// Nothing shorter than five minutes, as on NetSuite; without `kept_for` as long as it can be.
    pub(crate) fn put(&self, place: Place, value: String, kept_for: Option<Duration>, now: UnixTime) {
        let kept_for = kept_for.unwrap_or(LONGEST).clamp(SHORTEST, LONGEST);
        self.entries.insert(place, (value, now.plus(kept_for)));
    }

    pub(crate) fn remove(&self, place: &Place) {
        self.entries.remove(place);
    }
}

#[cfg(test)]
mod tests {
    use countersign_world::UnixTime;

    use super::{Cache, EXPECTED, LARGEST, MOST, Place};

    #[test]
    fn the_largest_values_are_kept_and_all_together_take_no_more_than_they_may() {
        let (cache, now) = (Cache::default(), UnixTime::from_seconds(0));
        let place = |key: usize| Place {
            script: None,
            name: "rates".to_owned(),
            key: key.to_string(),
        };
        for key in 0..2 * EXPECTED {
            cache.put(place(key), "v".repeat(LARGEST), None, now);
            assert!(cache.get(&place(key), now).is_some(), "{key}");
        }
        assert!(cache.entries.weight() <= MOST, "{}", cache.entries.weight());
    }
}
