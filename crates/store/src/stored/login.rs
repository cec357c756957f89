//! Rows of the Login Audit Trail, and the ids that keep them in the order they were written.

use super::row::{Row, parsed, small, time};
use crate::StoreError;
use countersign_model::{
    Detail, EntityId, LoginRole, LoginRow, LoginStatus, LoginUser, Masked, OneLine, RequestUri, RoleId,
};
use countersign_world::UnixTime;
use std::net::IpAddr;
use std::num::NonZeroU32;

const WHAT: &str = "login";

/// The lowest id a row of this moment can have. It grows with the moment, and stops 139 years from 1970 on either side:
/// a clock that was moved absurdly far leaves ids for the rows after it.
pub(crate) fn first_login_id(at: UnixTime) -> i64 {
    const BOUND: i64 = 1 << 42;
    at.millis().clamp(-BOUND, BOUND) << 20
}

/// Detail, reason and mistake: nothing of a success.
pub(crate) fn login_status(row: &LoginRow) -> (Option<&'static str>, Option<&str>, Option<&str>) {
    match &row.status {
        LoginStatus::Success => (None, None, None),
        LoginStatus::Failure {
            detail,
            reason,
            mistake,
        } => (Some(detail.word(row.surface)), Some(reason), mistake.as_deref()),
    }
}

pub(crate) fn login(row: &dyn Row) -> Result<LoginRow, StoreError> {
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
        consumer_key: tail("consumer_key_tail")?,
        token_id: tail("token_id_tail")?,
        count: NonZeroU32::new(small(row, "count", WHAT)?)
            .ok_or_else(|| unreadable(&"it counts no login"))?,
    })
}

fn status(row: &dyn Row) -> Result<LoginStatus, StoreError> {
    let Some(word) = row.optional_text("detail")? else {
        return Ok(LoginStatus::Success);
    };
    Ok(LoginStatus::Failure {
        detail: Detail::parse(&word).map_err(|error| StoreError::unreadable(WHAT)(&error))?,
        reason: row.text("reason")?,
        mistake: row.optional_text("mistake")?,
    })
}

fn user(row: &dyn Row) -> Result<Option<LoginUser>, StoreError> {
    let Some(id) = row.optional_integer("user_id")? else {
        return Ok(None);
    };
    Ok(Some(LoginUser {
        id: EntityId::new(id),
        name: row.text("user_name")?,
        email: row.text("user_email")?,
    }))
}

fn role(row: &dyn Row) -> Result<Option<LoginRole>, StoreError> {
    let Some(id) = row.optional_integer("role_id")? else {
        return Ok(None);
    };
    Ok(Some(LoginRole {
        id: RoleId::new(id),
        name: row.text("role_name")?,
    }))
}
