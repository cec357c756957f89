//! The demonstration company, for scripts to run in: files on disk below `tests/scripts` are its `/SuiteScripts`.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use countersign_records::{Catalog, Records};
use countersign_scripts::host::{Business, May};
use countersign_suitescript::{Argument, Call, Host, HostError, Limits, Outcome, Returned, Thrown, run};
use countersign_world::{FixedClock, SystemClock, UnixTime};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// 2026-11-21.
pub(crate) const NOW: UnixTime = UnixTime::from_seconds(1_795_255_200);

/// Maria Keller, the sales manager.
pub(crate) const USER: i64 = 101;

pub(crate) struct Company {
    pub(crate) records: Records,
    pub(crate) runtime: Runtime,
    may: May,
    _folder: TempDir,
}

impl Company {
    pub(crate) fn new() -> Self {
        Self::whose_role(Arc::new(|_, _| Ok(())))
    }

    /// Its scripts run as a role that may do this.
    pub(crate) fn whose_role(may: May) -> Self {
        Self::of(Catalog::built_in().unwrap(), may)
    }

    pub(crate) fn of(catalog: Catalog, may: May) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let runtime = Runtime::new().unwrap();
        let path = folder.path().join("records.sqlite");
        std::fs::write(&path, seeded(&runtime)).unwrap();
        let records = runtime.block_on(Records::open_with(&path, catalog)).unwrap();
        Self {
            records,
            runtime,
            may,
            _folder: folder,
        }
    }

    fn business(&self) -> Business {
        let clock = Arc::new(FixedClock::at(NOW));
        let handle = self.runtime.handle().clone();
        Business::new(self.records.clone(), Arc::clone(&self.may), USER, clock, handle)
    }

    /// What the host answers of a script that has no time.
    pub(crate) fn asked_in_no_time(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        let (may, handle) = (Arc::clone(&self.may), self.runtime.handle().clone());
        let clock = Arc::new(SystemClock::new());
        let business = Business::new(self.records.clone(), may, USER, clock, handle);
        let business = business.for_scripts_of(Duration::ZERO);
        business.call(name, arguments).unwrap()
    }

    /// What the host answers.
    pub(crate) fn asked(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        self.business().call(name, arguments).unwrap()
    }

    pub(crate) fn outcome(&self, script: &str, entry_point: &str, argument: Value) -> Outcome {
        let host: Arc<dyn Host> = Arc::new(Cabinet(self.business()));
        let call = Call {
            path: format!("/SuiteScripts/{script}"),
            entry_point: entry_point.to_owned(),
            argument: Argument::Json(argument),
        };
        let clock = Arc::new(SystemClock::new());
        let running = std::thread::Builder::new().stack_size(8 << 20);
        let running = running.spawn(move || run(&call, &Limits::default(), &host, clock));
        running.unwrap().join().unwrap()
    }

    /// What a script answers.
    pub(crate) fn answer(&self, script: &str, entry_point: &str, argument: Value) -> Value {
        match self.outcome(script, entry_point, argument).result {
            Ok(Returned::Json(text)) => serde_json::from_str(&text).unwrap(),
            Ok(Returned::Text(text)) => json!(text),
            Ok(Returned::Nothing) => Value::Null,
            Ok(other) => panic!("{script} returned {other:?}"),
            Err(thrown) => panic!("{script} threw {thrown:?}"),
        }
    }

    /// What a script ends with.
    pub(crate) fn thrown(&self, script: &str, entry_point: &str, argument: Value) -> Thrown {
        self.outcome(script, entry_point, argument).result.unwrap_err()
    }

    /// A few lines as a script of their own: the body of `get`, with `record`, `search` and `query`.
    pub(crate) fn says(&self, body: &str) -> Value {
        self.answer("body.js", "post", json!({ "body": body }))
    }

    pub(crate) fn refused(&self, body: &str) -> (String, String) {
        let thrown = self.thrown("body.js", "post", json!({ "body": body }));
        (thrown.name, thrown.message)
    }

    pub(crate) fn query(&self, statement: &str) -> Value {
        let arguments = json!({ "query": statement, "params": [], "start": 0, "size": 5000 });
        self.asked("query.run", arguments).unwrap()["rows"].clone()
    }
}

/// The file of the company's records, made once.
fn seeded(runtime: &Runtime) -> &'static [u8] {
    static SEEDED: OnceLock<Vec<u8>> = OnceLock::new();
    SEEDED.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.sqlite");
        runtime.block_on(async {
            let catalog = Catalog::built_in().unwrap();
            let records = Records::open_with(&path, catalog).await.unwrap();
            records.seed(NOW).await.unwrap();
            records.close().await.unwrap();
        });
        std::fs::read(&path).unwrap()
    })
}

/// The account with its scripts.
struct Cabinet(Business);

impl Host for Cabinet {
    fn call(&self, name: &str, arguments: Value) -> Result<Value, HostError> {
        match name {
            "source" => {
                let path = arguments["path"].as_str().unwrap();
                let below = path.strip_prefix("/SuiteScripts/").unwrap_or("none");
                let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts");
                let text = std::fs::read_to_string(folder.join(below));
                Ok(text.map_or(Value::Null, Value::String))
            }
            "log.write" => Ok(Value::Null),
            name => self.0.call(name, arguments).unwrap_or_else(|| {
                Err(HostError::new(
                    "NOT_EMULATED",
                    format!("{name} is not of this account"),
                ))
            }),
        }
    }
}
