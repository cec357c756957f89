//! What the scripts of a server run on: its threads, which begin with the first script, and the hosts they may call.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use countersign_suitescript::{Bounds, Isolation, Limits, Threads, Turns};
use countersign_world::Clock;

use crate::outside::{Outside, WithinScript};

/// Shared by the accounts of a server.
///
/// Invariant: a script waits only for one that it called, and that one runs on other threads. So those that wait never take all
/// the threads that those they wait for need.
#[derive(Default)]
pub struct Engine {
    isolation: OnceLock<Isolation>,
    outside: OnceLock<Outside>,
    time: OnceLock<Duration>,
    /// By how many scripts wait for those that run there.
    threads: Mutex<[Option<Arc<Threads>>; WithinScript::DEEPEST as usize + 1]>,
    turns: Arc<Turns>,
}

impl Engine {
    /// Says where scripts run. Without it, in this process. The first to say so is believed, before any script ran.
    pub fn isolate(&self, isolation: Isolation) {
        let _ = self.isolation.set(isolation);
    }

    /// Says which hosts scripts may call besides their account's own. Without it they call none. The first to say so is believed.
    pub fn may_call(&self, outside: Outside) {
        let _ = self.outside.set(outside);
    }

    /// Says how long an execution may take. Without it, as long as NetSuite gives a RESTlet. The first to say so is believed.
    pub fn end_after(&self, time: Duration) {
        let _ = self.time.set(time);
    }

    pub(crate) fn limits(&self) -> Limits {
        let limits = Limits::default();
        Limits {
            time: self.time.get().copied().unwrap_or(limits.time),
            ..limits
        }
    }

    pub(crate) fn outside(&self) -> Option<&Outside> {
        self.outside.get()
    }

    pub(crate) fn threads(&self, depth: u8, clock: &Arc<dyn Clock>) -> io::Result<Arc<Threads>> {
        let mut threads = self.threads.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(threads) = threads.get_mut(usize::from(depth)) else {
            return Err(io::Error::other("scripts wait for each other too deeply"));
        };
        if let Some(running) = threads {
            return Ok(Arc::clone(running));
        }
        let isolation = self.isolation.get_or_init(|| Isolation::Thread).clone();
        let started = Threads::new(
            Bounds::default(),
            isolation,
            Arc::clone(clock),
            Arc::clone(&self.turns),
        )?;
        let started = Arc::new(started);
        *threads = Some(Arc::clone(&started));
        Ok(started)
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}
