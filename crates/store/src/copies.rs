//! An account's database as a whole: held still, copied, replaced by another state of the same account.

use std::collections::HashSet;
use std::path::Path;

use countersign_database::{Transaction, sqlite};
use countersign_model::{ApiKeyHash, By, NotedRecord, RestoredFrom, Settings};

use crate::column::counted;
use crate::{Store, StoreError, accounts, api_keys, notes, settings};

/// The account's writers wait until this is dropped.
#[derive(Debug)]
pub struct Pause(sqlite::Pause);

impl Pause {
    /// Writes everything into the file at `path`, durably, in place of an earlier one.
    pub async fn copy_to(&self, path: &Path) -> Result<(), StoreError> {
        Ok(self.0.copy_to(path).await?)
    }

    /// Puts what is in the file at `path`, which nobody has open, in place of everything, durably and in one transaction.
    pub async fn replace_with(&self, path: &Path) -> Result<(), StoreError> {
        Ok(self.0.replace_with(path).await?)
    }

    /// What the account keeps whatever it is put back to.
    pub async fn kept(&self) -> Result<Kept, StoreError> {
        let kept = async |snapshot: &mut Transaction<'_>| {
            let head = accounts::head(snapshot).await?.ok_or(StoreError::NoAccount)?;
            Ok(Kept {
                change_count: head.change_count,
                settings: head.settings,
                working_keys: api_keys::working(snapshot).await?,
            })
        };
        self.0.read(kept).await
    }
}

/// What an account keeps whatever it is put back to: how often it was changed, that it is a test account, and which keys
/// to the admin API are over.
#[derive(Clone, Debug)]
pub struct Kept {
    change_count: u64,
    settings: Settings,
    /// Those that nobody revoked.
    working_keys: HashSet<ApiKeyHash>,
}

impl Kept {
    /// The settings the account has now.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }
}

impl Store {
    /// Lets the account's writers wait. What was asked for before is done first.
    ///
    /// # Errors
    /// Among others where the account is on a PostgreSQL server, which copies with its own tools.
    pub async fn pause(&self) -> Result<Pause, StoreError> {
        Ok(Pause(self.database.pause().await?))
    }

    /// Makes this copy fit to take the place of the account it was made of, of which `kept` stays. Its counter goes above
    /// both, so that no number of a change comes twice and every reader notices. Page sessions and request tokens do not
    /// come back to life, nor does a key to the admin API that does not work now: one that was revoked, or was gone.
    pub async fn become_restored(&self, from: String, kept: Kept, by: By) -> Result<(), StoreError> {
        let restore = async move |transaction: &mut Transaction<'_>| {
            for sql in [
                "DELETE FROM session",
                "DELETE FROM request_token",
                "DELETE FROM sealed_secret WHERE owner_kind = 'request token'",
            ] {
                transaction.execute(sql, &[]).await?;
            }
            let own = settings::require(transaction).await?;
            let marked = Settings {
                test_account: kept.settings.test_account,
                ..own
            };
            settings::write(transaction, &marked).await?;
            // A gap: whoever reads the changes one by one sees that some are not there.
            let sql = "UPDATE account SET change_count =
                           CASE WHEN change_count < ?1 THEN ?1 ELSE change_count END + 1";
            transaction
                .execute(sql, &[counted(kept.change_count).into()])
                .await?;
            api_keys::revoke_all_but(transaction, &kept.working_keys, &by).await?;
            let (before, after) = (RestoredFrom::default(), RestoredFrom(Some(from)));
            let record = NotedRecord::Account;
            notes::write(transaction, &by, record, Some(&before), Some(&after)).await?;
            Ok(())
        };
        self.database.write(restore).await
    }
}
