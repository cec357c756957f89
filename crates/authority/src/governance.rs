//! How many requests may run at once, as an integration is told.

use countersign_store::StoreError;

use crate::{Authority, Principal};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConcurrencyLimits {
    /// Requests the account runs at once.
    pub account: u32,
    /// What is left of them for integrations without a limit of their own.
    pub unallocated: u32,
    /// The caller's own limit, if its integration record has one.
    pub integration: Option<u32>,
}

impl Authority {
    /// The limits that hold for whoever asks.
    pub async fn concurrency_limits(&self, principal: &Principal) -> Result<ConcurrencyLimits, StoreError> {
        let (_, account) = self.concurrency();
        Ok(ConcurrencyLimits {
            account,
            unallocated: account.saturating_sub(self.store.allocated_concurrency().await?),
            integration: principal.integration().concurrency_limit,
        })
    }
}
