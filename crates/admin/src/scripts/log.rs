//! The execution log of scripts.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use countersign_records::{LogLevel, ScriptLogQuery, number_of};
use countersign_scripts::Position;
use countersign_suitescript::Thrown;
use serde::Deserialize;

use super::Desk;
use super::json::{ScriptErrorJson, ScriptLogFilter, ScriptLogLineJson};
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
                match found.map_err(|error| Problem::internal(&error))? {
                    Some((script, _)) => script.id,
                    None => return Err(desk.no_script(&named).await),
                }
            }
        }),
        None => None,
    };
    let query = ScriptLogQuery {
        script,
        level,
        before: filter.before.map(i64::from),
        after: filter.after.map(i64::from),
        since: filter.since.map(|moment| moment.0),
        limit: limit + 1,
        ..ScriptLogQuery::default()
    };
    let lines = desk
        .records
        .script_log(query)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let mut page: Page<ScriptLogLineJson> = Page::of(lines, limit, |line| line.id, |line| line.into());
    for line in &mut page.items {
        line.error = error_in(&line.details, &desk).await?;
    }
    Ok(shown(&page))
}

/// An error, as a line of the log has it.
#[derive(Deserialize)]
struct Logged {
    #[serde(default)]
    name: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    stack: Vec<String>,
}

/// How NetSuite's errors begin where they are written as JSON.
const ERROR: &str = "{\"type\":\"error.";

pub(super) async fn error_in(details: &str, desk: &Desk) -> Result<Option<ScriptErrorJson>, Problem> {
    if !details.starts_with(ERROR) {
        return Ok(None);
    }
    // What is long was cut.
    let Ok(Logged { name, message, stack }) = serde_json::from_str(details) else {
        return Ok(None);
    };
    let thrown = Thrown {
        name,
        message,
        stack,
        json: String::new(),
    };
    let position = Position::of(&thrown, &desk.records).await;
    let position = position.map_err(|error| Problem::internal(&error))?;
    Ok(Some(ScriptErrorJson::of(thrown, position)))
}
