//! One connection: HTTP/1 or HTTP/2, spoken until either side ends it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Buf;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::{Service, service_fn};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{OwnedSemaphorePermit, watch};

use crate::activity::Activity;
use crate::body::Body;
use crate::limits::Limits;
use crate::listener::{Accepted, Peer};
use crate::memory::Memory;
use crate::rest::Coming;
use crate::wire::Wire;

/// How much of an answer over HTTP/2 is made ready for a client that has not taken what came before, in bytes.
const SENT_AHEAD: usize = 64 * 1024;

pub(crate) type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// What all connections of a server share.
#[derive(Clone)]
pub(crate) struct Reception<S> {
    service: S,
    http1: http1::Builder,
    http2: http2::Builder<TokioExecutor>,
    pub(crate) limits: Arc<Limits>,
    memory: Arc<Memory>,
    pub(crate) requests: Arc<AtomicU64>,
    /// Its other end is dropped when the server is to end.
    stopping: watch::Receiver<()>,
}

impl<S> Reception<S> {
    pub(crate) fn new(service: S, limits: Limits, stopping: watch::Receiver<()>) -> Self {
        Self {
            service,
            http1: http1(&limits),
            http2: http2(&limits),
            memory: Memory::of(limits.memory_bytes),
            limits: Arc::new(limits),
            requests: Arc::new(AtomicU64::new(0)),
            stopping,
        }
    }
}

impl<S, B> Reception<S>
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body + Send + 'static,
    B::Data: Buf + Send,
    B::Error: Into<BoxError>,
{
    pub(crate) async fn receive(self, accepted: Accepted, _place: OwnedSemaphorePermit) {
        match accepted {
            Accepted::Unix(stream) => self.http1(stream, Peer::Unix).await,
            Accepted::Tcp(stream, address) => {
                // Answers are written whole; waiting to fill a packet would only delay them.
                let _ = stream.set_nodelay(true);
                self.http1(stream, Peer::Tcp(address)).await;
            }
            Accepted::Gate(stream, address, gate) => {
                let _ = stream.set_nodelay(true);
                let mut stopping = self.stopping.clone();
                let entered = tokio::select! {
                    entered = Box::pin(gate.enter(stream, &self.limits)) => entered,
                    _ = stopping.changed() => return,
                };
                match entered {
                    Ok(Some(stream)) => {
                        let peer = Peer::Tls(address);
                        match stream.get_ref().1.alpn_protocol() {
                            Some(b"h2") => Box::pin(self.http2(stream, peer)).await,
                            _ => Box::pin(self.http1(stream, peer)).await,
                        }
                    }
                    Ok(None) => {}
                    Err(error) => tracing::debug!(%address, %error, "nobody came through the gate"),
                }
            }
        }
    }

    async fn http1<I: AsyncRead + AsyncWrite + Unpin + Send + 'static>(mut self, stream: I, peer: Peer) {
        let wire = Wire::http1(stream, &self.limits);
        let (service, stopping) = (self.seen_by(peer), self.stopping.clone());
        let service = service_fn(move |request| {
            let (request, rest) = Coming::http1(request);
            let rest = rest.map(|rest| (rest, service.limits.body_idle_time, stopping.clone()));
            let answer = service.call(request);
            async move {
                let mut answer = answer.await?;
                if let Some((rest, time, stopping)) = rest {
                    rest.settle(answer.headers_mut(), time, stopping);
                }
                Ok::<_, S::Error>(answer)
            }
        });
        let connection = self.http1.serve_connection(TokioIo::new(wire), service);
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            _ = self.stopping.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        tell(peer, ended);
    }

    async fn http2<I: AsyncRead + AsyncWrite + Unpin + Send + 'static>(mut self, stream: I, peer: Peer) {
        let wire = Wire::http2(stream, &self.limits);
        let activity = Arc::new(Activity::default());
        let (service, seen) = (self.seen_by(peer), Arc::clone(&activity));
        let service = service_fn(move |request: Request<Incoming>| {
            let work = seen.begin();
            let answer = service.call(request.map(Coming::http2));
            async move {
                let answer = answer.await?;
                Ok::<_, S::Error>(answer.map(|body| work.answered(body)))
            }
        });
        let connection = self.http2.serve_connection(TokioIo::new(wire), service);
        let mut connection = std::pin::pin!(connection);
        let ended = tokio::select! {
            ended = &mut connection => ended,
            _ = self.stopping.changed() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
            () = activity.none_for(self.limits.header_time) => {
                connection.as_mut().graceful_shutdown();
                // Attack: a client that takes no answer, and shows with pings that it is there. What it was sent would be
                // kept for ever.
                match tokio::time::timeout(self.limits.body_idle_time, connection).await {
                    Ok(ended) => ended,
                    Err(_) => return tracing::debug!(?peer, "a client does not take its answers"),
                }
            }
        };
        tell(peer, ended);
    }

    fn seen_by(&self, peer: Peer) -> Connection<S> {
        Connection {
            service: self.service.clone(),
            peer,
            limits: Arc::clone(&self.limits),
            memory: Arc::clone(&self.memory),
            requests: Arc::clone(&self.requests),
        }
    }
}

fn tell(peer: Peer, ended: hyper::Result<()>) {
    if let Err(error) = ended {
        // The client's doing as a rule: gone, slow or malformed.
        tracing::debug!(?peer, %error, "a connection ended early");
    }
}

fn http1(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(limits.header_time)
        .max_header_size(limits.header_bytes);
    // Setting even the default makes hyper allocate for each request.
    if limits.header_count != Limits::default().header_count {
        http.max_headers(limits.header_count);
    }
    http
}

/// Streams that a client begins and resets at once (CVE-2023-44487) count against limits of the h2 crate's own, which are
/// small: 20 not yet served, 1024 reset for the client's errors.
fn http2(limits: &Limits) -> http2::Builder<TokioExecutor> {
    let mut http = http2::Builder::new(TokioExecutor::new());
    http.timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(limits.header_bytes).unwrap_or(u32::MAX))
        .max_concurrent_streams(limits.streams)
        .max_send_buf_size(SENT_AHEAD)
        .keep_alive_interval(limits.header_time)
        .keep_alive_timeout(limits.body_idle_time);
    http
}

/// The service as one connection sees it.
struct Connection<S> {
    service: S,
    peer: Peer,
    limits: Arc<Limits>,
    memory: Arc<Memory>,
    requests: Arc<AtomicU64>,
}

impl<S: Service<Request<Body>>> Connection<S> {
    fn call(&self, request: Request<Coming>) -> S::Future {
        self.requests.fetch_add(1, Ordering::Relaxed);
        let mut request = request.map(|coming| Body::new(coming, &self.limits, &self.memory, self.peer));
        request.extensions_mut().insert(self.peer);
        self.service.call(request)
    }
}
