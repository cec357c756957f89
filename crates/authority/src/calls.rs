//! The calls of an account as they happen, for whoever follows them.
//!
//! Invariant: no call waits for a follower. What a slow one misses is counted and gone; where nobody follows, nothing is
//! made ready. Whoever may not follow any more is told nothing more.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign_diagnose::Certainty;
use countersign_model::{Detail, Level, LoginId, Permission, RequestUri, Surface};
use countersign_world::UnixTime;
use tokio::sync::broadcast::error::{RecvError, TryRecvError};
use tokio::sync::{broadcast, watch};
use tokio::time::{Interval, MissedTickBehavior, interval};

use crate::administration::AdministrationError;
use crate::audience::{Audience, Seat};
use crate::authority::Authority;
use crate::caller::{Caller, Forbidden};

/// Events that are kept for who reads them later than they come.
const KEPT: usize = 1024;

/// How often a follower is asked again whether they may.
const ASKED_AGAIN: Duration = Duration::from_secs(1);

/// Something that happened. Cheap to clone.
#[derive(Clone, Debug)]
pub enum Happened {
    Call(Arc<AnsweredCall>),
    /// A diagnosis has found out about a refused call, told before.
    Named(Arc<NamedCall>),
}

/// A call that was answered.
#[derive(Clone, Debug)]
pub struct AnsweredCall {
    pub at: UnixTime,
    pub surface: Surface,
    pub method: String,
    pub path: RequestUri,
    /// None where the connection was closed without an answer.
    pub status: Option<u16>,
    pub micros: u64,
    /// None of who was let in.
    pub refused: Option<RefusedCall>,
}

/// What is known of a refusal when it is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedCall {
    /// Its row in the trail, where it has one.
    pub row: Option<LoginId>,
    /// None where it is no login failure.
    pub detail: Option<Detail>,
    pub mistake: Option<String>,
    pub reason: String,
    /// Refusals since the start that nobody looked into, as there were too many.
    pub skipped: u64,
}

/// What a diagnosis found.
#[derive(Clone, Debug)]
pub struct NamedCall {
    pub row: LoginId,
    pub mistake: &'static str,
    pub certainty: Certainty,
    pub cause: String,
}

/// What a follower is given.
#[derive(Clone, Debug)]
pub enum Followed {
    Happened(Happened),
    /// So many were missed: they came faster than they were read.
    Missed(u64),
}

/// Everybody who follows.
#[derive(Clone, Debug)]
pub(crate) struct Calls {
    happened: broadcast::Sender<Happened>,
    is_over: Arc<watch::Sender<bool>>,
    audience: Audience,
}

/// Somebody who follows. It ends with the account, with their session, key or permission, or when it is dropped.
pub struct Follower {
    feed: Feed,
    authority: Arc<Authority>,
    caller: Caller,
    asked_again: Interval,
    /// None for whoever owns the data folder.
    _seat: Option<Seat>,
}

#[derive(Debug)]
struct Feed {
    happened: broadcast::Receiver<Happened>,
    is_over: watch::Receiver<bool>,
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            happened: broadcast::Sender::new(KEPT),
            is_over: Arc::new(watch::Sender::new(false)),
            audience: Audience::default(),
        }
    }
}

impl Calls {
    pub(crate) fn is_followed(&self) -> bool {
        self.happened.receiver_count() > 0
    }

    pub(crate) fn tell(&self, happened: Happened) {
        // Nobody follows: nobody is told.
        let _ = self.happened.send(happened);
    }

    fn follow(&self) -> Feed {
        Feed {
            happened: self.happened.subscribe(),
            is_over: self.is_over.subscribe(),
        }
    }

    pub(crate) fn end(&self) {
        self.is_over.send_replace(true);
    }
}

impl Feed {
    fn skip(&mut self) {
        while let Ok(_) | Err(TryRecvError::Lagged(_)) = self.happened.try_recv() {}
    }

    async fn next(&mut self) -> Option<Followed> {
        tokio::select! {
            biased;
            happened = self.happened.recv() => match happened {
                Ok(happened) => Some(Followed::Happened(happened)),
                Err(RecvError::Lagged(missed)) => Some(Followed::Missed(missed)),
                Err(RecvError::Closed) => None,
            },
            _ = self.is_over.wait_for(|is_over| *is_over) => None,
        }
    }
}

impl Follower {
    /// The next of what happened; none once the account is closed, or whoever follows may not any more.
    pub async fn next(&mut self) -> Option<Followed> {
        loop {
            tokio::select! {
                biased;
                // Attack: a key that was revoked, and goes on reading where it began before.
                _ = self.asked_again.tick() => {
                    let caller = self.authority.caller_again(&self.caller).await.ok()?;
                    may_follow(&caller).ok()?;
                }
                followed = self.feed.next() => return followed,
            }
        }
    }

    /// Passes over what happened until now, for whoever looks at all of it at once. Whether it ended, [`Self::next`] says.
    pub fn skip(&mut self) {
        self.feed.skip();
    }
}

impl fmt::Debug for Follower {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Follower({:?})", self.caller)
    }
}

fn may_follow(caller: &Caller) -> Result<(), Forbidden> {
    caller.require(Permission::ViewLoginAuditTrail, Level::Full)
}

impl Authority {
    /// Follows the calls from here on, for whoever may see the Login Audit Trail.
    ///
    /// # Errors
    /// Among others [`AudienceFull`](crate::AudienceFull).
    pub fn follow_calls(self: &Arc<Self>, caller: Caller) -> Result<Follower, AdministrationError> {
        may_follow(&caller)?;
        let seat = caller
            .listener()
            .map(|listener| self.calls.audience.seat(listener));
        let seat = seat.transpose()?;
        let mut asked_again = interval(ASKED_AGAIN);
        asked_again.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Ok(Follower {
            feed: self.calls.follow(),
            authority: Arc::clone(self),
            caller,
            asked_again,
            _seat: seat,
        })
    }

    /// Whether anybody follows, so that a call is worth telling.
    pub fn is_followed(&self) -> bool {
        self.calls.is_followed()
    }

    pub fn tell_call(&self, call: AnsweredCall) {
        self.calls.tell(Happened::Call(Arc::new(call)));
    }

    /// Lets everybody who follows go: a server that stops waits for their connections.
    pub fn end_following(&self) {
        self.calls.end();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(status: u16) -> Happened {
        Happened::Call(Arc::new(AnsweredCall {
            at: UnixTime::from_seconds(1),
            surface: Surface::Rest,
            method: "GET".to_owned(),
            path: RequestUri::of("/"),
            status: Some(status),
            micros: 1,
            refused: None,
        }))
    }

    #[tokio::test]
    async fn a_slow_follower_is_told_how_much_it_missed_and_goes_on() {
        let calls = Calls::default();
        assert!(!calls.is_followed());
        let mut follower = calls.follow();
        for _ in 0..KEPT + 5 {
            calls.tell(call(200));
        }
        assert!(matches!(follower.next().await, Some(Followed::Missed(5))));
        assert!(matches!(
            follower.next().await,
            Some(Followed::Happened(Happened::Call(_)))
        ));
        calls.tell(call(401));
        follower.skip();
        calls.tell(call(500));
        let Some(Followed::Happened(Happened::Call(next))) = follower.next().await else {
            panic!("what happens after what was passed over is told");
        };
        assert_eq!(next.status, Some(500));
        drop(follower);
        assert!(!calls.is_followed());
    }

    #[tokio::test]
    async fn the_end_lets_every_follower_go_after_what_happened_before() {
        let calls = Calls::default();
        let mut follower = calls.follow();
        calls.tell(call(401));
        calls.end();
        assert!(matches!(follower.next().await, Some(Followed::Happened(_))));
        assert!(follower.next().await.is_none());
        assert!(
            calls.follow().next().await.is_none(),
            "nobody begins after the end"
        );
    }
}
