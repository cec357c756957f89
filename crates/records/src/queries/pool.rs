//! Runs statements: off the threads that answer requests, and a few at a time, so that no number of them keeps a login
//! or a record waiting.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use countersign_suiteql::{
    Access, Limits, Page, QueryError, Reader, Rows, Schema, SchemaError, Settings, Statement,
};
use countersign_world::Clock;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::guard::{self, Guard};
use super::schema::schema;
use crate::catalog::Catalog;
use crate::record_type::RecordType;
use crate::records::Records;

/// Statements that run at once; the others wait. Each may take a processor for as long as its limit says.
const AT_ONCE: u32 = 2;

/// A statement, and who asks it.
pub struct Question {
    pub statement: String,
    /// For its placeholders, in their order.
    pub parameters: Vec<serde_json::Value>,
    pub access: Access,
    pub settings: Settings,
    pub page: Page,
    pub limits: Limits,
    /// Measures the time that the statement takes.
    pub clock: Arc<dyn Clock>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum AskError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error("the declared record types cannot be queried: {0}")]
    Schema(#[from] SchemaError),
    #[error("records in memory cannot be queried; keep them in a file")]
    InMemory,
    #[error("the records are closed")]
    Closed,
    #[error("a statement ended in a panic, which is a bug in the program; the log has more")]
    Panicked,
}

/// The connections that statements run on, and what they may be about. Nothing is opened before the first statement.
pub(crate) struct Pool {
    /// Nothing for records in memory, which no other connection sees.
    path: Option<PathBuf>,
    places: Arc<Semaphore>,
    idle: Mutex<Vec<Reader>>,
}

/// The types of one moment, and what statements may be about then.
pub(crate) struct Types {
    pub(crate) catalog: Arc<Catalog>,
    queried: OnceLock<Queried>,
}

struct Queried {
    schema: Schema,
    guards: Vec<Guard>,
}

impl Types {
    pub(crate) fn new(catalog: Catalog) -> Self {
        Self {
            catalog: Arc::new(catalog),
            queried: OnceLock::new(),
        }
    }

    fn queried(&self) -> Result<&Queried, SchemaError> {
        if let Some(queried) = self.queried.get() {
            return Ok(queried);
        }
        let made = Queried {
            schema: schema(&self.catalog)?,
            guards: guard::guards(&self.catalog),
        };
        Ok(self.queried.get_or_init(|| made))
    }
}

impl Pool {
    pub(crate) fn new(path: Option<&Path>) -> Self {
        Self {
            path: path.map(Path::to_owned),
            places: Arc::new(Semaphore::new(AT_ONCE as usize)),
            idle: Mutex::default(),
        }
    }

    /// Waits for the statements that run, and lets no other begin. Afterwards the file is not in use here.
    pub(crate) async fn close(&self) {
        // Fails where they are closed already.
        let _all = self.places.acquire_many(AT_ONCE).await;
        self.places.close();
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Whoever asked holds `wanted`.
    fn answer(&self, types: &Types, question: Question, wanted: Weak<()>) -> Result<Rows, AskError> {
        let path = self.path.as_deref().ok_or(AskError::InMemory)?;
        let statement = Statement::parse(&question.statement)?;
        let plan = statement.translate(
            &types.queried()?.schema,
            &question.access,
            &question.parameters,
            &question.settings,
        )?;
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let known = idle().pop();
        let mut reader = match known {
            Some(reader) => reader,
            None => Reader::open(path, question.clock)?,
        };
        let is_wanted = move || wanted.strong_count() > 0;
        let rows = reader.run_while(&plan, question.page, &question.limits, is_wanted);
        idle().push(reader);
        Ok(rows?)
    }
}

impl Records {
    /// What whoever sees the record types for which `sees` says so may ask for.
    ///
    /// # Errors
    /// [`AskError::Schema`]
    pub fn sight(&self, sees: impl Fn(&RecordType) -> bool) -> Result<Access, AskError> {
        let guards = &self.types.queried()?.guards;
        Ok(guard::access(&self.types.catalog, guards, sees))
    }

    /// Runs a statement, and `finish` on its rows, on a thread of its own. Dropped, it is given up.
    ///
    /// # Errors
    /// Among others that the statement is refused; see [`QueryError`].
    pub async fn ask<T: Send + 'static>(
        &self,
        question: Question,
        finish: impl FnOnce(Rows) -> T + Send + 'static,
    ) -> Result<T, AskError> {
        let places = Arc::clone(&self.pool.places);
        let place = places.acquire_owned().await.map_err(|_| AskError::Closed)?;
        let (pool, types) = (Arc::clone(&self.pool), Arc::clone(&self.types));
        let asked = Arc::new(());
        let wanted = Arc::downgrade(&asked);
        let answer = spawn_blocking(move || {
            let answer = pool.answer(&types, question, wanted).map(finish);
            drop(place);
            answer
        });
        let answer = answer.await;
        drop(asked);
        answer.map_err(|_| AskError::Panicked)?
    }
}

impl fmt::Debug for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}

impl fmt::Debug for Types {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Types").finish_non_exhaustive()
    }
}
