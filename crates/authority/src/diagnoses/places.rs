//! The places in the line before the diagnosis: so many refusals, so many bytes, and so many of each network.
//!
//! Invariant: a place is free again when its holder is dropped, whatever became of it.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::network::{Network, network};

/// Refusals that wait.
const ALL: usize = 256;
/// Of one network: who errs a lot leaves room for others.
const OF_A_NETWORK: usize = 64;
/// What those who wait hold together.
const BYTES: usize = 4 * 1024 * 1024;

/// None for whoever came over a Unix socket.
type Source = Option<Network>;

#[derive(Debug, Default)]
pub(super) struct Places(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    all: usize,
    bytes: usize,
    of_source: HashMap<Source, usize>,
}

/// A place that is taken.
#[derive(Debug)]
pub(super) struct Place {
    taken: Arc<Mutex<Taken>>,
    source: Source,
    bytes: usize,
}

impl Places {
    /// None where there is no room.
    pub(super) fn take(&self, address: Option<IpAddr>, bytes: usize) -> Option<Place> {
        let source = address.map(network);
        let mut taken = lock(&self.0);
        let of_source = taken.of_source.get(&source).copied().unwrap_or_default();
        if taken.all >= ALL || of_source >= OF_A_NETWORK || taken.bytes.saturating_add(bytes) > BYTES {
            return None;
        }
        taken.all += 1;
        taken.bytes += bytes;
        taken.of_source.insert(source, of_source + 1);
        Some(Place {
            taken: Arc::clone(&self.0),
            source,
            bytes,
        })
    }

    pub(super) fn taken(&self) -> usize {
        lock(&self.0).all
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.all = taken.all.saturating_sub(1);
        taken.bytes = taken.bytes.saturating_sub(self.bytes);
        if let Some(of_source) = taken.of_source.get_mut(&self.source) {
            *of_source = of_source.saturating_sub(1);
            if *of_source == 0 {
                taken.of_source.remove(&self.source);
            }
        }
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn from(last: u8) -> Option<IpAddr> {
        Some([192, 0, 2, last].into())
    }

    #[test]
    fn one_source_cannot_take_the_places_of_others() {
        let places = Places::default();
        let taken: Vec<Place> = (0..1000).filter_map(|_| places.take(from(1), 10)).collect();
        assert_eq!(taken.len(), OF_A_NETWORK);
        assert!(places.take(from(2), 10).is_some());
        assert!(places.take(None, 10).is_some());
        drop(taken);
        assert!(places.take(from(1), 10).is_some());
        assert_eq!(places.taken(), 0);
    }

    #[test]
    fn there_is_an_end_to_all_of_them_and_to_what_they_hold() {
        let places = Places::default();
        let taken: Vec<Place> = (0..=u8::MAX)
            .flat_map(|last| [last; 2])
            .filter_map(|last| places.take(from(last), 10))
            .collect();
        assert_eq!((taken.len(), places.taken()), (ALL, ALL));
        drop(taken);
        assert!(places.take(from(1), BYTES + 1).is_none());
        let whole = places.take(from(1), BYTES);
        assert!(whole.is_some() && places.take(from(2), 1).is_none());
    }
}
