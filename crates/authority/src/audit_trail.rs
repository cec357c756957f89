//! Writes the Login Audit Trail off the request path, many rows in one transaction.
//!
//! The queue is bounded. Refusals of one cause from one source beyond [`ROWS_A_SECOND`] are counted in one row, so
//! that a flood of bad logins can neither fill the disk nor hold up good ones.

use std::collections::HashMap;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use countersign_model::{Detail, LoginRow, LoginStatus, Surface};
use countersign_store::Store;
use tokio::sync::{mpsc, oneshot};

/// Refusals of one cause and source that are written one by one each second.
const ROWS_A_SECOND: u32 = 50;
const QUEUE: usize = 8192;
const BATCH: usize = 1000;
const RETRY_EVERY: Duration = Duration::from_millis(500);

#[derive(Clone, Debug)]
pub(crate) struct AuditTrail {
    jobs: mpsc::Sender<Job>,
}

enum Job {
    Row(Box<LoginRow>),
    Flush(oneshot::Sender<()>),
}

/// What refusals must share to be counted together.
type Cause = (Surface, Detail, Option<IpAddr>);

impl AuditTrail {
    /// Starts the writer. It ends, everything written, when the last handle is dropped.
    pub(crate) fn start(store: Arc<dyn Store>) -> Self {
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

async fn write(store: Arc<dyn Store>, mut queue: mpsc::Receiver<Job>) {
    let mut jobs = Vec::with_capacity(BATCH);
    let mut rate = Rate::default();
    while queue.recv_many(&mut jobs, BATCH).await > 0 {
        let mut waiting = Vec::new();
        let mut rows = Vec::with_capacity(jobs.len());
        for job in jobs.drain(..) {
            match job {
                Job::Row(row) => rate.take(*row, &mut rows),
                Job::Flush(done) => waiting.push(done),
            }
        }
        rate.release(&mut rows);
        if !rows.is_empty() {
            append_until_written(&*store, rows).await;
        }
        for done in waiting {
            let _ = done.send(());
        }
    }
}

/// A full disk is no reason to lose a row: the queue waits with us, and with it the callers.
async fn append_until_written(store: &dyn Store, rows: Vec<LoginRow>) {
    while let Err(error) = store.append_logins(rows.clone()).await {
        tracing::error!(%error, rows = rows.len(), "the Login Audit Trail cannot be written; trying again");
        tokio::time::sleep(RETRY_EVERY).await;
    }
}

/// Refusals of the current second.
#[derive(Default)]
struct Rate {
    second: i64,
    written: HashMap<Cause, u32>,
    counted: HashMap<Cause, LoginRow>,
}

impl Rate {
    fn take(&mut self, row: LoginRow, rows: &mut Vec<LoginRow>) {
        let LoginStatus::Failure { detail, .. } = row.status else {
            rows.push(row);
            return;
        };
        if row.at.seconds() != self.second {
            self.release(rows);
            self.second = row.at.seconds();
            self.written.clear();
        }
        let cause = (row.surface, detail, row.ip);
        let written = self.written.entry(cause).or_default();
        if *written < ROWS_A_SECOND {
            *written += 1;
            rows.push(row);
            return;
        }
        match self.counted.get_mut(&cause) {
            Some(counted) => counted.count = counted.count.saturating_add(row.count.get()),
            None => {
                // One row for many callers names none of them.
                let row = LoginRow {
                    user: None,
                    role: None,
                    token_name: None,
                    consumer_key: None,
                    token_id: None,
                    ..row
                };
                self.counted.insert(cause, row);
            }
        }
    }

    fn release(&mut self, rows: &mut Vec<LoginRow>) {
        rows.extend(self.counted.drain().map(|(_, row)| row));
    }
}

/// A row that stands for one login.
pub(crate) const ONE: NonZeroU32 = NonZeroU32::MIN;

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_model::RequestUri;
    use countersign_world::UnixTime;

    fn refused(second: i64, detail: Detail) -> LoginRow {
        LoginRow {
            at: UnixTime::from_seconds(second),
            status: LoginStatus::Failure {
                detail,
                reason: String::new(),
                mistake: None,
            },
            surface: Surface::Rest,
            user: None,
            role: None,
            token_name: None,
            application_name: None,
            ip: None,
            user_agent: None,
            request_uri: RequestUri::of("/"),
            consumer_key: None,
            token_id: None,
            count: ONE,
        }
    }

    fn written(rows: impl IntoIterator<Item = LoginRow>) -> Vec<u32> {
        let (mut rate, mut out) = (Rate::default(), Vec::new());
        for row in rows {
            rate.take(row, &mut out);
        }
        rate.release(&mut out);
        out.iter().map(|row| row.count.get()).collect()
    }

    #[test]
    fn a_flood_of_one_cause_becomes_one_row_with_a_count() {
        let rows = written((0..1000).map(|_| refused(1, Detail::InvalidSignature)));
        assert_eq!(rows.len(), ROWS_A_SECOND as usize + 1);
        assert_eq!(rows.iter().sum::<u32>(), 1000);
    }

    #[test]
    fn causes_and_seconds_are_counted_apart() {
        let few =
            (0..2).flat_map(|second| (0..ROWS_A_SECOND).map(move |_| refused(second, Detail::NonceUsed)));
        assert!(written(few).iter().all(|count| *count == 1));
        let mixed = (0..60).flat_map(|_| [refused(1, Detail::NonceUsed), refused(1, Detail::TokenRejected)]);
        let rows = written(mixed);
        assert_eq!((rows.len(), rows.iter().sum::<u32>()), (102, 120));
    }
}
