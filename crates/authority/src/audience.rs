//! How many follow the account's calls at once. Whoever owns the data folder is not counted.
//!
//! Attack: one session opens live lists until the server has no connection left for anybody else.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_model::{ApiKeyId, SessionId};

/// Of one session or key: windows of one person.
const MOST_OF_ONE: usize = 8;
/// Of the account.
const MOST: usize = 64;

/// Why nobody more can follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AudienceFull {
    #[error(
        "this session or key follows the calls {MOST_OF_ONE} times already: close one of its windows or programs"
    )]
    OfOne,
    #[error(
        "the calls of this account are followed {MOST} times already: wait until somebody has closed theirs"
    )]
    OfAccount,
}

/// Who follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Listener {
    Session(SessionId),
    Key(ApiKeyId),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Audience(Arc<Mutex<BTreeMap<Listener, usize>>>);

/// One place, free again when it is dropped.
#[derive(Debug)]
pub(crate) struct Seat {
    audience: Audience,
    listener: Listener,
}

impl Audience {
    pub(crate) fn seat(&self, listener: Listener) -> Result<Seat, AudienceFull> {
        let mut seated = self.seated();
        if seated.values().sum::<usize>() >= MOST {
            return Err(AudienceFull::OfAccount);
        }
        let of_one = seated.entry(listener).or_default();
        if *of_one >= MOST_OF_ONE {
            return Err(AudienceFull::OfOne);
        }
        *of_one += 1;
        Ok(Seat {
            audience: self.clone(),
            listener,
        })
    }

    fn seated(&self) -> MutexGuard<'_, BTreeMap<Listener, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut seated = self.audience.seated();
        if let Some(of_one) = seated.get_mut(&self.listener) {
            *of_one = of_one.saturating_sub(1);
            if *of_one == 0 {
                seated.remove(&self.listener);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn session(id: i64) -> Listener {
        Listener::Session(SessionId::new(id))
    }

    #[test]
    fn a_session_has_its_places_and_gets_them_back_and_others_have_theirs() {
        let audience = Audience::default();
        let mut seats: Vec<_> = (0..MOST_OF_ONE)
            .map(|_| audience.seat(session(1)).unwrap())
            .collect();
        assert_eq!(audience.seat(session(1)).unwrap_err(), AudienceFull::OfOne);
        let key = audience.seat(Listener::Key(ApiKeyId::new(1))).unwrap();
        seats.pop();
        seats.push(audience.seat(session(1)).unwrap());
        drop((seats, key));
        assert!(audience.seated().is_empty());
    }

    #[test]
    fn the_account_has_its_places_too() {
        let audience = Audience::default();
        let seats: Vec<_> = (0..MOST as i64)
            .map(|id| audience.seat(session(id)).unwrap())
            .collect();
        assert_eq!(audience.seat(session(-1)).unwrap_err(), AudienceFull::OfAccount);
        assert_eq!(
            audience.seated().len(),
            seats.len(),
            "nobody is remembered who has no place"
        );
    }
}
