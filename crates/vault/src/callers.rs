//! Callers: the programs that may use connections, each known by its key.

use countersign_database::{Row, Transaction};
use countersign_world::UnixTime;

use crate::audit::{Action, write};
use crate::connection_row::optional_time;
use crate::vault::next_id;
use crate::{By, CallerId, CallerKey, MAX_ROWS, Vault, VaultError, grants};

pub(crate) const MAX_NAME: usize = 100;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerDraft {
    pub name: String,
    /// Its key opens nothing from then on.
    pub expires: Option<UnixTime>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    pub id: CallerId,
    pub name: String,
    /// Whether it may make, change and remove connections. What calls it may send its grants say.
    pub administers: bool,
    pub created: UnixTime,
    pub expires: Option<UnixTime>,
    pub revoked: Option<UnixTime>,
}

impl Caller {
    pub fn is_active(&self, now: UnixTime) -> bool {
        self.revoked.is_none() && self.expires.is_none_or(|expires| now < expires)
    }
}

const COLUMNS: &str = "id, name, administers, created, expires, revoked";

impl Vault {
    /// Its key is in the answer and nowhere else.
    pub async fn add_caller(&self, draft: CallerDraft, by: By) -> Result<(Caller, CallerKey), VaultError> {
        let name = draft.name.trim();
        let is_name = (1..=MAX_NAME).contains(&name.chars().count()) && !name.chars().any(char::is_control);
        if !is_name {
            return Err(VaultError::CallerName);
        }
        let name = name.to_owned();
        let key = CallerKey::make(&*self.sealer.entropy);
        let digest = key.digest();
        let add = async move |transaction: &mut Transaction<'_>| {
            let caller = Caller {
                id: CallerId(next_id(transaction, "caller").await?),
                name,
                administers: false,
                created: by.at,
                expires: draft.expires,
                revoked: None,
            };
            let name_key: String = caller.name.chars().flat_map(char::to_lowercase).collect();
            let row = [
                ("id", caller.id.0.into()),
                ("name", (&caller.name).into()),
                ("name_key", (&name_key).into()),
                ("digest", (&digest).into()),
                ("created", caller.created.millis().into()),
                ("expires", caller.expires.map(UnixTime::millis).into()),
            ];
            transaction.insert("caller", row).await?;
            let detail = caller.name.clone();
            write(transaction, &by, Action::CallerAdded, subject(caller.id), detail).await?;
            Ok::<_, VaultError>(caller)
        };
        Ok((self.database.write(add).await?, key))
    }

    /// The caller whose key this is, if the key opens anything now.
    pub async fn caller_by_key(&self, key: &CallerKey, now: UnixTime) -> Result<Option<Caller>, VaultError> {
        let digest = key.digest();
        let find = async move |snapshot: &mut Transaction<'_>| {
            let sql = format!("SELECT {COLUMNS} FROM caller WHERE digest = ?1");
            snapshot.row(&sql, &[(&digest).into()], caller).await
        };
        let caller: Option<Caller> = self.database.read::<_, _, VaultError>(find).await?;
        Ok(caller.filter(|caller| caller.is_active(now)))
    }

    /// The callers after an id, revoked ones among them; at most [`MAX_ROWS`].
    pub async fn callers(&self, after: Option<CallerId>, limit: u32) -> Result<Vec<Caller>, VaultError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let sql = format!("SELECT {COLUMNS} FROM caller WHERE id > ?1 ORDER BY id LIMIT ?2");
            let after = after.map_or(0, |id| id.0);
            snapshot
                .rows(&sql, &[after.into(), limit.min(MAX_ROWS).into()], caller)
                .await
        };
        self.database.read(list).await
    }

    /// Lets a caller administer connections, or takes that from it.
    pub async fn entrust(&self, id: CallerId, administers: bool, by: By) -> Result<(), VaultError> {
        let entrust = async move |transaction: &mut Transaction<'_>| {
            let sql = "UPDATE caller SET administers = ?2 WHERE id = ?1 AND revoked IS NULL";
            let values = [id.0.into(), i64::from(administers).into()];
            if transaction.execute(sql, &values).await? == 0 {
                return Err(VaultError::UnknownCaller(id));
            }
            let detail = match administers {
                true => "administers connections",
                false => "administers connections no more",
            };
            write(
                transaction,
                &by,
                Action::CallerEntrusted,
                subject(id),
                detail.to_owned(),
            )
            .await?;
            Ok(())
        };
        self.database.write(entrust).await
    }

    /// Its key and its grants open nothing any more, for good.
    pub async fn revoke_caller(&self, id: CallerId, by: By) -> Result<(), VaultError> {
        let revoke = async move |transaction: &mut Transaction<'_>| {
            let sql = "UPDATE caller SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL";
            if transaction
                .execute(sql, &[id.0.into(), by.at.millis().into()])
                .await?
                == 0
            {
                return Err(VaultError::UnknownCaller(id));
            }
            let sql = "UPDATE caller_grant SET revoked = ?2 WHERE caller = ?1 AND revoked IS NULL";
            let revoked = transaction
                .execute(sql, &[id.0.into(), by.at.millis().into()])
                .await?;
            let detail = grants::revoked(revoked);
            write(transaction, &by, Action::CallerRevoked, subject(id), detail).await?;
            Ok(())
        };
        self.database.write(revoke).await
    }
}

fn subject(id: CallerId) -> String {
    format!("caller {id}")
}

fn caller(row: &Row<'_>) -> Result<Caller, VaultError> {
    Ok(Caller {
        id: CallerId(row.integer("id")?),
        name: row.text("name")?,
        administers: row.integer("administers")? != 0,
        created: UnixTime::from_millis(row.integer("created")?),
        expires: optional_time(row, "expires")?,
        revoked: optional_time(row, "revoked")?,
    })
}
