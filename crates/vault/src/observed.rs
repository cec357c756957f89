//! What logins showed of a connection: whether they work, and whose token it is.

use countersign_database::Transaction;
use countersign_world::UnixTime;
use serde::{Deserialize, Serialize};

use crate::audit::{Action, write};
use crate::connection_row::find;
use crate::connections::subject;
use crate::{By, ConnectionId, Health, Observed, Vault, VaultError};

const MAX_WHY: usize = 500;
const MAX_NAME: usize = 200;

/// Who a connection's token is, as its account last said. What it does not say is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Holder {
    pub company: String,
    pub role: String,
    /// The internal id of the role: 3 is Administrator.
    pub role_id: String,
    /// The internal id of the user.
    pub user: String,
    /// Requests the account runs at once.
    pub concurrency_limit: Option<u32>,
}

impl Holder {
    pub fn is_administrator(&self) -> bool {
        self.role_id == "3" || self.role.eq_ignore_ascii_case("administrator")
    }

    fn shortened(self) -> Self {
        Self {
            company: shortened(&self.company, MAX_NAME),
            role: shortened(&self.role, MAX_NAME),
            role_id: shortened(&self.role_id, MAX_NAME),
            user: shortened(&self.user, MAX_NAME),
            concurrency_limit: self.concurrency_limit,
        }
    }

    fn in_words(&self) -> String {
        format!("{}, role {}, user {}", self.company, self.role, self.user)
    }
}

impl Vault {
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
            if connection.unreached.is_some() {
                let sql =
                    "UPDATE connection SET unreached_since = NULL, unreached_why = NULL WHERE number = ?1";
                transaction.execute(sql, &[number.into()]).await?;
                let action = Action::AccountReached;
                write(transaction, &by, action, subject(&id), String::new()).await?;
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
                    Observed::Failed { why } => Some((
                        Action::LoginFailed,
                        format!("staged: {}", shortened(why, MAX_WHY)),
                    )),
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

    /// Writes down that nobody answered when the set of this generation was tried, and gives since when that is so. `why`
    /// says what was seen. It says nothing of the credentials: their health stays as it is.
    pub async fn unreached(
        &self,
        id: ConnectionId,
        generation: u64,
        why: &str,
        by: By,
    ) -> Result<Option<UnixTime>, VaultError> {
        let why = shortened(why, MAX_WHY);
        let unreached = async move |transaction: &mut Transaction<'_>| {
            let found = find(transaction, &id).await?;
            let (number, connection) = (found.number, found.connection);
            let sets = [Some(&connection.current), connection.staged.as_ref()];
            let is_known = sets.into_iter().flatten().any(|set| set.generation == generation);
            if !is_known || connection.unreached.is_some() {
                return Ok(connection.unreached.map(|unreached| unreached.at));
            }
            let sql = "UPDATE connection SET unreached_since = ?2, unreached_why = ?3 WHERE number = ?1";
            let values = [number.into(), by.at.millis().into(), (&why).into()];
            transaction.execute(sql, &values).await?;
            write(transaction, &by, Action::AccountUnreached, subject(&id), why).await?;
            Ok::<_, VaultError>(Some(by.at))
        };
        self.database.write(unreached).await
    }

    /// Writes down who the token of this generation is, where that is the current one. Of somebody who is the same as
    /// before there is no row of audit. A limit that was known stays where none is told.
    pub async fn recognise(
        &self,
        id: ConnectionId,
        generation: u64,
        holder: Holder,
        by: By,
    ) -> Result<(), VaultError> {
        let recognise = async move |transaction: &mut Transaction<'_>| {
            let found = find(transaction, &id).await?;
            let connection = found.connection;
            if connection.current.generation != generation {
                return Ok(());
            }
            let mut holder = holder.shortened();
            let before = connection.holder.unwrap_or_default();
            holder.concurrency_limit = holder.concurrency_limit.or(before.concurrency_limit);
            if holder == before {
                return Ok(());
            }
            let json = serde_json::to_string(&holder);
            let json = json.map_err(|error| VaultError::unreadable("token's holder")(&error))?;
            let sql = "UPDATE connection SET holder = ?2 WHERE number = ?1";
            transaction
                .execute(sql, &[found.number.into(), (&json).into()])
                .await?;
            let detail = holder.in_words();
            write(transaction, &by, Action::TokenRecognised, subject(&id), detail).await?;
            Ok::<_, VaultError>(())
        };
        self.database.write(recognise).await
    }
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
            let why = shortened(why, MAX_WHY);
            let sql = "UPDATE connection SET last_failure = ?2, last_failure_why = ?3 WHERE number = ?1";
            transaction
                .execute(sql, &[number.into(), now, (&why).into()])
                .await?;
            Ok(why)
        }
    }
}

fn shortened(text: &str, most: usize) -> String {
    let line = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    line.take(most).collect()
}
