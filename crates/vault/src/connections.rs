//! Connections: added, looked at, moved, removed.

use countersign_database::Transaction;
use countersign_protocol::{AccountId, LocalServer};
use countersign_world::UnixTime;

use crate::audit::{Action, write};
use crate::connection_row::{Numbered, Slot, find, select};
use crate::vault::Sealer;
use crate::{
    By, Conflict, Connection, ConnectionId, Given, Health, Label, LabelError, MAX_ROWS, Observed, Vault,
    VaultError, credentials,
};

const MAX_WHY: usize = 500;

/// Another connection that is signed with the same Consumer Key: one integration record's, or a copy of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SameKey {
    pub id: ConnectionId,
    pub account: AccountId,
}

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

    /// Other connections signed with the Consumer Key of this one, staged and previous sets included; at most
    /// [`MAX_ROWS`]. In another account it is a mistake, or a sandbox that was refreshed.
    pub async fn others_with_its_key(&self, id: ConnectionId) -> Result<Vec<SameKey>, VaultError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let own = find(snapshot, &id).await?.number;
            let sql = "SELECT DISTINCT c.id, c.account
                       FROM credential_set own
                       JOIN credential_set s ON s.consumer_key_digest = own.consumer_key_digest AND s.connection <> ?1
                       JOIN connection c ON c.number = s.connection
                       WHERE own.connection = ?1 AND own.place = 'current' ORDER BY c.id LIMIT ?2";
            let unreadable = VaultError::unreadable("connection");
            snapshot
                .rows(sql, &[own.into(), MAX_ROWS.into()], |row| {
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
        let Given {
            credentials: given,
            server,
        } = given;
        let sealer = self.sealer.clone();
        let replace = async move |transaction: &mut Transaction<'_>| {
            let found = find(transaction, &id).await?;
            let number = found.number;
            let sql = "DELETE FROM credential_set WHERE connection = ?1";
            transaction.execute(sql, &[number.into()]).await?;
            let sql =
                "UPDATE connection SET account = ?2, server = ?3, last_success = NULL, last_failure = NULL,
                       last_failure_why = NULL WHERE number = ?1";
            transaction
                .execute(
                    sql,
                    &[
                        number.into(),
                        given.account.as_str().into(),
                        server.as_ref().map(LocalServer::as_str).into(),
                    ],
                )
                .await?;
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
            write(
                transaction,
                &by,
                Action::CredentialsReplaced,
                subject(&id),
                detail,
            )
            .await?;
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
            let sql = "DELETE FROM connection WHERE number = ?1";
            transaction.execute(sql, &[number.into()]).await?;
            let detail = format!("{revoked} grants revoked");
            write(transaction, &by, Action::ConnectionRemoved, subject(&id), detail).await?;
            Ok(())
        };
        self.database.write(remove).await
    }

    /// Writes down what a login with the set of this generation showed. What it tells of a set that is neither current nor
    /// staged is nothing. To be called when something changes, and now and then, not for every call that is signed.
    pub async fn observe(
        &self,
        id: ConnectionId,
        generation: u64,
        observed: Observed,
        by: By,
    ) -> Result<Health, VaultError> {
        let observe = async move |transaction: &mut Transaction<'_>| {
            let found = find(transaction, &id).await?;
            let (number, connection) = (found.number, found.connection);
            if let Health::Superseded { .. } = connection.health {
                return Ok(connection.health);
            }
            let is_current = connection.current.generation == generation;
            let staged = connection.staged.filter(|staged| staged.generation == generation);
            if !is_current && staged.is_none() {
                return Ok(connection.health);
            }
            if observed == Observed::Worked {
                verified(transaction, number, generation, by.at).await?;
            }
            if let Some(staged) = staged {
                let action = match &observed {
                    Observed::Worked if staged.verified.is_none() => {
                        Some((Action::RotationVerified, String::new()))
                    }
                    Observed::Worked => None,
                    Observed::Failed { why } => {
                        Some((Action::LoginFailed, format!("staged: {}", shortened(why))))
                    }
                };
                if let Some((action, detail)) = action {
                    write(transaction, &by, action, subject(&id), detail).await?;
                }
                return Ok(connection.health);
            }
            let health = match (&observed, &connection.health) {
                (Observed::Worked, _) => Health::Healthy,
                (Observed::Failed { .. }, Health::Failing { since }) => Health::Failing { since: *since },
                (Observed::Failed { .. }, _) => Health::Failing { since: by.at },
            };
            let detail = note(transaction, number, &observed, by.at).await?;
            if health != connection.health {
                set_health(transaction, number, &health).await?;
                let action = match observed {
                    Observed::Worked => Action::LoginWorked,
                    Observed::Failed { .. } => Action::LoginFailed,
                };
                write(transaction, &by, action, subject(&id), detail).await?;
            }
            Ok(health)
        };
        self.database.write(observe).await
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

pub(crate) async fn set_health(
    transaction: &mut Transaction<'_>,
    number: i64,
    health: &Health,
) -> Result<(), VaultError> {
    let (word, since, by) = match health {
        Health::Unverified => ("unverified", None, None),
        Health::Healthy => ("healthy", None, None),
        Health::Failing { since } => ("failing", Some(since.millis()), None),
        Health::Superseded { by } => ("superseded", None, by.as_ref().map(ConnectionId::as_str)),
    };
    let sql = "UPDATE connection SET health = ?2, failing_since = ?3, superseded_by = ?4 WHERE number = ?1";
    transaction
        .execute(sql, &[number.into(), word.into(), since.into(), by.into()])
        .await?;
    Ok(())
}

pub(crate) async fn verified(
    transaction: &mut Transaction<'_>,
    number: i64,
    generation: u64,
    now: UnixTime,
) -> Result<(), VaultError> {
    let sql = "UPDATE credential_set SET verified = ?3
               WHERE connection = ?1 AND generation = ?2 AND verified IS NULL";
    let values = [
        number.into(),
        generation.cast_signed().into(),
        now.millis().into(),
    ];
    transaction.execute(sql, &values).await?;
    Ok(())
}

/// The moment of a success, or of a failure and why; gives what is to be said of it.
pub(crate) async fn note(
    transaction: &mut Transaction<'_>,
    number: i64,
    observed: &Observed,
    now: UnixTime,
) -> Result<String, VaultError> {
    let now = now.millis().into();
    match observed {
        Observed::Worked => {
            let sql = "UPDATE connection SET last_success = ?2 WHERE number = ?1";
            transaction.execute(sql, &[number.into(), now]).await?;
            Ok(String::new())
        }
        Observed::Failed { why } => {
            let why = shortened(why);
            let sql = "UPDATE connection SET last_failure = ?2, last_failure_why = ?3 WHERE number = ?1";
            transaction
                .execute(sql, &[number.into(), now, (&why).into()])
                .await?;
            Ok(why)
        }
    }
}

fn shortened(why: &str) -> String {
    let line = why.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(MAX_WHY).collect()
}
