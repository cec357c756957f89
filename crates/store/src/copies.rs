//! An account's database as a whole: held still, copied, replaced by another state of the same account.

use std::path::Path;

use countersign_database::{Transaction, sqlite};
use countersign_model::{By, NotedRecord, RestoredFrom, Settings, TestAccount};

use crate::column::counted;
use crate::{Store, StoreError, notes, settings};

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

    /// As [`Store::change_count`], while the writers wait.
    pub async fn change_count(&self) -> Result<u64, StoreError> {
        let count = self.0.number("SELECT change_count FROM account").await?;
        Ok(count.cast_unsigned())
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

    /// Makes this copy fit to take the place of the account it was made of, whose counter stands at `change_count`. The
    /// counter goes above both, so that no number of a change comes twice and every reader notices. The mark of a test
    /// account is kept as it is now; page sessions and request tokens do not come back to life.
    pub async fn become_restored(
        &self,
        from: String,
        change_count: u64,
        test_account: Option<TestAccount>,
        by: By,
    ) -> Result<(), StoreError> {
        let restore = async move |transaction: &mut Transaction<'_>| {
            for sql in [
                "DELETE FROM session",
                "DELETE FROM request_token",
                "DELETE FROM sealed_secret WHERE owner_kind = 'request token'",
            ] {
                transaction.execute(sql, &[]).await?;
            }
            let own = settings::require(transaction).await?;
            let marked = Settings { test_account, ..own };
            settings::write(transaction, &marked).await?;
            // A gap: whoever reads the changes one by one sees that some are not there.
            let sql = "UPDATE account SET change_count =
                           CASE WHEN change_count < ?1 THEN ?1 ELSE change_count END + 1";
            transaction.execute(sql, &[counted(change_count).into()]).await?;
            let (before, after) = (RestoredFrom::default(), RestoredFrom(Some(from)));
            let record = NotedRecord::Account;
            notes::write(transaction, &by, record, Some(&before), Some(&after)).await?;
            Ok(())
        };
        self.database.write(restore).await
    }
}
