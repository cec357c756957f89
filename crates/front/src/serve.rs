//! The loop: accept, serve each connection in a task of its own, and end without cutting anybody off.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use bytes::Buf;
use http::{Request, Response};
use hyper::service::Service;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::{JoinError, JoinSet};
use tokio::time::Instant;

use crate::body::Body;
use crate::limits::{LOCAL_CONNECTIONS, Limits};
use crate::listener::{Accepted, Listener};
use crate::reception::{BoxError, Reception};

/// How long to wait when no connection can be accepted for want of file descriptors or memory.
const PAUSE: Duration = Duration::from_millis(100);
const WARN_EVERY: Duration = Duration::from_mins(1);

/// What a server did until it ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Served {
    /// Requests handed to the service.
    pub requests: u64,
    /// Connections still at work when the grace period was over, which were cut off.
    pub cut: usize,
}

/// Serves all `listeners` until `shutdown` is ready; then accepts nothing more, lets requests in progress end
/// within the grace period, and returns.
///
/// A panic of the service costs the connection it happened on, and is logged. An error of the service closes its
/// connection without an answer; a service that can answer should.
pub async fn serve<S, B>(
    listeners: Vec<Listener>,
    service: S,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) -> Served
where
    S: Service<Request<Body>, Response = Response<B>> + Clone + Send + 'static,
    S::Future: Send + 'static,
    S::Error: Into<BoxError>,
    B: http_body::Body + Send + 'static,
    B::Data: Buf + Send,
    B::Error: Into<BoxError>,
{
    let (tcp, unix): (Vec<_>, Vec<_>) = listeners.into_iter().partition(Listener::is_tcp);
    let mut tcp = Door::new(tcp, limits.connections);
    let mut unix = Door::new(unix, LOCAL_CONNECTIONS);
    let (stop, stopping) = watch::channel(());
    let reception = Reception::new(service, limits, stopping);
    let mut connections = JoinSet::new();
    let mut shutdown = std::pin::pin!(shutdown);

    loop {
        let (place, accepted) = tokio::select! {
            () = &mut shutdown => break,
            Some(ended) = connections.join_next() => {
                report(ended);
                continue;
            }
            next = unix.next() => next,
            next = tcp.next() => next,
        };
        connections.spawn(reception.clone().receive(accepted, place));
    }

    drop((tcp, unix));
    drop(stop);
    let mut cut = 0;
    let all = async {
        while let Some(ended) = connections.join_next().await {
            report(ended);
        }
    };
    // Whether all ended or the time is over: what is left is cut off.
    let _ = tokio::time::timeout(reception.limits.shutdown_grace, all).await;
    connections.abort_all();
    while let Some(ended) = connections.join_next().await {
        cut += usize::from(ended.as_ref().is_err_and(JoinError::is_cancelled));
        report(ended);
    }
    Served {
        requests: reception.requests.load(Ordering::Relaxed),
        cut,
    }
}

/// Listeners that share their places.
struct Door {
    listeners: Vec<Listener>,
    places: Arc<Semaphore>,
    turn: usize,
    /// When it was last said that no connection can be accepted.
    warned: Option<Instant>,
}

impl Door {
    fn new(listeners: Vec<Listener>, places: usize) -> Self {
        Self {
            listeners,
            places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
            turn: 0,
            warned: None,
        }
    }

    /// The next connection, as soon as there is a place for one. Until then nothing is accepted: waiting clients stay
    /// in the kernel's bounded queue and cost us no memory.
    async fn next(&mut self) -> (OwnedSemaphorePermit, Accepted) {
        loop {
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
                return std::future::pending().await;
            };
            match self.accept().await {
                Ok(accepted) => return (place, accepted),
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    if self.warned.is_none_or(|warned| warned.elapsed() >= WARN_EVERY) {
                        tracing::warn!(%error, "no connection can be accepted now; trying again");
                        self.warned = Some(Instant::now());
                    }
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    }

    /// Each listener comes first in turn, so that a busy one cannot starve the others.
    async fn accept(&mut self) -> io::Result<Accepted> {
        self.turn = self.turn.wrapping_add(1) % self.listeners.len().max(1);
        let (later, first) = self.listeners.split_at_checked(self.turn).unwrap_or_default();
        poll_fn(|context| {
            let ready = first
                .iter()
                .chain(later)
                .map(|listener| listener.poll_accept(context));
            let ready = ready.into_iter().find(Poll::is_ready);
            ready.unwrap_or(Poll::Pending)
        })
        .await
    }
}

/// The client went away before it was accepted; the next one is not concerned.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionRefused
    )
}

fn report(ended: Result<(), JoinError>) {
    if let Err(error) = ended
        && error.is_panic()
    {
        tracing::error!(%error, "the service panicked; its connection was closed");
    }
}
