//! How busy an HTTP/2 connection is. HTTP/1's own timeouts see that by themselves.
//!
//! Invariant: what is not finished either waits for us, or for the client to take it.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use http_body::{Body, Frame, SizeHint};

#[derive(Debug, Default)]
pub(crate) struct Activity {
    begun: AtomicUsize,
    /// Requests that wait for us: for the service, or for more of an answer.
    waiting: AtomicUsize,
    /// How often the client was ready for more of an answer.
    taken: AtomicUsize,
}

/// One request, until its answer is out.
pub(crate) struct Work {
    activity: Arc<Activity>,
    waits: bool,
}

/// The body of an answer.
pub(crate) struct Answer<B> {
    body: Pin<Box<B>>,
    work: Work,
}

impl Activity {
    pub(crate) fn begin(self: &Arc<Self>) -> Work {
        self.begun.fetch_add(1, Ordering::Relaxed);
        self.waiting.fetch_add(1, Ordering::Relaxed);
        Work {
            activity: Arc::clone(self),
            waits: true,
        }
    }

    /// Ready when for this long no request came, none waited for us and no answer was taken further, and at the latest at
    /// twice that.
    pub(crate) async fn none_for(&self, time: Duration) {
        let mut before = (0, 0);
        loop {
            tokio::time::sleep(time).await;
            let now = (
                self.begun.load(Ordering::Relaxed),
                self.taken.load(Ordering::Relaxed),
            );
            if now == before && self.waiting.load(Ordering::Relaxed) == 0 {
                return;
            }
            before = now;
        }
    }
}

impl Work {
    pub(crate) fn answered<B>(mut self, body: B) -> Answer<B> {
        self.waits(false);
        Answer {
            body: Box::pin(body),
            work: self,
        }
    }

    fn waits(&mut self, waits: bool) {
        match (self.waits, waits) {
            (false, true) => _ = self.activity.waiting.fetch_add(1, Ordering::Relaxed),
            (true, false) => _ = self.activity.waiting.fetch_sub(1, Ordering::Relaxed),
            _ => {}
        }
        self.waits = waits;
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        self.waits(false);
    }
}

impl<B: Body> Body for Answer<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        // Only asked for while the client's window is open.
        self.work.activity.taken.fetch_add(1, Ordering::Relaxed);
        let frame = self.body.as_mut().poll_frame(context);
        self.work.waits(frame.is_pending());
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
