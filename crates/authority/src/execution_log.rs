//! Writes the execution log behind the answers, many rows in one transaction.
//!
//! Invariant: the queue is bounded. Where the store cannot keep up or cannot be written, whoever is answered waits, and no
//! row is lost while the process lives.

use std::time::Duration;

use countersign_model::ExecutionRow;
use countersign_store::Store;
use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use crate::patience::Patience;

const QUEUE: usize = 8192;
const BATCH: usize = 1000;
const RETRY_EVERY: Duration = Duration::from_millis(500);

#[derive(Clone, Debug)]
pub(crate) struct ExecutionLog {
    jobs: mpsc::Sender<Job>,
    patience: Patience,
}

enum Job {
    Row(Box<ExecutionRow>),
    Flush(oneshot::Sender<()>),
}

impl ExecutionLog {
    /// Starts the writer. It ends, everything written, when the last handle is dropped.
    pub(crate) fn start(store: Store) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let patience = Patience::default();
        tokio::spawn(write(store, queue, patience.clone()));
        Self { jobs, patience }
    }

    /// Hands a row over; waits while the queue is full.
    pub(crate) async fn append(&self, row: ExecutionRow) {
        // The writer ends only after every handle is gone, so this cannot fail while `self` is there.
        let _ = self.jobs.send(Job::Row(Box::new(row))).await;
    }

    /// Waits until every row handed over before is in the store, as long as for the trail.
    pub(crate) async fn flush(&self) {
        self.patience.flush(&self.jobs, Job::Flush).await;
    }
}

async fn write(store: Store, mut queue: mpsc::Receiver<Job>, patience: Patience) {
    let mut jobs = Vec::with_capacity(BATCH);
    while queue.recv_many(&mut jobs, BATCH).await > 0 {
        if jobs.iter().all(|job| matches!(job, Job::Row(_))) {
            patience.gather(&mut jobs, &mut queue, BATCH).await;
        }
        let (mut rows, mut waiting) = (Vec::new(), Vec::new());
        for job in jobs.drain(..) {
            match job {
                Job::Row(row) => rows.push(*row),
                Job::Flush(done) => waiting.push(done),
            }
        }
        if !rows.is_empty() {
            append_until_written(&store, rows).await;
        }
        for done in waiting {
            // Whoever went away needs no answer.
            let _ = done.send(());
        }
    }
}

async fn append_until_written(store: &Store, rows: Vec<ExecutionRow>) {
    while let Err(error) = store.append_executions(rows.clone()).await {
        tracing::error!(%error, rows = rows.len(), "the execution log cannot be written; trying again");
        sleep(RETRY_EVERY).await;
    }
}
