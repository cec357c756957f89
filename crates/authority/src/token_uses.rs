//! How often tokens were used since this was last written, gathered in memory.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use countersign_model::{AccessTokenId, TokenUse};
use countersign_world::UnixTime;

/// Tokens whose uses are gathered at a time. Where more are used between two writings, or nobody can write, the uses of
/// further ones are not counted: a count for people to look at is worth no more memory.
const TOKENS: usize = 64 * 1024;

#[derive(Debug, Default)]
pub(crate) struct TokenUses {
    gathered: Mutex<HashMap<AccessTokenId, TokenUse>>,
}

impl TokenUses {
    pub(crate) fn count(&self, token: AccessTokenId, at: UnixTime) {
        self.add(token, TokenUse::once(at));
    }

    /// Hands over what was gathered. Whoever cannot write it gives it back with [`Self::give_back`].
    pub(crate) fn take(&self) -> Vec<(AccessTokenId, TokenUse)> {
        self.gathered().drain().collect()
    }

    pub(crate) fn give_back(&self, uses: Vec<(AccessTokenId, TokenUse)>) {
        for (token, uses) in uses {
            self.add(token, uses);
        }
    }

    fn add(&self, token: AccessTokenId, uses: TokenUse) {
        let mut gathered = self.gathered();
        if let Some(before) = gathered.get_mut(&token) {
            *before = before.and(uses);
        } else if gathered.len() < TOKENS {
            gathered.insert(token, uses);
        }
    }

    fn gathered(&self) -> MutexGuard<'_, HashMap<AccessTokenId, TokenUse>> {
        self.gathered.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> UnixTime {
        UnixTime::from_seconds(second)
    }

    #[test]
    fn what_could_not_be_written_is_counted_with_what_came_since() {
        let (uses, token) = (TokenUses::default(), AccessTokenId::new(1));
        uses.count(token, at(1));
        uses.count(token, at(3));
        let taken = uses.take();
        uses.count(token, at(2));
        uses.give_back(taken);
        let (count, last) = (3, Some(at(3)));
        assert_eq!(uses.take(), [(token, TokenUse { count, last })]);
        assert_eq!(uses.take(), []);
    }

    #[test]
    fn no_more_than_so_many_tokens_are_gathered() {
        let uses = TokenUses::default();
        for id in 0..100_000 {
            uses.count(AccessTokenId::new(id), at(1));
        }
        uses.count(AccessTokenId::new(0), at(2));
        let taken = uses.take();
        assert_eq!(taken.len(), TOKENS);
        assert!(taken.iter().any(|(_, uses)| uses.count == 2));
    }
}
