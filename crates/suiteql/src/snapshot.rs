//! A statement that is being answered: one snapshot of the records, and what is left of its limits.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use countersign_world::Clock;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error, Statement};

use crate::error::QueryError;
use crate::functions;
use crate::plan::{OutputColumn, Plan};
use crate::reader::{LONGEST_VALUE, Limits, Page};
use crate::schema::Kind;
use crate::value::Value;

/// How often SQLite asks whether it may go on, in instructions of its machine.
const STEPS_BETWEEN_LOOKS: i32 = 2_000;
/// How long rows are read ahead of the page that is asked for.
const AHEAD_FOR: Duration = Duration::from_millis(100);
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
/// None: what SQLite reads is not looked at.
const UNWATCHED: Option<fn(AuthContext<'_>) -> Authorization> = None;
const UNLIMITED: Option<fn() -> bool> = None;

/// The records as they are at one moment, until it is dropped. What is asked of it takes of the same limits.
pub struct Snapshot<'r> {
    connection: &'r mut Connection,
    clock: Arc<dyn Clock>,
    limits: Limits,
    is_late: Arc<AtomicBool>,
}

/// Rows that follow each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Portion {
    /// Of the page that was asked for, and maybe of those behind it.
    pub rows: Vec<Vec<Value>>,
    /// The number of rows in all, where these end with the last.
    pub total: Option<usize>,
}

impl<'r> Snapshot<'r> {
    pub(crate) fn begin(
        connection: &'r mut Connection,
        clock: &Arc<dyn Clock>,
        limits: &Limits,
        is_wanted: impl Fn() -> bool + Send + 'static,
    ) -> Result<Self, QueryError> {
        let is_late = Arc::new(AtomicBool::new(false));
        let (ticking, end, seen) = (
            Arc::clone(clock),
            clock.elapsed() + limits.time,
            Arc::clone(&is_late),
        );
        let look = move || {
            let is_late = ticking.elapsed() > end;
            if is_late {
                seen.store(true, Ordering::Relaxed);
            }
            is_late || !is_wanted()
        };
        connection
            .progress_handler(STEPS_BETWEEN_LOOKS, Some(look))
            .map_err(QueryError::Records)?;
        let snapshot = Self {
            connection,
            clock: Arc::clone(clock),
            limits: *limits,
            is_late,
        };
        snapshot
            .connection
            .execute_batch("BEGIN")
            .map_err(QueryError::Records)?;
        Ok(snapshot)
    }

    /// What `look` finds in the records, before a statement is let near them.
    ///
    /// # Errors
    ///
    /// Those of `look`, and limits.
    pub fn look<T>(&self, look: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, QueryError> {
        look(self.connection).map_err(|error| self.failure(QueryError::Records(error)))
    }

    /// The rows of a page, and up to `ahead` that come after them, of which only as many as are had soon.
    ///
    /// # Errors
    ///
    /// A value the statement cannot work with, a limit, or records that cannot be read.
    pub fn rows(&mut self, plan: &Plan, page: Page, ahead: usize) -> Result<Portion, QueryError> {
        self.watch(plan)?;
        self.portion(plan, page, ahead)
            .map_err(|failure| self.failure(failure))
    }

    /// How many rows there are, counted no further than can be reached by paging.
    ///
    /// # Errors
    ///
    /// As [`Self::rows`].
    pub fn count(&mut self, plan: &Plan) -> Result<usize, QueryError> {
        self.watch(plan)?;
        self.counted(plan).map_err(|failure| self.failure(failure))
    }

    /// From here on SQLite reads what the plan may read.
    fn watch(&mut self, plan: &Plan) -> Result<(), QueryError> {
        let readable = Arc::clone(plan.readable());
        let watch = move |context: AuthContext<'_>| authorize(&readable, &context);
        self.connection
            .authorizer(Some(watch))
            .map_err(QueryError::Records)
    }

    fn portion(&self, plan: &Plan, page: Page, ahead: usize) -> Result<Portion, QueryError> {
        let reachable = self.limits.rows.saturating_sub(page.offset);
        let most = page.limit.saturating_add(ahead).min(reachable);
        let mut statement = self.prepared(&plan.page_sql())?;
        bind(&mut statement, plan, &[most, page.offset]).map_err(QueryError::Records)?;
        let mut found = statement.raw_query();
        let date = plan.date_format().writer();
        let mut rows = Vec::new();
        let (mut bytes, mut soon) = (0, None);
        let has_ended = loop {
            let Some(row) = found.next().map_err(QueryError::Records)? else {
                break rows.len() < most;
            };
            let mut values = Vec::with_capacity(plan.columns().len());
            for (index, column) in plan.columns().iter().enumerate() {
                let value = value(row.get_ref(index).map_err(QueryError::Records)?, column, &date);
                bytes += value.size();
                values.push(value);
            }
            if rows.len() >= page.limit {
                let now = self.clock.elapsed();
                if bytes > self.limits.bytes || now > *soon.get_or_insert(now + AHEAD_FOR) {
                    break false;
                }
            } else if bytes > self.limits.bytes {
                return Err(QueryError::TooMuch {
                    what: "The number of bytes in a page of the answer",
                    most: self.limits.bytes,
                });
            }
            rows.push(values);
        };
        let is_last = has_ended && (!rows.is_empty() || page.offset == 0);
        let total = is_last.then_some(page.offset + rows.len());
        Ok(Portion { rows, total })
    }

    fn counted(&self, plan: &Plan) -> Result<usize, QueryError> {
        let mut statement = self.prepared(&plan.count_sql())?;
        let mut count = || {
            bind(&mut statement, plan, &[self.limits.rows])?;
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

    fn failure(&self, failure: QueryError) -> QueryError {
        match failure {
            QueryError::Records(_) if self.is_late.load(Ordering::Relaxed) => {
                QueryError::TimeLimit(self.limits.time)
            }
            QueryError::Records(error) => value_error(error),
            other => other,
        }
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        // What fails here fails again, and is told, where the connection is next asked.
        let _ = self.connection.progress_handler(0, UNLIMITED);
        let _ = self.connection.authorizer(UNWATCHED);
        let _ = self.connection.execute_batch("ROLLBACK");
    }
}

/// A table or column that is missing is a fault of the records, and not of the statement.
fn is_complexity(error: rusqlite::ffi::Error, words: &str) -> bool {
    error.extended_code == rusqlite::ffi::SQLITE_ERROR && !words.starts_with("no such")
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

fn value(stored: ValueRef<'_>, column: &OutputColumn, date: impl Fn(&str) -> String) -> Value {
    match stored {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::Integer(integer),
        ValueRef::Real(real) => Value::Number(real),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => {
            let text = String::from_utf8_lossy(bytes);
            Value::Text(match column.kind {
                Some(Kind::Date | Kind::DateTime) => date(&text),
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
