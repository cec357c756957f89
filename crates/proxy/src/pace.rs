//! A body that is broken off where somebody gives or takes it so slowly that it only holds a slot of the account.

use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use countersign_world::Clock;
use http_body::{Body, Frame, SizeHint};

/// What has to pass while so long was waited for the caller. Time in which the account is waited for is not the caller's.
const LEAST: u64 = 64 * 1024;
/// For a body that comes.
const TIME: Duration = Duration::from_secs(10);

/// How much passes, and how long is waited for it.
pub(crate) struct Pace {
    time: Duration,
    longest: Duration,
    /// Since when the next part is waited for.
    since: Option<Duration>,
    /// Of both, since the last time enough had passed.
    waited: Duration,
    passed: u64,
    waited_in_all: Duration,
}

impl Pace {
    /// Too slow is who makes us wait `time` for [`LEAST`], or `longest` in all.
    pub(crate) const fn new(time: Duration, longest: Duration) -> Self {
        Self {
            time,
            longest,
            since: None,
            waited: Duration::ZERO,
            passed: 0,
            waited_in_all: Duration::ZERO,
        }
    }

    pub(crate) fn waits(&mut self, now: Duration) {
        self.since.get_or_insert(now);
    }

    pub(crate) fn went_on(&mut self, now: Duration, bytes: u64) {
        let since = self.since.take().unwrap_or(now);
        let waited = now.saturating_sub(since);
        self.waited = self.waited.saturating_add(waited);
        self.waited_in_all = self.waited_in_all.saturating_add(waited);
        self.passed = self.passed.saturating_add(bytes);
        if self.passed >= LEAST {
            self.passed = 0;
            self.waited = Duration::ZERO;
        }
    }

    pub(crate) fn is_too_slow(&self, now: Duration) -> bool {
        let waiting = self
            .since
            .map_or(Duration::ZERO, |since| now.saturating_sub(since));
        self.waited.saturating_add(waiting) >= self.time
            || self.waited_in_all.saturating_add(waiting) >= self.longest
    }
}

/// A request body that goes up as it comes.
pub(crate) struct Paced<B> {
    body: B,
    clock: Arc<dyn Clock>,
    pace: Pace,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the request body came more slowly than {LEAST} bytes in {} s while it held a slot of the account: send it faster, \
     or in parts that can be held",
    TIME.as_secs()
)]
pub(crate) struct TooSlow;

impl<B> Paced<B> {
    /// From the moment on at which the slot is there.
    pub(crate) const fn new(body: B, clock: Arc<dyn Clock>) -> Self {
        Self {
            body,
            clock,
            pace: Pace::new(TIME, Duration::MAX),
        }
    }
}

impl<B> Body for Paced<B>
where
    B: Body<Data = Bytes> + Unpin,
    B::Error: Into<Box<dyn Error + Send + Sync>>,
{
    type Data = Bytes;
    type Error = Box<dyn Error + Send + Sync>;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        let now = self.clock.elapsed();
        let Poll::Ready(part) = polled else {
            // Whoever sends nothing at all is broken off by the listener.
            self.pace.waits(now);
            return Poll::Pending;
        };
        let data = part.as_ref().and_then(|part| part.as_ref().ok()?.data_ref());
        let length = data.map(|data| data.len() as u64);
        self.pace.went_on(now, length.unwrap_or_default());
        if length.is_some() && self.pace.is_too_slow(now) {
            return Poll::Ready(Some(Err(TooSlow.into())));
        }
        Poll::Ready(part.map(|part| part.map_err(Into::into)))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::{FixedClock, UnixTime};
    use std::convert::Infallible;

    /// Parts, each after one time of asking in vain.
    struct Parts {
        length: usize,
        is_there: bool,
    }

    impl Body for Parts {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            self.is_there = !self.is_there;
            match self.is_there {
                true => Poll::Pending,
                false => Poll::Ready(Some(Ok(Frame::data(vec![b'x'; self.length].into())))),
            }
        }
    }

    /// After how many parts it is broken off, of a hundred at most.
    fn parts(length: usize, seconds_waited: u64, seconds_between: u64) -> Option<usize> {
        let clock = Arc::new(FixedClock::at(UnixTime::from_seconds(1000)));
        let body = Parts {
            length,
            is_there: false,
        };
        let mut paced = Paced::new(body, clock.clone());
        let mut context = Context::from_waker(std::task::Waker::noop());
        (0..100).find(|_| {
            assert!(Pin::new(&mut paced).poll_frame(&mut context).is_pending());
            clock.advance(Duration::from_secs(seconds_waited));
            let part = Pin::new(&mut paced).poll_frame(&mut context);
            clock.advance(Duration::from_secs(seconds_between));
            match part {
                Poll::Ready(Some(Err(error))) => error.is::<TooSlow>(),
                _ => false,
            }
        })
    }

    #[test]
    fn whoever_takes_just_enough_makes_nobody_wait_for_ever() {
        let mut pace = Pace::new(TIME, TIME * 10);
        let mut now = Duration::from_secs(1000);
        let mut parts = 0;
        while !pace.is_too_slow(now) {
            pace.waits(now);
            now += TIME / 2;
            pace.went_on(now, LEAST);
            parts += 1;
        }
        assert_eq!(parts, 20);
    }

    #[test]
    fn a_body_that_trickles_is_broken_off_and_one_that_an_account_takes_slowly_is_not() {
        assert_eq!(parts(1, 1, 0), Some(9));
        assert_eq!(parts(6 * 1024, 1, 0), Some(9));
        assert_eq!(parts(1, 30, 0), Some(0));
        assert_eq!(parts(7 * 1024, 1, 0), None);
        assert_eq!(parts(64 * 1024, 30, 0), None);
        assert_eq!(parts(1, 0, 60), None);
    }
}
