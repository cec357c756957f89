//! Threads that scripts run on: a bounded number, with a bounded queue before them, and a watch over each.

use std::collections::VecDeque;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use countersign_world::Clock;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::call::{Call, Limits, Outcome};
use crate::host::Host;
use crate::meter::{LONG, Limit};
use crate::priority::ThreadId;
use crate::runtime::{self, ended_by, of_netsuite};
use crate::turn::{Place, Turns};
use crate::worker::Program;

/// Of a thread: eight times what the engine may take, as a deep script also calls the host.
const STACK: usize = 4 * 1024 * 1024;

/// How long an execution may go on after its time is over: the engine looks at the clock every few thousand steps, and a call of the
/// host may be under way.
const GRACE: Duration = Duration::from_secs(2);

/// How many there are of what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Executions at the same time.
    pub threads: usize,
    /// Calls that wait for a thread.
    pub waiting: usize,
    /// Threads that may be lost to scripts that cannot be stopped, each with another started in its place.
    pub lost: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self {
            threads: 8,
            waiting: 512,
            lost: 8,
        }
    }
}

/// Where a script runs.
#[derive(Clone, Debug)]
pub enum Isolation {
    /// In the process of the account. What the engine does not notice ([`Limits::time`]) costs a thread.
    Thread,
    /// In a process of its own, which the system bounds and which can always be stopped.
    Process(Program),
}

/// Why a call was not run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("as many scripts run and wait as may: call again later")]
pub struct Full;

/// Runs scripts, each on one of its threads.
pub struct Threads {
    pool: Arc<Pool>,
}

struct Pool {
    bounds: Bounds,
    isolation: Isolation,
    clock: Arc<dyn Clock>,
    turns: Arc<Turns>,
    state: Mutex<State>,
    work: Condvar,
}

#[derive(Default)]
struct State {
    jobs: VecDeque<Job>,
    /// Threads that will take another job.
    serving: usize,
    lost: usize,
    closed: bool,
}

struct Job {
    call: Call,
    limits: Limits,
    host: Arc<dyn Host>,
    started: oneshot::Sender<ThreadId>,
    done: oneshot::Sender<Done>,
    place: Arc<Place>,
    /// Set once, by the thread that is done with the job or by the watch that gave it up.
    settled: Arc<AtomicBool>,
}

/// The end of an execution.
struct Done {
    outcome: Outcome,
    /// Whether its thread takes no other, and another is to be started in its place.
    is_last: bool,
}

/// What a watch knows of the execution it watches.
struct Watched {
    path: String,
    limits: Limits,
    started: oneshot::Receiver<ThreadId>,
    done: oneshot::Receiver<Done>,
    place: Arc<Place>,
    settled: Arc<AtomicBool>,
}

impl Threads {
    /// # Errors
    /// When the system gives no thread.
    pub fn new(
        bounds: Bounds,
        isolation: Isolation,
        clock: Arc<dyn Clock>,
        turns: Arc<Turns>,
    ) -> io::Result<Self> {
        let pool = Arc::new(Pool {
            bounds,
            isolation,
            clock,
            turns,
            state: Mutex::default(),
            work: Condvar::new(),
        });
        for _ in 0..bounds.threads {
            pool.start()?;
        }
        Ok(Self { pool })
    }

    /// Runs a script. It runs to its end, or to that of its limits, whether or not anybody still waits for it.
    ///
    /// # Errors
    /// [`Full`] when too many wait already, or every thread is kept by a script that cannot be stopped.
    pub async fn run(&self, call: Call, limits: Limits, host: Arc<dyn Host>) -> Result<Outcome, Full> {
        let (started, has_started) = oneshot::channel();
        let (done, is_done) = oneshot::channel();
        let place = Arc::new(Place::among(&self.pool.turns));
        let settled = Arc::new(AtomicBool::new(false));
        let watched = Watched {
            path: call.path.clone(),
            limits: limits.clone(),
            started: has_started,
            done: is_done,
            place: Arc::clone(&place),
            settled: Arc::clone(&settled),
        };
        self.pool.take(Job {
            call,
            limits,
            host,
            started,
            done,
            place,
            settled,
        })?;
        let outcome = tokio::spawn(Arc::clone(&self.pool).watch(watched));
        outcome.await.unwrap_or_else(|_| Ok(Done::failed().outcome))
    }

    /// Threads that a script keeps and that nobody can have back.
    pub fn lost(&self) -> usize {
        self.pool.state().lost
    }
}

impl Drop for Threads {
    fn drop(&mut self) {
        self.pool.state().closed = true;
        self.pool.work.notify_all();
    }
}

impl Pool {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn start(self: &Arc<Self>) -> io::Result<()> {
        self.state().serving += 1;
        self.spawn()
    }

    /// A thread that is counted among those that serve already.
    fn spawn(self: &Arc<Self>) -> io::Result<()> {
        let pool = Arc::clone(self);
        std::thread::Builder::new()
            .name("suitescript".to_owned())
            .stack_size(STACK)
            .spawn(move || pool.serve())
            .map(drop)
            .inspect_err(|_| self.retire())
    }

    fn take(&self, job: Job) -> Result<(), Full> {
        let mut state = self.state();
        if state.serving == 0 || state.jobs.len() >= self.bounds.waiting {
            return Err(Full);
        }
        state.jobs.push_back(job);
        drop(state);
        self.work.notify_one();
        Ok(())
    }

    /// The life of a thread: until the pool is closed, or a job took so long that the thread comes last on the machine. Whoever
    /// watches the job starts another in its place: one that this one starts would come last too.
    fn serve(&self) {
        while let Some(job) = self.next() {
            if matches!(self.isolation, Isolation::Thread) {
                job.place.begin();
            }
            let _ = job.started.send(ThreadId::current());
            let run = || match &self.isolation {
                Isolation::Thread => {
                    let clock = Arc::clone(&self.clock);
                    runtime::run_in_pool(&job.call, &job.limits, &job.host, clock, &job.place)
                }
                Isolation::Process(program) => program.run(&job.call, &job.limits, &job.host, &*self.clock),
            };
            let done = match catch_unwind(AssertUnwindSafe(run)) {
                Ok(outcome) => Done {
                    is_last: self.gave_way(&outcome),
                    outcome,
                },
                Err(_) => Done::failed(),
            };
            job.place.give_back();
            let is_last = done.is_last | job.settled.swap(true, Ordering::AcqRel);
            let _ = job.done.send(done);
            if is_last {
                return;
            }
        }
    }

    /// Whether the thread of an execution will take no other, as nobody can raise its priority again.
    fn gave_way(&self, outcome: &Outcome) -> bool {
        matches!(self.isolation, Isolation::Thread) && outcome.took > LONG
    }

    fn next(&self) -> Option<Job> {
        let mut state = self.state();
        loop {
            if state.closed {
                return None;
            }
            if let Some(job) = state.jobs.pop_front() {
                return Some(job);
            }
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    async fn watch(self: Arc<Self>, watched: Watched) -> Result<Outcome, Full> {
        let Watched {
            path,
            limits,
            started,
            mut done,
            place,
            settled,
        } = watched;
        let thread = started.await.map_err(|_| Full)?;
        let time = limits.time;
        if let Ok(done) = timeout(time.saturating_add(GRACE), &mut done).await {
            return Ok(self.ended(done.ok()));
        }
        if settled.swap(true, Ordering::AcqRel) {
            // It was done at the same moment.
            return Ok(self.ended(done.await.ok()));
        }
        place.give_back();
        let lost = self.give_up();
        thread.rest();
        tracing::warn!(
            script = path,
            lost,
            "a script goes on after its time and cannot be stopped: its thread is lost until it ends by itself; serve --isolate \
             process runs scripts that can be stopped"
        );
        tokio::spawn(async move {
            let _ = done.await;
            self.came_back();
        });
        Ok(Outcome {
            result: Err(ended_by(Limit::Time, &limits, Vec::new())),
            units: 0,
            took: time.saturating_add(GRACE),
        })
    }

    /// An execution has ended in time.
    fn ended(self: &Arc<Self>, done: Option<Done>) -> Outcome {
        let Done { outcome, is_last } = done.unwrap_or_else(Done::failed);
        if is_last {
            // Without another thread there is one less to serve, and `take` refuses when there is none.
            let _ = self.start();
            self.retire();
        }
        outcome
    }

    /// A thread serves no longer.
    fn retire(&self) {
        let mut state = self.state();
        state.serving -= 1;
        if state.serving == 0 {
            // Nobody knows when a thread comes back: whoever waits is told so, see `Full`.
            state.jobs.clear();
        }
    }

    /// A thread is lost; another takes its place as long as there may be one. Gives how many are.
    fn give_up(self: &Arc<Self>) -> usize {
        let lost = {
            let mut state = self.state();
            state.lost += 1;
            state.lost
        };
        if lost <= self.bounds.lost {
            let _ = self.start();
        }
        self.retire();
        lost
    }

    /// A script that was given up has ended: another thread goes on where one was missed.
    fn came_back(self: &Arc<Self>) {
        let is_missed = {
            let mut state = self.state();
            state.lost -= 1;
            let is_missed = state.serving < self.bounds.threads;
            state.serving += usize::from(is_missed);
            is_missed
        };
        if is_missed {
            let _ = self.spawn();
        }
    }
}

impl Done {
    /// A mistake of ours, and none of the script's.
    fn failed() -> Self {
        let message =
            "The script could not be run: the thread that ran it ended. The log of the server says why.";
        let outcome = Outcome {
            result: Err(of_netsuite("UNEXPECTED_ERROR", message, Vec::new())),
            units: 0,
            took: Duration::ZERO,
        };
        Self {
            outcome,
            is_last: true,
        }
    }
}
