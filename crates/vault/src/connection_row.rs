//! Reading connections: a row of each set of credentials, folded.

use countersign_database::{Row, Transaction, Value};
use countersign_protocol::{AccountId, LocalServer, LocalServerError};
use countersign_world::UnixTime;

use crate::{
    Connection, ConnectionId, Failure, Health, Holder, IntegrationKey, IntegrationKeyError, Label, StoredSet,
    VaultError,
};

/// A connection and the number its secrets are bound to.
pub(crate) struct Numbered {
    pub(crate) number: i64,
    pub(crate) last_generation: i64,
    pub(crate) connection: Connection,
}

const COLUMNS: &str = "c.number, c.id, c.integration, c.account, c.server, c.tags, c.metadata, c.health, c.failing_since, c.superseded_by, c.created, \
                       c.last_success, c.last_failure, c.last_failure_why, c.unreached_since, c.unreached_why, \
                       c.last_generation, c.holder, \
                       s.generation, s.place, s.consumer_key_end, s.token_end, s.stored, s.verified";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Slot {
    Current,
    Staged,
    Previous,
}

impl Slot {
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Staged => "staged",
            Self::Previous => "previous",
        }
    }
}

pub(crate) async fn find(
    transaction: &mut Transaction<'_>,
    id: &ConnectionId,
) -> Result<Numbered, VaultError> {
    let found = select(transaction, "c.id = ?1", &[id.as_str().into()]).await?;
    found
        .into_iter()
        .next()
        .ok_or_else(|| VaultError::UnknownConnection(id.clone()))
}

/// The connections that fit, by id.
pub(crate) async fn select(
    transaction: &mut Transaction<'_>,
    condition: &str,
    values: &[Value<'_>],
) -> Result<Vec<Numbered>, VaultError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM connection c JOIN credential_set s ON s.connection = c.number
         WHERE {condition} ORDER BY c.id, s.place"
    );
    let rows = transaction.rows(&sql, values, |row| {
        Ok::<_, VaultError>((slot(row)?, set(row)?, head(row)?))
    });
    let mut found: Vec<Numbered> = Vec::new();
    // By place, `current` comes first.
    for (slot, set, head) in rows.await? {
        let last = found.last_mut().filter(|last| last.number == head.number);
        match (slot, last) {
            (Slot::Current, None) => found.push(head.with(set)),
            (Slot::Staged, Some(last)) => last.connection.staged = Some(set),
            (Slot::Previous, Some(last)) => last.connection.previous = Some(set),
            _ => {
                return Err(VaultError::unreadable("connection")(
                    &"it has no current credentials",
                ));
            }
        }
    }
    Ok(found)
}

/// What the rows of one connection have in common.
struct Head {
    number: i64,
    last_generation: i64,
    id: ConnectionId,
    integration: Option<IntegrationKey>,
    account: AccountId,
    server: Option<LocalServer>,
    label: Label,
    health: Health,
    created: UnixTime,
    last_success: Option<UnixTime>,
    last_failure: Option<Failure>,
    unreached: Option<Failure>,
    holder: Option<Holder>,
}

impl Head {
    fn with(self, current: StoredSet) -> Numbered {
        Numbered {
            number: self.number,
            last_generation: self.last_generation,
            connection: Connection {
                id: self.id,
                number: self.number,
                integration: self.integration,
                account: self.account,
                server: self.server,
                label: self.label,
                health: self.health,
                created: self.created,
                last_success: self.last_success,
                last_failure: self.last_failure,
                unreached: self.unreached,
                holder: self.holder,
                current,
                staged: None,
                previous: None,
            },
        }
    }
}

fn head(row: &Row<'_>) -> Result<Head, VaultError> {
    let unreadable = VaultError::unreadable("connection");
    let label = Label::from_json(&row.text("tags")?, &row.text("metadata")?);
    let integration = row
        .optional_text("integration")?
        .map(TryInto::try_into)
        .transpose();
    Ok(Head {
        number: row.integer("number")?,
        last_generation: row.integer("last_generation")?,
        id: row.text("id")?.try_into().map_err(|error| unreadable(&error))?,
        integration: integration.map_err(|error: IntegrationKeyError| unreadable(&error))?,
        account: row.text("account")?.parse().map_err(|error| unreadable(&error))?,
        server: server(row)?,
        label: label.map_err(|error| unreadable(&error))?,
        health: health(row)?,
        created: UnixTime::from_millis(row.integer("created")?),
        last_success: optional_time(row, "last_success")?,
        last_failure: failure(row, ("last_failure", "last_failure_why"))?,
        unreached: failure(row, ("unreached_since", "unreached_why"))?,
        holder: row
            .optional_text("holder")?
            .map(|json| serde_json::from_str(&json).map_err(|error| unreadable(&error)))
            .transpose()?,
    })
}

fn failure(row: &Row<'_>, (at, why): (&str, &str)) -> Result<Option<Failure>, VaultError> {
    let why = row.optional_text(why)?.unwrap_or_default();
    Ok(optional_time(row, at)?.map(|at| Failure { at, why }))
}

/// Read as strictly as it was taken: whoever changed the row outside can only name this machine.
pub(crate) fn server(row: &Row<'_>) -> Result<Option<LocalServer>, VaultError> {
    let text = row.optional_text("server")?;
    let server = text.map(|text| text.parse()).transpose();
    server.map_err(|error: LocalServerError| VaultError::unreadable("connection's server")(&error))
}

fn health(row: &Row<'_>) -> Result<Health, VaultError> {
    let unreadable = VaultError::unreadable("connection's state");
    let word = row.text("health")?;
    Ok(match (&*word, optional_time(row, "failing_since")?) {
        ("unverified", _) => Health::Unverified,
        ("healthy", _) => Health::Healthy,
        ("failing", Some(since)) => Health::Failing { since },
        ("superseded", _) => {
            let by = row
                .optional_text("superseded_by")?
                .map(TryInto::try_into)
                .transpose();
            Health::Superseded {
                by: by.map_err(|error: crate::ConnectionIdError| unreadable(&error))?,
            }
        }
        _ => return Err(unreadable(&word)),
    })
}

fn slot(row: &Row<'_>) -> Result<Slot, VaultError> {
    match &*row.text("place")? {
        "current" => Ok(Slot::Current),
        "staged" => Ok(Slot::Staged),
        "previous" => Ok(Slot::Previous),
        other => Err(VaultError::unreadable("place of credentials")(&other)),
    }
}

fn set(row: &Row<'_>) -> Result<StoredSet, VaultError> {
    Ok(StoredSet {
        generation: row.integer("generation")?.cast_unsigned(),
        consumer_key_end: row.text("consumer_key_end")?,
        token_end: row.text("token_end")?,
        stored: UnixTime::from_millis(row.integer("stored")?),
        verified: optional_time(row, "verified")?,
    })
}

pub(crate) fn optional_time(row: &Row<'_>, column: &str) -> Result<Option<UnixTime>, VaultError> {
    Ok(row.optional_integer(column)?.map(UnixTime::from_millis))
}
