//! The answer on its way back: streamed, with the slot it holds and the row that is written when it is over.

use std::collections::VecDeque;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body as _, Frame, SizeHint};
use http_body_util::Full;
use hyper::body::Incoming;
use tokio::time::Sleep;

use crate::links::Links;
use crate::passing::Passing;

/// The body of an answer. Dropped before its end, it frees what it held as well.
pub struct AnswerBody(Source);

enum Source {
    Whole(Full<Bytes>),
    Passing(Arc<Passing>),
}

pub(crate) struct Upstream {
    ahead: VecDeque<Bytes>,
    rest: Incoming,
    links: Option<Links>,
    is_over: bool,
    idle_time: Duration,
    idle: Option<Pin<Box<Sleep>>>,
}

/// Why an answer broke off. Its beginning is with the caller already.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    #[error("the account's answer broke off: {0}")]
    Broken(hyper::Error),
    #[error("the account's answer stood still for {} s", .0.as_secs())]
    Idle(Duration),
    #[error(
        "the caller took the answer so slowly that it only held a slot of the account: it has to read it faster"
    )]
    NotTaken,
}

impl AnswerBody {
    /// An answer of ours, which holds nothing.
    pub fn whole(bytes: Bytes) -> Self {
        Self(Source::Whole(Full::new(bytes)))
    }

    pub(crate) const fn passing(passing: Arc<Passing>) -> Self {
        Self(Source::Passing(passing))
    }
}

impl Upstream {
    pub(crate) const fn new(
        ahead: VecDeque<Bytes>,
        rest: Incoming,
        links: Option<Links>,
        idle_time: Duration,
    ) -> Self {
        Self {
            ahead,
            rest,
            links,
            is_over: false,
            idle_time,
            idle: None,
        }
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.is_over || (self.ahead.is_empty() && self.rest.is_end_stream() && self.links.is_none())
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        if self.links.is_some() {
            return SizeHint::default();
        }
        let ahead = self.ahead.iter().map(|data| data.len() as u64).sum::<u64>();
        match self.rest.size_hint().exact() {
            Some(rest) => SizeHint::with_exact(rest.saturating_add(ahead)),
            None => SizeHint::default(),
        }
    }

    pub(crate) fn poll_data(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, AnswerError>>> {
        loop {
            let data = match self.ahead.pop_front() {
                Some(data) => Some(data),
                None if self.is_over => return Poll::Ready(None),
                None => match Pin::new(&mut self.rest).poll_frame(context) {
                    Poll::Ready(Some(Ok(frame))) => match frame.into_data() {
                        Ok(data) => Some(data),
                        Err(_trailers) => continue,
                    },
                    Poll::Ready(Some(Err(error))) => {
                        return Poll::Ready(Some(Err(AnswerError::Broken(error))));
                    }
                    Poll::Ready(None) => None,
                    Poll::Pending => {
                        let time = self.idle_time;
                        let idle = self
                            .idle
                            .get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
                        return match idle.as_mut().poll(context) {
                            Poll::Ready(()) => Poll::Ready(Some(Err(AnswerError::Idle(time)))),
                            Poll::Pending => Poll::Pending,
                        };
                    }
                },
            };
            self.idle = None;
            let data = match (&mut self.links, data) {
                (Some(links), Some(data)) => links.pass(&data),
                (Some(links), None) => {
                    self.is_over = true;
                    links.rest()
                }
                (None, Some(data)) => data,
                (None, None) => {
                    self.is_over = true;
                    return Poll::Ready(None);
                }
            };
            if !data.is_empty() {
                return Poll::Ready(Some(Ok(data)));
            }
        }
    }
}

impl http_body::Body for AnswerBody {
    type Data = Bytes;
    type Error = AnswerError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, AnswerError>>> {
        match &mut self.0 {
            Source::Whole(whole) => Pin::new(whole)
                .poll_frame(context)
                .map_err(|never| match never {}),
            Source::Passing(passing) => {
                let polled = std::task::ready!(passing.poll_data(context));
                Poll::Ready(polled.map(|data| data.map(Frame::data)))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.0 {
            Source::Whole(whole) => whole.is_end_stream(),
            Source::Passing(passing) => passing.is_at_end(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        match &self.0 {
            Source::Whole(whole) => whole.size_hint(),
            Source::Passing(passing) => passing.size_hint(),
        }
    }
}

/// The contents may be secret, and are not printed.
impl fmt::Debug for AnswerBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnswerBody").finish_non_exhaustive()
    }
}
