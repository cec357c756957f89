//! Records of one kind in memory, as many as fit, and names that no record has.

use std::convert::Infallible;
use std::hash::Hash;
use std::sync::Arc;

use quick_cache::Equivalent;
use quick_cache::sync::Cache;

/// What is known of records that are found by `K`. What is used often stays when room is needed.
pub(crate) struct Known<K, V> {
    found: Cache<K, Arc<V>>,
    /// Apart from the records: a flood of made-up names pushes out other made-up names only.
    missing: Cache<K, ()>,
}

impl<K: Eq + Hash + Clone, V> Known<K, V> {
    pub(crate) fn with_room_for(records: usize, missing: usize) -> Self {
        Self {
            found: Cache::new(records),
            missing: Cache::new(missing),
        }
    }

    /// The record, or that there is none; nothing where that must be asked of the store.
    pub(crate) fn get<Q>(&self, name: &Q) -> Option<Option<Arc<V>>>
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        match self.found.get(name) {
            Some(record) => Some(Some(record)),
            None => self.missing.get(name).map(|()| None),
        }
    }

    /// Keeps what the store said, and gives what is kept: of those who asked together, the first one's record, so that
    /// they share what it gathers.
    pub(crate) fn keep<Q>(&self, name: &Q, record: Option<Arc<V>>) -> Option<Arc<V>>
    where
        Q: Hash + Equivalent<K> + ToOwned<Owned = K> + ?Sized,
    {
        let Some(record) = record else {
            self.missing.insert(name.to_owned(), ());
            return None;
        };
        let Ok(kept) = self
            .found
            .get_or_insert_with(name, || Ok::<_, Infallible>(record));
        Some(kept)
    }

    pub(crate) fn forget<Q>(&self, name: &Q)
    where
        Q: Hash + Equivalent<K> + ?Sized,
    {
        self.found.remove(name);
        self.missing.remove(name);
    }

    /// Looks at every record: for kinds of which there are few.
    pub(crate) fn forget_where(&self, is_changed: impl Fn(&V) -> bool) {
        self.found.retain(|_, record| !is_changed(record));
    }

    pub(crate) fn forget_all(&self) {
        self.found.clear();
        self.missing.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_of_made_up_names_leaves_the_records() {
        let known = Known::<String, u32>::with_room_for(64, 64);
        for number in 0..10_u32 {
            known.keep(&number.to_string(), Some(Arc::new(number)));
        }
        for made_up in 0..100_000 {
            known.keep(&format!("made up {made_up}"), None);
        }
        for number in 0..10_u32 {
            assert_eq!(known.get(&number.to_string()), Some(Some(Arc::new(number))));
        }
        assert!(known.missing.len() <= 64);
    }

    #[test]
    fn what_was_missing_and_came_to_be_is_asked_for_again() {
        let known = Known::<String, u32>::with_room_for(64, 64);
        assert_eq!(known.keep("new", None), None);
        assert_eq!(known.get("new"), Some(None));
        known.forget("new");
        assert_eq!(known.get("new"), None);
    }

    #[test]
    fn those_who_ask_together_share_one_record() {
        let known = Known::<String, u32>::with_room_for(64, 64);
        let first = known.keep("one", Some(Arc::new(1))).unwrap();
        let second = known.keep("one", Some(Arc::new(1))).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
    }
}
