//! `record.*`, `search.*` and `query.*`: the calls of `N/record`, `N/search` and `N/query` over the account's records.
//!
//! A script sees records as its role may: each call asks [`May`] for the type, a search and a statement see the rows of the
//! types that may be viewed. What is written is one transaction with its system notes, by the user the script runs as.

mod attached;
mod body;
mod changes;
mod children;
mod error;
mod names;
mod open;
mod query;
mod record;
mod saved;
mod search;
mod shape;

use std::future::Future;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use countersign_model::Level;
use countersign_records::{AskError, Question, RecordType, Records, Stamp, TableInfo};
use countersign_suiteql::{DateFormat, Limits, Page, Rows, Settings};
use countersign_suitescript::HostError;
use countersign_world::Clock;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::runtime::Handle;

use super::wait::done_by;

/// Whether the script's role may have to do with records of a type at a level, or why not.
pub type May = Arc<dyn Fn(&RecordType, Level) -> Result<(), String> + Send + Sync>;

/// The account's records, for one execution of a script.
pub struct Business {
    records: Records,
    may: May,
    /// The id of whoever the script runs as.
    user: i64,
    /// The account's.
    clock: Arc<dyn Clock>,
    /// A script runs on a thread of its own, which waits here for what the records do.
    runtime: Handle,
    tables: OnceLock<Vec<TableInfo>>,
    /// Of one statement.
    limits: Limits,
}

impl Business {
    /// `records` are those of now. Calls wait on `runtime`, so they must not come from one of its threads.
    pub fn new(records: Records, may: May, user: i64, clock: Arc<dyn Clock>, runtime: Handle) -> Self {
        Self {
            records,
            may,
            user,
            clock,
            runtime,
            tables: OnceLock::new(),
            limits: Limits::default(),
        }
    }

    /// A statement takes no longer than this, where this is less than any may: the thread of a script whose time is over waits for it.
    #[must_use]
    pub fn for_scripts_of(mut self, time: Duration) -> Self {
        self.limits.time = self.limits.time.min(time);
        self
    }

    /// Nothing for a call of another family.
    pub fn call(&self, name: &str, arguments: Value) -> Option<Result<Value, HostError>> {
        Some(match name {
            "record.type" => read(arguments).and_then(|given| self.describe(&given)),
            "record.load" => read(arguments).and_then(|given| self.load(&given)),
            "record.check" => read(arguments).and_then(|given| self.check(&given)),
            "record.copy" => read(arguments).and_then(|given| self.copy(&given)),
            "record.transform" => read(arguments).and_then(|given| self.transform(&given)),
            "record.sketch" => read(arguments).and_then(|given| self.sketch(&given)),
            "record.save" => read(arguments).and_then(|given| self.save(&given)),
            "record.submitFields" => read(arguments).and_then(|given| self.submit_fields(&given)),
            "record.delete" => read(arguments).and_then(|given| self.delete(&given)),
            "record.attach" => read(arguments).and_then(|given| self.attach(&given)),
            "record.children" => read(arguments).and_then(|given| self.children_of(&given)),
            "record.open" => read(arguments).and_then(|given| self.open_documents(&given)),
            "record.options" => read(arguments).and_then(|given| self.options(&given)),
            "search.check" => read(arguments).and_then(|given| self.check_search(&given)),
            "search.run" => read(arguments).and_then(|given| self.run_search(&given)),
            "search.global" => read(arguments).and_then(|given| self.search_everything(&given)),
            "search.save" => read(arguments).and_then(|given| self.save_search(given)),
            "search.load" => read(arguments).and_then(|given| self.load_search(&given)),
            "search.delete" => read(arguments).and_then(|given| self.delete_search(&given)),
            "query.table" => read(arguments).and_then(|given| self.query_table(&given)),
            "query.range" => read(arguments).map(|given| Self::query_range(&given)),
            "query.run" => read(arguments).and_then(|given| self.run_statement(given)),
            _ => return None,
        })
    }

    fn require(&self, of: &RecordType, level: Level) -> Result<(), HostError> {
        (self.may)(of, level).map_err(|why| HostError::new("INSUFFICIENT_PERMISSION", why))
    }

    fn stamp(&self) -> Stamp {
        Stamp {
            at: self.clock.now(),
            by: self.user,
        }
    }

    fn wait<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Made once an execution: a search looks into several of them.
    fn tables(&self) -> &[TableInfo] {
        self.tables.get_or_init(|| self.records.catalog().tables())
    }

    fn table(&self, name: &str) -> Option<&TableInfo> {
        self.tables().iter().find(|table| table.name == name)
    }

    /// The rows of a statement that the script's role sees.
    fn ask(&self, statement: String, parameters: Vec<Value>, page: Page) -> Result<Rows, HostError> {
        let sight = self
            .records
            .sight(|of| (self.may)(of, Level::View).is_ok())
            .map_err(error::of_statement)?;
        let question = Question {
            statement,
            parameters,
            access: sight,
            settings: Settings {
                now: self.clock.now(),
                date_format: DateFormat::default(),
            },
            page,
            limits: self.limits,
            clock: Arc::clone(&self.clock),
        };
        let records = self.records.clone();
        let asked = async move { records.ask(question, |rows| rows).await };
        let rows = done_by(&self.runtime, asked).unwrap_or(Err(AskError::Panicked));
        rows.map_err(error::of_statement)
    }
}

/// The arguments of a call. The modules write them, so what cannot be read is a mistake of the program.
fn read<T: DeserializeOwned>(arguments: Value) -> Result<T, HostError> {
    serde_json::from_value(arguments).map_err(|wrong| HostError::new("UNEXPECTED_ERROR", wrong.to_string()))
}
