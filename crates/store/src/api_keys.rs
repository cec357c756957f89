//! Keys to the admin API, found by their hash. A row outlives its key.

use std::collections::HashSet;
use std::time::Duration;

use countersign_database::{Row, Transaction};
use countersign_model::{ApiKey, ApiKeyDraft, ApiKeyHash, ApiKeyId, By, EntityId, NotedRecord, RoleId};
use countersign_world::UnixTime;

use crate::column::{next_id, optional_time, time};
use crate::{MAX_ROWS, Store, StoreError, notes, permissions, roles, users};

const TABLE: &str = "api_key";

const WHAT: &str = "API key";

const COLUMNS: &str = "id, name, hash, entity, role, scopes, created, expires, last_used, revoked";

/// A key is noted as used so often and no oftener.
const USED_EVERY: Duration = Duration::from_secs(60);

impl Store {
    /// For this user and role. What they may do is asked again at each use: a draft that was parsed while they could do
    /// more gives nothing beyond.
    pub async fn add_api_key(
        &self,
        draft: ApiKeyDraft,
        hash: ApiKeyHash,
        (user, role): (EntityId, RoleId),
        by: By,
    ) -> Result<ApiKey, StoreError> {
        let add = async move |transaction: &mut Transaction<'_>| {
            users::require(transaction, user).await?;
            roles::require(transaction, role).await?;
            let id = ApiKeyId::new(next_id(transaction, TABLE, 0).await?);
            let key = draft.into_api_key(id, hash, (user, role), by.at);
            insert(transaction, &key).await?;
            notes::write(transaction, &by, NotedRecord::ApiKey(id), None, Some(&key)).await?;
            Ok(key)
        };
        self.database.write(add).await
    }

    pub async fn api_key(&self, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| find(snapshot, id).await;
        self.database.read(find).await
    }

    /// Whether it still [works](ApiKey::check) is for the caller to ask.
    pub async fn api_key_by_hash(&self, hash: ApiKeyHash) -> Result<Option<ApiKey>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| {
            let sql = format!("SELECT {COLUMNS} FROM api_key WHERE hash = ?1");
            snapshot.row(&sql, &[hash.as_str().into()], api_key).await
        };
        self.database.read(find).await
    }

    /// A page of at most `limit` keys, of a user where one is given: those after the key `after`, by internal id.
    pub async fn api_keys(
        &self,
        user: Option<EntityId>,
        after: Option<ApiKeyId>,
        limit: u32,
    ) -> Result<Vec<ApiKey>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let after = after.map_or(0, ApiKeyId::get).into();
            let limit = limit.min(MAX_ROWS).into();
            let Some(user) = user else {
                let sql = format!("SELECT {COLUMNS} FROM api_key WHERE id > ?1 ORDER BY id LIMIT ?2");
                return snapshot.rows(&sql, &[after, limit], api_key).await;
            };
            let sql =
                format!("SELECT {COLUMNS} FROM api_key WHERE entity = ?3 AND id > ?1 ORDER BY id LIMIT ?2");
            snapshot
                .rows(&sql, &[after, limit, user.get().into()], api_key)
                .await
        };
        self.database.read(list).await
    }

    /// For ever. A key that was revoked before stays as it is.
    pub async fn revoke_api_key(&self, id: ApiKeyId, by: By) -> Result<ApiKey, StoreError> {
        let revoke = async move |transaction: &mut Transaction<'_>| {
            let unknown = StoreError::Unknown(NotedRecord::ApiKey(id));
            let key = find(transaction, id).await?.ok_or(unknown)?;
            revoke(transaction, key, &by).await
        };
        self.database.write(revoke).await
    }

    /// Notes that a key was used, at most once a minute; gives it as it is then. No change to the set-up, hence no
    /// system note.
    pub async fn api_key_used(&self, key: ApiKey, now: UnixTime) -> Result<ApiKey, StoreError> {
        if key.last_used.is_some_and(|last| now.since(last) < USED_EVERY) {
            return Ok(key);
        }
        let id = key.id;
        let write = async move |transaction: &mut Transaction<'_>| {
            let sql =
                "UPDATE api_key SET last_used = ?2 WHERE id = ?1 AND (last_used IS NULL OR last_used < ?2)";
            let values = [id.get().into(), now.millis().into()];
            transaction.execute(sql, &values).await?;
            Ok::<_, StoreError>(())
        };
        self.database.write(write).await?;
        let last_used = key.last_used.max(Some(now));
        Ok(ApiKey { last_used, ..key })
    }
}

/// The keys that nobody revoked.
pub(crate) async fn working(snapshot: &mut Transaction<'_>) -> Result<HashSet<ApiKeyHash>, StoreError> {
    let keys = not_revoked(snapshot).await?;
    Ok(keys.into_iter().map(|key| key.hash).collect())
}

/// Revokes every key that is not among these.
pub(crate) async fn revoke_all_but(
    transaction: &mut Transaction<'_>,
    kept: &HashSet<ApiKeyHash>,
    by: &By,
) -> Result<(), StoreError> {
    for key in not_revoked(transaction).await? {
        if !kept.contains(&key.hash) {
            revoke(transaction, key, by).await?;
        }
    }
    Ok(())
}

async fn not_revoked(snapshot: &mut Transaction<'_>) -> Result<Vec<ApiKey>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM api_key WHERE revoked IS NULL ORDER BY id");
    snapshot.rows(&sql, &[], api_key).await
}

async fn revoke(transaction: &mut Transaction<'_>, before: ApiKey, by: &By) -> Result<ApiKey, StoreError> {
    let Some(after) = before.clone().revoke(by.at) else {
        return Ok(before);
    };
    let sql = "UPDATE api_key SET revoked = ?2 WHERE id = ?1";
    let values = [after.id.get().into(), by.at.millis().into()];
    transaction.execute(sql, &values).await?;
    let record = NotedRecord::ApiKey(after.id);
    notes::write(transaction, by, record, Some(&before), Some(&after)).await?;
    Ok(after)
}

async fn find(transaction: &mut Transaction<'_>, id: ApiKeyId) -> Result<Option<ApiKey>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM api_key WHERE id = ?1");
    transaction.row(&sql, &[id.get().into()], api_key).await
}

async fn insert(transaction: &mut Transaction<'_>, key: &ApiKey) -> Result<(), StoreError> {
    let scopes = permissions::written(&key.scopes);
    let row = [
        ("id", key.id.get().into()),
        ("name", (&key.name).into()),
        ("hash", key.hash.as_str().into()),
        ("entity", key.user.get().into()),
        ("role", key.role.get().into()),
        ("scopes", (&scopes).into()),
        ("created", key.created.millis().into()),
        ("expires", key.expires.millis().into()),
        ("last_used", key.last_used.map(UnixTime::millis).into()),
        ("revoked", key.revoked.map(UnixTime::millis).into()),
    ];
    Ok(transaction.insert(TABLE, row).await?)
}

fn api_key(row: &Row<'_>) -> Result<ApiKey, StoreError> {
    let hash = ApiKeyHash::parse(row.text("hash")?);
    Ok(ApiKey {
        id: ApiKeyId::new(row.integer("id")?),
        name: row.text("name")?,
        hash: hash.map_err(|error| StoreError::unreadable(WHAT)(&error))?,
        user: EntityId::new(row.integer("entity")?),
        role: RoleId::new(row.integer("role")?),
        scopes: permissions::read(row, "scopes", WHAT)?,
        created: time(row, "created")?,
        expires: time(row, "expires")?,
        last_used: optional_time(row, "last_used")?,
        revoked: optional_time(row, "revoked")?,
    })
}
