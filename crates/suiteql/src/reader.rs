//! The connection a plan runs on: read-only, and within limits of time and memory.
//!
//! Attack: a statement that reaches more than it should. The translation writes no such SQL; were it wrong, SQLite still
//! refuses to write (opened read-only, `query_only`), and its authorizer refuses every table and column that is not in
//! the schema, every function but those the translation uses, and everything that is not a SELECT.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use countersign_world::Clock;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};

use crate::error::QueryError;
use crate::functions;
use crate::plan::{OutputColumn, Plan};
use crate::snapshot::Snapshot;
use crate::value::Value;

/// The longest text or row, in bytes.
pub(crate) const LONGEST_VALUE: i32 = 8 << 20;
/// The longest SQL, in bytes.
const LONGEST_SQL: i32 = 4 << 20;

/// How much a statement may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub time: Duration,
    /// Rows that can be reached by paging, and that are counted.
    pub rows: usize,
    /// Bytes of one page.
    pub bytes: usize,
}

impl Default for Limits {
    /// Three minutes, NetSuite's 100,000 rows, and 64 MiB a page.
    fn default() -> Self {
        Self {
            time: Duration::from_secs(180),
            rows: 100_000,
            bytes: 64 << 20,
        }
    }
}

/// Which of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Page {
    pub limit: usize,
    pub offset: usize,
}

/// A page of the answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Rows {
    pub columns: Vec<OutputColumn>,
    pub rows: Vec<Vec<Value>>,
    /// Of all pages.
    pub total: usize,
}

/// A connection to an account's records that can only be asked.
pub struct Reader {
    connection: Connection,
    clock: Arc<dyn Clock>,
}

impl Reader {
    /// # Errors
    ///
    /// The file cannot be opened, or is no database.
    pub fn open(path: &Path, clock: Arc<dyn Clock>) -> Result<Self, QueryError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(QueryError::Records)?;
        prepare(&connection).map_err(QueryError::Records)?;
        Ok(Self { connection, clock })
    }

    /// A page of what the plan asks for, and how many rows there are in all.
    ///
    /// # Errors
    ///
    /// A value the statement cannot work with, a limit, or records that cannot be read.
    pub fn run(&mut self, plan: &Plan, page: Page, limits: &Limits) -> Result<Rows, QueryError> {
        let mut snapshot = self.snapshot(limits, || true)?;
        let portion = snapshot.rows(plan, page, 0)?;
        Ok(Rows {
            columns: plan.columns().to_vec(),
            rows: portion.rows,
            total: match portion.total {
                Some(total) => total,
                None => snapshot.count(plan)?,
            },
        })
    }

    /// The records as they are now. What is asked of them is given up once nobody wants the answer any more, and ends in any
    /// error.
    ///
    /// # Errors
    ///
    /// Records that cannot be read.
    pub fn snapshot(
        &mut self,
        limits: &Limits,
        is_wanted: impl Fn() -> bool + Send + 'static,
    ) -> Result<Snapshot<'_>, QueryError> {
        Snapshot::begin(&mut self.connection, &self.clock, limits, is_wanted)
    }
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, LONGEST_SQL)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    // There are no statistics: what is bound tells nothing by which a statement would be prepared anew.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    functions::register(connection)
}
