//! Connections whose peer may answer before it has read the request, and close: as a server does with a body that is
//! too long. What it answered is then worth more than that the rest could not be sent.

use std::io::{self, ErrorKind, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use http::Uri;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_util::client::legacy::connect::{Connected, Connection};
use tower::Service;

/// Makes connections that still read when they can no longer write.
#[derive(Clone)]
pub(crate) struct EarlyAnswers<C>(pub(crate) C);

impl<C> Service<Uri> for EarlyAnswers<C>
where
    C: Service<Uri>,
    C::Future: Send + 'static,
{
    type Response = Stream<C::Response>;
    type Error = C::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Self::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, to: Uri) -> Self::Future {
        let connecting = self.0.call(to);
        Box::pin(async {
            Ok(Stream {
                inner: connecting.await?,
                is_unheard: false,
            })
        })
    }
}

/// A connection. Once the peer takes nothing more, writing goes nowhere, and reading says what became of the request:
/// an answer, or the end of the connection.
pub(crate) struct Stream<T> {
    inner: T,
    is_unheard: bool,
}

impl<T: Unpin> Stream<T> {
    fn written(&mut self, result: io::Result<usize>, all: usize) -> io::Result<usize> {
        self.heard(result.map(Some)).map(|written| written.unwrap_or(all))
    }

    /// The result, or nothing where nobody hears it.
    fn heard<R>(&mut self, result: io::Result<Option<R>>) -> io::Result<Option<R>> {
        match result {
            Err(error) if matches!(error.kind(), ErrorKind::BrokenPipe | ErrorKind::ConnectionReset) => {
                self.is_unheard = true;
                Ok(None)
            }
            result => result,
        }
    }
}

impl<T: Read + Unpin> Read for Stream<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_read(context, buffer)
    }
}

impl<T: Write + Unpin> Write for Stream<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.is_unheard {
            return Poll::Ready(Ok(bytes.len()));
        }
        let result = ready!(Pin::new(&mut self.inner).poll_write(context, bytes));
        Poll::Ready(self.written(result, bytes.len()))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let all = parts.iter().map(|part| part.len()).sum();
        if self.is_unheard {
            return Poll::Ready(Ok(all));
        }
        let result = ready!(Pin::new(&mut self.inner).poll_write_vectored(context, parts));
        Poll::Ready(self.written(result, all))
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.is_unheard {
            return Poll::Ready(Ok(()));
        }
        let result = ready!(Pin::new(&mut self.inner).poll_flush(context));
        Poll::Ready(self.heard(result.map(Some)).map(drop))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}

impl<T: Connection> Connection for Stream<T> {
    fn connected(&self) -> Connected {
        self.inner.connected()
    }
}
