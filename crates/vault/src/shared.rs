//! What is kept more than once: one Consumer Key, or one token, under several names.

use countersign_database::Transaction;
use countersign_protocol::AccountId;

use crate::connection_row::find;
use crate::{ConnectionId, MAX_ROWS, Vault, VaultError};

/// Another connection with something of this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameKey {
    pub id: ConnectionId,
    pub account: AccountId,
}

impl Vault {
    /// Other connections signed with the Consumer Key of this one, staged and previous sets included; at most
    /// [`MAX_ROWS`]. In another account it is a mistake, or a sandbox that was refreshed.
    pub async fn others_with_its_key(&self, id: ConnectionId) -> Result<Vec<SameKey>, VaultError> {
        self.others_with(id, "consumer_key_digest", "current").await
    }

    /// Other connections that sign with the token of this one: whoever revokes it ends all of them. Sets that were kept
    /// before this was asked for are not found.
    pub async fn others_with_its_token(&self, id: ConnectionId) -> Result<Vec<SameKey>, VaultError> {
        self.others_with(id, "token_digest", "current").await
    }

    /// Other connections that sign with the token this one had before it was replaced: nobody may revoke it yet.
    pub async fn others_with_its_previous_token(&self, id: ConnectionId) -> Result<Vec<SameKey>, VaultError> {
        self.others_with(id, "token_digest", "previous").await
    }

    async fn others_with(
        &self,
        id: ConnectionId,
        column: &'static str,
        place: &'static str,
    ) -> Result<Vec<SameKey>, VaultError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let own = find(snapshot, &id).await?.number;
            let sql = format!(
                "SELECT DISTINCT c.id, c.account
                 FROM credential_set own
                 JOIN credential_set s ON s.{column} = own.{column} AND s.connection <> ?1
                 JOIN connection c ON c.number = s.connection
                 WHERE own.connection = ?1 AND own.place = '{place}' ORDER BY c.id LIMIT ?2"
            );
            let unreadable = VaultError::unreadable("connection");
            snapshot
                .rows(&sql, &[own.into(), MAX_ROWS.into()], |row| {
                    let id: Result<ConnectionId, _> = row.text("id")?.try_into();
                    Ok::<_, VaultError>(SameKey {
                        id: id.map_err(|error| unreadable(&error))?,
                        account: row.text("account")?.parse().map_err(|error| unreadable(&error))?,
                    })
                })
                .await
        };
        self.database.read(list).await
    }
}
