//! A database whose writers wait: to be copied, or to be given other contents, at one moment with something else.
//!
//! Invariant: while a [`Pause`] is held, nothing is written but by it; what is asked for meanwhile waits its turn, and
//! none of it is half done. Contents are replaced in one transaction, so readers, and whoever opens the file after
//! `kill -9`, see the old or the new whole.

use std::path::Path;
use std::sync::mpsc;

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};
use tokio::sync::oneshot;

use super::{connection, file, readers};
use crate::database::at_once;
use crate::{DatabaseError, Transaction};

type Task = Box<dyn FnOnce(&mut Connection) + Send>;

/// Writers wait until this is dropped.
#[derive(Debug)]
pub struct Pause {
    tasks: mpsc::Sender<Task>,
}

/// What the writer's thread does for as long as somebody holds the pause.
pub(super) struct Paused {
    tasks: mpsc::Receiver<Task>,
    begun: oneshot::Sender<()>,
}

impl Paused {
    pub(super) fn new() -> (Self, Pause, oneshot::Receiver<()>) {
        let (sender, tasks) = mpsc::channel();
        let (begun, has_begun) = oneshot::channel();
        (Self { tasks, begun }, Pause { tasks: sender }, has_begun)
    }

    pub(super) fn serve(self, connection: &mut Connection) {
        // Nobody waits any more: nothing is to be paused.
        if self.begun.send(()).is_err() {
            return;
        }
        while let Ok(task) = self.tasks.recv() {
            task(connection);
        }
    }
}

impl Pause {
    /// Writes everything the database holds into the file at `path` (mode 0600), durably, in place of an earlier one.
    pub async fn copy_to(&self, path: &Path) -> Result<(), DatabaseError> {
        let path = path.to_owned();
        self.run(move |source| {
            file::replace(&path, |unfinished| {
                let mut copy = Connection::open(unfinished)?;
                all_of(source, &mut copy)?;
                copy.close().map_err(|(_, error)| error.into())
            })
        })
        .await
    }

    /// Puts the contents of the database at `path`, which nobody has open, in place of all that is here, durably and in one
    /// transaction.
    pub async fn replace_with(&self, path: &Path) -> Result<(), DatabaseError> {
        let path = path.to_owned();
        self.run(move |target| {
            let source = connection::looking(&path)?;
            target.flush_prepared_statement_cache();
            all_of(&source, target)
        })
        .await
    }

    /// Does `work`, which only reads, on what the database holds.
    ///
    /// # Errors
    /// Those of `work`.
    pub async fn read<F, T, E>(&self, work: F) -> Result<T, E>
    where
        F: AsyncFnOnce(&mut Transaction<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        self.run(move |connection| readers::on_the_writer(connection, |connection| at_once(connection, work)))
            .await
    }

    async fn run<T, E>(
        &self,
        work: impl FnOnce(&mut Connection) -> Result<T, E> + Send + 'static,
    ) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<DatabaseError> + Send + 'static,
    {
        let (caller, answer) = oneshot::channel();
        let task = Box::new(move |connection: &mut Connection| {
            // Nobody listens when the caller went away while the work ran.
            let _ = caller.send(work(connection));
        });
        self.tasks.send(task).map_err(|_| DatabaseError::Closed)?;
        answer.await.map_err(|_| DatabaseError::Closed)?
    }
}

/// In one step, and so in one transaction.
fn all_of(source: &Connection, target: &mut Connection) -> Result<(), DatabaseError> {
    let copying = Backup::new(source, target)?;
    match copying.step(-1)? {
        StepResult::Done => Ok(()),
        // Another program holds a lock for longer than we wait.
        _ => Err(DatabaseError::Busy),
    }
}
