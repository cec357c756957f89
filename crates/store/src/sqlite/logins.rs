//! The Login Audit Trail, kept in the order it was written.

use super::row::{all, parsed, time};
use crate::{LoginFilter, MAX_ROWS, Outcome, StoreError};
use countersign_model::{
    Detail, EntityId, LoginRole, LoginRow, LoginStatus, LoginUser, Masked, OneLine, RequestUri, RoleId,
};
use countersign_world::UnixTime;
use rusqlite::{Connection, Row, Transaction, params};
use std::net::IpAddr;
use std::num::NonZeroU32;

const WHAT: &str = "login";

pub(super) fn append(transaction: &Transaction<'_>, rows: &[LoginRow]) -> Result<(), StoreError> {
    let mut insert = transaction.prepare_cached(
        "INSERT INTO login (
             id, at, surface, detail, reason, mistake, user_id, user_name, user_email, role_id, role_name, token_name,
             application_name, ip, user_agent, request_uri, consumer_key_tail, token_id_tail, count
         ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?;
    let last = transaction.query_one("SELECT max(id) FROM login", [], |row| {
        row.get::<_, Option<i64>>(0)
    })?;
    let mut next = last.map_or(i64::MIN, |last| last.saturating_add(1));
    for row in rows {
        let id = next.max(first_id(row.at));
        next = id.saturating_add(1);
        let (detail, reason, mistake) = match &row.status {
            LoginStatus::Success => (None, None, None),
            LoginStatus::Failure {
                detail,
                reason,
                mistake,
            } => (Some(detail.word(row.surface)), Some(reason), mistake.as_ref()),
        };
        let (user, role) = (row.user.as_ref(), row.role.as_ref());
        // In the order of the columns above: a look-up of nineteen names would cost as much as the insertion.
        insert.execute(params![
            id,
            row.at.millis(),
            row.surface.label(),
            detail,
            reason,
            mistake,
            user.map(|user| user.id.get()),
            user.map(|user| &user.name),
            user.map(|user| &user.email),
            role.map(|role| role.id.get()),
            role.map(|role| &role.name),
            row.token_name,
            row.application_name,
            row.ip.map(|ip| ip.to_string()),
            row.user_agent.as_ref().map(OneLine::as_str),
            row.request_uri.as_str(),
            row.consumer_key.as_ref().map(Masked::tail),
            row.token_id.as_ref().map(Masked::tail),
            row.count.get(),
        ])?;
    }
    Ok(())
}

/// The lowest id a row of this moment can have. It grows with the moment, and stops 139 years from 1970 on either side:
/// a clock that was moved absurdly far leaves ids for the rows after it.
fn first_id(at: UnixTime) -> i64 {
    const BOUND: i64 = 1 << 42;
    at.millis().clamp(-BOUND, BOUND) << 20
}

pub(super) fn list(connection: &Connection, filter: LoginFilter) -> Result<Vec<LoginRow>, StoreError> {
    let sql = match filter.status {
        None => "SELECT * FROM login WHERE id >= ?1 AND at >= ?2 ORDER BY id DESC LIMIT ?3",
        Some(Outcome::Success) => {
            "SELECT * FROM login WHERE id >= ?1 AND at >= ?2 AND detail IS NULL ORDER BY id DESC LIMIT ?3"
        }
        Some(Outcome::Failure) => {
            "SELECT * FROM login WHERE id >= ?1 AND at >= ?2 AND detail IS NOT NULL ORDER BY id DESC LIMIT ?3"
        }
    };
    let since = filter.since.unwrap_or(UnixTime::from_millis(i64::MIN));
    let limit = filter.limit.min(MAX_ROWS);
    all(connection, sql, (first_id(since), since.millis(), limit), read)
}

fn read(row: &Row<'_>) -> Result<LoginRow, StoreError> {
    let unreadable = StoreError::unreadable(WHAT);
    let ip: Option<String> = row.get("ip")?;
    let ip = ip
        .map(|ip| ip.parse::<IpAddr>().map_err(|error| unreadable(&error)))
        .transpose()?;
    let user_agent: Option<String> = row.get("user_agent")?;
    let request_uri: String = row.get("request_uri")?;
    let tail = |column| {
        row.get::<_, Option<String>>(column)
            .map(|tail| tail.map(|tail| Masked::from_tail(&tail)))
    };
    Ok(LoginRow {
        at: time(row, "at")?,
        status: status(row)?,
        surface: parsed(row, "surface", WHAT)?,
        user: user(row)?,
        role: role(row)?,
        token_name: row.get("token_name")?,
        application_name: row.get("application_name")?,
        ip,
        user_agent: user_agent.map(|agent| OneLine::of(&agent)),
        request_uri: RequestUri::of(&request_uri),
        consumer_key: tail("consumer_key_tail")?,
        token_id: tail("token_id_tail")?,
        count: NonZeroU32::new(row.get("count")?).ok_or_else(|| unreadable(&"it counts no login"))?,
    })
}

fn status(row: &Row<'_>) -> Result<LoginStatus, StoreError> {
    let detail: Option<String> = row.get("detail")?;
    let Some(word) = detail else {
        return Ok(LoginStatus::Success);
    };
    Ok(LoginStatus::Failure {
        detail: Detail::parse(&word).map_err(|error| StoreError::unreadable(WHAT)(&error))?,
        reason: row.get("reason")?,
        mistake: row.get("mistake")?,
    })
}

fn user(row: &Row<'_>) -> Result<Option<LoginUser>, StoreError> {
    let id: Option<i64> = row.get("user_id")?;
    id.map(|id| {
        let id = EntityId::new(id);
        Ok(LoginUser {
            id,
            name: row.get("user_name")?,
            email: row.get("user_email")?,
        })
    })
    .transpose()
}

fn role(row: &Row<'_>) -> Result<Option<LoginRole>, StoreError> {
    let id: Option<i64> = row.get("role_id")?;
    id.map(|id| {
        Ok(LoginRole {
            id: RoleId::new(id),
            name: row.get("role_name")?,
        })
    })
    .transpose()
}
