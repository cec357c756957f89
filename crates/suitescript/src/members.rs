//! What there is of NetSuite's modules here, as a script finds it.

use std::sync::Arc;

use countersign_world::SystemClock;
use serde_json::{Value, json};

use crate::call::{Argument, Call, Limits, Returned, Thrown};
use crate::host::{Host, HostError};
use crate::{modules, runtime};

/// A host that has one file.
struct OneFile;

impl Host for OneFile {
    fn call(&self, name: &str, _: Value) -> Result<Value, HostError> {
        match name {
            "source" => Ok(json!(include_str!("../modules/members.js"))),
            _ => Err(HostError::new("UNEXPECTED_ERROR", "There is no account.")),
        }
    }
}

/// Every module of NetSuite's with its members: `function`, `value`, the names of an enumeration, or `not emulated` for what throws
/// when it is used. As JSON, an object by module.
///
/// # Errors
/// What a module threw when it was loaded.
pub fn members() -> Result<String, Thrown> {
    let call = Call {
        path: "/SuiteScripts/members.js".to_owned(),
        entry_point: "get".to_owned(),
        argument: Argument::Json(json!({ "modules": modules::names().collect::<Vec<_>>() })),
    };
    let host: Arc<dyn Host> = Arc::new(OneFile);
    let outcome = runtime::run(&call, &Limits::default(), &host, Arc::new(SystemClock::new()));
    outcome.result.map(|returned| match returned {
        Returned::Json(json) => json,
        Returned::Nothing | Returned::Text(_) | Returned::Response { .. } => String::new(),
    })
}
