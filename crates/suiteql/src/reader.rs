//! The connection a plan runs on: read-only, and within limits of time and memory.
//!
//! Attack: a statement that reaches more than it should. The translation writes no such SQL; were it wrong, SQLite still
//! refuses to write (opened read-only, `query_only`), and its authorizer refuses every table and column that is not in
//! the schema, every function but those the translation uses, and everything that is not a SELECT.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_world::Clock;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, OpenFlags, Statement};

use crate::error::QueryError;
use crate::functions;
use crate::plan::{OutputColumn, Plan};
use crate::schema::Kind;
use crate::value::Value;

/// How often SQLite asks whether it may go on, in instructions of its machine.
const STEPS_BETWEEN_LOOKS: i32 = 2_000;
/// The longest text or row, in bytes.
const LONGEST_VALUE: i32 = 8 << 20;
/// The longest SQL, in bytes.
const LONGEST_SQL: i32 = 4 << 20;
/// What the translation calls of SQLite's own.
const BUILT_IN: &[&str] = &[
    "avg",
    "coalesce",
    "count",
    "dense_rank",
    "first_value",
    "group_concat",
    "lag",
    "last_value",
    "lead",
    "max",
    "min",
    "ntile",
    "nullif",
    "rank",
    "row_number",
    "sum",
];

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
#[derive(Clone, Copy, Debug)]
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
        self.run_while(plan, page, limits, || true)
    }

    /// The same, given up once nobody wants the answer any more.
    ///
    /// # Errors
    ///
    /// As [`Self::run`]; what is given up ends in any error.
    pub fn run_while(
        &mut self,
        plan: &Plan,
        page: Page,
        limits: &Limits,
        is_wanted: impl Fn() -> bool + Send + 'static,
    ) -> Result<Rows, QueryError> {
        let readable = plan.readable().clone();
        self.connection
            .authorizer(Some(move |context: AuthContext<'_>| {
                authorize(&readable, &context)
            }))
            .map_err(QueryError::Records)?;
        let late = Arc::new(AtomicBool::new(false));
        let (clock, end, seen) = (
            Arc::clone(&self.clock),
            self.clock.elapsed() + limits.time,
            Arc::clone(&late),
        );
        let look = move || {
            let is_late = clock.elapsed() > end;
            if is_late {
                seen.store(true, Ordering::Relaxed);
            }
            is_late || !is_wanted()
        };
        self.connection
            .progress_handler(STEPS_BETWEEN_LOOKS, Some(look))
            .map_err(QueryError::Records)?;
        let answer = self.page(plan, page, limits);
        answer.map_err(|failure| match failure {
            QueryError::Records(_) if late.load(Ordering::Relaxed) => QueryError::TimeLimit(limits.time),
            QueryError::Records(error) => value_error(error),
            other => other,
        })
    }

    fn page(&self, plan: &Plan, page: Page, limits: &Limits) -> Result<Rows, QueryError> {
        let limit = page.limit.min(limits.rows.saturating_sub(page.offset));
        let mut statement = self.prepared(&plan.page_sql())?;
        let rows = read(&mut statement, plan, &[limit, page.offset], limits.bytes)?;
        drop(statement);
        let is_last = rows.len() < limit && (!rows.is_empty() || page.offset == 0);
        let total = if is_last {
            page.offset + rows.len()
        } else {
            self.count(plan, limits.rows)?
        };
        let columns = plan.columns().to_vec();
        Ok(Rows { columns, rows, total })
    }

    fn count(&self, plan: &Plan, most: usize) -> Result<usize, QueryError> {
        let mut statement = self.prepared(&plan.count_sql())?;
        let mut count = || {
            bind(&mut statement, plan, &[most])?;
            let mut rows = statement.raw_query();
            let count: Option<i64> = rows.next()?.map(|row| row.get(0)).transpose()?;
            Ok(count.and_then(|count| usize::try_from(count).ok()).unwrap_or(0))
        };
        count().map_err(QueryError::Records)
    }

    fn prepared(&self, sql: &str) -> Result<Statement<'_>, QueryError> {
        self.connection.prepare(sql).map_err(|error| match error {
            Error::SqlInputError { error, msg, .. } if is_complexity(error, &msg) => {
                QueryError::TooComplex(msg)
            }
            Error::SqliteFailure(error, Some(words)) if is_complexity(error, &words) => {
                QueryError::TooComplex(words)
            }
            error => QueryError::Records(error),
        })
    }
}

/// A table or column that is missing is a fault of the records, and not of the statement.
fn is_complexity(error: rusqlite::ffi::Error, words: &str) -> bool {
    error.extended_code == rusqlite::ffi::SQLITE_ERROR && !words.starts_with("no such")
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_limit(Limit::SQLITE_LIMIT_LENGTH, LONGEST_VALUE)?;
    connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, LONGEST_SQL)?;
    connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    functions::register(connection)
}

fn authorize(readable: &BTreeSet<(String, String)>, context: &AuthContext<'_>) -> Authorization {
    let is_known = |table: &str| readable.contains(&(table.to_owned(), String::new()));
    let allowed = match context.action {
        AuthAction::Select => true,
        // A view of the schema may read what it is made of.
        AuthAction::Read { .. } if context.accessor.is_some_and(is_known) => true,
        AuthAction::Read {
            table_name,
            column_name,
        } => {
            // Tables of the statement's own, such as a query in FROM, have names the translation gave them.
            let is_main = context.database_name.is_none_or(|name| name == "main");
            is_main && readable.contains(&(table_name.to_owned(), column_name.to_owned()))
        }
        AuthAction::Function { .. } if context.accessor.is_some_and(is_known) => true,
        AuthAction::Function { function_name } => {
            function_name.starts_with(functions::PREFIX) || BUILT_IN.contains(&function_name)
        }
        _ => false,
    };
    if allowed {
        Authorization::Allow
    } else {
        Authorization::Deny
    }
}

fn bind(statement: &mut Statement<'_>, plan: &Plan, after: &[usize]) -> rusqlite::Result<()> {
    let used = statement.parameter_count();
    for (index, value) in plan.bound().iter().enumerate().take(used) {
        statement.raw_bind_parameter(index + 1, value)?;
    }
    for (index, number) in after.iter().enumerate() {
        let number = i64::try_from(*number).unwrap_or(i64::MAX);
        statement.raw_bind_parameter(plan.bound().len() + index + 1, number)?;
    }
    Ok(())
}

fn read(
    statement: &mut Statement<'_>,
    plan: &Plan,
    after: &[usize],
    most: usize,
) -> Result<Vec<Vec<Value>>, QueryError> {
    bind(statement, plan, after).map_err(QueryError::Records)?;
    let mut found = statement.raw_query();
    let mut rows = Vec::new();
    let mut bytes = 0;
    while let Some(row) = found.next().map_err(QueryError::Records)? {
        let mut values = Vec::with_capacity(plan.columns().len());
        for (index, column) in plan.columns().iter().enumerate() {
            let value = value(row.get_ref(index).map_err(QueryError::Records)?, column, plan);
            bytes += size_of::<Value>()
                + if let Value::Text(text) = &value {
                    text.len()
                } else {
                    0
                };
            values.push(value);
        }
        if bytes > most {
            return Err(QueryError::TooMuch {
                what: "The number of bytes in a page of the answer",
                most,
            });
        }
        rows.push(values);
    }
    Ok(rows)
}

fn value(stored: ValueRef<'_>, column: &OutputColumn, plan: &Plan) -> Value {
    match stored {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::Integer(integer),
        ValueRef::Real(real) => Value::Number(real),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            Value::Text(match column.kind {
                Some(Kind::Date | Kind::DateTime) => plan.date_format().write(&text),
                _ => text.into_owned(),
            })
        }
    }
}

/// What one of our functions refused is the caller's; everything else is not.
fn value_error(error: Error) -> QueryError {
    match error {
        Error::UserFunctionError(words) => QueryError::Value(words.to_string()),
        Error::SqliteFailure(code, Some(words))
            if code.extended_code == rusqlite::ffi::SQLITE_ERROR && words.ends_with('.') =>
        {
            QueryError::Value(words)
        }
        Error::SqliteFailure(code, _) if code.code == rusqlite::ErrorCode::TooBig => QueryError::TooMuch {
            what: "The number of bytes of a value",
            most: usize::try_from(LONGEST_VALUE).unwrap_or(0),
        },
        other => QueryError::Records(other),
    }
}
