//! Passwords: one row a user, with the hashes of the earlier ones and the count of failures since the last success.

use countersign_database::{Row, Transaction};
use countersign_model::{By, EntityId, NotedRecord, Password, PasswordHash, SessionId};

use crate::column::{small, time};
use crate::{Conflict, Store, StoreError, notes, sessions, users};

const WHAT: &str = "password";

/// A password that the policy admits, hashed.
#[derive(Clone, Debug)]
pub struct NewPassword {
    pub hash: PasswordHash,
    /// Require Password Change on Next Login.
    pub must_change: bool,
    /// The hash it was held against, with those before it; none where the user had no password. Where another stands
    /// there by now, nothing is changed.
    pub replaces: Option<PasswordHash>,
}

impl Store {
    /// Every session of the user ends, but for `keep`, where they do it themselves. The count of failures begins anew; a
    /// lock stays.
    pub async fn set_password(
        &self,
        user: EntityId,
        new: NewPassword,
        keep: Option<SessionId>,
        by: By,
    ) -> Result<Password, StoreError> {
        let set = async move |transaction: &mut Transaction<'_>| {
            users::require(transaction, user).await?;
            let before = find(transaction, user).await?.map(|(password, _)| password);
            if before.as_ref().map(|password| &password.hash) != new.replaces.as_ref() {
                return Err(Conflict::Password.into());
            }
            let after = match before.clone() {
                Some(before) => before.changed(new.hash, new.must_change, by.at),
                None => Password::first(new.hash, new.must_change, by.at),
            };
            write(transaction, user, &after).await?;
            sessions::end_others(transaction, user, keep).await?;
            if let Some(keep) = keep.filter(|_| !after.must_change) {
                sessions::password_changed(transaction, keep).await?;
            }
            let record = NotedRecord::User(user);
            notes::write(transaction, &by, record, before.as_ref(), Some(&after)).await?;
            Ok(after)
        };
        self.database.write(set).await
    }

    /// Checks Require Password Change on Next Login. Nothing where it is checked, or there is no password.
    pub async fn require_password_change(&self, user: EntityId, by: By) -> Result<(), StoreError> {
        let require = async move |transaction: &mut Transaction<'_>| {
            users::require(transaction, user).await?;
            let Some((before, _)) = find(transaction, user).await? else {
                return Ok(());
            };
            let after = Password {
                must_change: true,
                ..before.clone()
            };
            let sql = "UPDATE password SET must_change = 1 WHERE entity = ?1";
            transaction.execute(sql, &[user.get().into()]).await?;
            let record = NotedRecord::User(user);
            notes::write(transaction, &by, record, Some(&before), Some(&after)).await?;
            Ok(())
        };
        self.database.write(require).await
    }
}

/// The password of a user, and how often a login failed since the last that did not.
pub(crate) async fn find(
    transaction: &mut Transaction<'_>,
    user: EntityId,
) -> Result<Option<(Password, u32)>, StoreError> {
    let sql = "SELECT hash, set_at, must_change, earlier, failures FROM password WHERE entity = ?1";
    transaction.row(sql, &[user.get().into()], password).await
}

pub(crate) async fn set_failures(
    transaction: &mut Transaction<'_>,
    user: EntityId,
    failures: u32,
) -> Result<(), StoreError> {
    let sql = "UPDATE password SET failures = ?2 WHERE entity = ?1";
    transaction
        .execute(sql, &[user.get().into(), failures.into()])
        .await?;
    Ok(())
}

async fn write(
    transaction: &mut Transaction<'_>,
    user: EntityId,
    password: &Password,
) -> Result<(), StoreError> {
    let earlier: Vec<&str> = password.earlier.iter().map(PasswordHash::as_str).collect();
    let earlier = earlier.join("\n");
    let sql = "INSERT INTO password (entity, hash, set_at, must_change, earlier, failures)
               VALUES (?1, ?2, ?3, ?4, ?5, 0)
               ON CONFLICT (entity) DO UPDATE SET hash = excluded.hash, set_at = excluded.set_at,
                   must_change = excluded.must_change, earlier = excluded.earlier, failures = 0";
    let values = [
        user.get().into(),
        password.hash.as_str().into(),
        password.set_at.millis().into(),
        password.must_change.into(),
        (&earlier).into(),
    ];
    transaction.execute(sql, &values).await?;
    Ok(())
}

fn password(row: &Row<'_>) -> Result<(Password, u32), StoreError> {
    let hash = |text: &str| PasswordHash::parse(text).map_err(|error| StoreError::unreadable(WHAT)(&error));
    let password = Password {
        hash: hash(&row.text("hash")?)?,
        set_at: time(row, "set_at")?,
        must_change: row.boolean("must_change")?,
        earlier: row.text("earlier")?.lines().map(hash).collect::<Result<_, _>>()?,
    };
    Ok((password, small(row, "failures", WHAT)?))
}
