//! What was found out by reading many records, and is so for as long as they do not change: how many there are, where a page
//! begins, rows that were read ahead. A program that reads a long list page by page would else have all of it read for each.
//!
//! Invariant: what is known is known of a [`State`], and whoever asks sees that state.

use std::fmt;
use std::sync::Arc;

use countersign_suiteql::{Page, Value};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::state::State;

/// Bytes of totals, and of beginnings of pages. The questions themselves take most of them.
const SMALL: u64 = 1 << 20;
/// Bytes of rows that were read ahead.
const LARGE: u64 = 32 << 20;
/// What an entry takes beside the question.
const ENTRY: usize = 64;

/// What is asked of the records in one state.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Asked {
    state: State,
    what: Arc<str>,
}

impl Asked {
    /// `what` holds all that the answer depends on beside the records: the SQL and its values.
    pub(crate) fn of(state: State, what: &str) -> Self {
        Self {
            state,
            what: what.into(),
        }
    }
}

type Rows = Vec<Vec<Value>>;

pub(crate) struct Known {
    totals: Cache<Asked, u64, Bytes>,
    /// By its offset, the id of the record before a page's first.
    beginnings: Cache<(Asked, u64), i64, Bytes>,
    pages: Cache<(Asked, Page), Arc<Rows>, Bytes>,
}

impl Known {
    pub(crate) fn new() -> Self {
        Self {
            totals: Cache::with_weighter(1024, SMALL, Bytes),
            beginnings: Cache::with_weighter(1024, SMALL, Bytes),
            pages: Cache::with_weighter(64, LARGE, Bytes),
        }
    }

    /// How many there are; where that is not known, as many as are counted.
    pub(crate) fn total<E>(&self, asked: &Asked, count: impl FnOnce() -> Result<u64, E>) -> Result<u64, E> {
        if let Some(total) = self.totals.get(asked) {
            return Ok(total);
        }
        let total = count()?;
        self.totals.insert(asked.clone(), total);
        Ok(total)
    }

    /// The id after which the page at `offset` begins.
    pub(crate) fn beginning(&self, asked: &Asked, offset: u64) -> Option<i64> {
        self.beginnings.get(&(asked.clone(), offset))
    }

    pub(crate) fn keep_beginning(&self, asked: &Asked, offset: u64, after: i64) {
        self.beginnings.insert((asked.clone(), offset), after);
    }

    /// A page that was read ahead. Who reads a list reads a page once: it is not kept any longer.
    pub(crate) fn take(&self, asked: &Asked, page: Page) -> Option<Rows> {
        let (_, rows) = self.pages.remove(&(asked.clone(), page))?;
        Some(Arc::unwrap_or_clone(rows))
    }

    pub(crate) fn keep(&self, asked: &Asked, page: Page, rows: Rows) {
        self.pages.insert((asked.clone(), page), Arc::new(rows));
    }
}

impl fmt::Debug for Known {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Known").finish_non_exhaustive()
    }
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Asked, u64> for Bytes {
    fn weight(&self, asked: &Asked, _: &u64) -> u64 {
        bytes(asked.what.len() + ENTRY)
    }
}

impl Weighter<(Asked, u64), i64> for Bytes {
    fn weight(&self, (asked, _): &(Asked, u64), _: &i64) -> u64 {
        bytes(asked.what.len() + ENTRY)
    }
}

impl Weighter<(Asked, Page), Arc<Rows>> for Bytes {
    fn weight(&self, (asked, _): &(Asked, Page), rows: &Arc<Rows>) -> u64 {
        let values = rows.iter().flatten().map(Value::size).sum::<usize>();
        bytes(asked.what.len() + ENTRY + values + size_of::<Vec<Value>>() * rows.len())
    }
}

fn bytes(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_known_is_bounded_however_much_is_asked() {
        let known = Known::new();
        let folder = rusqlite::Connection::open_in_memory().unwrap();
        folder
            .execute_batch("CREATE TABLE _sequence (name TEXT PRIMARY KEY, last INTEGER)")
            .unwrap();
        let state = State::of(&folder).unwrap();
        for number in 0..50_000_u64 {
            let asked = Asked::of(state, &format!("SELECT {number} {}", " ".repeat(100)));
            known.total(&asked, || Ok::<_, ()>(number)).unwrap();
            known.keep_beginning(&asked, 1000, 7);
            if number % 50 == 0 {
                let page = Page {
                    limit: 1000,
                    offset: 1000,
                };
                let rows = vec![vec![Value::Text("x".repeat(100))]; 1000];
                known.keep(&asked, page, rows);
            }
        }
        assert!(known.totals.weight() <= SMALL && known.beginnings.weight() <= SMALL);
        assert!(known.pages.weight() <= LARGE && !known.pages.is_empty());
        let last = Asked::of(state, &format!("SELECT 49999 {}", " ".repeat(100)));
        assert_eq!(known.total(&last, || Err(())), Ok(49_999));
        assert_eq!(known.beginning(&last, 1000), Some(7));
    }
}
