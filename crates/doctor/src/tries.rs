//! Credentials that did not log in are not tried for ever: five failed logins in a row lock a user, and may be those of a
//! connection that works.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use countersign_protocol::{AccountId, Credentials};

/// A try costs two logins, so that the fifth is nobody's.
const MOST: u32 = 2;
/// After which NetSuite unlocks a user.
const PAUSE: Duration = Duration::from_secs(30 * 60);
/// Tokens that are kept in mind.
const MOST_TOKENS: usize = 10_000;

/// The tries that failed, by account and token. One for everything in a process that takes credentials.
#[derive(Default)]
pub struct Tries(Mutex<HashMap<(AccountId, String), Failed>>);

impl fmt::Debug for Tries {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tries").finish_non_exhaustive()
    }
}

struct Failed {
    times: u32,
    last: Duration,
}

impl Tries {
    /// How long these credentials must rest, if they must. `now` is the time since the start.
    pub fn rest(&self, credentials: &Credentials, now: Duration) -> Option<Duration> {
        let tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let failed = tries
            .get(&key(credentials))
            .filter(|failed| failed.times >= MOST)?;
        (failed.last + PAUSE)
            .checked_sub(now)
            .filter(|rest| !rest.is_zero())
    }

    pub fn failed(&self, credentials: &Credentials, now: Duration) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.retain(|_, failed| failed.last + PAUSE > now);
        if tries.len() < MOST_TOKENS || tries.contains_key(&key(credentials)) {
            let failed = tries
                .entry(key(credentials))
                .or_insert(Failed { times: 0, last: now });
            failed.times += 1;
            failed.last = now;
        }
    }

    pub fn worked(&self, credentials: &Credentials) {
        let mut tries = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tries.remove(&key(credentials));
    }
}

fn key(credentials: &Credentials) -> (AccountId, String) {
    (credentials.account.clone(), credentials.token.clone())
}

#[cfg(test)]
mod tests {
    use countersign_protocol::Secret;

    use super::*;

    fn credentials(token: &str) -> Credentials {
        Credentials {
            account: "1234567".parse().unwrap(),
            consumer_key: "k".to_owned(),
            consumer_secret: Secret::new("s"),
            token: token.to_owned(),
            token_secret: Secret::new("t"),
        }
    }

    #[test]
    fn a_token_rests_after_two_tries_until_its_user_would_be_unlocked() {
        let (tries, one, other) = (Tries::default(), credentials("a"), credentials("b"));
        let at = Duration::from_secs;
        tries.failed(&one, at(0));
        assert_eq!(tries.rest(&one, at(0)), None);
        tries.failed(&one, at(60));
        assert_eq!(tries.rest(&one, at(60)), Some(PAUSE));
        assert_eq!(tries.rest(&other, at(60)), None);
        assert_eq!(tries.rest(&one, at(60) + PAUSE), None);
        tries.failed(&other, at(0));
        tries.worked(&other);
        tries.failed(&other, at(0));
        assert_eq!(tries.rest(&other, at(1)), None);
    }
}
