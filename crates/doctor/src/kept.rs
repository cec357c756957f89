//! What a look says of a connection that a vault keeps: how its login went, and whose its token is.

use countersign_client::Stage;
use countersign_protocol::AccountId;
use countersign_vault::{By, ConnectionId, Holder, Observed, Vault, VaultError};

use crate::{Findings, Identity, Outcome, Probe, ProbeResults};

impl Findings {
    /// How the login went. Nothing where it was never decided on: that nobody answered says nothing of the credentials. A
    /// token of another account is none of this connection's.
    pub fn observed(&self, results: &ProbeResults) -> Option<Observed> {
        let other = self.identity.as_ref().filter(|one| !one.is_of(&results.account));
        match (results.logs_in(), other) {
            (true, None) => Some(Observed::Worked),
            (true, Some(other)) => Some(Observed::Failed {
                why: format!("the token logs in to account {}", other.company_id),
            }),
            (false, _) if results.is_refused() => {
                let seen = self.failed().next().map(|line| line.seen.clone());
                Some(Observed::Failed {
                    why: seen.unwrap_or_else(|| "no login worked".to_owned()),
                })
            }
            (false, _) => None,
        }
    }

    /// What was seen of an account that nobody answers for. Nothing where somebody did, or where nothing was sent.
    pub fn unreached(&self, results: &ProbeResults) -> Option<&str> {
        let login = results.call(Probe::Login);
        let asked = [Some(&results.address), login].into_iter().flatten();
        let is_unreached = |outcome: &Outcome| match outcome {
            Outcome::Unreached { stage, .. } => *stage != Stage::Preparing,
            _ => false,
        };
        let is_unreached = asked.into_iter().any(is_unreached) && !results.logs_in();
        let first = self.failed().next().filter(|_| is_unreached)?;
        Some(&first.seen)
    }

    /// Whose the token is, where the account said so; nobody of another account.
    pub fn holder(&self, account: &AccountId) -> Option<Holder> {
        let own = self.identity.as_ref().filter(|one| one.is_of(account));
        own.map(|identity| identity.holder(self.concurrency_limit))
    }

    /// Writes it all down of the set of credentials that was looked at, also that nobody answered, and gives how the login
    /// went.
    ///
    /// # Errors
    /// The vault cannot be written.
    pub async fn write_down(
        &self,
        results: &ProbeResults,
        vault: &Vault,
        (id, generation): (&ConnectionId, u64),
        by: By,
    ) -> Result<Option<Observed>, VaultError> {
        let observed = self.observed(results);
        if let Some(observed) = &observed {
            vault
                .observe(id.clone(), generation, observed.clone(), by.clone())
                .await?;
        }
        if let (None, Some(why)) = (&observed, self.unreached(results)) {
            vault.unreached(id.clone(), generation, why, by.clone()).await?;
        }
        if let Some(holder) = self.holder(&results.account) {
            vault.recognise(id.clone(), generation, holder, by).await?;
        }
        Ok(observed)
    }
}

impl Identity {
    /// As a vault keeps it.
    pub fn holder(&self, concurrency_limit: Option<u32>) -> Holder {
        Holder {
            company: self.company_name.clone(),
            role: self.role_name.clone(),
            role_id: self.role_id.clone(),
            user: self.user_id.clone(),
            concurrency_limit,
        }
    }
}
