//! The account as a running script sees it: a [`Host`], one file a family of calls.

mod business;
mod email;
mod file;
mod http;
mod memory;
mod runtime;
mod secret;
mod task;
mod url;
mod wait;

pub use business::{Business, May};

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};

use countersign_authority::Authority;
use countersign_model::Level;
use countersign_records::{
    LONGEST_LOG_DETAILS, LONGEST_LOG_TITLE, LogLevel, RecordType, Records, RecordsError, Stamp, Together,
};
use countersign_suitescript::{Host, HostError};
use countersign_world::UnixTime;
use serde_json::{Value, json};
use tokio::runtime::Handle;

use crate::actor::Actor;
use crate::deployment::Deployment;
use crate::execution::Execution;
use crate::scripts::Scripts;

/// Lines that one execution writes into the log; NetSuite, too, writes no more of a script that does nothing else.
const MOST_LINES: usize = 1000;

/// The account of one execution. Its calls come from a plain thread, which waits for what is asynchronous.
pub struct AccountHost {
    scripts: Scripts,
    records: Records,
    deployment: Arc<Deployment>,
    actor: Actor,
    depth: u8,
    handle: Handle,
    log: Mutex<Vec<(LogLevel, String, String)>>,
    /// Records, searches and statements.
    business: Business,
}

type Answer = Result<Value, HostError>;

impl AccountHost {
    pub(crate) fn new(scripts: Scripts, execution: &Execution, actor: Actor, handle: Handle) -> Self {
        let asking = actor.clone();
        let may = move |of: &RecordType, level: Level| match asking.may(of, level) {
            true => Ok(()),
            false => Err(denied(&asking, of, level)),
        };
        let clock = Arc::clone(scripts.authority().clock());
        let (records, user) = (execution.records.clone(), actor.user_id().get());
        Self {
            business: Business::new(records, Arc::new(may), user, clock, handle.clone())
                .for_scripts_of(scripts.engine().limits().time),
            scripts,
            records: execution.records.clone(),
            deployment: Arc::clone(&execution.deployment),
            actor,
            depth: execution.depth,
            handle,
            log: Mutex::default(),
        }
    }

    pub(crate) fn log(&self) -> Vec<(LogLevel, String, String)> {
        std::mem::take(&mut self.log.lock().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) const fn depth(&self) -> u8 {
        self.depth
    }

    fn authority(&self) -> &Arc<Authority> {
        self.scripts.authority()
    }

    fn now(&self) -> UnixTime {
        self.authority().now()
    }

    fn stamp(&self) -> Stamp {
        self.actor.stamp(self.now())
    }

    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.handle.block_on(work)
    }

    fn look<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Together<'_>) -> Result<T, RecordsError> + Send + 'static,
    ) -> Result<T, HostError> {
        self.wait(self.records.look(work))
            .map_err(|error| refused(&error))
    }

    fn together<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Together<'_>) -> Result<T, RecordsError> + Send + 'static,
    ) -> Result<T, HostError> {
        self.wait(self.records.together(work))
            .map_err(|error| refused(&error))
    }

    fn record_type(&self, name: &str) -> Result<Arc<RecordType>, HostError> {
        let found = self.records.record_type(name).map(Arc::clone);
        found.ok_or_else(|| HostError::absent_type(name))
    }

    fn require(&self, of: &str, level: Level) -> Result<Arc<RecordType>, HostError> {
        let of = self.record_type(of)?;
        match self.actor.may(&of, level) {
            true => Ok(of),
            false => Err(HostError::new(
                "INSUFFICIENT_PERMISSION",
                denied(&self.actor, &of, level),
            )),
        }
    }

    /// Text is loaded as text, whatever its file's record says. What is known of the state in which the execution began is taken: its
    /// files do not change under a script.
    fn source(&self, arguments: &Value) -> Answer {
        let path = text(arguments, "path").to_owned();
        let library = Arc::clone(self.scripts.library());
        let place = (self.deployment.state, path.clone());
        if let Some(known) = library.file(&place) {
            return Ok(json!(&*known));
        }
        self.look(move |records| {
            let Some(file) = records.file_at(&path)? else {
                return Ok(Value::Null);
            };
            let bytes = records.contents(file)?;
            let text = String::from_utf8_lossy(&bytes);
            library.keep_file((records.state()?, path), Arc::from(&*text));
            Ok(json!(text))
        })
    }

    fn write_log(&self, arguments: &Value) -> Answer {
        let level = LogLevel::named(text(arguments, "level")).unwrap_or(LogLevel::Debug);
        if level >= self.deployment.log_level {
            let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
            if log.len() < MOST_LINES {
                // Attack: a thousand lines of many megabytes, which wait here until the script ends.
                let line = |name, most| shown(&arguments[name]).chars().take(most).collect();
                let (title, details) = (
                    line("title", LONGEST_LOG_TITLE),
                    line("details", LONGEST_LOG_DETAILS),
                );
                log.push((level, title, details));
            }
        }
        Ok(Value::Null)
    }
}

impl Host for AccountHost {
    fn call(&self, name: &str, arguments: Value) -> Answer {
        if ["record.", "search.", "query."]
            .iter()
            .any(|family| name.starts_with(family))
        {
            return self
                .business
                .call(name, arguments)
                .unwrap_or_else(|| not_emulated(name));
        }
        let arguments = &arguments;
        match name {
            "source" => self.source(arguments),
            "log.write" => self.write_log(arguments),
            "runtime.script" => Ok(self.script()),
            "runtime.now" => Ok(json!(self.now().millis())),
            "runtime.user" => self.user(),
            "runtime.permission" => Ok(self.permission(text(arguments, "name"))),
            "runtime.preference" => Ok(self.preference(text(arguments, "name"))),
            "runtime.account" => Ok(self.account()),
            "config.load" => self.config(text(arguments, "type")),
            "file.load" => self.load_file(arguments),
            "file.save" => self.save_file(arguments),
            "file.delete" => self.delete_file(arguments),
            "file.copy" => self.copy_file(arguments),
            "cache.get" => Ok(self.cached(arguments)),
            "cache.put" => self.put_into_cache(arguments),
            "cache.remove" => Ok(self.remove_from_cache(arguments)),
            "secret" => self.secret(arguments),
            "http.send" => self.send(arguments),
            "http.restlet" => self.call_restlet(arguments),
            "http.rest" => self.call_rest(arguments),
            "url.domain" => self.domain(arguments),
            "url.script" => self.script_url(arguments),
            "email.send" => self.send_email(arguments),
            "task.submit" => self.submit_task(arguments),
            "task.status" => self.task_status(arguments),
            _ => not_emulated(name),
        }
    }
}

fn not_emulated(name: &str) -> Answer {
    let message = format!("Countersign does not emulate {name} yet.");
    Err(HostError::new("NOT_EMULATED", message))
}

fn denied(actor: &Actor, of: &RecordType, level: Level) -> String {
    format!(
        "Permission Violation: the role {} may not do this with records of the type {}. It needs the level {level}.",
        actor.role.name, of.label
    )
}

/// What the records refused, in NetSuite's words where they are known.
fn refused(error: &RecordsError) -> HostError {
    match error {
        RecordsError::NotFound { .. } => HostError::new("RCRD_DSNT_EXIST", "That record does not exist."),
        RecordsError::Invalid(_) | RecordsError::HasDependents { .. } => {
            HostError::new("USER_ERROR", format!("{error}."))
        }
        other => {
            tracing::error!(error = %other, "a script's call");
            HostError::new(
                "UNEXPECTED_ERROR",
                "The records could not be read or written; the log says why.",
            )
        }
    }
}

/// A text among the arguments; empty where there is none.
fn text<'v>(arguments: &'v Value, name: &str) -> &'v str {
    arguments.get(name).and_then(Value::as_str).unwrap_or_default()
}

/// As a person reads it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}
