//! Grants as they are kept.

use std::num::NonZeroU8;

use countersign_database::{Row, Transaction};
use countersign_world::UnixTime;

use crate::audit::{Action, write};
use crate::connection_row::{find, optional_time};
use crate::vault::next_id;
use crate::{By, CallerId, ConnectionId, Grant, GrantDraft, GrantId, MAX_ROWS, Vault, VaultError};

const SELECT: &str = "SELECT g.id, g.caller, c.id AS connection, g.scope, g.share, g.created, g.expires
                      FROM caller_grant g JOIN connection c ON c.number = g.connection
                      WHERE g.revoked IS NULL";

impl Vault {
    pub async fn grant(&self, draft: GrantDraft, by: By) -> Result<Grant, VaultError> {
        draft.scope.check()?;
        let scope = serde_json::to_string(&draft.scope);
        let scope = scope.map_err(|error| VaultError::unreadable("grant")(&error))?;
        let add = async move |transaction: &mut Transaction<'_>| {
            let number = find(transaction, &draft.connection).await?.number;
            insert(transaction, draft, number, &scope, &by).await
        };
        self.database.write(add).await
    }

    pub async fn revoke_grant(&self, id: GrantId, by: By) -> Result<(), VaultError> {
        let revoke = async move |transaction: &mut Transaction<'_>| {
            let sql = "UPDATE caller_grant SET revoked = ?2 WHERE id = ?1 AND revoked IS NULL";
            if transaction
                .execute(sql, &[id.0.into(), by.at.millis().into()])
                .await?
                == 0
            {
                return Err(VaultError::UnknownGrant(id));
            }
            write(transaction, &by, Action::GrantRevoked, subject(id), String::new()).await?;
            Ok(())
        };
        self.database.write(revoke).await
    }

    /// What [`decide`](crate::decide) looks at: all of a caller's grants that are not revoked. A caller with more than
    /// [`MAX_ROWS`] has the first of them.
    pub async fn grants_of(&self, caller: CallerId) -> Result<Vec<Grant>, VaultError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let sql = format!("{SELECT} AND g.caller = ?1 ORDER BY g.id LIMIT ?2");
            snapshot
                .rows(&sql, &[caller.0.into(), MAX_ROWS.into()], grant)
                .await
        };
        self.database.read(list).await
    }

    /// Who may use a connection: all grants for it that are not revoked; at most [`MAX_ROWS`].
    pub async fn grants_for(&self, connection: ConnectionId) -> Result<Vec<Grant>, VaultError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let number = find(snapshot, &connection).await?.number;
            let sql = format!("{SELECT} AND g.connection = ?1 ORDER BY g.id LIMIT ?2");
            snapshot
                .rows(&sql, &[number.into(), MAX_ROWS.into()], grant)
                .await
        };
        self.database.read(list).await
    }
}

/// A grant for the connection of this number; its scope as it is kept.
pub(crate) async fn insert(
    transaction: &mut Transaction<'_>,
    draft: GrantDraft,
    number: i64,
    scope: &str,
    by: &By,
) -> Result<Grant, VaultError> {
    let sql = "SELECT name FROM caller WHERE id = ?1 AND revoked IS NULL";
    let caller = [draft.caller.0.into()];
    let name = transaction.row(sql, &caller, |row| row.text("name"));
    let name = name.await?.ok_or(VaultError::UnknownCaller(draft.caller))?;
    let grant = Grant {
        id: GrantId(next_id(transaction, "caller_grant").await?),
        caller: draft.caller,
        connection: draft.connection,
        scope: draft.scope,
        share: draft.share,
        created: by.at,
        expires: draft.expires,
    };
    let row = [
        ("id", grant.id.0.into()),
        ("caller", grant.caller.0.into()),
        ("connection", number.into()),
        ("scope", scope.into()),
        ("share", u32::from(grant.share.get()).into()),
        ("created", grant.created.millis().into()),
        ("expires", grant.expires.map(UnixTime::millis).into()),
    ];
    transaction.insert("caller_grant", row).await?;
    let detail = format!(
        "caller {name} may use connection {}: {}",
        grant.connection, grant.scope
    );
    write(transaction, by, Action::GrantAdded, subject(grant.id), detail).await?;
    Ok(grant)
}

/// `1 grant revoked`, for the audit.
pub(crate) fn revoked(count: u64) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} grant{plural} revoked")
}

fn subject(id: GrantId) -> String {
    format!("grant {id}")
}

fn grant(row: &Row<'_>) -> Result<Grant, VaultError> {
    let unreadable = VaultError::unreadable("grant");
    let share = u8::try_from(row.integer("share")?).ok().and_then(NonZeroU8::new);
    Ok(Grant {
        id: GrantId(row.integer("id")?),
        caller: CallerId(row.integer("caller")?),
        connection: row
            .text("connection")?
            .try_into()
            .map_err(|error| unreadable(&error))?,
        scope: serde_json::from_str(&row.text("scope")?).map_err(|error| unreadable(&error))?,
        share: share.ok_or_else(|| unreadable(&"its share is not 1 to 255"))?,
        created: UnixTime::from_millis(row.integer("created")?),
        expires: optional_time(row, "expires")?,
    })
}
