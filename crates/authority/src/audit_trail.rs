//! Writes the Login Audit Trail off the request path, many rows in one transaction.
//!
//! The queue is bounded, and a flood of refusals is counted instead of written row by row, so that it can neither fill
//! the disk nor hold up good logins.

use std::num::NonZeroU32;
use std::time::Duration;

use countersign_model::LoginRow;
use countersign_store::Store;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use crate::flood::Flood;

const QUEUE: usize = 8192;
const BATCH: usize = 1000;
const RETRY_EVERY: Duration = Duration::from_millis(500);
/// How long a counted refusal waits for more of its kind.
const COUNT_FOR: Duration = Duration::from_secs(1);

#[derive(Clone, Debug)]
pub(crate) struct AuditTrail {
    jobs: mpsc::Sender<Job>,
}

enum Job {
    Row(Box<LoginRow>),
    Flush(oneshot::Sender<()>),
}

impl AuditTrail {
    /// Starts the writer. It ends, everything written, when the last handle is dropped.
    pub(crate) fn start(store: Store) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        tokio::spawn(write(store, queue));
        Self { jobs }
    }

    /// Hands a row over; waits while the queue is full.
    pub(crate) async fn append(&self, row: LoginRow) {
        // The writer ends only after every handle is gone, so this cannot fail while `self` is there.
        let _ = self.jobs.send(Job::Row(Box::new(row))).await;
    }

    /// Waits until every row handed over before is in the store.
    pub(crate) async fn flush(&self) {
        let (done, written) = oneshot::channel();
        if self.jobs.send(Job::Flush(done)).await.is_ok() {
            let _ = written.await;
        }
    }
}

async fn write(store: Store, mut queue: mpsc::Receiver<Job>) {
    let mut jobs = Vec::with_capacity(BATCH);
    let mut flood = Flood::default();
    loop {
        let received = queue.recv_many(&mut jobs, BATCH);
        let received = if flood.is_counting() {
            timeout(COUNT_FOR, received).await.ok()
        } else {
            Some(received.await)
        };
        let mut waiting = Vec::new();
        let mut rows = Vec::with_capacity(jobs.len());
        for job in jobs.drain(..) {
            match job {
                Job::Row(row) => flood.take(*row, &mut rows),
                Job::Flush(done) => waiting.push(done),
            }
        }
        // None when nothing came for a while; zero when nothing will come any more.
        if !waiting.is_empty() || matches!(received, None | Some(0)) {
            flood.release(&mut rows);
        }
        if !rows.is_empty() {
            append_until_written(&store, rows).await;
        }
        for done in waiting {
            let _ = done.send(());
        }
        if received == Some(0) {
            return;
        }
    }
}

/// A full disk is no reason to lose a row: the queue waits with us, and with it the callers.
async fn append_until_written(store: &Store, rows: Vec<LoginRow>) {
    while let Err(error) = store.append_logins(rows.clone()).await {
        tracing::error!(%error, rows = rows.len(), "the Login Audit Trail cannot be written; trying again");
        tokio::time::sleep(RETRY_EVERY).await;
    }
}

/// A row that stands for one login.
pub(crate) const ONE: NonZeroU32 = NonZeroU32::MIN;
