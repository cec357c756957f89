//! What an account does of its own, about once a second.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use countersign_model::execution_log_retention;
use countersign_store::StoreError;
use countersign_world::UnixTime;

use crate::authority::Authority;

/// How often it is looked for what is over.
const PURGE_EVERY: Duration = Duration::from_secs(60);
/// Rows of each kind that one beat deletes: a write that holds up nobody. What is more goes with the next beats.
const BATCH: u32 = 500;

/// When to look for what is over, by the machine's monotonic clock.
#[derive(Debug, Default)]
pub(crate) struct Upkeep {
    next_purge: Mutex<Duration>,
}

impl Upkeep {
    fn is_due(&self, elapsed: Duration) -> bool {
        let mut next = self.next_purge.lock().unwrap_or_else(PoisonError::into_inner);
        if elapsed < *next {
            return false;
        }
        *next = elapsed + PURGE_EVERY;
        true
    }

    fn go_on_at_once(&self) {
        *self.next_purge.lock().unwrap_or_else(PoisonError::into_inner) = Duration::ZERO;
    }
}

impl Authority {
    /// Takes in what others changed, makes the ledger's promise durable, writes how tokens were used, and now and then
    /// deletes some of what is over. To be called about once a second. What fails is logged, and done by a later beat.
    pub async fn beat(self: &Arc<Self>) {
        let account = self.account();
        let syncing = Arc::clone(self);
        // A slow disk must not hold up a thread that answers.
        if let Ok(Err(error)) = tokio::task::spawn_blocking(move || syncing.sync_ledger()).await {
            tracing::error!(%error, %account, "the ledger of used nonces cannot be made durable");
        }
        if let Err(error) = self.catch_up().await {
            tracing::error!(%error, %account, "the account's set-up cannot be read");
        }
        self.write_token_uses().await;
        // Nothing is deleted by a clock that somebody moved.
        if let Some(now) = self.unmoved_time()
            && self.upkeep.is_due(self.clock.elapsed())
        {
            match self.purge(now).await {
                Ok(true) => {}
                Ok(false) => self.upkeep.go_on_at_once(),
                Err(error) => tracing::error!(%error, %account, "what is over cannot be deleted"),
            }
        }
    }

    /// What cannot be written is counted with what comes later.
    pub(crate) async fn write_token_uses(&self) {
        let uses = self.token_uses.take();
        if uses.is_empty() {
            return;
        }
        if let Err(error) = self.store.add_token_uses(uses.clone()).await {
            tracing::error!(%error, account = %self.account(), "how tokens were used cannot be written");
            self.token_uses.give_back(uses);
        }
    }

    /// Deletes some of what is over; tells whether that was all.
    async fn purge(&self, now: UnixTime) -> Result<bool, StoreError> {
        let snapshot = self.snapshot();
        let settings = &snapshot.settings;
        let store = &self.store;
        let logins = now.minus(settings.audit_retention());
        let executions = now.minus(execution_log_retention(&snapshot.account.id));
        let purged = [
            store.purge_sessions(settings.idle_timeout(), now, BATCH).await?,
            store.purge_request_tokens(now, BATCH).await?,
            store.purge_logins(logins, BATCH).await?,
            store.purge_executions(executions, BATCH).await?,
        ];
        Ok(purged.iter().all(|rows| *rows < u64::from(BATCH)))
    }
}
