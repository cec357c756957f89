//! Waits for a slot. What is decided, [`Schedule`] decides; this hands its verdicts to the tasks that wait for them.
//!
//! Invariant: a verdict is handed over under the lock it was come to under. So a waiter that goes away either still has
//! its place, and leaves, or has its verdict, and gives the slot back.

use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_world::Clock;
use tokio::sync::oneshot;

use crate::{Again, Answer, Ask, Busy, End, Gauge, Place, PlaceId, Schedule, Settings, Slot, Verdict};

/// The slots of one account, for tasks. Clones share them.
#[derive(Clone)]
pub struct Governor(Arc<Shared>);

struct Shared {
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

struct State {
    schedule: Schedule,
    waiting: BTreeMap<PlaceId, oneshot::Sender<Verdict>>,
}

/// A running request's slot: free again when this is dropped.
#[must_use = "the slot is free again as soon as the permit is dropped"]
pub struct Permit {
    shared: Arc<Shared>,
    /// Gone only while the request waits again.
    slot: Option<Slot>,
    end: End,
}

impl Governor {
    pub fn new(settings: Settings, clock: Arc<dyn Clock>) -> Self {
        let state = State {
            schedule: Schedule::new(&settings),
            waiting: BTreeMap::new(),
        };
        Self(Arc::new(Shared {
            clock,
            state: Mutex::new(state),
        }))
    }

    /// Waits for a slot, at most as long as the request's patience. Whoever stops waiting gives up the place.
    ///
    /// # Errors
    /// [`Busy`], with when to try again.
    pub async fn acquire(&self, ask: Ask) -> Result<Permit, Busy> {
        let waits = {
            let mut state = self.0.lock();
            match state.schedule.ask(&ask, self.0.clock.elapsed())? {
                Answer::Granted(slot) => return Ok(Permit::of(self.0.clone(), slot)),
                Answer::Waits(place) => state.wait(self.0.clone(), place),
            }
        };
        waits.verdict().await
    }

    /// The account's governance service told its limit.
    pub fn learn(&self, limit: NonZeroU32) {
        let now = self.0.clock.elapsed();
        self.0.with_schedule(|schedule| schedule.learn(limit, now));
    }

    pub fn gauge(&self) -> Gauge {
        self.0.lock().schedule.gauge(self.0.clock.elapsed())
    }
}

impl fmt::Debug for Governor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Governor").finish_non_exhaustive()
    }
}

impl Permit {
    fn of(shared: Arc<Shared>, slot: Slot) -> Self {
        Self {
            shared,
            slot: Some(slot),
            end: End::Unknown,
        }
    }

    /// The account let the request in. To be said when its answer begins; the slot stays taken until the drop.
    pub fn answered(&mut self) {
        self.end = End::Answered;
    }

    /// The account refused the request for concurrency. Gives a permit to send it again with, within the patience it was
    /// asked with; it waits before others of its caller.
    ///
    /// # Errors
    /// [`Busy::Late`] where there is no time left.
    pub async fn refused(mut self) -> Result<Self, Busy> {
        let Some(slot) = self.slot.take() else {
            return Ok(self);
        };
        let waits = {
            let mut state = self.shared.lock();
            let again = state.schedule.refused(slot, self.shared.clock.elapsed());
            let waits = match again {
                Again::Granted(slot) => Ok(Ok(slot)),
                Again::Late(busy) => Err(busy),
                Again::Alone { slot, pause } => Ok(Err(Wait::Pause(slot, pause))),
                Again::Waits(place) => Ok(Err(Wait::Place(state.wait(self.shared.clone(), place)))),
            };
            state.hand_over();
            waits?
        };
        match waits {
            Ok(slot) => self.slot = Some(slot),
            Err(Wait::Place(waits)) => return waits.verdict().await,
            Err(Wait::Pause(slot, pause)) => {
                // Held meanwhile, and given back if this is dropped.
                self.slot = Some(slot);
                tokio::time::sleep(pause).await;
            }
        }
        Ok(self)
    }
}

enum Wait {
    Place(Waiting),
    Pause(Slot, Duration),
}

impl Drop for Permit {
    fn drop(&mut self) {
        if let Some(slot) = self.slot.take() {
            let now = self.shared.clock.elapsed();
            let end = self.end;
            self.shared
                .with_schedule(|schedule| schedule.release(slot, end, now));
        }
    }
}

impl fmt::Debug for Permit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Permit")
            .field("slot", &self.slot)
            .finish_non_exhaustive()
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_schedule(&self, act: impl FnOnce(&mut Schedule)) {
        let mut state = self.lock();
        act(&mut state.schedule);
        state.hand_over();
    }
}

impl State {
    fn wait(&mut self, shared: Arc<Shared>, place: Place) -> Waiting {
        let (sender, verdict) = oneshot::channel();
        self.waiting.insert(place.id(), sender);
        Waiting {
            shared,
            place,
            verdict,
        }
    }

    fn hand_over(&mut self) {
        while let Some((id, verdict)) = self.schedule.verdict() {
            if let Some(sender) = self.waiting.remove(&id) {
                // Its receiver is there: a `Waiting` that is dropped takes its sender out first, under this lock.
                let _ = sender.send(verdict);
            }
        }
    }
}

/// A task's place in the queue; dropped, it is left.
struct Waiting {
    shared: Arc<Shared>,
    place: Place,
    verdict: oneshot::Receiver<Verdict>,
}

impl Waiting {
    async fn verdict(mut self) -> Result<Permit, Busy> {
        loop {
            let left = self.place.deadline().saturating_sub(self.shared.clock.elapsed());
            match tokio::time::timeout(left, &mut self.verdict).await {
                Ok(Ok(Verdict::Granted(slot))) => return Ok(Permit::of(self.shared.clone(), slot)),
                Ok(Ok(Verdict::Late(busy))) => return Err(busy),
                // Nobody is left to give a verdict, which only a bug could bring about.
                Ok(Err(_)) => {
                    return Err(Busy::Late {
                        retry_after: Duration::from_secs(1),
                    });
                }
                Err(_) => (),
            }
            let now = self.shared.clock.elapsed();
            let place = &self.place;
            self.shared.with_schedule(|schedule| schedule.overdue(place, now));
        }
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut state = self.shared.lock();
        if state.waiting.remove(&self.place.id()).is_some() {
            state.schedule.leave(&self.place);
        } else if let Ok(Verdict::Granted(slot)) = self.verdict.try_recv() {
            let now = self.shared.clock.elapsed();
            state.schedule.release(slot, End::Unknown, now);
            state.hand_over();
        }
    }
}
