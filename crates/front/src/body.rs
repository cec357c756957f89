//! A request body: never larger than allowed, never standing still for long.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::{Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use tokio::time::Sleep;

use crate::limits::Limits;
use crate::listener::Peer;
use crate::memory::{Holder, Memory, Places};
use crate::rest::Coming;

/// What has to arrive within the idle time, unless the body ends: a byte now and then is standing still.
const PROGRESS: u64 = 1024;

/// A request body. Read it whole with [`collect`](Self::collect), or as an [`http_body::Body`].
pub struct Body {
    source: Source,
    limit: u64,
    received: u64,
    idle: Idle,
    body_time: Duration,
    /// Where it finds room in memory, and as whose; none is counted of a body that was in memory before.
    memory: Option<(Arc<Memory>, Holder)>,
}

/// A body in memory, and its places there.
struct Held {
    bytes: Bytes,
    _places: Places,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

enum Source {
    Wire(Coming),
    Memory(Full<Bytes>),
}

struct Idle {
    time: Duration,
    /// Set while more is awaited; the count is of bytes since it was set.
    deadline: Option<Pin<Box<Sleep>>>,
    progress: u64,
}

/// Why a body could not be read. All but `Crowded` are the sender's doing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BodyError {
    /// 413.
    #[error("the request body is larger than {limit} bytes, which is all that is taken here")]
    TooLarge { limit: u64 },
    /// 408.
    #[error("the request body stood still for {} seconds", idle_time.as_secs_f32())]
    TooSlow { idle_time: Duration },
    /// 408.
    #[error("the request body took longer than {} seconds", body_time.as_secs())]
    TooLong { body_time: Duration },
    /// 503.
    #[error("too many large requests are being read now: send it again a little later")]
    Crowded,
    /// 400.
    #[error("the request body broke off or was malformed: {reason}")]
    Broken { reason: String },
}

impl Body {
    pub(crate) fn new(coming: Coming, limits: &Limits, memory: &Arc<Memory>, peer: Peer) -> Self {
        Self {
            source: Source::Wire(coming),
            limit: limits.body_bytes,
            received: 0,
            idle: Idle {
                time: limits.body_idle_time,
                deadline: None,
                progress: 0,
            },
            body_time: limits.body_time,
            memory: Some((Arc::clone(memory), Holder::at(peer.ip()))),
        }
    }

    /// Counts it as this caller's, who is known by now, and no longer as its address's: many may call from one.
    #[must_use]
    pub fn of_caller(mut self, name: Arc<str>) -> Self {
        self.memory = self.memory.map(|(memory, _)| (memory, Holder::Caller(name)));
        self
    }

    /// The whole body, when it is not larger than `limit` and the server's own. A body that announces more
    /// (`Content-Length`) is refused before a byte of it is read, and before `100 Continue` asks for it.
    ///
    /// The bytes hold their places in the server's memory until they are dropped.
    pub async fn collect(self, limit: u64) -> Result<Bytes, BodyError> {
        let body_time = self.body_time;
        let collected = tokio::time::timeout(body_time, self.collect_within(limit)).await;
        collected.unwrap_or(Err(BodyError::TooLong { body_time }))
    }

    async fn collect_within(mut self, limit: u64) -> Result<Bytes, BodyError> {
        self.limit = self.limit.min(limit);
        let mut first = Bytes::new();
        let mut whole = BytesMut::new();
        let places = self.memory.take();
        let mut places = places.map(|(memory, holder)| memory.places(holder));
        while let Some(frame) = self.frame().await {
            let Ok(data) = frame?.into_data() else { continue };
            if let Some(places) = &mut places
                && !places.grow(data.len())
            {
                return Err(BodyError::Crowded);
            }
            // Most bodies are one frame, and need no copy. What is announced is not reserved: it may never come.
            if first.is_empty() {
                first = data;
            } else {
                if whole.is_empty() {
                    whole.extend_from_slice(&first);
                }
                whole.extend_from_slice(&data);
            }
        }
        let bytes = if whole.is_empty() { first } else { whole.freeze() };
        Ok(match places {
            Some(_places) => Bytes::from_owner(Held { bytes, _places }),
            None => bytes,
        })
    }

    fn take(&mut self, data: &Bytes) -> Result<(), BodyError> {
        let length = data.len() as u64;
        self.received = self.received.saturating_add(length);
        self.idle.progressed(length);
        self.within(self.received)
    }

    const fn within(&self, bytes: u64) -> Result<(), BodyError> {
        if bytes > self.limit {
            return Err(BodyError::TooLarge { limit: self.limit });
        }
        Ok(())
    }
}

impl http_body::Body for Body {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let announced = self.received.saturating_add(self.source.size_hint().lower());
        self.within(announced)?;
        match self.source.poll_frame(context) {
            Poll::Ready(Some(Ok(frame))) => {
                if let Some(data) = frame.data_ref() {
                    self.take(data)?;
                }
                Poll::Ready(Some(Ok(frame)))
            }
            Poll::Pending if self.idle.is_over(context) => {
                self.source.give_up();
                Poll::Ready(Some(Err(BodyError::TooSlow {
                    idle_time: self.idle.time,
                })))
            }
            other => other,
        }
    }

    fn is_end_stream(&self) -> bool {
        match &self.source {
            Source::Wire(coming) => coming.is_end_stream(),
            Source::Memory(bytes) => bytes.is_end_stream(),
        }
    }

    fn size_hint(&self) -> SizeHint {
        self.source.size_hint()
    }
}

impl Source {
    fn poll_frame(&mut self, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        match self {
            Self::Wire(coming) => coming.poll_frame(context).map_err(|error| BodyError::Broken {
                reason: error.to_string(),
            }),
            Self::Memory(bytes) => {
                http_body::Body::poll_frame(Pin::new(bytes), context).map_err(|never| match never {})
            }
        }
    }

    fn size_hint(&self) -> SizeHint {
        match self {
            Self::Wire(coming) => coming.size_hint(),
            Self::Memory(bytes) => http_body::Body::size_hint(bytes),
        }
    }

    fn give_up(&mut self) {
        if let Self::Wire(coming) = self {
            coming.give_up();
        }
    }
}

impl Idle {
    /// Asked while nothing is there to be read.
    fn is_over(&mut self, context: &mut Context<'_>) -> bool {
        let time = self.time;
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        deadline.as_mut().poll(context).is_ready()
    }

    fn progressed(&mut self, bytes: u64) {
        self.progress = self.progress.saturating_add(bytes);
        if self.progress >= PROGRESS {
            self.progress = 0;
            self.deadline = None;
        }
    }
}

/// A body that is there already: for calling a service without a socket.
impl From<Bytes> for Body {
    fn from(bytes: Bytes) -> Self {
        Self {
            limit: u64::MAX,
            source: Source::Memory(Full::new(bytes)),
            received: 0,
            idle: Idle {
                time: Duration::MAX,
                deadline: None,
                progress: 0,
            },
            body_time: Duration::MAX,
            memory: None,
        }
    }
}

/// The contents may be secret, and are not printed.
impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Body")
            .field("limit", &self.limit)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
