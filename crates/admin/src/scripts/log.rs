//! The execution log of scripts.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use countersign_records::{LogLevel, ScriptLogQuery, number_of};

use super::json::{ScriptLogFilter, ScriptLogLineJson};
use super::{Desk, no_script};
use crate::Accounts;
use crate::body::Query;
use crate::caller::Administrator;
use crate::page::{self, Page};
use crate::problem::{Problem, Problems};
use crate::reply::shown;

/// The execution log of scripts, the last line first.
#[utoipa::path(get, path = "/accounts/{account}/script-log", tag = "Scripts", operation_id = "list_script_log",
    params(("account" = String, Path), ScriptLogFilter),
    responses((status = 200, body = Page<ScriptLogLineJson>), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
pub(super) async fn log(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Query(filter): Query<ScriptLogFilter>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let limit = page::limit(filter.limit)?;
    let level = match &filter.level {
        Some(word) => Some(LogLevel::named(word).ok_or_else(|| {
            Problem::malformed("level is one of DEBUG, AUDIT, ERROR, EMERGENCY and SYSTEM.")
        })?),
        None => None,
    };
    let script = match filter.script {
        Some(named) => Some(match number_of(&named) {
            Some(id) => id,
            None => {
                let found = countersign_scripts::show(&desk.records, &named).await;
                let found = found.map_err(|error| Problem::internal(&error))?;
                found.ok_or_else(|| no_script(&named))?.0.id
            }
        }),
        None => None,
    };
    let query = ScriptLogQuery {
        script,
        level,
        before: filter.before.map(i64::from),
        after: filter.after.map(i64::from),
        limit: limit + 1,
        ..ScriptLogQuery::default()
    };
    let lines = desk
        .records
        .script_log(query)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let page: Page<ScriptLogLineJson> = Page::of(lines, limit, |line| line.id, |line| line.into());
    Ok(shown(&page))
}
