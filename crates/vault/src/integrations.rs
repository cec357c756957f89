//! Integrations: names under which programs speak of some connections, and connections made under one.

use std::fmt;
use std::num::NonZeroU8;

use countersign_database::{Row, Transaction};
use countersign_protocol::LocalServer;
use countersign_world::UnixTime;

use crate::audit::{Action, write};
use crate::connection_row::{find, server};
use crate::connections;
use crate::observed::{note, set_health, verified};
use crate::{
    By, CallerId, Conflict, Connection, ConnectionId, Given, GrantDraft, Health, Label, MAX_ROWS, Observed,
    Scope, SessionToken, Vault, VaultError, credentials, grants, sessions,
};

const MAX_DISPLAY_NAME: usize = 255;

/// What a program calls an integration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct IntegrationKey(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "an integration's key is 1 to {} letters, digits, spaces and characters of ~:.@_-",
    IntegrationKey::MAX_LENGTH
)]
pub struct IntegrationKeyError;

impl IntegrationKey {
    pub const MAX_LENGTH: usize = 255;

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for IntegrationKey {
    type Error = IntegrationKeyError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let is_known = |byte: u8| byte.is_ascii_alphanumeric() || b"~:.@ _-".contains(&byte);
        match (1..=Self::MAX_LENGTH).contains(&text.len()) && text.bytes().all(is_known) {
            true => Ok(Self(text)),
            false => Err(IntegrationKeyError),
        }
    }
}

impl fmt::Display for IntegrationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What an integration is besides its key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IntegrationDraft {
    /// At most 255 characters are kept, without line breaks.
    pub display_name: Option<String>,
    /// Where the local accounts are whose connections are made under it from now on.
    pub server: Option<LocalServer>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Integration {
    pub key: IntegrationKey,
    pub display_name: Option<String>,
    pub server: Option<LocalServer>,
    pub created: UnixTime,
    pub updated: UnixTime,
}

/// A connection that a caller makes under an integration, with credentials that were seen to log in.
#[derive(Debug)]
pub struct NewConnection {
    pub id: ConnectionId,
    pub integration: IntegrationKey,
    pub given: Given,
    pub label: Label,
    /// Who brings the credentials, and so may use all they open.
    pub caller: CallerId,
    /// The session that is used up by it.
    pub session: Option<SessionToken>,
}

const COLUMNS: &str = "key, display_name, server, created, updated";

impl Vault {
    pub async fn add_integration(
        &self,
        key: IntegrationKey,
        draft: IntegrationDraft,
        by: By,
    ) -> Result<Integration, VaultError> {
        let draft = bounded(draft);
        let add = async move |transaction: &mut Transaction<'_>| {
            let sql = "SELECT key FROM integration WHERE key = ?1";
            if transaction.exists(sql, &[key.as_str().into()]).await? {
                return Err(Conflict::Integration.into());
            }
            let row = [
                ("key", key.as_str().into()),
                ("display_name", draft.display_name.as_deref().into()),
                ("server", draft.server.as_ref().map(LocalServer::as_str).into()),
                ("created", by.at.millis().into()),
                ("updated", by.at.millis().into()),
            ];
            transaction.insert("integration", row).await?;
            let detail = place(&draft);
            write(transaction, &by, Action::IntegrationAdded, subject(&key), detail).await?;
            one(transaction, &key).await
        };
        self.database.write(add).await
    }

    pub async fn integration(&self, key: IntegrationKey) -> Result<Integration, VaultError> {
        let read = async move |snapshot: &mut Transaction<'_>| one(snapshot, &key).await;
        self.database.read(read).await
    }

    /// All of them, by their keys; at most [`MAX_ROWS`].
    pub async fn integrations(&self) -> Result<Vec<Integration>, VaultError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let sql = format!("SELECT {COLUMNS} FROM integration ORDER BY key LIMIT ?1");
            snapshot.rows(&sql, &[MAX_ROWS.into()], integration).await
        };
        self.database.read(list).await
    }

    /// Changes what it is for connections that are made from now on. Its key changes only while it has none.
    pub async fn change_integration(
        &self,
        key: IntegrationKey,
        new_key: IntegrationKey,
        draft: IntegrationDraft,
        by: By,
    ) -> Result<Integration, VaultError> {
        let draft = bounded(draft);
        let change = async move |transaction: &mut Transaction<'_>| {
            one(transaction, &key).await?;
            if key != new_key {
                unused(transaction, &key).await?;
                let sql = "SELECT key FROM integration WHERE key = ?1";
                if transaction.exists(sql, &[new_key.as_str().into()]).await? {
                    return Err(Conflict::Integration.into());
                }
            }
            let sql = "UPDATE integration SET key = ?2, display_name = ?3, server = ?4, updated = ?5 WHERE key = ?1";
            let values = [
                key.as_str().into(),
                new_key.as_str().into(),
                draft.display_name.as_deref().into(),
                draft.server.as_ref().map(LocalServer::as_str).into(),
                by.at.millis().into(),
            ];
            transaction.execute(sql, &values).await?;
            let mut detail = place(&draft);
            if key != new_key {
                detail = format!("now {new_key} {detail}").trim_end().to_owned();
            }
            write(
                transaction,
                &by,
                Action::IntegrationChanged,
                subject(&key),
                detail,
            )
            .await?;
            one(transaction, &new_key).await
        };
        self.database.write(change).await
    }

    /// Forgets an integration that has no connection.
    pub async fn remove_integration(&self, key: IntegrationKey, by: By) -> Result<(), VaultError> {
        let remove = async move |transaction: &mut Transaction<'_>| {
            one(transaction, &key).await?;
            unused(transaction, &key).await?;
            let sql = "DELETE FROM integration WHERE key = ?1";
            transaction.execute(sql, &[key.as_str().into()]).await?;
            write(
                transaction,
                &by,
                Action::IntegrationRemoved,
                subject(&key),
                String::new(),
            )
            .await?;
            Ok(())
        };
        self.database.write(remove).await
    }

    /// Keeps a connection whose credentials were seen to log in, and lets its caller do with it whatever they open.
    pub async fn connect(&self, new: NewConnection, by: By) -> Result<Connection, VaultError> {
        credentials::check(&new.given)?;
        let sealer = self.sealer.clone();
        let scope = serde_json::to_string(&Scope::everything());
        let scope = scope.map_err(|error| VaultError::unreadable("grant")(&error))?;
        let connect = async move |transaction: &mut Transaction<'_>| {
            one(transaction, &new.integration).await?;
            if let Some(token) = &new.session {
                sessions::end(transaction, token, by.at).await?;
            }
            let action = Action::ConnectionAdded;
            connections::insert(transaction, &sealer, &new.id, &new.given, &new.label, action, &by).await?;
            let number = find(transaction, &new.id).await?.number;
            let sql = "UPDATE connection SET integration = ?2 WHERE number = ?1";
            transaction
                .execute(sql, &[number.into(), new.integration.as_str().into()])
                .await?;
            verified(transaction, number, 1, by.at).await?;
            note(transaction, number, &Observed::Worked, by.at).await?;
            set_health(transaction, number, &Health::Healthy).await?;
            let subject = connections::subject(&new.id);
            write(transaction, &by, Action::LoginWorked, subject, String::new()).await?;
            let draft = GrantDraft {
                caller: new.caller,
                connection: new.id.clone(),
                scope: Scope::everything(),
                share: NonZeroU8::MIN,
                expires: None,
            };
            grants::insert(transaction, draft, number, &scope, &by).await?;
            Ok(find(transaction, &new.id).await?.connection)
        };
        self.database.write(connect).await
    }
}

fn subject(key: &IntegrationKey) -> String {
    format!("integration {key}")
}

fn place(draft: &IntegrationDraft) -> String {
    let server = draft.server.as_ref();
    server.map(|server| format!("at {server}")).unwrap_or_default()
}

fn bounded(draft: IntegrationDraft) -> IntegrationDraft {
    let display_name = draft.display_name.map(|name| {
        let name = name.chars().filter(|c| !c.is_control());
        name.take(MAX_DISPLAY_NAME).collect::<String>()
    });
    IntegrationDraft {
        display_name: display_name.filter(|name| !name.is_empty()),
        ..draft
    }
}

async fn unused(transaction: &mut Transaction<'_>, key: &IntegrationKey) -> Result<(), VaultError> {
    let sql = "SELECT COUNT(*) AS used FROM connection WHERE integration = ?1";
    let values = [key.as_str().into()];
    let used = transaction.row(sql, &values, |row| row.integer("used"));
    match used.await?.unwrap_or(0) {
        0 => Ok(()),
        used => Err(Conflict::IntegrationUsed(used).into()),
    }
}

async fn one(transaction: &mut Transaction<'_>, key: &IntegrationKey) -> Result<Integration, VaultError> {
    let sql = format!("SELECT {COLUMNS} FROM integration WHERE key = ?1");
    let values = [key.as_str().into()];
    let found = transaction.row(&sql, &values, integration).await?;
    found.ok_or_else(|| VaultError::UnknownIntegration(key.clone()))
}

fn integration(row: &Row<'_>) -> Result<Integration, VaultError> {
    let unreadable = VaultError::unreadable("integration");
    Ok(Integration {
        key: row.text("key")?.try_into().map_err(|error| unreadable(&error))?,
        display_name: row.optional_text("display_name")?,
        server: server(row)?,
        created: UnixTime::from_millis(row.integer("created")?),
        updated: UnixTime::from_millis(row.integer("updated")?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_what_programs_write_in_a_header_or_a_path() {
        for good in ["netsuite-tba", "a b", "x~:.@_-", &*"k".repeat(255)] {
            assert_eq!(IntegrationKey::try_from(good.to_owned()).unwrap().as_str(), good);
        }
        for bad in ["", "a/b", "é", "a\nb", &*"k".repeat(256)] {
            assert!(IntegrationKey::try_from(bad.to_owned()).is_err(), "{bad:?}");
        }
    }
}
