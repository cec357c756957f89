//! The stream between a socket and hyper: of HTTP/1 lets through only requests with one reading, gives up on a client
//! that does not take its response, and lets one that is still sending have it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Sleep;

use crate::framing::Framing;
use crate::limits::Limits;
use crate::linger::Linger;

#[derive(Debug)]
pub(crate) struct Wire<S> {
    stream: S,
    /// None for HTTP/2, whose frames say where each request ends.
    framing: Option<Framing>,
    refused: bool,
    limits: Arc<Limits>,
    /// Set while a write waits for the client.
    stalled: Option<Pin<Box<Sleep>>>,
    /// Set when our side is ended before the client's.
    linger: Option<Linger>,
}

impl<S> Wire<S> {
    pub(crate) fn http1(stream: S, limits: &Arc<Limits>) -> Self {
        Self {
            framing: Some(Framing::new()),
            ..Self::http2(stream, limits)
        }
    }

    pub(crate) fn http2(stream: S, limits: &Arc<Limits>) -> Self {
        Self {
            stream,
            framing: None,
            refused: false,
            limits: Arc::clone(limits),
            stalled: None,
            linger: None,
        }
    }

    /// Whether the client may be sending, while nobody here reads on.
    fn is_within_a_request(&self) -> bool {
        let framing = self.framing.as_ref();
        self.refused || framing.is_some_and(|framing| !framing.is_between_requests())
    }

    fn unless_stalled<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.stalled = None;
            return written;
        }
        let idle_time = self.limits.body_idle_time;
        let stalled = self
            .stalled
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(idle_time)));
        ready!(stalled.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.refused {
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let new = buffer.filled_mut().get_mut(before..).unwrap_or_default();
        let Some(framing) = &mut self.framing else {
            return Poll::Ready(Ok(()));
        };
        if let Err(place) = framing.read(new) {
            // Ends the line with a NUL, which is valid in no head and no chunk size: hyper answers 400 as to any
            // other malformed request, or fails the body, and closes. Nothing after it is ever read.
            if let Some(line_end) = new.get_mut(place) {
                *line_end = 0;
            }
            buffer.set_filled(before + place + 1);
            self.refused = true;
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.unless_stalled(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.unless_stalled(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let wire = &mut *self;
        if wire.linger.is_none() {
            ready!(Pin::new(&mut wire.stream).poll_shutdown(context))?;
            if !wire.is_within_a_request() {
                return Poll::Ready(Ok(()));
            }
        }
        // What was refused has no end that anybody would agree on.
        let framing = wire.framing.as_mut().filter(|_| !wire.refused);
        let announced = framing.as_ref().and_then(|framing| framing.announced());
        let linger = wire
            .linger
            .get_or_insert_with(|| Linger::new(&wire.limits, announced));
        linger.poll(&mut wire.stream, framing, context).map(Ok)
    }
}
