//! The Login Audit Trail, kept in the order it was written.

use super::row::all;
use crate::stored::{self, first_login_id, login_status};
use crate::{LoginFilter, MAX_ROWS, Outcome, StoreError};
use countersign_model::{LoginRow, Masked, OneLine};
use countersign_world::UnixTime;
use rusqlite::{Connection, Transaction, params};

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
        let id = next.max(first_login_id(row.at));
        next = id.saturating_add(1);
        let (detail, reason, mistake) = login_status(row);
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
    all(
        connection,
        sql,
        (first_login_id(since), since.millis(), limit),
        stored::login,
    )
}
