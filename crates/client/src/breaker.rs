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

use crate::logins::Edition;

/// Refused logins in a row, one fewer than lock.
const MOST: u32 = 4;
/// Refused logins after which it opens.
const OPENS_AT: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_secs(60);
/// After which NetSuite unlocks a user.
pub(crate) const LATER_PAUSE: Duration = Duration::from_mins(30);

/// Of a token, or of an account.
#[derive(Debug, Default)]
pub struct Breaker {
    /// That one token works says nothing of the others then.
    is_of_account: bool,
    state: Mutex<State>,
    changed: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// What is known to work.
    works: Option<Edition>,
    /// What was tried since a login last worked.
    tried: Vec<Edition>,
    failures: u32,
    last_failure: Option<Duration>,
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
pub struct Open {
    /// In a row.
    pub failures: u32,
    pub retry_after: Duration,
}

/// Of a call: whether its body is held in full, or comes as fast as its caller likes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sending {
    Held,
    Upload,
}

/// The right to send one request. Dropped without a word, nothing was learnt by it.
#[derive(Debug)]
#[must_use]
pub struct Admission<'b> {
    breaker: &'b Breaker,
    edition: Edition,
    suspect: Option<Sending>,
}

impl Breaker {
    pub(crate) fn of_account() -> Self {
        Self {
            is_of_account: true,
            ..Self::default()
        }
    }

    /// Ends when what is under way, or known of the credentials, is no longer what it was when this was called.
    pub fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    /// Nothing while as many requests are under way as may fail. `is_verified` says whether these credentials have worked
    /// before; it counts when they are seen for the first time. `now` is the time since the start.
    ///
    /// # Errors
    /// So many logins failed that nothing is sent for a while.
    pub fn try_admit(
        &self,
        edition: Edition,
        is_verified: bool,
        sending: Sending,
        now: Duration,
    ) -> Result<Option<Admission<'_>>, Open> {
        let mut state = self.lock();
        if !self.is_of_account {
            state.meet(edition, is_verified, now);
        }
        let suspect = (state.works != Some(edition)).then_some(sending);
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
            edition,
            suspect,
        }))
    }

    /// How long these credentials must rest before a call whose body is held; nothing where one may be tried.
    pub fn rest(&self, edition: Edition, now: Duration) -> Option<Duration> {
        let admitted = self.try_admit(edition, false, Sending::Held, now);
        admitted.err().map(|open| open.retry_after)
    }

    /// A login of this token worked elsewhere `at` that time since the start: where none failed since, one may try again at
    /// once. The count goes on until it has.
    pub fn worked_elsewhere(&self, at: Duration) {
        let mut state = self.lock();
        if state.last_failure.is_some_and(|failed| failed < at)
            && let Some((until, _)) = &mut state.open
        {
            *until = at.min(*until);
        }
    }

    pub fn state(&self, now: Duration) -> BreakerState {
        match self.lock().open {
            None => BreakerState::Closed,
            Some((until, _)) if now < until => BreakerState::Open,
            Some(_) => BreakerState::HalfOpen,
        }
    }

    /// When one is tried again, whoever asks; nothing where one may be tried now.
    pub fn tried_again_in(&self, now: Duration) -> Option<Duration> {
        let (until, _) = self.lock().open?;
        Some(until.saturating_sub(now)).filter(|rest| !rest.is_zero())
    }

    /// Whether a login failed in the last half hour.
    pub(crate) fn failed_lately(&self, now: Duration) -> bool {
        let last = self.lock().last_failure;
        last.is_some_and(|last| now.saturating_sub(last) < LATER_PAUSE)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Other secrets of the same token may try once while it is open. The count goes on: it is the user who is locked.
    fn meet(&mut self, edition: Edition, is_verified: bool, now: Duration) {
        if self.works == Some(edition) || self.tried.contains(&edition) || self.tried.len() >= MOST as usize {
            return;
        }
        self.tried.push(edition);
        if is_verified && self.failures == 0 {
            self.works = Some(edition);
        }
        if let Some((until, _)) = &mut self.open
            && self.failures < MOST
        {
            *until = now;
        }
    }
}

impl Admission<'_> {
    /// The login was accepted. Whether that is news.
    pub fn worked(self) -> bool {
        let mut state = self.breaker.lock();
        let is_news = state.works != Some(self.edition) || state.failures > 0;
        state.works = Some(self.edition);
        if !self.breaker.is_of_account {
            state.failures = 0;
            state.open = None;
            state.tried.clear();
        }
        is_news
    }

    /// The login was refused.
    pub fn failed(self, now: Duration) {
        let mut state = self.breaker.lock();
        if state.works == Some(self.edition) {
            state.works = None;
        }
        state.failures = state.failures.saturating_add(1);
        state.last_failure = Some(now);
        if state.failures >= OPENS_AT {
            let pause = match state.open {
                None => FIRST_PAUSE,
                Some((until, _)) if until <= now => LATER_PAUSE,
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

    fn admit(breaker: &Breaker, edition: u64, now: Duration) -> Result<Admission<'_>, Open> {
        let admission = breaker.try_admit(Edition::of(edition), false, Sending::Held, now)?;
        Ok(admission.expect("as many are under way as may fail"))
    }

    #[test]
    fn it_opens_before_five_refused_logins_whatever_is_under_way() {
        let breaker = Breaker::default();
        let mut under_way = Vec::new();
        while let Some(admission) = breaker
            .try_admit(Edition::of(1), false, Sending::Held, START)
            .unwrap()
        {
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
        assert_eq!(breaker.tried_again_in(START), Some(FIRST_PAUSE));
        let later = START + FIRST_PAUSE;
        assert_eq!(breaker.state(later), BreakerState::HalfOpen);
        assert_eq!(breaker.tried_again_in(later), None);
        let probe = admit(&breaker, 1, later).ok().unwrap();
        assert!(admit(&breaker, 1, later).is_err());
        probe.failed(later);
        // The next failure would be the fifth: by then NetSuite has unlocked whom the others could have locked.
        assert_eq!(admit(&breaker, 1, later).err().unwrap().retry_after, LATER_PAUSE);
        let probe = admit(&breaker, 1, later + LATER_PAUSE).ok().unwrap();
        assert!(probe.worked());
        assert_eq!(breaker.state(later), BreakerState::Closed);
    }

    #[test]
    fn a_login_that_worked_elsewhere_lets_one_try_at_once_and_an_older_one_does_not() {
        let breaker = Breaker::default();
        breaker.worked_elsewhere(START);
        for _ in 0..3 {
            admit(&breaker, 1, START).ok().unwrap().failed(START);
        }
        breaker.worked_elsewhere(START);
        let now = START + Duration::from_secs(2);
        assert_eq!(breaker.state(now), BreakerState::Open);
        let elsewhere = START + Duration::from_secs(1);
        breaker.worked_elsewhere(elsewhere);
        assert_eq!(breaker.state(now), BreakerState::HalfOpen);
        let probe = admit(&breaker, 1, now).ok().unwrap();
        assert!(admit(&breaker, 1, now).is_err(), "one at a time");
        probe.failed(now);
        // What is known already is no reason to try once more.
        breaker.worked_elsewhere(elsewhere);
        assert_eq!(admit(&breaker, 1, now).err().unwrap().retry_after, LATER_PAUSE);
        breaker.worked_elsewhere(now + Duration::from_secs(1));
        let probe = admit(&breaker, 1, now + Duration::from_secs(1)).ok().unwrap();
        assert!(probe.worked());
        assert_eq!(breaker.state(now), BreakerState::Closed);
    }

    #[test]
    fn other_secrets_of_the_token_may_try_once_and_do_not_begin_to_count_anew() {
        let breaker = Breaker::default();
        for _ in 0..3 {
            admit(&breaker, 1, START).ok().unwrap().failed(START);
        }
        assert!(admit(&breaker, 1, START).is_err());
        let other = admit(&breaker, 2, START).ok().unwrap();
        assert!(admit(&breaker, 2, START).is_err(), "one at a time");
        assert!(other.worked());
        assert_eq!(breaker.state(START), BreakerState::Closed);
        // Whoever changes the secrets again and again has no more tries for it.
        for _ in 0..3 {
            admit(&breaker, 1, START).ok().unwrap().failed(START);
        }
        admit(&breaker, 3, START).ok().unwrap().failed(START);
        for edition in 4..10 {
            let open = admit(&breaker, edition, START).err().unwrap();
            assert_eq!((open.failures, open.retry_after), (4, LATER_PAUSE));
        }
    }

    #[test]
    fn that_one_set_of_secrets_works_lets_no_other_of_the_token_fail_without_end() {
        let breaker = Breaker::default();
        assert!(admit(&breaker, 1, START).ok().unwrap().worked());
        let unknown: Vec<_> = std::iter::from_fn(|| {
            breaker
                .try_admit(Edition::of(2), false, Sending::Held, START)
                .ok()
                .flatten()
        })
        .collect();
        assert_eq!(unknown.len(), 4);
    }

    #[test]
    fn of_an_account_the_count_goes_on_over_its_tokens() {
        let breaker = Breaker::of_account();
        for token in 1..4 {
            assert!(admit(&breaker, 100 + token, START).ok().unwrap().worked());
            admit(&breaker, token, START).ok().unwrap().failed(START);
        }
        assert!(admit(&breaker, 200, START).is_err());
    }

    #[test]
    fn credentials_that_work_are_not_held_back() {
        let breaker = Breaker::default();
        assert!(admit(&breaker, 1, START).ok().unwrap().worked());
        let many: Vec<_> = (0..100)
            .map(|_| {
                breaker
                    .try_admit(Edition::of(1), false, Sending::Held, START)
                    .unwrap()
                    .unwrap()
            })
            .collect();
        assert_eq!(many.len(), 100);
    }

    #[test]
    fn one_upload_is_under_way_at_a_time_and_the_others_places_are_left_to_what_is_held() {
        let breaker = Breaker::default();
        let send = |sending, now| breaker.try_admit(Edition::of(1), false, sending, now);
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
        assert_eq!(many.len(), 9);
        drop(upload);
    }
}
