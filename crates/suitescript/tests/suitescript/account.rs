//! An account in memory, for scripts to run in: files on disk below `tests/scripts` are its `/SuiteScripts`.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use countersign_suitescript::{Argument, Call, Host, HostError, Limits, Outcome, Returned, Thrown, run};
use countersign_world::SystemClock;
use serde_json::{Value, json};

/// Remembers every call but those for sources.
#[derive(Default)]
pub(crate) struct Account {
    pub(crate) calls: Mutex<Vec<(String, Value)>>,
    cache: Mutex<HashMap<String, String>>,
    answers: HashMap<String, Value>,
}

impl Account {
    /// An account that answers one kind of call with this.
    pub(crate) fn that_answers(name: &str, answer: Value) -> Self {
        Self::that_knows([(name, answer)])
    }

    /// An account that answers these kinds of calls.
    pub(crate) fn that_knows<const N: usize>(answers: [(&str, Value); N]) -> Self {
        Self {
            answers: answers
                .into_iter()
                .map(|(name, answer)| (name.to_owned(), answer))
                .collect(),
            ..Self::default()
        }
    }

    pub(crate) fn calls_of(&self, name: &str) -> Vec<Value> {
        let calls = self.calls.lock().unwrap();
        let of_name = calls.iter().filter(|(called, _)| called == name);
        of_name.map(|(_, arguments)| arguments.clone()).collect()
    }

    fn source(path: &str) -> Value {
        let below = path.strip_prefix("/SuiteScripts/").unwrap_or("none");
        let file = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/scripts")
            .join(below);
        std::fs::read_to_string(file).map_or(Value::Null, Value::String)
    }

    fn cached(&self, name: &str, arguments: &Value) -> Value {
        let key = format!(
            "{}/{}/{}",
            arguments["scope"], arguments["name"], arguments["key"]
        );
        let mut cache = self.cache.lock().unwrap();
        match name {
            "cache.get" => json!(cache.get(&key)),
            "cache.put" => {
                cache.insert(key, arguments["value"].as_str().unwrap().to_owned());
                Value::Null
            }
            _ => {
                cache.remove(&key);
                Value::Null
            }
        }
    }
}

impl Host for Account {
    fn call(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        if name == "source" {
            return Ok(Self::source(arguments["path"].as_str().unwrap()));
        }
        self.calls
            .lock()
            .unwrap()
            .push((name.to_owned(), arguments.clone()));
        if let Some(answer) = self.answers.get(name) {
            return Ok(answer.clone());
        }
        match name {
            "cache.get" | "cache.put" | "cache.remove" => Ok(self.cached(name, &arguments)),
            "log.write" | "email.send" => Ok(Value::Null),
            "runtime.script" => Ok(json!({
                "id": "customscript_orders", "deploymentId": "customdeploy_orders", "logLevel": "DEBUG",
                "parameters": { "custscript_depth": 3 }, "bundleIds": [],
            })),
            "runtime.user" => {
                Ok(json!({ "id": 7, "name": "Ann Lee", "email": "ann@example.com", "role": 3 }))
            }
            "runtime.account" => Ok(json!({
                "accountId": "TSTDRV1234567", "envType": "SANDBOX", "version": "2026.1",
                "processorCount": 2, "queueCount": 1, "country": "US", "features": ["TBA"],
            })),
            "secret" if arguments["id"] == "custsecret_key" => Ok(json!("Jefe")),
            "secret" if arguments["id"] == "custsecret_aes" => Ok(json!("sixteen letters!")),
            "secret" => Err(HostError::new("SECRET_NOT_FOUND", "There is no such secret.")),
            "file.load" => Err(HostError::new("RCRD_DSNT_EXIST", "That record does not exist.")),
            _ => Err(HostError::new("NO_SUCH_CALL", name)),
        }
    }
}

pub(crate) fn get(script: &str, parameters: Value) -> Call {
    Call {
        path: format!("/SuiteScripts/{script}"),
        entry_point: "get".to_owned(),
        argument: Argument::Json(parameters),
    }
}

/// Runs in a thread with the stack that an engine needs.
pub(crate) fn outcome(call: &Call, limits: &Limits, account: &Arc<Account>) -> Outcome {
    let host: Arc<dyn Host> = Arc::<Account>::clone(account);
    std::thread::scope(|scope| {
        std::thread::Builder::new()
            .stack_size(4 * 1024 * 1024)
            .spawn_scoped(scope, || run(call, limits, &host, Arc::new(SystemClock::new())))
            .unwrap()
            .join()
            .unwrap()
    })
}

/// What `get` of a script returns when it is given these parameters.
pub(crate) fn returned(script: &str, parameters: Value) -> Value {
    returned_in(&Arc::new(Account::default()), script, parameters)
}

pub(crate) fn returned_in(account: &Arc<Account>, script: &str, parameters: Value) -> Value {
    match outcome(&get(script, parameters), &Limits::default(), account).result {
        Ok(Returned::Json(json)) => serde_json::from_str(&json).unwrap(),
        Ok(Returned::Text(text)) => Value::String(text),
        other => panic!("{other:?}"),
    }
}

pub(crate) fn thrown(script: &str, parameters: Value) -> Thrown {
    let account = Arc::new(Account::default());
    outcome(&get(script, parameters), &Limits::default(), &account)
        .result
        .unwrap_err()
}

/// Limits that a test can wait for.
pub(crate) fn short() -> Limits {
    Limits {
        time: Duration::from_secs(1),
        memory: 32 * 1024 * 1024,
        ..Limits::default()
    }
}
