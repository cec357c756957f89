//! Sessions of the pages, found by the hash of their cookie. One that has ended is deleted.

use std::time::Duration;

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    EntityId, FeatureSet, NewSession, Role, RoleId, SESSION_LASTS, Session, SessionHash, SessionId, User,
};
use countersign_world::UnixTime;

use crate::column::{next_id, time};
use crate::{Conflict, MAX_ROWS, Store, StoreError, features, roles, users};

const TABLE: &str = "session";

const COLUMNS: &str =
    "id, hash, entity, role, created, last_seen, two_factor_passed, must_change_password, must_enrol";

/// A session is noted as seen so often and no oftener: a page is looked at with many requests.
const SEEN_EVERY: Duration = Duration::from_secs(60);

impl Store {
    pub async fn begin_session(&self, session: NewSession, now: UnixTime) -> Result<Session, StoreError> {
        let begin = async move |transaction: &mut Transaction<'_>| {
            let id = SessionId::new(next_id(transaction, TABLE, 0).await?);
            let session = session.into_session(id, now);
            users::require(transaction, session.user).await?;
            roles::require(transaction, session.role).await?;
            insert(transaction, &session).await?;
            Ok(session)
        };
        self.database.write(begin).await
    }

    /// Whether it has [ended](Session::ended) is for the caller to ask.
    pub async fn session_by_hash(&self, hash: SessionHash) -> Result<Option<Session>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| {
            let sql = format!("SELECT {COLUMNS} FROM session WHERE hash = ?1");
            snapshot.row(&sql, &[hash.as_str().into()], session).await
        };
        self.database.read(find).await
    }

    /// The sessions of a user, the last begun first.
    pub async fn sessions(&self, user: EntityId) -> Result<Vec<Session>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let sql = format!("SELECT {COLUMNS} FROM session WHERE entity = ?1 ORDER BY id DESC LIMIT ?2");
            snapshot
                .rows(&sql, &[user.get().into(), MAX_ROWS.into()], session)
                .await
        };
        self.database.read(list).await
    }

    /// Notes that a session was used, at most once a minute; gives it as it is then.
    pub async fn session_seen(&self, session: Session, now: UnixTime) -> Result<Session, StoreError> {
        if now.since(session.last_seen) < SEEN_EVERY {
            return Ok(session);
        }
        let (id, seen) = (session.id, session.seen(now));
        let write = async move |transaction: &mut Transaction<'_>| {
            let sql = "UPDATE session SET last_seen = ?2 WHERE id = ?1 AND last_seen < ?2";
            let values = [id.get().into(), now.millis().into()];
            transaction.execute(sql, &values).await?;
            Ok::<_, StoreError>(())
        };
        self.database.write(write).await?;
        Ok(seen)
    }

    /// Puts a session into another role, under a new cookie; the old one opens nothing from here on. `switch` is given
    /// the session, its user, the wanted role and the features, as they are stored, and says what becomes of it or why
    /// not. It runs in the transaction: it may compute and not wait.
    pub async fn switch_role<F, E>(
        &self,
        session: SessionHash,
        role: RoleId,
        switch: F,
    ) -> Result<Result<Session, E>, StoreError>
    where
        F: FnOnce(Session, &User, &Role, &FeatureSet) -> Result<Session, E> + Send + 'static,
        E: Send + 'static,
    {
        let switch = async move |transaction: &mut Transaction<'_>| {
            let sql = format!("SELECT {COLUMNS} FROM session WHERE hash = ?1");
            let values = [session.as_str().into()];
            let found = transaction.row(&sql, &values, self::session).await?;
            let before = found.ok_or(Conflict::SessionEnded)?;
            let id = before.id;
            let user = users::require(transaction, before.user).await?;
            let role = roles::require(transaction, role).await?;
            let features = features::on(transaction).await?;
            let after = match switch(before, &user, &role, &features) {
                Ok(after) => after,
                Err(refused) => return Ok(Err(refused)),
            };
            end(transaction, id).await?;
            let after = Session { id, ..after };
            insert(transaction, &after).await?;
            Ok(Ok(after))
        };
        self.database.write(switch).await
    }

    /// Signs out. Nothing where it has ended.
    pub async fn end_session(&self, session: SessionId) -> Result<(), StoreError> {
        let end = async move |transaction: &mut Transaction<'_>| end(transaction, session).await;
        self.database.write(end).await
    }

    /// Ends the sessions of a user but for `keep`; gives how many.
    pub async fn end_sessions(&self, user: EntityId, keep: Option<SessionId>) -> Result<u64, StoreError> {
        let end = async move |transaction: &mut Transaction<'_>| end_others(transaction, user, keep).await;
        self.database.write(end).await
    }

    /// Deletes at most `limit` of the sessions that have ended by age, and as many by `idle`; gives how many in all.
    pub async fn purge_sessions(&self, idle: Duration, now: UnixTime, limit: u32) -> Result<u64, StoreError> {
        let purge = async move |transaction: &mut Transaction<'_>| {
            let mut purged = 0;
            for (column, lasts) in [("created", SESSION_LASTS), ("last_seen", idle)] {
                let sql = format!(
                    "DELETE FROM session WHERE id IN
                         (SELECT id FROM session WHERE {column} <= ?1 ORDER BY {column} LIMIT ?2)"
                );
                let values = [now.minus(lasts).millis().into(), limit.min(MAX_ROWS).into()];
                purged += transaction.execute(&sql, &values).await?;
            }
            Ok(purged)
        };
        self.database.write(purge).await
    }
}

pub(crate) async fn end_others(
    transaction: &mut Transaction<'_>,
    user: EntityId,
    keep: Option<SessionId>,
) -> Result<u64, StoreError> {
    let (user, keep) = (user.get().into(), keep.map(SessionId::get));
    let sql = "DELETE FROM session WHERE entity = ?1";
    Ok(match keep {
        None => transaction.execute(sql, &[user]).await?,
        Some(keep) => {
            let sql = format!("{sql} AND id <> ?2");
            transaction.execute(&sql, &[user, keep.into()]).await?
        }
    })
}

/// From here on the session opens other pages than the one for a new password.
pub(crate) async fn password_changed(
    transaction: &mut Transaction<'_>,
    session: SessionId,
) -> Result<(), StoreError> {
    let sql = "UPDATE session SET must_change_password = 0 WHERE id = ?1";
    transaction.execute(sql, &[session.get().into()]).await?;
    Ok(())
}

/// From here on the session opens other pages than the one for a second factor, which was just given in it.
pub(crate) async fn enrolled(
    transaction: &mut Transaction<'_>,
    session: SessionId,
) -> Result<(), StoreError> {
    let sql = "UPDATE session SET must_enrol = 0, two_factor_passed = 1 WHERE id = ?1";
    transaction.execute(sql, &[session.get().into()]).await?;
    Ok(())
}

async fn end(transaction: &mut Transaction<'_>, session: SessionId) -> Result<(), StoreError> {
    let sql = "DELETE FROM session WHERE id = ?1";
    transaction.execute(sql, &[session.get().into()]).await?;
    Ok(())
}

async fn insert(transaction: &mut Transaction<'_>, session: &Session) -> Result<(), StoreError> {
    let row: [(&str, Value<'_>); 9] = [
        ("id", session.id.get().into()),
        ("hash", session.hash.as_str().into()),
        ("entity", session.user.get().into()),
        ("role", session.role.get().into()),
        ("created", session.created.millis().into()),
        ("last_seen", session.last_seen.millis().into()),
        ("two_factor_passed", session.two_factor_passed.into()),
        ("must_change_password", session.must_change_password.into()),
        ("must_enrol", session.must_enrol.into()),
    ];
    Ok(transaction.insert(TABLE, row).await?)
}

fn session(row: &Row<'_>) -> Result<Session, StoreError> {
    let hash = SessionHash::parse(row.text("hash")?);
    Ok(Session {
        id: SessionId::new(row.integer("id")?),
        hash: hash.map_err(|error| StoreError::unreadable(TABLE)(&error))?,
        user: EntityId::new(row.integer("entity")?),
        role: RoleId::new(row.integer("role")?),
        created: time(row, "created")?,
        last_seen: time(row, "last_seen")?,
        two_factor_passed: row.boolean("two_factor_passed")?,
        must_change_password: row.boolean("must_change_password")?,
        must_enrol: row.boolean("must_enrol")?,
    })
}
