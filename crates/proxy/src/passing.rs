//! Answers that are passed on, each with the slot it holds, and the watch over whether their callers take them.
//!
//! Attack: a caller that takes a little now and then keeps its slot for as long as it likes, and with as many requests as the
//! account runs keeps everybody else's. Nobody asks such an answer for its next part, so that it cannot notice by itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::Bytes;
use countersign_governor::Permit;
use countersign_world::Clock;
use http_body::SizeHint;

use crate::answer::{AnswerError, Upstream};
use crate::note::Note;
use crate::pace::Pace;

/// How long it is waited for a caller that does not take the least there is to take. A listener is no more patient with one
/// that takes nothing.
const TIME: Duration = Duration::from_secs(30);
/// How long it is waited for a caller in all. A listener is no more patient with one that sends.
const LONGEST: Duration = Duration::from_mins(10);
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// What a request holds until it is over.
pub(crate) struct Held {
    pub(crate) note: Note,
    pub(crate) _permit: Permit,
}

/// An answer on its way.
pub(crate) struct Passing {
    clock: Arc<dyn Clock>,
    way: Mutex<Way>,
}

struct Way {
    /// Nothing once it was broken off here.
    upstream: Option<Upstream>,
    /// Until the last byte has come.
    held: Option<Held>,
    pace: Pace,
    /// Bytes of the last part: they are taken when the next one is asked for.
    given: u64,
}

/// The answers that are on their way.
#[derive(Default)]
pub(crate) struct Answers(Mutex<Vec<Weak<Passing>>>);

impl Answers {
    pub(crate) fn begin(&self, upstream: Upstream, held: Held, clock: Arc<dyn Clock>) -> Arc<Passing> {
        let is_over = upstream.is_at_end();
        let passing = Arc::new(Passing {
            clock,
            way: Mutex::new(Way {
                upstream: Some(upstream),
                held: Some(held),
                pace: Pace::new(TIME, LONGEST),
                given: 0,
            }),
        });
        match is_over {
            true => passing.way().end(),
            false => self.all().push(Arc::downgrade(&passing)),
        }
        passing
    }

    /// Breaks off what is not taken, until it is dropped.
    pub(crate) async fn watch(&self) {
        loop {
            tokio::time::sleep(LOOK_EVERY).await;
            let alive = {
                let mut all = self.all();
                all.retain(|one| one.strong_count() > 0);
                all.clone()
            };
            alive.iter().filter_map(Weak::upgrade).for_each(|one| one.look());
        }
    }

    fn all(&self) -> MutexGuard<'_, Vec<Weak<Passing>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Passing {
    pub(crate) fn poll_data(&self, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, AnswerError>>> {
        let now = self.clock.elapsed();
        let mut way = self.way();
        let given = std::mem::take(&mut way.given);
        way.pace.went_on(now, given);
        let Some(upstream) = &mut way.upstream else {
            return Poll::Ready(Some(Err(AnswerError::NotTaken)));
        };
        let polled = ready!(upstream.poll_data(context));
        // Nothing more will be asked of a body whose length is known.
        let is_over = upstream.is_at_end();
        match &polled {
            Some(Ok(data)) if !is_over => {
                way.given = data.len() as u64;
                way.pace.waits(now);
            }
            None | Some(Ok(_)) => way.end(),
            Some(Err(error)) => way.break_off(error),
        }
        Poll::Ready(polled)
    }

    fn look(&self) {
        let mut way = self.way();
        if way.held.is_some() && way.pace.is_too_slow(self.clock.elapsed()) {
            way.break_off(&AnswerError::NotTaken);
            // With its connection: the account is to stop, too.
            way.upstream = None;
        }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.way().upstream.as_ref().is_some_and(Upstream::is_at_end)
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        let way = self.way();
        way.upstream.as_ref().map(Upstream::size_hint).unwrap_or_default()
    }

    fn way(&self) -> MutexGuard<'_, Way> {
        self.way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Way {
    /// All of it has come.
    fn end(&mut self) {
        if let Some(Held { note, _permit }) = self.held.take() {
            note.answered();
        }
    }

    fn break_off(&mut self, error: &AnswerError) {
        if let Some(Held { note, _permit }) = self.held.take() {
            tracing::warn!(%error, "an answer could not be passed on whole");
            note.broke_off();
        }
    }
}
