//! A running account: listeners, the work in the background, and the way to stop.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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
use crate::output;
use crate::process;

/// How long a stop may take before it is said what it waits for.
const SHORT: Duration = Duration::from_millis(300);

/// How often the ledger's promise is renewed and other nodes' changes are looked for.
const BEAT: Duration = Duration::from_secs(1);

/// An account that answers.
pub(crate) struct Running {
    authority: Arc<Authority>,
    server: AccountServer,
    at_work: Arc<AtomicUsize>,
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
        let at_work = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&at_work);
        let service = service_fn(move |request| {
            let (server, clock) = (answering.clone(), Arc::clone(&clock));
            let work = AtWork::begin(&counted);
            async move {
                let answer = server.answer(request, &*clock).await;
                drop(work);
                Ok::<_, Infallible>(answer)
            }
        });
        let (stop, stopped) = oneshot::channel::<()>();
        let shutdown = async {
            // Also when the sender is dropped: a handle that is gone cannot stop anything any more.
            let _ = stopped.await;
        };
        let limits = Limits::default();
        let limits = Limits {
            connections: process::connections(limits.connections),
            ..limits
        };
        let serving = tokio::spawn(serve(listeners, service, limits, shutdown));
        let beat = tokio::spawn(beat(Arc::clone(&authority)));
        Self {
            authority,
            server,
            at_work,
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

    /// Lets requests under way end, writes what is to be written, and closes. Says what it waits for when that takes a
    /// while; another request to stop ends it at once.
    pub(crate) async fn stop(self, requests: Option<&mut StopRequests>) -> Result<Stopped, Failure> {
        let at_work = Arc::clone(&self.at_work);
        let again = async {
            match requests {
                Some(requests) => requests.next().await,
                None => std::future::pending().await,
            }
        };
        let waiting = async {
            tokio::time::sleep(SHORT).await;
            let work = match at_work.load(Ordering::Relaxed) {
                0 => "what is half sent".to_owned(),
                1 => "1 request".to_owned(),
                work => format!("{work} requests"),
            };
            let most = Limits::default().shutdown_grace.as_secs();
            output::complain(&format!(
                "Waiting for {work} (at most {most} s); Ctrl-C again to stop now."
            ));
            std::future::pending::<Infallible>().await
        };
        tokio::select! {
            served = self.end() => served.map(Stopped::After),
            () = again => Ok(Stopped::AtOnce),
            never = waiting => match never {},
        }
    }

    async fn end(self) -> Result<Served, Failure> {
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

/// How a running account ended.
pub(crate) enum Stopped {
    After(Served),
    /// Without waiting. What was answered is kept, as after any crash.
    AtOnce,
}

/// A request that is being answered.
struct AtWork(Arc<AtomicUsize>);

impl AtWork {
    fn begin(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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

/// Requests to stop this process: Ctrl-C, SIGTERM from a supervisor, SIGHUP from a terminal that closes. From its making
/// on they are caught, so it is made before anybody is told that there is something to stop.
pub(crate) struct StopRequests {
    interrupt: Signal,
    terminate: Signal,
    hangup: Option<Signal>,
}

impl StopRequests {
    pub(crate) fn catch() -> Result<Self, Failure> {
        let caught = |kind| {
            signal(kind).map_err(|error| Failure::system("catch the signals that stop a process", &error))
        };
        Ok(Self {
            interrupt: caught(SignalKind::interrupt())?,
            terminate: caught(SignalKind::terminate())?,
            hangup: (!ignores_hangup())
                .then(|| caught(SignalKind::hangup()))
                .transpose()?,
        })
    }

    pub(crate) async fn next(&mut self) {
        let hangup = async {
            match &mut self.hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
            _ = hangup => {}
        }
    }
}

/// Whether the process was started under `nohup`, which must go on working. Known on Linux only.
fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}
