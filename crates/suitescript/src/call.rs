//! One execution: what is called, within which limits, and what came of it.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is to be run.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Call {
    /// Of the script file, absolute in the file cabinet.
    pub path: String,
    /// The entry point: `get`, `post`, `put` or `delete` of a RESTlet. None where it is only checked.
    pub entry_point: String,
    pub argument: Argument,
}

impl Call {
    /// Only looks at a script file: whether it and what it asks for can be read, and are there. No module is made, nothing called.
    /// What comes of it is JSON for [`Finding::read`](crate::Finding::read).
    pub fn check(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            entry_point: String::new(),
            argument: Argument::Json(Value::Null),
        }
    }

    pub(crate) fn only_checks(&self) -> bool {
        self.entry_point.is_empty()
    }
}

/// What the entry point is given.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub enum Argument {
    Json(Value),
    Text(String),
}

/// What an execution may take. NetSuite's for a RESTlet by default.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Limits {
    pub time: Duration,
    /// Of the engine, in bytes.
    pub memory: usize,
    /// Of the engine, in bytes; the thread has more.
    pub stack: usize,
    /// Usage units.
    pub units: u32,
    /// Characters of a text that goes in or comes out.
    pub text: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            time: Duration::from_secs(300),
            memory: 256 * 1024 * 1024,
            stack: 512 * 1024,
            units: 5000,
            text: 10 * 1024 * 1024,
        }
    }
}

/// What came of an execution.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub struct Outcome {
    pub result: Result<Returned, Thrown>,
    /// Usage units that were used.
    pub units: u32,
    pub took: Duration,
}

/// What an entry point returned.
#[derive(Clone, Debug, PartialEq, Deserialize, Serialize)]
pub enum Returned {
    Nothing,
    /// A string of the script's.
    Text(String),
    /// Anything else, as `JSON.stringify` writes it.
    Json(String),
    /// `N/scriptTypes/restlet.createResponse`.
    Response {
        content: String,
        content_type: String,
    },
}

/// What an execution ended with that nobody caught.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct Thrown {
    /// The code: `RCRD_DSNT_EXIST`, `SSS_USAGE_LIMIT_EXCEEDED`, or `UNEXPECTED_ERROR` for JavaScript's own errors.
    pub name: String,
    pub message: String,
    /// Lines as the engine writes them: function, file path, line and column.
    pub stack: Vec<String>,
    /// The thrown value as JSON, as scripts see it when they catch it.
    pub json: String,
}
