//! A running account: listeners, the work in the background, and the way to stop.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use countersign_authority::Authority;
use countersign_front::{Limits, Listener, Served, serve};
use countersign_records::Records;
use countersign_server::{AccountServer, Hosts, OneTimeLink};
use countersign_world::Clock;
use hyper::service::service_fn;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::failure::Failure;
use crate::folder::World;

/// How often the ledger's promise is renewed and other nodes' changes are looked for.
const BEAT: Duration = Duration::from_secs(1);

/// An account that answers.
pub(crate) struct Running {
    authority: Arc<Authority>,
    server: AccountServer,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Served>,
    beat: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(
        authority: Arc<Authority>,
        records: Records,
        listeners: Vec<Listener>,
        hosts: Hosts,
        world: &World,
    ) -> Self {
        let server = AccountServer::new(Arc::clone(&authority), records, hosts);
        let clock: Arc<dyn Clock> = Arc::clone(&world.clock);
        let answering = server.clone();
        let service = service_fn(move |request| {
            let (server, clock) = (answering.clone(), Arc::clone(&clock));
            async move { Ok::<_, Infallible>(server.answer(request, &*clock).await) }
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            // Also when the sender is dropped: a handle that is gone cannot stop anything any more.
            let _ = stopped.await;
        };
        let serving = tokio::spawn(serve(listeners, service, Limits::default(), shutdown));
        let beat = tokio::spawn(beat(Arc::clone(&authority)));
        Self {
            authority,
            server,
            stop,
            serving,
            beat,
        }
    }

    pub(crate) const fn authority(&self) -> &Arc<Authority> {
        &self.authority
    }

    pub(crate) fn one_time_link(&self) -> &OneTimeLink {
        self.server.one_time_link()
    }

    /// Lets requests under way end, writes what is to be written, and closes.
    pub(crate) async fn stop(self) -> Result<Served, Failure> {
        let _ = self.stop.send(());
        let served = self
            .serving
            .await
            .map_err(|error| Failure::system("serve", &error))?;
        self.beat.abort();
        let closed = self.authority.close().await;
        closed.map_err(|error| Failure::system("close the ledger of used nonces", &error))?;
        Ok(served)
    }
}

async fn beat(authority: Arc<Authority>) {
    let mut interval = tokio::time::interval(BEAT);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        let syncing = Arc::clone(&authority);
        // A slow disk must not hold up a thread that answers.
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || syncing.sync_ledger()).await {
            tracing::error!(%error, "the ledger of used nonces cannot be made durable");
        }
        if let Err(error) = authority.catch_up().await {
            tracing::error!(%error, "the account's set-up cannot be read");
        }
    }
}

/// Requests to stop this process: Ctrl-C, or SIGTERM from a supervisor. From its making on they are caught, so it is
/// made before anybody is told that there is something to stop.
pub(crate) struct StopRequests {
    interrupt: Signal,
    terminate: Signal,
}

impl StopRequests {
    pub(crate) fn catch() -> Result<Self, Failure> {
        let failed = |error: std::io::Error| Failure::system("catch the signals that stop a process", &error);
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(failed)?,
            terminate: signal(SignalKind::terminate()).map_err(failed)?,
        })
    }

    pub(crate) async fn first(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
