//! The Login Audit Trail, kept in the order it was written.

use super::row::{all, one};
use crate::stored::{self, first_login_id, login_status};
use crate::{LoginFilter, MAX_ROWS, Outcome, StoreError};
use countersign_database::postgres::Transaction;
use countersign_model::{LoginRow, Masked, OneLine};
use countersign_world::UnixTime;

const SELECT: &str =
    "SELECT at, surface, detail, reason, mistake, user_id, user_name, user_email, role_id, role_name,
                             token_name, application_name, ip, user_agent, request_uri, consumer_key_tail,
                             token_id_tail, count
                      FROM login WHERE id >= $1 AND at >= $2";

/// The rows in one statement, a column each value: a round trip for each row would cost more than the rows.
pub(super) async fn append(transaction: &Transaction, rows: &[LoginRow]) -> Result<(), StoreError> {
    let ids = ids(transaction, rows).await?;
    let statuses: Vec<_> = rows.iter().map(login_status).collect();
    let users: Vec<_> = rows.iter().map(|row| row.user.as_ref()).collect();
    let roles: Vec<_> = rows.iter().map(|row| row.role.as_ref()).collect();
    transaction
        .execute(
            "INSERT INTO login (
                 id, at, surface, detail, reason, mistake, user_id, user_name, user_email, role_id, role_name,
                 token_name, application_name, ip, user_agent, request_uri, consumer_key_tail, token_id_tail, count
             ) SELECT * FROM unnest(
                 $1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::bigint[],
                 $8::text[], $9::text[], $10::bigint[], $11::text[], $12::text[], $13::text[], $14::text[],
                 $15::text[], $16::text[], $17::text[], $18::text[], $19::bigint[]
             )",
            &[
                &ids,
                &column(rows, |row| row.at.millis()),
                &column(rows, |row| row.surface.label()),
                &column(&statuses, |(detail, _, _)| *detail),
                &column(&statuses, |(_, reason, _)| *reason),
                &column(&statuses, |(_, _, mistake)| *mistake),
                &column(&users, |user| user.map(|user| user.id.get())),
                &column(&users, |user| user.map(|user| user.name.as_str())),
                &column(&users, |user| user.map(|user| user.email.as_str())),
                &column(&roles, |role| role.map(|role| role.id.get())),
                &column(&roles, |role| role.map(|role| role.name.as_str())),
                &column(rows, |row| row.token_name.as_deref()),
                &column(rows, |row| row.application_name.as_deref()),
                &column(rows, |row| row.ip.map(|ip| ip.to_string())),
                &column(rows, |row| row.user_agent.as_ref().map(OneLine::as_str)),
                &column(rows, |row| row.request_uri.as_str()),
                &column(rows, |row| row.consumer_key.as_ref().map(Masked::tail)),
                &column(rows, |row| row.token_id.as_ref().map(Masked::tail)),
                &column(rows, |row| i64::from(row.count.get())),
            ],
        )
        .await?;
    Ok(())
}

fn column<'a, R, T>(rows: &'a [R], value: impl Fn(&'a R) -> T) -> Vec<T> {
    rows.iter().map(value).collect()
}

/// Above every id before, also of other nodes: the trail has one writer at a time.
async fn ids(transaction: &Transaction, rows: &[LoginRow]) -> Result<Vec<i64>, StoreError> {
    let last = one(transaction, "SELECT max(id) AS id FROM login", &[], |row| {
        row.optional_integer("id")
    });
    let last = last.await?.flatten();
    let mut next = last.map_or(i64::MIN, |last| last.saturating_add(1));
    let ids = rows.iter().map(|row| {
        let id = next.max(first_login_id(row.at));
        next = id.saturating_add(1);
        id
    });
    Ok(ids.collect())
}

pub(super) async fn list(
    transaction: &Transaction,
    filter: LoginFilter,
) -> Result<Vec<LoginRow>, StoreError> {
    let status = match filter.status {
        None => "",
        Some(Outcome::Success) => "AND detail IS NULL",
        Some(Outcome::Failure) => "AND detail IS NOT NULL",
    };
    let sql = format!("{SELECT} {status} ORDER BY id DESC LIMIT $3");
    let since = filter.since.unwrap_or(UnixTime::from_millis(i64::MIN));
    let limit = i64::from(filter.limit.min(MAX_ROWS));
    let values = (first_login_id(since), since.millis());
    all(transaction, &sql, &[&values.0, &values.1, &limit], stored::login).await
}
