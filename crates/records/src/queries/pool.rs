//! Runs statements: off the threads that answer requests, and a few at a time, so that no number of them keeps a login
//! or a record waiting.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

use countersign_suiteql::{
    Access, Limits, Page, Plan, QueryError, Reader, Rows, Schema, SchemaError, Settings, Snapshot, Statement,
};
use countersign_world::Clock;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use super::guard::{self, Guard};
use super::schema::schema;
use crate::catalog::Catalog;
use crate::known::{Asked, Known};
use crate::record_type::RecordType;
use crate::records::Records;
use crate::script_log;
use crate::state::State;

/// Statements that run at once; the others wait. Each may take a processor for as long as its limit says.
const AT_ONCE: u32 = 2;
/// Pages read ahead. Each costs passing over all the rows before it, if it is read alone.
const AHEAD: usize = 19;

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
    fn answer(
        &self,
        types: &Types,
        known: &Known,
        question: Question,
        wanted: Weak<()>,
    ) -> Result<Rows, AskError> {
        let path = self.path.as_deref().ok_or(AskError::InMemory)?;
        let statement = Statement::parse(&question.statement)?;
        let plan = statement.translate(
            &types.queried()?.schema,
            &question.access,
            &question.parameters,
            &question.settings,
        )?;
        let idle = || self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        let rested = idle().pop();
        let mut reader = match rested {
            Some(reader) => reader,
            None => Reader::open(path, Arc::clone(&question.clock))?,
        };
        let is_wanted = move || wanted.strong_count() > 0;
        let rows = reader
            .snapshot(&question.limits, is_wanted)
            .and_then(|snapshot| page(snapshot, &plan, &question, known));
        idle().push(reader);
        Ok(rows?)
    }
}

fn page(
    mut snapshot: Snapshot<'_>,
    plan: &Plan,
    question: &Question,
    known: &Known,
) -> Result<Rows, QueryError> {
    let (page, limits) = (question.page, &question.limits);
    // The log of scripts grows in whatever state the records are.
    let state = if plan.sql().contains(script_log::VIEW) {
        State::unknown()
    } else {
        snapshot.look(State::of)?
    };
    let asked = Asked::of(state, &format!("{} {limits:?}", plan.identity()));
    let (rows, total) = match known.take(&asked, page) {
        Some(rows) => (rows, None),
        None => {
            // Who asks for a page that is not the first will ask for those behind it.
            let ahead = if page.offset > 0 {
                page.limit.saturating_mul(AHEAD)
            } else {
                0
            };
            let portion = snapshot.rows(plan, page, ahead)?;
            let has_ended = portion.total.is_some();
            let rows = keep_ahead(portion.rows, page, has_ended, |page, rows| {
                known.keep(&asked, page, rows);
            });
            (rows, portion.total)
        }
    };
    let total = known.total(&asked, || {
        let total = match total {
            Some(total) => total,
            None => snapshot.count(plan)?,
        };
        Ok::<_, QueryError>(u64::try_from(total).unwrap_or(u64::MAX))
    })?;
    Ok(Rows {
        columns: plan.columns().to_vec(),
        rows,
        total: usize::try_from(total).unwrap_or(usize::MAX),
    })
}

/// Gives the page's own rows, and to `keep` those of the pages behind it: whole pages, and the last whatever it has.
fn keep_ahead<R>(
    mut rows: Vec<R>,
    mut page: Page,
    has_ended: bool,
    mut keep: impl FnMut(Page, Vec<R>),
) -> Vec<R> {
    let mut behind = rows.split_off(page.limit.min(rows.len()));
    while !behind.is_empty() && (has_ended || behind.len() >= page.limit) {
        page.offset += page.limit;
        let next = behind.split_off(page.limit.min(behind.len()));
        keep(page, std::mem::replace(&mut behind, next));
    }
    rows
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
        let known = Arc::clone(&self.known);
        let asked = Arc::new(());
        let wanted = Arc::downgrade(&asked);
        let answer = spawn_blocking(move || {
            let answer = pool.answer(&types, &known, question, wanted).map(finish);
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
