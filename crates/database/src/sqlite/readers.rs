//! The threads that read: each has a connection, each job sees one snapshot of the database.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::Connection;
use tokio::sync::{mpsc, oneshot};

use super::begun::Begun;
use crate::DatabaseError;

/// Reader threads. Reads are short and the write-ahead log lets them run beside the writer.
pub(super) const THREADS: usize = 4;

/// Jobs that wait for a reader; a caller beyond them waits for its place.
pub(super) const QUEUE: usize = 1024;

pub(super) type Job = Box<dyn FnOnce(&mut Connection) + Send>;

/// Takes jobs until the queue is closed and empty.
pub(super) fn serve(connection: &mut Connection, queue: &Arc<Mutex<mpsc::Receiver<Job>>>) {
    loop {
        // One idle reader waits in the queue and the others for the lock; it is free while the job runs.
        let next = queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .blocking_recv();
        match next {
            Some(job) => job(connection),
            None => return,
        }
    }
}

pub(super) fn job<F, T, E>(work: F) -> (Job, oneshot::Receiver<Result<T, E>>)
where
    F: FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<DatabaseError> + Send + 'static,
{
    let (caller, answer) = oneshot::channel();
    let job = Box::new(move |connection: &mut Connection| {
        if caller.is_closed() {
            return;
        }
        let result = match Begun::reading(connection) {
            Ok(mut snapshot) => catch_unwind(AssertUnwindSafe(|| work(snapshot.connection())))
                .unwrap_or_else(|_| Err(DatabaseError::Panicked.into())),
            Err(error) => Err(error.into()),
        };
        let _ = caller.send(result);
    });
    (job, answer)
}

/// The same on the writer's connection: where the database is in memory, which no other sees, or its writers wait.
pub(super) fn on_the_writer<T, E>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<DatabaseError>,
{
    let read_only = |connection: &Connection, on: bool| {
        let set = connection.pragma_update(None, "query_only", on);
        set.map_err(DatabaseError::from)
    };
    read_only(connection, true)?;
    let result = catch_unwind(AssertUnwindSafe(|| work(connection)));
    read_only(connection, false)?;
    result.unwrap_or_else(|_| Err(DatabaseError::Panicked.into()))
}
