//! Running accounts: listeners, the work in the background, and the way to stop.

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use countersign_front::{Limits, Listener, Served, serve};
use countersign_seal::Keyring;
use countersign_server::{AccountServer, Accounts, Hosts, Server};
use countersign_world::Clock;
use hyper::service::service_fn;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, JoinSet};

use crate::accounts::{self, ACCOUNTS};
use crate::failure::Failure;
use crate::files::Files;
use crate::folder::{Folder, World};
use crate::output;
use crate::process;

/// How long a stop may take before it is said what it waits for.
const SHORT: Duration = Duration::from_millis(300);

/// How often every account does what it does of its own (`Authority::beat`).
const BEAT: Duration = Duration::from_secs(1);

/// Opens every account of a data folder that is not open yet.
pub(crate) async fn open(
    accounts: &Accounts,
    folder: &Folder,
    world: &World,
    concurrency: Option<u32>,
) -> Result<(), Failure> {
    // What a founding left is settled first.
    folder.accounts()?;
    open_in(accounts, folder.path(), || folder.keyring(), world, concurrency).await
}

/// The same of a folder that this process has to itself already.
pub(crate) async fn open_in(
    accounts: &Accounts,
    folder: &Path,
    keyring: impl Fn() -> Result<Keyring, Failure>,
    world: &World,
    concurrency: Option<u32>,
) -> Result<(), Failure> {
    for id in accounts::ids(folder)? {
        if accounts.get(&id).is_none() {
            let files = Files::new(folder.join(ACCOUNTS).join(id.as_str()), id);
            let account = files.open(keyring()?, world, concurrency).await?;
            accounts.add(&account);
        }
    }
    Ok(())
}

/// Writes what is to be written of every account and releases its files. Each is closed, whatever happens to the others.
pub(crate) async fn close(accounts: &Accounts) -> Result<(), Failure> {
    let mut closed = Ok(());
    for account in accounts.all() {
        if let Err(failure) = close_one(&account).await {
            closed = Err(failure.of_account(account.id()));
        }
    }
    closed
}

pub(crate) async fn close_one(account: &AccountServer) -> Result<(), Failure> {
    let written = account.authority().close().await;
    let records = account.records().clone().close().await;
    let store = account.authority().close_store().await;
    written.map_err(|error| Failure::system("close the ledger of used nonces", &error))?;
    records?;
    Ok(store?)
}

/// Accounts that answer.
pub(crate) struct Running {
    accounts: Accounts,
    at_work: Arc<AtomicUsize>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<Served>,
    beat: JoinHandle<()>,
}

impl Running {
    pub(crate) fn start(accounts: Accounts, listeners: Vec<Listener>, hosts: Hosts, world: &World) -> Self {
        let server = Arc::new(Server::new(accounts.clone(), hosts));
        let clock: Arc<dyn Clock> = Arc::clone(&world.clock);
        let at_work = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&at_work);
        let service = service_fn(move |request| {
            let (server, clock) = (Arc::clone(&server), Arc::clone(&clock));
            let work = AtWork::begin(&counted);
            async move {
                let answer = server.answer(request, &*clock).await;
                drop(work);
                answer
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
        let beat = tokio::spawn(beat(accounts.clone()));
        Self {
            accounts,
            at_work,
            stop,
            serving,
            beat,
        }
    }

    pub(crate) const fn accounts(&self) -> &Accounts {
        &self.accounts
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
        // Who follows calls would hold up the end.
        for account in self.accounts.all() {
            account.authority().end_following();
        }
        let _ = self.stop.send(());
        let served = self
            .serving
            .await
            .map_err(|error| Failure::system("serve", &error))?;
        self.beat.abort();
        close(&self.accounts).await?;
        Ok(served)
    }
}

/// How running accounts ended.
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

async fn beat(accounts: Accounts) {
    let mut interval = tokio::time::interval(BEAT);
    interval.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        interval.tick().await;
        // Side by side: an account whose disk is slow holds up no other.
        let all = accounts.all().into_iter();
        all.map(|account| Arc::clone(account.authority()))
            .map(async |authority| authority.beat().await)
            .collect::<JoinSet<()>>()
            .join_all()
            .await;
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
pub(crate) fn ignores_hangup() -> bool {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    ignored
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}
