//! The Login Audit Trail, kept in the order it was written.

use std::net::IpAddr;
use std::num::NonZeroU32;

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    Detail, EntityId, LoginId, LoginRole, LoginRow, LoginSearch, LoginStatus, LoginUser, Masked, OneLine,
    RequestUri, RoleId, SecurityChallenge, Surface,
};
use countersign_world::UnixTime;

use crate::column::{parsed, small, time};
use crate::timeline::{self, Stamp, Walk};
use crate::{Store, StoreError};

const WHAT: &str = "login";

const TABLE: &str = "login";

const COLUMNS: [&str; 22] = [
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
    "behind",
];

/// Rows of the Login Audit Trail, the last written first, each with its place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoginPage {
    pub rows: Vec<(LoginId, LoginRow)>,
    /// The search goes on below this row; none where it has come to its end.
    pub rest: Option<LoginId>,
}

/// What a row of a refused login says once its mistake is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedMistake {
    /// None where the one it has is to stay, as of a reason.
    pub mistake: Option<String>,
    pub reason: Option<String>,
}

impl Store {
    /// Writes the rows together: all or none. Gives the place of each in the trail.
    pub async fn append_logins(&self, rows: Vec<LoginRow>) -> Result<Vec<LoginId>, StoreError> {
        let append = async move |transaction: &mut Transaction<'_>| {
            let stamps = timeline::stamps(transaction, TABLE, rows.iter().map(|row| row.at)).await?;
            let ips: Vec<_> = rows.iter().map(|row| row.ip.map(|ip| ip.to_string())).collect();
            let stored = stamps.iter().zip(&rows).zip(&ips);
            let stored: Vec<_> = stored
                .map(|((stamp, row), ip)| stored_row(*stamp, row, ip.as_ref()))
                .collect();
            transaction.insert_all(TABLE, COLUMNS, &stored).await?;
            Ok(stamps.iter().map(|stamp| LoginId::new(stamp.id)).collect())
        };
        self.database.append(append).await
    }

    /// At most `limit` rows below the row `before` that [`LoginSearch::admits`] lets through. One call looks at some
    /// 10,000 rows: where few of many are searched for, it may come back with less than a page, or none, and a rest. An
    /// export asks until there is no rest, and holds a page at a time.
    pub async fn logins(
        &self,
        search: LoginSearch,
        before: Option<LoginId>,
        limit: u32,
    ) -> Result<LoginPage, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let before = before.map(LoginId::get);
            let walk = walk(&search);
            let admits = |row: &LoginRow| search.admits(row);
            let found = walk.rows(snapshot, before, limit, login, admits).await?;
            let rows = found.rows.into_iter().map(|(id, row)| (LoginId::new(id), row));
            Ok(LoginPage {
                rows: rows.collect(),
                rest: found.rest.map(LoginId::new),
            })
        };
        self.database.read(list).await
    }

    /// One row, and the document of its diagnosis where it has one.
    pub async fn login(&self, id: LoginId) -> Result<Option<(LoginRow, Option<String>)>, StoreError> {
        let find = async move |snapshot: &mut Transaction<'_>| {
            let columns = COLUMNS.join(", ");
            let sql = format!(
                "SELECT {columns}, document FROM {TABLE} LEFT JOIN login_diagnosis ON login_diagnosis.login = {TABLE}.id
                 WHERE id = ?1"
            );
            let both = |row: &Row<'_>| Ok::<_, StoreError>((login(row)?, row.optional_text("document")?));
            snapshot.row(&sql, &[id.get().into()], both).await
        };
        self.database.read(find).await
    }

    /// Keeps what a diagnosis said of a refused login, in place of what an earlier one did, and with it the row's mistake
    /// and reason where they are known better now: of several logins in one row the reason stays, as the diagnosis is of one of
    /// them. False where the row is gone.
    pub async fn add_diagnosis(
        &self,
        id: LoginId,
        named: Option<NamedMistake>,
        document: String,
    ) -> Result<bool, StoreError> {
        let add = async move |transaction: &mut Transaction<'_>| {
            let sql = format!("SELECT 1 FROM {TABLE} WHERE id = ?1 AND detail IS NOT NULL");
            if !transaction.exists(&sql, &[id.get().into()]).await? {
                return Ok(false);
            }
            if let Some(NamedMistake { mistake, reason }) = &named {
                let sql = format!(
                    "UPDATE {TABLE} SET mistake = coalesce(?2, mistake),
                     reason = CASE WHEN count = 1 THEN coalesce(?3, reason) ELSE reason END WHERE id = ?1"
                );
                let values = [id.get().into(), mistake.as_ref().into(), reason.as_ref().into()];
                transaction.execute(&sql, &values).await?;
            }
            let row = [[id.get().into(), (&document).into()]];
            let newer = "ON CONFLICT (login) DO UPDATE SET document = excluded.document";
            transaction
                .upsert_all("login_diagnosis", ["login", "document"], &row, newer)
                .await?;
            Ok(true)
        };
        self.database.append(add).await
    }

    /// Deletes at most `limit` of the rows before this moment, the oldest first, and gives how many: the last batch is
    /// the one that is not full. What a clock wrote that went back later stays an hour longer.
    pub async fn purge_logins(&self, before: UnixTime, limit: u32) -> Result<u64, StoreError> {
        let purge = async move |transaction: &mut Transaction<'_>| {
            timeline::purge(transaction, TABLE, before, limit).await
        };
        self.database.append(purge).await
    }
}

/// What the database can tell by itself. The rest needs letters folded as the model folds them, and no two databases
/// do.
fn walk(search: &LoginSearch) -> Walk<'_> {
    let walk = Walk::over(TABLE, &COLUMNS, (search.since, search.until));
    let walk = match search.success {
        Some(true) => walk.checking_that("detail IS NULL"),
        Some(false) => walk.among("detail IS NOT NULL"),
        None => walk,
    };
    walk.checking("user_id =", search.user.map(EntityId::get))
        .checking("role_id =", search.role.map(RoleId::get))
        .checking("surface =", search.surface.map(Surface::label))
        .checking(
            "security_challenge =",
            search.security_challenge.map(SecurityChallenge::label),
        )
}

/// In the order of [`COLUMNS`].
fn stored_row<'a>(stamp: Stamp, row: &'a LoginRow, ip: Option<&'a String>) -> [Value<'a>; 22] {
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
        stamp.id.into(),
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
        stamp.behind.into(),
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
