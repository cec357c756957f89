//! The Login Audit Trail, kept in the order it was written.

use std::net::IpAddr;
use std::num::NonZeroU32;

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    Detail, EntityId, LoginRole, LoginRow, LoginStatus, LoginUser, Masked, OneLine, RequestUri, RoleId,
};
use countersign_world::UnixTime;

use crate::column::{parsed, small, time};
use crate::{MAX_ROWS, Store, StoreError};

const WHAT: &str = "login";

const COLUMNS: [&str; 21] = [
    "id",
    "at",
    "surface",
    "detail",
    "reason",
    "mistake",
    "user_id",
    "user_name",
    "user_email",
    "role_id",
    "role_name",
    "token_name",
    "application_name",
    "ip",
    "user_agent",
    "request_uri",
    "security_challenge",
    "callback",
    "consumer_key_tail",
    "token_id_tail",
    "count",
];

/// The Status column of the Login Audit Trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
}

/// Rows of the Login Audit Trail, the last written first.
#[derive(Clone, Copy, Debug)]
pub struct LoginFilter {
    pub status: Option<Outcome>,
    /// Rows of this moment and later.
    pub since: Option<UnixTime>,
    pub limit: u32,
}

impl Default for LoginFilter {
    fn default() -> Self {
        Self {
            status: None,
            since: None,
            limit: MAX_ROWS,
        }
    }
}

impl Store {
    /// Writes the rows together: all or none.
    pub async fn append_logins(&self, rows: Vec<LoginRow>) -> Result<(), StoreError> {
        let append = async move |transaction: &mut Transaction<'_>| {
            let ids = ids(transaction, &rows).await?;
            let ips: Vec<_> = rows.iter().map(|row| row.ip.map(|ip| ip.to_string())).collect();
            let stored = ids.iter().zip(&rows).zip(&ips);
            let stored: Vec<_> = stored
                .map(|((id, row), ip)| stored_row(*id, row, ip.as_ref()))
                .collect();
            Ok(transaction.insert_all("login", COLUMNS, &stored).await?)
        };
        self.database.append(append).await
    }

    pub async fn logins(&self, filter: LoginFilter) -> Result<Vec<LoginRow>, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let status = match filter.status {
                None => "",
                Some(Outcome::Success) => "AND detail IS NULL",
                Some(Outcome::Failure) => "AND detail IS NOT NULL",
            };
            let sql = format!(
                "SELECT {} FROM login WHERE id >= ?1 AND at >= ?2 {status} ORDER BY id DESC LIMIT ?3",
                COLUMNS.join(", ")
            );
            let since = filter.since.unwrap_or(UnixTime::from_millis(i64::MIN));
            let values = [
                first_id(since).into(),
                since.millis().into(),
                filter.limit.min(MAX_ROWS).into(),
            ];
            snapshot.rows(&sql, &values, login).await
        };
        self.database.read(list).await
    }
}

/// Above every id before, also of other nodes: the trail has one writer at a time.
async fn ids(transaction: &mut Transaction<'_>, rows: &[LoginRow]) -> Result<Vec<i64>, StoreError> {
    let sql = "SELECT max(id) AS id FROM login";
    let last = transaction
        .row(sql, &[], |row| row.optional_integer("id"))
        .await?;
    let mut next = last.flatten().map_or(i64::MIN, |last| last.saturating_add(1));
    let ids = rows.iter().map(|row| {
        let id = next.max(first_id(row.at));
        next = id.saturating_add(1);
        id
    });
    Ok(ids.collect())
}

/// The lowest id a row of this moment can have. It grows with the moment, and stops 139 years from 1970 on either side:
/// a clock that was moved absurdly far leaves ids for the rows after it.
fn first_id(at: UnixTime) -> i64 {
    const BOUND: i64 = 1 << 42;
    at.millis().clamp(-BOUND, BOUND) << 20
}

/// In the order of [`COLUMNS`].
fn stored_row<'a>(id: i64, row: &'a LoginRow, ip: Option<&'a String>) -> [Value<'a>; 21] {
    let (detail, reason, mistake) = match &row.status {
        LoginStatus::Success => (None, None, None),
        LoginStatus::Failure {
            detail,
            reason,
            mistake,
        } => (Some(detail.word(row.surface)), Some(reason), mistake.as_deref()),
    };
    let (user, role) = (row.user.as_ref(), row.role.as_ref());
    [
        id.into(),
        row.at.millis().into(),
        row.surface.label().into(),
        detail.into(),
        reason.into(),
        mistake.into(),
        user.map(|user| user.id.get()).into(),
        user.map(|user| &user.name).into(),
        user.map(|user| &user.email).into(),
        role.map(|role| role.id.get()).into(),
        role.map(|role| &role.name).into(),
        row.token_name.as_ref().into(),
        row.application_name.as_ref().into(),
        ip.into(),
        row.user_agent.as_ref().map(OneLine::as_str).into(),
        row.request_uri.as_str().into(),
        row.security_challenge.label().into(),
        row.callback.as_ref().map(OneLine::as_str).into(),
        row.consumer_key.as_ref().map(Masked::tail).into(),
        row.token_id.as_ref().map(Masked::tail).into(),
        row.count.get().into(),
    ]
}

fn login(row: &Row<'_>) -> Result<LoginRow, StoreError> {
    let unreadable = StoreError::unreadable(WHAT);
    let ip = row.optional_text("ip")?;
    let ip = ip
        .map(|ip| ip.parse::<IpAddr>().map_err(|error| unreadable(&error)))
        .transpose()?;
    let user_agent = row.optional_text("user_agent")?;
    let tail = |column| {
        let tail = row.optional_text(column)?;
        Ok::<_, StoreError>(tail.map(|tail| Masked::from_tail(&tail)))
    };
    Ok(LoginRow {
        at: time(row, "at")?,
        status: status(row)?,
        surface: parsed(row, "surface", WHAT)?,
        user: user(row)?,
        role: role(row)?,
        token_name: row.optional_text("token_name")?,
        application_name: row.optional_text("application_name")?,
        ip,
        user_agent: user_agent.map(|agent| OneLine::of(&agent)),
        request_uri: RequestUri::of(&row.text("request_uri")?),
        security_challenge: parsed(row, "security_challenge", WHAT)?,
        callback: row
            .optional_text("callback")?
            .map(|callback| OneLine::of(&callback)),
        consumer_key: tail("consumer_key_tail")?,
        token_id: tail("token_id_tail")?,
        count: NonZeroU32::new(small(row, "count", WHAT)?)
            .ok_or_else(|| unreadable(&"it counts no login"))?,
    })
}

fn status(row: &Row<'_>) -> Result<LoginStatus, StoreError> {
    let Some(word) = row.optional_text("detail")? else {
        return Ok(LoginStatus::Success);
    };
    Ok(LoginStatus::Failure {
        detail: Detail::parse(&word).map_err(|error| StoreError::unreadable(WHAT)(&error))?,
        reason: row.text("reason")?,
        mistake: row.optional_text("mistake")?,
    })
}

fn user(row: &Row<'_>) -> Result<Option<LoginUser>, StoreError> {
    let Some(id) = row.optional_integer("user_id")? else {
        return Ok(None);
    };
    Ok(Some(LoginUser {
        id: EntityId::new(id),
        name: row.text("user_name")?,
        email: row.text("user_email")?,
    }))
}

fn role(row: &Row<'_>) -> Result<Option<LoginRole>, StoreError> {
    let Some(id) = row.optional_integer("role_id")? else {
        return Ok(None);
    };
    Ok(Some(LoginRole {
        id: RoleId::new(id),
        name: row.text("role_name")?,
    }))
}
