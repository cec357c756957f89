//! Stops before refused logins lock somebody out: NetSuite counts to five in a row.
//!
//! Invariant: while the credentials are not known to work, no more requests are under way than may still fail. What was
//! under way when working credentials ceased to work can fail all at once; nothing is sent after that.
//!
//! Attack: a body that comes slowly keeps a request under way as long as its caller likes. Of such there is one at a time
//! while the credentials are not known to work, and it never is the one that tries whether they work again.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Refused logins in a row, one fewer than lock.
const MOST: u32 = 4;
/// Refused logins after which it opens.
const OPENS_AT: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(60);
const LONGEST_PAUSE: Duration = Duration::from_mins(30);

/// Of one connection.
#[derive(Debug, Default)]
pub(crate) struct Breaker {
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    generation: u64,
    works: bool,
    failures: u32,
    /// Under way while it is not known whether the credentials work.
    suspects: u32,
    /// Those of the suspects whose bodies have yet to come.
    uploads: u32,
    /// Until when nothing is sent, and how long that was.
    open: Option<(Duration, Duration)>,
}

/// What a breaker looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakerState {
    Closed,
    /// One request may try.
    HalfOpen,
    Open,
}

/// Too many logins were refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Open {
    pub(crate) failures: u32,
    pub(crate) retry_after: Duration,
}

/// Of a call: whether its body is held in full, or comes as fast as its caller likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sending {
    Held,
    Upload,
}

/// The right to send one request. Dropped without a word, nothing was learnt by it.
#[must_use]
pub(crate) struct Admission<'b> {
    breaker: &'b Breaker,
    generation: u64,
    suspect: Option<Sending>,
}

impl Breaker {
    /// Ends when what is under way, or known of the credentials, is no longer what it was when this was called.
    pub(crate) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// None while as many requests are under way as may fail.
    pub(crate) fn try_admit(
        &self,
        generation: u64,
        is_verified: bool,
        sending: Sending,
        now: Duration,
    ) -> Result<Option<Admission<'_>>, Open> {
        let mut state = self.lock();
        if state.generation < generation {
            // Other credentials, of which nothing is known yet.
            let (suspects, uploads) = (state.suspects, state.uploads);
            *state = State {
                generation,
                works: is_verified,
                suspects,
                uploads,
                ..State::default()
            };
        }
        let suspect = (!state.works).then_some(sending);
        if let Some((until, _)) = state.open {
            if now < until || sending == Sending::Upload || state.suspects > state.uploads {
                let retry_after = until.saturating_sub(now).max(Duration::from_secs(1));
                return Err(Open {
                    failures: state.failures,
                    retry_after,
                });
            }
        } else if suspect.is_some() && state.failures + state.suspects >= MOST
            || suspect == Some(Sending::Upload) && state.uploads > 0
        {
            return Ok(None);
        }
        state.suspects += u32::from(suspect.is_some());
        state.uploads += u32::from(suspect == Some(Sending::Upload));
        Ok(Some(Admission {
            breaker: self,
            generation,
            suspect,
        }))
    }

    pub(crate) fn state(&self, now: Duration) -> BreakerState {
        match self.lock().open {
            None => BreakerState::Closed,
            Some((until, _)) if now < until => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Admission<'_> {
    /// The login was accepted. Whether that is news.
    pub(crate) fn worked(self) -> bool {
        let mut state = self.breaker.lock();
        if state.generation != self.generation {
            return false;
        }
        let is_news = !state.works || state.failures > 0;
        state.works = true;
        state.failures = 0;
        state.open = None;
        is_news
    }

    /// The login was refused.
    pub(crate) fn failed(self, now: Duration) {
        let mut state = self.breaker.lock();
        if state.generation != self.generation {
            return;
        }
        state.works = false;
        state.failures = state.failures.saturating_add(1);
        if state.failures >= OPENS_AT {
            let pause = match state.open {
                None => FIRST_PAUSE,
                Some((until, pause)) if until <= now => (pause * 2).min(LONGEST_PAUSE),
                // Of those that were under way with the one that opened it.
                Some((_, pause)) => pause,
            };
            state.open = Some((now.saturating_add(pause), pause));
        }
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        let mut state = self.breaker.lock();
        state.suspects = state.suspects.saturating_sub(u32::from(self.suspect.is_some()));
        let was_upload = self.suspect == Some(Sending::Upload);
        state.uploads = state.uploads.saturating_sub(u32::from(was_upload));
        drop(state);
        self.breaker.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1000);

    fn admit(breaker: &Breaker, generation: u64, now: Duration) -> Result<Admission<'_>, Open> {
        let admission = breaker.try_admit(generation, false, Sending::Held, now)?;
        Ok(admission.expect("as many are under way as may fail"))
    }

    #[test]
    fn it_opens_before_five_refused_logins_whatever_is_under_way() {
        let breaker = Breaker::default();
        let mut under_way = Vec::new();
        while let Some(admission) = breaker.try_admit(1, false, Sending::Held, START).unwrap() {
            under_way.push(admission);
        }
        assert_eq!(under_way.len(), 4);
        under_way
            .into_iter()
            .for_each(|admission| admission.failed(START));
        let open = admit(&breaker, 1, START).err().unwrap();
        assert_eq!((open.failures, open.retry_after), (4, FIRST_PAUSE));
    }

    #[test]
    fn after_a_pause_one_may_try_and_the_next_pause_is_longer() {
        let breaker = Breaker::default();
        for _ in 0..3 {
            admit(&breaker, 1, START).ok().unwrap().failed(START);
        }
        assert_eq!(breaker.state(START), BreakerState::Open);
        let later = START + FIRST_PAUSE;
        assert_eq!(breaker.state(later), BreakerState::HalfOpen);
        let probe = admit(&breaker, 1, later).ok().unwrap();
        assert!(admit(&breaker, 1, later).is_err());
        probe.failed(later);
        assert_eq!(
            admit(&breaker, 1, later).err().unwrap().retry_after,
            FIRST_PAUSE * 2
        );
        let probe = admit(&breaker, 1, later + FIRST_PAUSE * 2).ok().unwrap();
        assert!(probe.worked());
        assert_eq!(breaker.state(later), BreakerState::Closed);
    }

    #[test]
    fn other_credentials_close_it() {
        let breaker = Breaker::default();
        for _ in 0..3 {
            admit(&breaker, 1, START).ok().unwrap().failed(START);
        }
        let other = admit(&breaker, 2, START).ok().unwrap();
        assert_eq!(breaker.state(START), BreakerState::Closed);
        // Nothing is learnt of them by a late answer to the old ones.
        let old = Admission {
            breaker: &breaker,
            generation: 1,
            suspect: None,
        };
        old.failed(START);
        assert!(other.worked());
    }

    #[test]
    fn credentials_that_work_are_not_held_back() {
        let breaker = Breaker::default();
        assert!(admit(&breaker, 1, START).ok().unwrap().worked());
        let many: Vec<_> = (0..100)
            .map(|_| {
                breaker
                    .try_admit(1, false, Sending::Held, START)
                    .unwrap()
                    .unwrap()
            })
            .collect();
        assert_eq!(many.len(), 100);
    }

    #[test]
    fn one_upload_is_under_way_at_a_time_and_the_others_places_are_left_to_what_is_held() {
        let breaker = Breaker::default();
        let send = |sending, now| breaker.try_admit(1, false, sending, now);
        let upload = send(Sending::Upload, START).unwrap().unwrap();
        assert!(send(Sending::Upload, START).unwrap().is_none());
        let held: Vec<_> = (0..3)
            .map(|_| send(Sending::Held, START).unwrap().unwrap())
            .collect();
        assert!(send(Sending::Held, START).unwrap().is_none());
        held.into_iter().for_each(|admission| admission.failed(START));
        assert!(send(Sending::Upload, START).is_err());
        // The upload is still on its way, and keeps nobody from trying.
        let later = START + FIRST_PAUSE;
        assert!(send(Sending::Upload, later).is_err());
        let probe = send(Sending::Held, later).unwrap().unwrap();
        assert!(send(Sending::Held, later).is_err());
        assert!(probe.worked());
        let many: Vec<_> = (0..9)
            .map(|_| send(Sending::Upload, later).unwrap().unwrap())
            .collect();
        assert_eq!((many.len(), upload.worked()), (9, false));
    }
}
