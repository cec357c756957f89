//! The one thread that writes.
//!
//! It takes what has queued up while the last commit ran and carries it in one transaction, each job in a savepoint
//! of its own: a crowd of small writes pays for one sync of the disk. Invariant: no job is answered with its success
//! before the commit that carries it has returned.

use std::panic::{AssertUnwindSafe, catch_unwind};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::begun::Begun;
use super::pause::Paused;
use crate::DatabaseError;

/// Jobs that wait for the writer; a caller beyond them waits for its place.
pub(super) const QUEUE: usize = 1024;

/// Jobs one commit carries: bounds how long the first of them waits for the others.
const CARRIED: usize = 64;

/// One caller's work and the answer it is owed.
pub(super) trait Job: Send {
    /// The caller has gone away.
    fn is_withdrawn(&self) -> bool;

    /// Does the work; true when its changes are to be kept.
    fn run(&mut self, connection: &mut Connection) -> bool;

    /// Gives the caller the result of its work, or the reason its changes are gone.
    fn answer(self: Box<Self>, committed: Result<(), DatabaseError>);
}

/// What the writer is asked for.
pub(super) enum Work {
    Job(Box<dyn Job>),
    /// To stand still, with no transaction begun.
    Pause(Paused),
}

pub(super) fn serve(connection: &mut Connection, mut queue: mpsc::Receiver<Work>) {
    while let Some(first) = queue.blocking_recv() {
        let (mut jobs, mut pause) = (Vec::new(), None);
        let mut next = Some(first);
        while let Some(work) = next {
            match work {
                Work::Job(job) => jobs.push(job),
                Work::Pause(asked) => pause = Some(asked),
            }
            let is_full = jobs.len() >= CARRIED || pause.is_some();
            next = if is_full { None } else { queue.try_recv().ok() };
        }
        if !jobs.is_empty() {
            let committed = carry(connection, &mut jobs);
            for job in jobs {
                job.answer(committed.clone());
            }
        }
        if let Some(pause) = pause {
            pause.serve(connection);
        }
    }
}

fn carry(connection: &mut Connection, jobs: &mut [Box<dyn Job>]) -> Result<(), DatabaseError> {
    let mut transaction = Begun::writing(connection)?;
    for job in jobs.iter_mut().filter(|job| !job.is_withdrawn()) {
        transaction.run("SAVEPOINT job")?;
        if !job.run(transaction.connection()) {
            // A full disk makes SQLite roll back everything, the savepoints of the other jobs with it.
            if transaction.connection().is_autocommit() {
                return Err(DatabaseError::Undone);
            }
            transaction.run("ROLLBACK TO job")?;
        }
        transaction.run("RELEASE job")?;
    }
    transaction.commit()
}

pub(super) struct Task<F, T, E> {
    work: Option<F>,
    result: Option<Result<T, E>>,
    caller: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Task<F, T, E> {
    pub(super) fn new(work: F) -> (Self, oneshot::Receiver<Result<T, E>>) {
        let (caller, answer) = oneshot::channel();
        let task = Self {
            work: Some(work),
            result: None,
            caller,
        };
        (task, answer)
    }
}

impl<F, T, E> Job for Task<F, T, E>
where
    F: FnOnce(&mut Connection) -> Result<T, E> + Send,
    T: Send,
    E: From<DatabaseError> + Send,
{
    fn is_withdrawn(&self) -> bool {
        self.caller.is_closed()
    }

    fn run(&mut self, connection: &mut Connection) -> bool {
        let Some(work) = self.work.take() else {
            return false;
        };
        let result = catch_unwind(AssertUnwindSafe(|| work(connection)))
            .unwrap_or_else(|_| Err(DatabaseError::Panicked.into()));
        self.result.insert(result).is_ok()
    }

    fn answer(self: Box<Self>, committed: Result<(), DatabaseError>) {
        let answer = match (self.result, committed) {
            (Some(Ok(value)), Ok(())) => Ok(value),
            (Some(Err(error)), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
            // Withdrawn: nobody will read it.
            (None, Ok(())) => Err(DatabaseError::Undone.into()),
        };
        // Nobody listens when the caller went away while its work ran.
        let _ = self.caller.send(answer);
    }
}
