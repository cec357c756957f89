//! What is left of a request that was answered before its body was read to the end.
//!
//! Over HTTP/1 the rest stands before the next request. hyper reads on only what is there already, and closes the
//! connection when the answer has said nothing of that. So a small rest is read, and before a large one the answer says
//! that the connection ends (RFC 9112 section 9.6).

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{CONNECTION, EXPECT};
use http::{HeaderMap, HeaderValue, Request, Version};
use http_body::{Body, Frame, SizeHint};
use hyper::body::Incoming;
use tokio::sync::{oneshot, watch};

/// How many bytes are read for the sake of the next request: a larger rest costs more than a new connection. 64 KiB, which
/// few calls exceed.
const READ_ON: u64 = 64 * 1024;

/// A body as it comes in. Where it is dropped before its end, the [`Rest`] has it.
pub(crate) struct Coming {
    /// Until it is dropped.
    incoming: Option<Incoming>,
    /// Until its end, or an error.
    rest: Option<oneshot::Sender<Left>>,
}

enum Left {
    Unread(Incoming),
    /// Whose client has kept us waiting too long.
    GivenUp,
}

/// Where the rest of one request's body comes to, if any.
pub(crate) struct Rest {
    left: oneshot::Receiver<Left>,
    /// Whether the client sends it unasked, and another request after it.
    goes_on: bool,
}

impl Coming {
    /// Over HTTP/2 nobody has to have the rest: its stream is reset.
    pub(crate) const fn http2(incoming: Incoming) -> Self {
        Self {
            incoming: Some(incoming),
            rest: None,
        }
    }

    /// The body of a request over HTTP/1, and its rest. There is none of an empty body.
    pub(crate) fn http1(request: Request<Incoming>) -> (Request<Self>, Option<Rest>) {
        if request.body().is_end_stream() {
            return (request.map(Self::http2), None);
        }
        let (sender, left) = oneshot::channel();
        let headers = request.headers();
        let closes = headers
            .get_all(CONNECTION)
            .iter()
            .any(|value| value.as_bytes().eq_ignore_ascii_case(b"close"));
        let rest = Rest {
            left,
            goes_on: request.version() == Version::HTTP_11 && !closes && !headers.contains_key(EXPECT),
        };
        let request = request.map(|incoming| Self {
            incoming: Some(incoming),
            rest: Some(sender),
        });
        (request, Some(rest))
    }

    pub(crate) fn poll_frame(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<hyper::Result<Frame<Bytes>>>> {
        let Some(incoming) = &mut self.incoming else {
            return Poll::Ready(None);
        };
        let frame = Pin::new(incoming).poll_frame(context);
        if let Poll::Ready(None | Some(Err(_))) = frame {
            self.rest = None;
        }
        frame
    }

    pub(crate) fn give_up(&mut self) {
        if let Some(rest) = self.rest.take() {
            let _ = rest.send(Left::GivenUp);
        }
    }

    pub(crate) fn is_end_stream(&self) -> bool {
        self.incoming.as_ref().is_none_or(Body::is_end_stream)
    }

    pub(crate) fn size_hint(&self) -> SizeHint {
        self.incoming
            .as_ref()
            .map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Coming {
    fn drop(&mut self) {
        if let (Some(rest), Some(incoming)) = (self.rest.take(), self.incoming.take())
            && !incoming.is_end_stream()
        {
            let _ = rest.send(Left::Unread(incoming));
        }
    }
}

impl Rest {
    /// To be called with the headers of the answer. What is read on is read while the answer goes out, for no longer than
    /// `time` and not when the server is to end.
    pub(crate) fn settle(
        mut self,
        headers: &mut HeaderMap,
        time: Duration,
        mut stopping: watch::Receiver<()>,
    ) {
        // Of a body that was read to its end, or is still being read, nothing comes.
        let Ok(left) = self.left.try_recv() else { return };
        match left {
            Left::Unread(mut incoming) if self.goes_on && is_small(&incoming) => {
                tokio::spawn(async move {
                    let read = async {
                        while let Some(Ok(_)) =
                            std::future::poll_fn(|context| Pin::new(&mut incoming).poll_frame(context)).await
                        {
                        }
                    };
                    tokio::select! {
                        () = read => {}
                        () = tokio::time::sleep(time) => {}
                        _ = stopping.changed() => {}
                    }
                });
            }
            Left::Unread(_) | Left::GivenUp => {
                headers.insert(CONNECTION, HeaderValue::from_static("close"));
            }
        }
    }
}

/// Of chunks nobody knows how many will come.
fn is_small(incoming: &Incoming) -> bool {
    Body::size_hint(incoming)
        .exact()
        .is_some_and(|left| left <= READ_ON)
}
