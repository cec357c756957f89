//! Writes the Login Audit Trail, many rows in one transaction.
//!
//! Invariant: a refusal is in the trail before its caller is answered. A success is written behind the answer. The queue
//! is bounded, and a flood of refusals is counted instead of written row by row, so that it can neither fill the disk nor
//! hold up good logins.

use std::num::NonZeroU32;
use std::pin::pin;
use std::time::Duration;

use countersign_model::{LoginId, LoginRow};
use countersign_store::Store;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use crate::flood::Flood;
use crate::patience::{PATIENCE, Patience};

const QUEUE: usize = 8192;
const BATCH: usize = 1000;
const RETRY_EVERY: Duration = Duration::from_millis(500);
/// How long a counted refusal waits for more of its kind, and its caller for the answer. Forty groups a second of at most
/// eleven rows a cause are below what [`Flood`] promises.
const COUNT_FOR: Duration = Duration::from_millis(25);

#[derive(Clone, Debug)]
pub(crate) struct AuditTrail {
    jobs: mpsc::Sender<Job>,
    patience: Patience,
}

/// A row that could not be written while its caller waited. It may be written yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "the Login Audit Trail cannot be written, and no login is refused without its row there: see in the log why, and try \
     again"
)]
pub struct NotWritten;

/// A row in the trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WrittenRow {
    pub id: LoginId,
    /// Of those who are counted in one row the first: what is found out about it stands for all.
    pub(crate) is_first: bool,
}

/// Told where the row is, once it is written.
pub(crate) type Waiting = oneshot::Sender<WrittenRow>;

/// A row, and whoever waits for it to be written.
#[derive(Debug)]
pub(crate) struct Entry {
    pub(crate) row: LoginRow,
    pub(crate) waiting: Option<Waiting>,
}

/// What goes into the trail in one transaction, each row with those who wait for it.
#[derive(Debug, Default)]
pub(crate) struct Group {
    pub(crate) rows: Vec<(LoginRow, Vec<Waiting>)>,
}

enum Job {
    Entry(Box<Entry>),
    Flush(oneshot::Sender<()>),
}

impl Job {
    const fn is_waited_for(&self) -> bool {
        match self {
            Self::Entry(entry) => entry.waiting.is_some(),
            Self::Flush(_) => true,
        }
    }
}

impl AuditTrail {
    /// Starts the writer. It ends, everything written, when the last handle is dropped.
    pub(crate) fn start(store: Store) -> Self {
        let (jobs, queue) = mpsc::channel(QUEUE);
        let patience = Patience::default();
        tokio::spawn(write(store, queue, patience.clone()));
        Self { jobs, patience }
    }

    /// Hands a row over; waits while the queue is full.
    pub(crate) async fn append(&self, row: LoginRow) {
        let waiting = None;
        // The writer ends only after every handle is gone, so this cannot fail while `self` is there.
        let _ = self.jobs.send(Job::Entry(Box::new(Entry { row, waiting }))).await;
    }

    /// Returns once the row is in the store, alone or counted in another, and says in which.
    pub(crate) async fn append_durably(&self, row: LoginRow) -> Result<WrittenRow, NotWritten> {
        let (done, written) = oneshot::channel();
        let waiting = Some(done);
        let appended = async {
            let entry = Job::Entry(Box::new(Entry { row, waiting }));
            self.jobs.send(entry).await.map_err(|_| NotWritten)?;
            self.patience.end();
            written.await.map_err(|_| NotWritten)
        };
        timeout(PATIENCE, appended).await.map_err(|_| NotWritten)?
    }

    /// Waits until every row handed over before is in the store, or for [`PATIENCE`].
    pub(crate) async fn flush(&self) {
        self.patience.flush(&self.jobs, Job::Flush).await;
    }
}

async fn write(store: Store, mut queue: mpsc::Receiver<Job>, patience: Patience) {
    let mut jobs = Vec::with_capacity(BATCH);
    let mut flood = Flood::default();
    let mut counting = pin!(sleep(COUNT_FOR));
    let mut is_open = true;
    while is_open {
        let was_counting = flood.is_counting();
        let mut is_due = tokio::select! {
            biased;
            () = &mut counting, if was_counting => true,
            received = queue.recv_many(&mut jobs, BATCH) => {
                is_open = received > 0;
                !is_open
            }
        };
        if is_open && !is_due && !jobs.iter().any(Job::is_waited_for) {
            patience.gather(&mut jobs, &mut queue, BATCH).await;
        }
        let (mut group, mut flushed) = (Group::default(), Vec::new());
        for job in jobs.drain(..) {
            match job {
                Job::Entry(entry) => flood.take(*entry, &mut group),
                Job::Flush(done) => {
                    flushed.push(done);
                    is_due = true;
                }
            }
        }
        if is_due {
            flood.release(&mut group);
        } else if !was_counting && flood.is_counting() {
            counting.set(sleep(COUNT_FOR));
        }
        if !group.rows.is_empty() {
            let (rows, waiting): (Vec<_>, Vec<_>) = group.rows.into_iter().unzip();
            let ids = append_until_written(&store, rows).await;
            for (id, waiting) in ids.into_iter().zip(waiting) {
                tell(id, waiting);
            }
        }
        for done in flushed {
            // Whoever went away needs no answer.
            let _ = done.send(());
        }
    }
}

fn tell(id: LoginId, waiting: Vec<Waiting>) {
    for (place, done) in waiting.into_iter().enumerate() {
        let is_first = place == 0;
        // Whoever went away needs no answer.
        let _ = done.send(WrittenRow { id, is_first });
    }
}

/// A full disk is no reason to lose a row: the queue waits with us, and with it the callers.
async fn append_until_written(store: &Store, rows: Vec<LoginRow>) -> Vec<LoginId> {
    loop {
        match store.append_logins(rows.clone()).await {
            Ok(ids) => return ids,
            Err(error) => {
                tracing::error!(%error, rows = rows.len(), "the Login Audit Trail cannot be written; trying again");
                sleep(RETRY_EVERY).await;
            }
        }
    }
}

/// A row that stands for one login.
pub(crate) const ONE: NonZeroU32 = NonZeroU32::MIN;
