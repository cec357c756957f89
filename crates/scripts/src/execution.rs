//! One execution of a deployment: the script runs, and what it wrote goes into the execution log.

use std::sync::Arc;
use std::time::Duration;

use countersign_model::RoleId;
use countersign_records::{LogLevel, Records, RecordsError, ScriptLogEntry};
use countersign_suitescript::{Argument, Call, Host, Outcome, Thrown};
use serde::Deserialize;
use serde_json::json;
use tokio::runtime::Handle;

use crate::actor::Actor;
use crate::deployment::Deployment;
use crate::host::AccountHost;
use crate::scripts::Scripts;

/// What is to be executed.
#[derive(Clone, Debug)]
pub struct Execution {
    pub records: Records,
    pub deployment: Arc<Deployment>,
    /// The path of the script file, as [`Deployment::open_to`] gave it.
    pub path: String,
    /// Whoever called.
    pub actor: Actor,
    /// `get`, `post`, `put` or `delete`.
    pub entry_point: &'static str,
    pub argument: Argument,
    /// Scripts that wait for this one.
    pub depth: u8,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Executed {
    pub outcome: Outcome,
    /// What it wrote, with an error that nobody caught at its end.
    pub log: Vec<(LogLevel, String, String)>,
}

/// An error that nobody caught, as the execution log has it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Uncaught {
    pub message: String,
    pub stack: Vec<String>,
}

impl Uncaught {
    /// Out of the details of a line. None where they are something else, or were cut off.
    pub fn of(details: &str) -> Option<Self> {
        serde_json::from_str(details).ok()
    }
}

/// A place in a script file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Position {
    pub path: String,
    /// From 1.
    pub line: usize,
    pub column: usize,
    /// The line as the file has it.
    pub text: String,
}

impl Scripts {
    /// Runs a deployment as whoever called, or in the role it executes as. What was written into the log is there when this
    /// returns, and also where nobody waits for it any more.
    pub async fn execute(&self, execution: Execution) -> Executed {
        let executed = tokio::spawn(self.clone().run_and_log(execution)).await;
        executed.unwrap_or_else(|error| {
            tracing::error!(%error, "an execution of a script was not brought to its end");
            Executed {
                outcome: ended(
                    "UNEXPECTED_ERROR",
                    "The script could not be run; the log of the server says why.",
                ),
                log: Vec::new(),
            }
        })
    }

    async fn run_and_log(self, execution: Execution) -> Executed {
        let records = execution.records.clone();
        let now = execution.actor.came().unwrap_or_else(|| self.authority().now());
        let runs_as = execution.deployment.runs_as.map(RoleId::new);
        let actor = runs_as.and_then(|role| execution.actor.in_role(role));
        let actor = actor.unwrap_or_else(|| execution.actor.clone());
        let deployment = Arc::clone(&execution.deployment);
        let ids = (actor.user_id().get(), actor.role.id.get());
        let host = Arc::new(AccountHost::new(
            self.clone(),
            &execution,
            actor,
            Handle::current(),
        ));
        let call = Call {
            path: execution.path,
            entry_point: execution.entry_point.to_owned(),
            argument: execution.argument,
        };
        let outcome = self.run(call, Arc::clone(&host)).await;
        let mut log = host.log();
        if let Err(thrown) = &outcome.result {
            log.push((LogLevel::System, thrown.name.clone(), thrown.json.clone()));
        }
        if !log.is_empty() {
            let entry = ScriptLogEntry {
                at: now,
                unmoved: self.authority().unmoved_time(),
                script: deployment.script,
                deployment: deployment.id,
                user: ids.0,
                role: ids.1,
                lines: log.clone(),
            };
            if let Err(error) = records.log_script(entry).await {
                tracing::error!(%error, script = deployment.script_id, "the execution log of scripts cannot be written");
            }
        }
        Executed { outcome, log }
    }

    async fn run(&self, call: Call, host: Arc<AccountHost>) -> Outcome {
        let clock = self.authority().clock();
        let threads = match self.engine().threads(host.depth(), clock) {
            Ok(threads) => threads,
            Err(error) => {
                tracing::error!(%error, "there are no threads for scripts");
                return ended(
                    "UNEXPECTED_ERROR",
                    "The account has no thread for a script; its log says why.",
                );
            }
        };
        let ran = threads
            .run(call, self.engine().limits(), host as Arc<dyn Host>)
            .await;
        ran.unwrap_or_else(|full| ended("SSS_REQUEST_LIMIT_EXCEEDED", &format!("{full}.")))
    }
}

/// Of a script that did not begin.
fn ended(name: &str, message: &str) -> Outcome {
    let json = json!({ "type": "error.SuiteScriptError", "name": name, "message": message, "stack": [] });
    Outcome {
        result: Err(Thrown {
            name: name.to_owned(),
            message: message.to_owned(),
            stack: Vec::new(),
            json: json.to_string(),
        }),
        units: 0,
        took: Duration::ZERO,
    }
}

impl Position {
    /// Where an error was thrown: the first line of its stack that is in a file of the cabinet.
    pub async fn of(thrown: &Thrown, records: &Records) -> Result<Option<Self>, RecordsError> {
        Self::at_top(&thrown.stack, records).await
    }

    /// The same of an error as the execution log has it: JSON, of which the end may have been cut off.
    pub async fn of_logged(details: &str, records: &Records) -> Result<Option<Self>, RecordsError> {
        match Uncaught::of(details) {
            Some(uncaught) => Self::at_top(&uncaught.stack, records).await,
            None => Ok(None),
        }
    }

    async fn at_top(stack: &[String], records: &Records) -> Result<Option<Self>, RecordsError> {
        let Some((path, line, column)) = stack.iter().find_map(|frame| place(frame)) else {
            return Ok(None);
        };
        let found = records.look(move |records| {
            let file = records.file_at(&path)?;
            let contents = file.map(|file| records.contents(file)).transpose()?;
            Ok((path, contents.unwrap_or_default()))
        });
        let (path, contents) = found.await?;
        let text = String::from_utf8_lossy(&contents);
        let text = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
        Ok(Some(Self {
            path,
            line,
            column,
            text: text.to_owned(),
        }))
    }
}

/// `post(/SuiteScripts/orders.js:12:5)`.
fn place(frame: &str) -> Option<(String, usize, usize)> {
    let (_, place) = frame.split_once("(/")?;
    let place = place.strip_suffix(')')?;
    let (place, column) = place.rsplit_once(':')?;
    let (path, line) = place.rsplit_once(':')?;
    Some((format!("/{path}"), line.parse().ok()?, column.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::place;

    #[test]
    fn a_frame_names_its_place_also_where_the_path_has_colons_and_brackets() {
        assert_eq!(
            place("post(/SuiteScripts/a (2): b.js:12:5)"),
            Some(("/SuiteScripts/a (2): b.js".to_owned(), 12, 5))
        );
        assert_eq!(place("anonymous(native)"), None);
    }
}
