//! How often a token was used and when last. Kept apart from the token, which changes when somebody edits it: this
//! changes with every call, and is written many calls at once.

use countersign_world::UnixTime;

/// The use of one token: of its whole life as it is stored, of the last moments as it is gathered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenUse {
    pub count: u64,
    pub last: Option<UnixTime>,
}

impl TokenUse {
    pub const fn once(at: UnixTime) -> Self {
        Self {
            count: 1,
            last: Some(at),
        }
    }

    /// Both together. The order does not matter, so that batches of several nodes can be added as they come.
    pub fn and(self, other: Self) -> Self {
        Self {
            count: self.count.saturating_add(other.count),
            last: self.last.max(other.last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn batches_add_up_in_any_order(calls in prop::collection::vec(0..1000_i64, 0..40), cut in 0..40_usize) {
            let sum = |calls: &[i64]| {
                let once = calls.iter().map(|second| TokenUse::once(UnixTime::from_seconds(*second)));
                once.fold(TokenUse::default(), TokenUse::and)
            };
            let (first, second) = calls.split_at(cut.min(calls.len()));
            prop_assert_eq!(sum(second).and(sum(first)), sum(&calls));
            prop_assert_eq!(sum(&calls).count, calls.len() as u64);
            prop_assert_eq!(sum(&calls).last, calls.iter().max().map(|second| UnixTime::from_seconds(*second)));
        }
    }
}
