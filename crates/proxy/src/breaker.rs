//! Stops before refused logins lock somebody out: NetSuite counts to five in a row.
//!
//! Invariant: while the credentials are not known to work, no more requests are under way than may still fail. What was
//! under way when working credentials ceased to work can fail all at once; nothing is sent after that.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

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

/// The right to send one request. Dropped without a word, nothing was learnt by it.
#[must_use]
pub(crate) struct Admission<'b> {
    breaker: &'b Breaker,
    generation: u64,
    is_suspect: bool,
}

impl Breaker {
    /// Waits while as many requests are under way as may fail.
    pub(crate) async fn admit(
        &self,
        generation: u64,
        is_verified: bool,
        now: impl Fn() -> Duration,
    ) -> Result<Admission<'_>, Open> {
        loop {
            let changed = self.changed.notified();
            tokio::pin!(changed);
            changed.as_mut().enable();
            if let Some(admission) = self.try_admit(generation, is_verified, now())? {
                return Ok(admission);
            }
            changed.await;
        }
    }

    fn try_admit(
        &self,
        generation: u64,
        is_verified: bool,
        now: Duration,
    ) -> Result<Option<Admission<'_>>, Open> {
        let mut state = self.lock();
        if state.generation < generation {
            // Other credentials, of which nothing is known yet.
            let suspects = state.suspects;
            *state = State {
                generation,
                works: is_verified,
                suspects,
                ..State::default()
            };
        }
        let is_suspect = !state.works;
        if let Some((until, _)) = state.open {
            let failures = state.failures;
            if now < until || state.suspects > 0 {
                let retry_after = until.saturating_sub(now).max(Duration::from_secs(1));
                return Err(Open {
                    failures,
                    retry_after,
                });
            }
        } else if is_suspect && state.failures + state.suspects >= MOST {
            return Ok(None);
        }
        state.suspects += u32::from(is_suspect);
        Ok(Some(Admission {
            breaker: self,
            generation,
            is_suspect,
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
        state.suspects = state.suspects.saturating_sub(u32::from(self.is_suspect));
        drop(state);
        self.breaker.changed.notify_waiters();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Duration = Duration::from_secs(1000);

    async fn admit(breaker: &Breaker, generation: u64, now: Duration) -> Result<Admission<'_>, Open> {
        breaker.admit(generation, false, || now).await
    }

    #[tokio::test]
    async fn it_opens_before_five_refused_logins_whatever_is_under_way() {
        let breaker = Breaker::default();
        let mut under_way = Vec::new();
        while let Some(admission) = breaker.try_admit(1, false, START).unwrap() {
            under_way.push(admission);
        }
        assert_eq!(under_way.len(), 4);
        under_way
            .into_iter()
            .for_each(|admission| admission.failed(START));
        let open = admit(&breaker, 1, START).await.err().unwrap();
        assert_eq!((open.failures, open.retry_after), (4, FIRST_PAUSE));
    }

    #[tokio::test]
    async fn after_a_pause_one_may_try_and_the_next_pause_is_longer() {
        let breaker = Breaker::default();
        for _ in 0..3 {
            admit(&breaker, 1, START).await.ok().unwrap().failed(START);
        }
        assert_eq!(breaker.state(START), BreakerState::Open);
        let later = START + FIRST_PAUSE;
        assert_eq!(breaker.state(later), BreakerState::HalfOpen);
        let probe = admit(&breaker, 1, later).await.ok().unwrap();
        assert!(admit(&breaker, 1, later).await.is_err());
        probe.failed(later);
        assert_eq!(
            admit(&breaker, 1, later).await.err().unwrap().retry_after,
            FIRST_PAUSE * 2
        );
        let probe = admit(&breaker, 1, later + FIRST_PAUSE * 2).await.ok().unwrap();
        assert!(probe.worked());
        assert_eq!(breaker.state(later), BreakerState::Closed);
    }

    #[tokio::test]
    async fn other_credentials_close_it() {
        let breaker = Breaker::default();
        for _ in 0..3 {
            admit(&breaker, 1, START).await.ok().unwrap().failed(START);
        }
        let other = admit(&breaker, 2, START).await.ok().unwrap();
        assert_eq!(breaker.state(START), BreakerState::Closed);
        // Nothing is learnt of them by a late answer to the old ones.
        let old = Admission {
            breaker: &breaker,
            generation: 1,
            is_suspect: false,
        };
        old.failed(START);
        assert!(other.worked());
    }

    #[tokio::test]
    async fn credentials_that_work_are_not_held_back() {
        let breaker = Breaker::default();
        assert!(admit(&breaker, 1, START).await.ok().unwrap().worked());
        let many: Vec<_> = (0..100)
            .map(|_| breaker.try_admit(1, false, START).unwrap().unwrap())
            .collect();
        assert_eq!(many.len(), 100);
    }
}
