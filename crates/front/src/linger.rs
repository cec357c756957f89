//! The end of a connection whose client may still be sending.
//!
//! A socket that is closed while bytes lie unread in it answers with a reset, and that takes away what the client has
//! not read yet: it sees a broken pipe where it was refused with a reason. So our side is ended first, and what comes is
//! read and thrown away until the client ends its own, within bounds.

use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, ReadBuf};
use tokio::time::Sleep;

use crate::framing::Framing;
use crate::limits::Limits;

/// How long nothing may come: a client that is still sending sends within that.
const QUIET: Duration = Duration::from_secs(3);

/// How many bytes are thrown away of a body that names no end, or none that would be taken: time enough for a client
/// that looks for an answer while it sends. 1 MiB.
const UNANNOUNCED: u64 = 1024 * 1024;

#[derive(Debug)]
pub(crate) struct Linger {
    /// Bytes that are still thrown away.
    left: u64,
    quiet_time: Duration,
    quiet: Pin<Box<Sleep>>,
    end: Pin<Box<Sleep>>,
}

impl Linger {
    /// For what is announced, and for as long as a body may stand still.
    pub(crate) fn new(limits: &Limits, announced: Option<u64>) -> Self {
        let announced = announced.filter(|bytes| *bytes <= limits.body_bytes);
        let quiet_time = QUIET.min(limits.body_idle_time);
        Self {
            left: announced.unwrap_or(UNANNOUNCED),
            quiet_time,
            quiet: Box::pin(tokio::time::sleep(quiet_time)),
            end: Box::pin(tokio::time::sleep(limits.body_idle_time)),
        }
    }

    /// Ready when the request that `framing` follows has come to its end, the client has ended its side, or it may send
    /// no more.
    pub(crate) fn poll<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        mut framing: Option<&mut Framing>,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        let mut space = [0; 8 * 1024];
        while self.end.as_mut().poll(context).is_pending() {
            let mut buffer = ReadBuf::new(&mut space);
            let Poll::Ready(read) = Pin::new(&mut *stream).poll_read(context, &mut buffer) else {
                ready!(self.quiet.as_mut().poll(context));
                return Poll::Ready(());
            };
            let bytes = buffer.filled();
            let left = self.left.checked_sub(bytes.len() as u64);
            let is_over = framing
                .as_mut()
                .is_some_and(|framing| framing.read(bytes).is_err() || framing.is_between_requests());
            if read.is_err() || bytes.is_empty() || is_over {
                break;
            }
            let Some(left) = left else { break };
            self.left = left;
            self.quiet = Box::pin(tokio::time::sleep(self.quiet_time));
        }
        Poll::Ready(())
    }
}
