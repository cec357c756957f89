//! What `N/cache` keeps, in memory and for all executions of the account.

use std::time::Duration;

use countersign_world::UnixTime;
use quick_cache::sync::Cache as Entries;

/// Entries of all caches together; what is used least goes first, as NetSuite's caches promise nothing.
const MOST: usize = 5_000;
/// The longest value, in bytes.
pub(crate) const LARGEST: usize = 500 * 1024;
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
    entries: Entries<Place, (String, UnixTime)>,
}

impl Default for Cache {
    fn default() -> Self {
        Self {
            entries: Entries::new(MOST),
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
