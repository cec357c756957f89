//! Connections: added, looked at, moved, removed.

use std::collections::HashSet;

use countersign_database::{Row, Transaction};
use countersign_protocol::{AccountId, LocalServer};

use crate::audit::{Action, write};
use crate::connection_row::{Numbered, Slot, find, select};
use crate::observed::set_health;
use crate::vault::Sealer;
use crate::{
    By, Conflict, Connection, ConnectionId, Given, Health, Label, LabelError, MAX_ROWS, Vault, VaultError,
    credentials, grants, links,
};

impl Vault {
    /// Keeps a new connection. Nothing is known of it yet: [`observe`](Self::observe) says whether a login works.
    pub async fn add(
        &self,
        id: ConnectionId,
        given: impl Into<Given>,
        label: Label,
        by: By,
    ) -> Result<Connection, VaultError> {
        let given = given.into();
        credentials::check(&given)?;
        let sealer = self.sealer.clone();
        let add = async move |transaction: &mut Transaction<'_>| {
            insert(
                transaction,
                &sealer,
                &id,
                &given,
                &label,
                Action::ConnectionAdded,
                &by,
            )
            .await?;
            Ok(find(transaction, &id).await?.connection)
        };
        self.database.write(add).await
    }

    pub async fn connection(&self, id: ConnectionId) -> Result<Connection, VaultError> {
        let read = async move |snapshot: &mut Transaction<'_>| Ok(find(snapshot, &id).await?.connection);
        self.database.read(read).await
    }

    /// The connections after an id, in the order of their ids; at most [`MAX_ROWS`].
    pub async fn connections(
        &self,
        after: Option<ConnectionId>,
        limit: u32,
    ) -> Result<Vec<Connection>, VaultError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let page = "c.id IN (SELECT id FROM connection WHERE id > ?1 ORDER BY id LIMIT ?2)";
            let after = after.as_ref().map_or("", ConnectionId::as_str);
            let found = select(snapshot, page, &[after.into(), limit.min(MAX_ROWS).into()]).await?;
            Ok(found.into_iter().map(|numbered| numbered.connection).collect())
        };
        self.database.read(list).await
    }

    /// Those of these ids that no connection has.
    pub async fn missing(&self, ids: Vec<ConnectionId>) -> Result<Vec<ConnectionId>, VaultError> {
        if ids.is_empty() {
            return Ok(ids);
        }
        let look = async move |snapshot: &mut Transaction<'_>| {
            let read = |row: &Row<'_>| Ok::<_, VaultError>(row.text("id")?);
            let known = snapshot.rows("SELECT id FROM connection", &[], read).await?;
            let known: HashSet<String> = known.into_iter().collect();
            Ok(ids
                .into_iter()
                .filter(|id| !known.contains(id.as_str()))
                .collect())
        };
        self.database.read(look).await
    }

    /// Gives a connection an account, its server and four credentials anew, in place of all it had: the only way to
    /// another account, another server, or another key outside a rotation.
    pub async fn replace(
        &self,
        id: ConnectionId,
        given: impl Into<Given>,
        by: By,
    ) -> Result<Connection, VaultError> {
        let given = given.into();
        credentials::check(&given)?;
        let sealer = self.sealer.clone();
        let replace = async move |transaction: &mut Transaction<'_>| {
            replace(transaction, &sealer, &id, given, &by).await?;
            Ok(find(transaction, &id).await?.connection)
        };
        self.database.write(replace).await
    }

    pub async fn label(&self, id: ConnectionId, label: Label, by: By) -> Result<(), VaultError> {
        let relabel = async move |transaction: &mut Transaction<'_>| {
            let number = find(transaction, &id).await?.number;
            relabelled(transaction, number, &label).await?;
            write(
                transaction,
                &by,
                Action::ConnectionLabelled,
                subject(&id),
                String::new(),
            )
            .await?;
            Ok(())
        };
        self.database.write(relabel).await
    }

    /// Labels connections anew, each by what it has: of two who change one, both changes are kept. All or none.
    pub async fn relabel(
        &self,
        ids: Vec<ConnectionId>,
        change: impl Fn(&Label) -> Result<Label, LabelError> + Send + 'static,
        by: By,
    ) -> Result<(), VaultError> {
        let relabel = async move |transaction: &mut Transaction<'_>| {
            for id in ids {
                let found = find(transaction, &id).await?;
                let label = change(&found.connection.label)?;
                relabelled(transaction, found.number, &label).await?;
                let subject = subject(&id);
                write(
                    transaction,
                    &by,
                    Action::ConnectionLabelled,
                    subject,
                    String::new(),
                )
                .await?;
            }
            Ok(())
        };
        self.database.write(relabel).await
    }

    /// Retires a connection that another one stands in for, or none. It opens no more; [`replace`](Self::replace) brings
    /// it back.
    pub async fn supersede(
        &self,
        id: ConnectionId,
        successor: Option<ConnectionId>,
        by: By,
    ) -> Result<(), VaultError> {
        let supersede = async move |transaction: &mut Transaction<'_>| {
            let number = find(transaction, &id).await?.number;
            if let Some(successor) = &successor {
                find(transaction, successor).await?;
            }
            let detail = successor
                .as_ref()
                .map(|by| format!("by {by}"))
                .unwrap_or_default();
            let health = Health::Superseded { by: successor };
            set_health(transaction, number, &health).await?;
            write(
                transaction,
                &by,
                Action::ConnectionSuperseded,
                subject(&id),
                detail,
            )
            .await?;
            Ok(())
        };
        self.database.write(supersede).await
    }

    /// Forgets a connection with its secrets, and revokes the grants for it.
    pub async fn remove(&self, id: ConnectionId, by: By) -> Result<(), VaultError> {
        let remove = async move |transaction: &mut Transaction<'_>| {
            let number = find(transaction, &id).await?.number;
            let sql = "UPDATE caller_grant SET revoked = ?2 WHERE connection = ?1 AND revoked IS NULL";
            let revoked = transaction
                .execute(sql, &[number.into(), by.at.millis().into()])
                .await?;
            // A session that is open for it is not one for the next connection of its id.
            let sql = "DELETE FROM connect_session WHERE connection = ?1";
            transaction.execute(sql, &[id.as_str().into()]).await?;
            links::withdraw(transaction, &id).await?;
            let sql = "DELETE FROM connection WHERE number = ?1";
            transaction.execute(sql, &[number.into()]).await?;
            let detail = grants::revoked(revoked);
            write(transaction, &by, Action::ConnectionRemoved, subject(&id), detail).await?;
            Ok(())
        };
        self.database.write(remove).await
    }
}

async fn relabelled(transaction: &mut Transaction<'_>, number: i64, label: &Label) -> Result<(), VaultError> {
    let sql = "UPDATE connection SET tags = ?2, metadata = ?3 WHERE number = ?1";
    let (tags, metadata) = (label.tags_json(), label.metadata_json());
    let values = [number.into(), (&tags).into(), (&metadata).into()];
    transaction.execute(sql, &values).await?;
    Ok(())
}

/// Where calls go, for the audit.
fn place_of(account: &AccountId, server: Option<&LocalServer>) -> String {
    match server {
        Some(server) => format!("{account} at {server}"),
        None => account.to_string(),
    }
}

pub(crate) fn subject(id: &ConnectionId) -> String {
    format!("connection {id}")
}

/// A connection that is not there yet, in its first state.
pub(crate) async fn insert(
    transaction: &mut Transaction<'_>,
    sealer: &Sealer,
    id: &ConnectionId,
    given: &Given,
    label: &Label,
    action: Action,
    by: &By,
) -> Result<(), VaultError> {
    let sql = "SELECT id FROM connection WHERE id = ?1";
    if transaction.exists(sql, &[id.as_str().into()]).await? {
        return Err(match action {
            Action::ConnectionImported => Conflict::Imported(id.clone()).into(),
            _ => Conflict::Connection.into(),
        });
    }
    let Given {
        credentials: given,
        server,
    } = given;
    let detail = format!("account {}", place_of(&given.account, server.as_ref()));
    // Never given again, as no row of audit is.
    let number = write(transaction, by, action, subject(id), detail).await?;
    let (tags, metadata) = (label.tags_json(), label.metadata_json());
    let row = [
        ("number", number.into()),
        ("id", id.as_str().into()),
        ("account", given.account.as_str().into()),
        ("server", server.as_ref().map(LocalServer::as_str).into()),
        ("tags", (&tags).into()),
        ("metadata", (&metadata).into()),
        ("health", "unverified".into()),
        ("created", by.at.millis().into()),
        ("last_generation", 1_i64.into()),
    ];
    transaction.insert("connection", row).await?;
    sealer
        .insert(transaction, number, 1, Slot::Current, given, by.at)
        .await
}

/// Puts an account, its server and four credentials in place of all a connection had.
pub(crate) async fn replace(
    transaction: &mut Transaction<'_>,
    sealer: &Sealer,
    id: &ConnectionId,
    given: Given,
    by: &By,
) -> Result<(), VaultError> {
    let Given {
        credentials: given,
        server,
    } = given;
    let found = find(transaction, id).await?;
    let number = found.number;
    let sql = "DELETE FROM credential_set WHERE connection = ?1";
    transaction.execute(sql, &[number.into()]).await?;
    let sql = "UPDATE connection SET account = ?2, server = ?3, holder = NULL, last_success = NULL, last_failure = NULL,
               last_failure_why = NULL, unreached_since = NULL, unreached_why = NULL WHERE number = ?1";
    let values = [
        number.into(),
        given.account.as_str().into(),
        server.as_ref().map(LocalServer::as_str).into(),
    ];
    transaction.execute(sql, &values).await?;
    let generation = next_generation(transaction, &found).await?;
    sealer
        .insert(transaction, number, generation, Slot::Current, &given, by.at)
        .await?;
    set_health(transaction, number, &Health::Unverified).await?;
    let before = place_of(&found.connection.account, found.connection.server.as_ref());
    let detail = format!(
        "account {before} to {}",
        place_of(&given.account, server.as_ref())
    );
    write(transaction, by, Action::CredentialsReplaced, subject(id), detail).await?;
    Ok(())
}

/// Counts one more set of credentials.
pub(crate) async fn next_generation(
    transaction: &mut Transaction<'_>,
    found: &Numbered,
) -> Result<i64, VaultError> {
    let generation = found.last_generation + 1;
    let sql = "UPDATE connection SET last_generation = ?2 WHERE number = ?1";
    transaction
        .execute(sql, &[found.number.into(), generation.into()])
        .await?;
    Ok(generation)
}
