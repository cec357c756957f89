//! When a writer behind the answers takes what has come: at once where somebody waits for it, else a little later, with
//! whatever comes meanwhile. A transaction costs about what fifty rows cost.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender};
use tokio::sync::{Notify, oneshot};
use tokio::time::timeout;

/// How long a row nobody waits for may be behind its answer; a `kill -9` in that time loses it.
const LONGEST: Duration = Duration::from_millis(10);

/// How long anybody waits for rows that cannot be written.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Shared by a writer and those who hand rows over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Patience {
    urged: Arc<Notify>,
}

impl Patience {
    /// Somebody waits for what was handed over.
    pub(crate) fn end(&self) {
        self.urged.notify_one();
    }

    /// Waits until everything handed over before is in the store, as long as anybody waits for what cannot be written: a full
    /// disk keeps no reader waiting for ever, nor the end of the process.
    pub(crate) async fn flush<T>(&self, jobs: &Sender<T>, job: impl FnOnce(oneshot::Sender<()>) -> T) {
        let (done, written) = oneshot::channel();
        let flushed = async {
            if jobs.send(job(done)).await.is_ok() {
                self.end();
                let _ = written.await;
            }
        };
        let _ = timeout(PATIENCE, flushed).await;
    }

    /// Adds what comes meanwhile to `jobs`, up to `most`, until somebody waits for it.
    pub(crate) async fn gather<T>(&self, jobs: &mut Vec<T>, queue: &mut Receiver<T>, most: usize) {
        // Nobody urged: then the time is over, which is as good.
        let _ = timeout(LONGEST, self.urged.notified()).await;
        while jobs.len() < most
            && let Ok(job) = queue.try_recv()
        {
            jobs.push(job);
        }
    }
}
