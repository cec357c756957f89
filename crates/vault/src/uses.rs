//! What connections were used for: who called what, and what came of it. Never a body, and never a query.

use std::time::Duration;

use countersign_database::{Row, Transaction, Value};
use countersign_world::UnixTime;

use crate::{CallerId, ConnectionId, MAX_ROWS, Method, ServiceKind, Vault, VaultError, use_chain};

const MAX_PATH: usize = 500;

/// One request of a caller, or its beginning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    pub at: UnixTime,
    /// The same in all rows of one request, and in its answer.
    pub request: String,
    pub caller: CallerId,
    /// As the caller named it; there need not be one. [`ConnectionId::none`] where it named none, or what cannot be one.
    pub connection: ConnectionId,
    pub service: Option<ServiceKind>,
    pub method: Option<Method>,
    /// Without its query; of SOAP with the operation behind it.
    pub path: String,
    /// A word: `begun`, `answered`, `refused` and why, `abandoned`.
    pub outcome: String,
    /// Of the answer the caller got.
    pub status: Option<u16>,
    pub attempts: u32,
    /// How long it waited for slots of the account.
    pub waited: Duration,
    /// From its first to its last byte here.
    pub took: Duration,
}

/// Which uses are wanted, newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UseFilter {
    pub connection: Option<ConnectionId>,
    pub caller: Option<CallerId>,
    /// Only those from this moment on.
    pub since: Option<UnixTime>,
    /// Only those that came to nothing: refused here or there, broken off, abandoned.
    pub failed: bool,
    /// Only those older than this row.
    pub before: Option<i64>,
    /// At most so many, and never more than [`MAX_ROWS`], which it is without it.
    pub limit: Option<u32>,
}

pub(crate) const COLUMNS: &str =
    "id, at, request, caller, connection, service, method, path, outcome, status, attempts, waited, took";

impl Use {
    /// Whether it came to what its caller asked for.
    pub fn is_answered(&self) -> bool {
        self.outcome == "answered"
    }
}

impl Vault {
    /// Writes all of them down, or none. They are no change of the vault: its revision stays.
    pub async fn note_uses(&self, uses: Vec<Use>) -> Result<(), VaultError> {
        let note = async move |transaction: &mut Transaction<'_>| {
            let (last, mut digest) = use_chain::end(transaction).await?;
            for (id, one) in (last + 1..).zip(uses) {
                let one = Use {
                    path: one
                        .path
                        .chars()
                        .filter(|c| !c.is_control())
                        .take(MAX_PATH)
                        .collect(),
                    ..one
                };
                digest = use_chain::digest(&digest, id, &one);
                let service = one.service.as_ref().map(ToString::to_string);
                let row = [
                    ("id", id.into()),
                    ("at", one.at.millis().into()),
                    ("request", (&one.request).into()),
                    ("caller", one.caller.0.into()),
                    ("connection", one.connection.as_str().into()),
                    ("service", service.as_deref().into()),
                    ("method", one.method.map(Method::as_str).into()),
                    ("path", (&one.path).into()),
                    ("outcome", (&one.outcome).into()),
                    ("status", one.status.map(u32::from).into()),
                    ("attempts", one.attempts.into()),
                    ("waited", millis(one.waited).into()),
                    ("took", millis(one.took).into()),
                    ("digest", (&digest).into()),
                ];
                transaction.insert("connection_use", row).await?;
            }
            Ok::<_, VaultError>(())
        };
        self.database.write(note).await
    }

    /// With the number of each row; at most [`MAX_ROWS`].
    pub async fn uses(&self, filter: UseFilter) -> Result<Vec<(i64, Use)>, VaultError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let before = filter.before.unwrap_or(i64::MAX);
            let limit = filter.limit.unwrap_or(MAX_ROWS).min(MAX_ROWS);
            let mut values: Vec<Value<'_>> = vec![before.into(), limit.into()];
            let mut conditions = String::new();
            if let Some(connection) = &filter.connection {
                values.push(connection.as_str().into());
                conditions.push_str(&format!("connection = ?{} AND ", values.len()));
            }
            if let Some(caller) = filter.caller {
                values.push(caller.0.into());
                conditions.push_str(&format!("caller = ?{} AND ", values.len()));
            }
            if let Some(since) = filter.since {
                values.push(since.millis().into());
                conditions.push_str(&format!("at >= ?{} AND ", values.len()));
            }
            if filter.failed {
                conditions.push_str("outcome NOT IN ('answered', 'begun') AND ");
            }
            let sql = format!(
                "SELECT {COLUMNS} FROM connection_use WHERE {conditions} id < ?1 ORDER BY id DESC LIMIT ?2"
            );
            snapshot.rows(&sql, &values, row).await
        };
        self.database.read(list).await
    }

    /// Deletes uses from before this moment, a thousand at most, from the oldest row on; gives how many. The last row
    /// stays: what is written next follows from it.
    pub async fn forget_uses(&self, before: UnixTime) -> Result<usize, VaultError> {
        let forget = async move |transaction: &mut Transaction<'_>| {
            let sql = "SELECT id, at FROM connection_use
                       WHERE id < (SELECT MAX(id) FROM connection_use) ORDER BY id LIMIT ?1";
            let read = |row: &Row<'_>| Ok::<_, VaultError>((row.integer("id")?, row.integer("at")?));
            let oldest = transaction.rows(sql, &[MAX_ROWS.into()], read).await?;
            let mut over = oldest.iter().take_while(|(_, at)| *at < before.millis());
            let Some((last, _)) = over.by_ref().last() else {
                return Ok(0);
            };
            let sql = "DELETE FROM connection_use WHERE id <= ?1";
            let gone = transaction.execute(sql, &[(*last).into()]).await?;
            Ok::<_, VaultError>(usize::try_from(gone).unwrap_or(usize::MAX))
        };
        self.database.write(forget).await
    }
}

pub(crate) fn millis(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
}

pub(crate) fn row(row: &Row<'_>) -> Result<(i64, Use), VaultError> {
    let unreadable = VaultError::unreadable("use of a connection");
    let known = |word: Option<String>| {
        let service = |kind: &ServiceKind| Some(kind.to_string()) == word;
        ServiceKind::ALL.into_iter().find(service)
    };
    let time = |millis: i64| Duration::from_millis(u64::try_from(millis).unwrap_or_default());
    let method = row.optional_text("method")?;
    let status = row.optional_integer("status")?;
    let one = Use {
        at: UnixTime::from_millis(row.integer("at")?),
        request: row.text("request")?,
        caller: CallerId(row.integer("caller")?),
        connection: match row.text("connection")? {
            none if none.is_empty() => ConnectionId::none(),
            name => name.try_into().map_err(|error| unreadable(&error))?,
        },
        service: known(row.optional_text("service")?),
        method: Method::ALL
            .into_iter()
            .find(|known| Some(known.as_str()) == method.as_deref()),
        path: row.text("path")?,
        outcome: row.text("outcome")?,
        status: status.and_then(|status| u16::try_from(status).ok()),
        attempts: u32::try_from(row.integer("attempts")?).unwrap_or_default(),
        waited: time(row.integer("waited")?),
        took: time(row.integer("took")?),
    };
    Ok((row.integer("id")?, one))
}
