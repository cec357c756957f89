//! Connections in one sealed text, to be taken to another vault.
//!
//! It is sealed under a passphrase and not under the keyring: it is made to leave the machine, and what opens it must not
//! open the vault. For a backup that stays, copy the database and its keys.

use std::collections::BTreeMap;

use countersign_database::Transaction;
use countersign_protocol::{AccountIdError, Credentials, LocalServerError, Secret};
use countersign_seal::{check_passphrase, open_with_passphrase, seal_with_passphrase};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use zeroize::Zeroizing;

use crate::audit::{Action, write};
use crate::connection_row::{Slot, find};
use crate::connections::{insert, subject};
use crate::{
    By, ConnectionId, Given, Health, Label, MAX_ROWS, Metadata, Opened, Vault, VaultError, credentials,
};

/// The longest export that is read, in bytes.
pub const MAX_EXPORT: usize = 32 * 1024 * 1024;

/// What it holds is a quarter shorter than what it is written as.
const MAX_PLAIN: usize = MAX_EXPORT / 4 * 3 - 1024;

const PURPOSE: &str = "countersign connections";
const VERSION: u32 = 1;

/// What is inside, format 1.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Contents {
    version: u32,
    connections: Vec<Exported>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exported {
    id: ConnectionId,
    account: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server: Option<String>,
    tags: BTreeMap<String, String>,
    metadata: Metadata,
    consumer_key: Hidden,
    consumer_secret: Hidden,
    token_id: Hidden,
    token_secret: Hidden,
}

impl Exported {
    /// At least as many bytes as it has in JSON: a character of a credential has two at most.
    fn room(&self) -> usize {
        let hidden = [
            &self.consumer_key,
            &self.consumer_secret,
            &self.token_id,
            &self.token_secret,
        ];
        let credentials: usize = hidden.iter().map(|hidden| 2 * hidden.0.len()).sum();
        let json = [
            serde_json::to_string(&self.tags),
            serde_json::to_string(&self.metadata),
        ];
        let label: usize = json.iter().flatten().map(String::len).sum();
        1024 + credentials + label
    }
}

/// Wiped when dropped, and written nowhere but into what is sealed at once.
struct Hidden(Zeroizing<String>);

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

impl Vault {
    /// The connections with their current credentials, without staged ones and grants. Takes the better part of a second,
    /// to make guessing the passphrase slow: not for a thread that serves others.
    pub async fn export(
        &self,
        ids: Vec<ConnectionId>,
        passphrase: Secret,
        by: By,
    ) -> Result<String, VaultError> {
        if ids.len() > MAX_ROWS as usize {
            return Err(VaultError::Export(format!(
                "it would have more than {MAX_ROWS} connections"
            )));
        }
        check_passphrase(passphrase_of(&passphrase))?;
        let sealer = self.sealer.clone();
        let collect = async move |transaction: &mut Transaction<'_>| {
            let mut connections = Vec::with_capacity(ids.len());
            for id in ids {
                let found = find(transaction, &id).await?;
                if let Health::Superseded { by } = found.connection.health {
                    return Err(VaultError::Superseded { id, by });
                }
                let opened = sealer.open(transaction, &found, Slot::Current).await?;
                let detail = String::new();
                write(transaction, &by, Action::ConnectionExported, subject(&id), detail).await?;
                connections.push(exported(id, &found.connection.label, opened));
            }
            if connections.iter().map(Exported::room).sum::<usize>() > MAX_PLAIN {
                let problem = "it would be longer than any that is read: export fewer connections at once";
                return Err(VaultError::Export(problem.to_owned()));
            }
            Ok(connections)
        };
        let contents = Contents {
            version: VERSION,
            connections: self.database.write(collect).await?,
        };
        // At its size from the start: growing would leave copies behind.
        let room = contents.connections.iter().map(Exported::room).sum();
        let mut plain = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *plain, &contents)
            .map_err(|error| VaultError::Export(error.to_string()))?;
        Ok(seal_with_passphrase(
            PURPOSE,
            passphrase_of(&passphrase),
            &plain,
            &*self.sealer.entropy,
        )?)
    }

    /// Adds what an export holds, all of it or nothing. What is imported counts as unverified. Slow, as
    /// [`export`](Self::export) is.
    pub async fn import(
        &self,
        export: &str,
        passphrase: Secret,
        by: By,
    ) -> Result<Vec<ConnectionId>, VaultError> {
        if export.len() > MAX_EXPORT {
            return Err(VaultError::Export(format!(
                "it is longer than {} MiB",
                MAX_EXPORT >> 20
            )));
        }
        let plain = open_with_passphrase(PURPOSE, passphrase_of(&passphrase), export)?;
        let contents: Contents = serde_json::from_slice(plain.expose()).map_err(|error| {
            // Its own words could quote a value.
            VaultError::Export(format!(
                "line {} column {} is not of this format",
                error.line(),
                error.column()
            ))
        })?;
        if contents.version != VERSION {
            let version = contents.version;
            return Err(VaultError::Export(format!(
                "it is of format {version}, and this program knows {VERSION}"
            )));
        }
        let connections = contents.connections.into_iter().map(imported);
        let connections = connections.collect::<Result<Vec<_>, _>>()?;
        let sealer = self.sealer.clone();
        let import = async move |transaction: &mut Transaction<'_>| {
            let mut ids = Vec::with_capacity(connections.len());
            for (id, given, label) in connections {
                let action = Action::ConnectionImported;
                insert(transaction, &sealer, &id, &given, &label, action, &by).await?;
                ids.push(id);
            }
            Ok(ids)
        };
        self.database.write(import).await
    }
}

fn passphrase_of(passphrase: &Secret) -> &[u8] {
    passphrase.expose().as_bytes()
}

fn exported(id: ConnectionId, label: &Label, opened: Opened) -> Exported {
    let Opened {
        credentials, server, ..
    } = opened;
    let hidden = |text: String| Hidden(Zeroizing::new(text));
    let secret = |secret: &Secret| Hidden(Zeroizing::new(secret.expose().to_owned()));
    Exported {
        id,
        account: credentials.account.to_string(),
        server: server.map(|server| server.to_string()),
        tags: label.tags().clone(),
        metadata: label.metadata().clone(),
        consumer_secret: secret(&credentials.consumer_secret),
        token_secret: secret(&credentials.token_secret),
        consumer_key: hidden(credentials.consumer_key),
        token_id: hidden(credentials.token),
    }
}

fn imported(one: Exported) -> Result<(ConnectionId, Given, Label), VaultError> {
    let problem =
        |error: &dyn std::fmt::Display| VaultError::Export(format!("connection {}: {error}", one.id));
    let server = one.server.as_deref().map(str::parse).transpose();
    let server = server.map_err(|error: LocalServerError| problem(&error))?;
    let account = one.account.parse();
    let credentials = Credentials {
        account: account.map_err(|error: AccountIdError| problem(&error))?,
        consumer_key: one.consumer_key.0.to_string(),
        consumer_secret: Secret::new(one.consumer_secret.0.as_str()),
        token: one.token_id.0.to_string(),
        token_secret: Secret::new(one.token_secret.0.as_str()),
    };
    let given = Given { credentials, server };
    credentials::check(&given)?;
    Ok((one.id, given, Label::parse(one.tags, one.metadata)?))
}
