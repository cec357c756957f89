//! `countersign script call`.

use std::future::Future;
use std::io::IsTerminal as _;
use std::time::Duration;

use countersign_admin::{LoggedJson, ScriptCallInput, ScriptCallJson};
use serde::de::IgnoredAny;
use serde_json::{Value, json};

use super::logged;
use super::script::listed;
use crate::admin_client::AdminClient;
use crate::command::At;
use crate::failure::{Exit, Failure};
use crate::output::{self, DIM, RED};
use crate::table::plain;

/// After so long somebody who watches is told that the script is still running.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is asked of a script.
pub(super) struct Call {
    pub(super) path: String,
    pub(super) parameters: Vec<(String, String)>,
    pub(super) method: Option<String>,
    pub(super) body: Option<String>,
    pub(super) text: bool,
    /// In seconds.
    pub(super) timeout: u64,
    pub(super) deploy: Option<String>,
    pub(super) user: Option<i64>,
    pub(super) role: Option<i64>,
}

pub(super) async fn run(call: Call, at: &At) -> Result<Exit, Failure> {
    let method = call
        .method
        .or_else(|| call.body.is_some().then(|| "POST".to_owned()));
    if let Some(body) = call.body.as_deref().filter(|_| !call.text) {
        is_json(body)?;
    }
    let input = ScriptCallInput {
        deployment: call.deploy,
        method,
        parameters: call
            .parameters
            .into_iter()
            .map(|(name, value)| (name, Value::String(value)))
            .collect(),
        body: call.body,
        text: call.text,
        user: call.user,
        role: call.role,
    };
    let path = format!("{}/call", call.path);
    let ask = async |client: &AdminClient| {
        waited(client.post(&path, &input), call.timeout)
            .await
            .map_err(listed)
    };
    let called: ScriptCallJson = AdminClient::with(at.data.clone(), at.account.clone(), ask).await?;
    let exit = match called.error {
        Some(_) => Exit::Refused,
        None => Exit::Success,
    };
    exit.told(tell(&called, at))
}

fn is_json(body: &str) -> Result<(), Failure> {
    match serde_json::from_str::<IgnoredAny>(body) {
        Ok(_) => Ok(()),
        Err(_) if body.is_empty() => Ok(()),
        Err(error) => Err(Failure::usage(format!("the body is no JSON: {error}"))
            .hint("write it as JSON, or give it to the script as text with --text")),
    }
}

async fn waited<T>(call: impl Future<Output = Result<T, Failure>>, seconds: u64) -> Result<T, Failure> {
    let limited = tokio::time::timeout(Duration::from_secs(seconds), call);
    tokio::pin!(limited);
    let ended = tokio::select! {
        ended = &mut limited => ended,
        () = tokio::time::sleep(PATIENCE), if std::io::stderr().is_terminal() => {
            output::complain(&format!("{DIM}The script is still running. Stop waiting with Ctrl-C.{DIM:#}"));
            limited.await
        }
    };
    ended.unwrap_or_else(|_| {
        Err(Failure::no_connection(format!(
            "the script did not end within {seconds} s; it runs on until its own time limit"
        ))
        .hint("what it logs is in `countersign logs` when it has ended; wait longer with --timeout, or end it sooner with `serve --script-time-limit`"))
    })
}

fn tell(called: &ScriptCallJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(called));
    }
    for line in &called.log {
        say_logged(line)?;
    }
    if let Some(returned) = &called.returned {
        let json: Result<Value, _> = serde_json::from_str(returned);
        let text = match json {
            Ok(value @ (Value::Object(_) | Value::Array(_))) => format!("{value:#}"),
            _ => returned.clone(),
        };
        output::say(&output::printable(&text))?;
    }
    if let Some(error) = &called.error {
        logged::say_error(error, "")?;
    }
    output::say(&format!(
        "{DIM}{} units, {:.1} ms, as {} in the role {}{DIM:#}",
        called.units,
        called.duration,
        plain(&called.user),
        plain(&called.role)
    ))
}

fn say_logged(line: &LoggedJson) -> Result<(), Failure> {
    let is_bad = matches!(line.level.as_str(), "ERROR" | "EMERGENCY");
    let colour = if is_bad { RED } else { DIM };
    let head = format!("{colour}{:<9}{colour:#}", line.level);
    logged::say(&head, &line.title, &line.details, line.error.as_ref())
}
