//! Tables that grow in the order of time and are read backwards: the Login Audit Trail and the execution log.
//!
//! Invariant: an id is never below the time of its row times 2^20, and above every id before it. So the primary key is in
//! the order of time. A clock that was moved back leaves rows behind: their ids are those of the time it had reached.
//! They are marked, and found by an index of their own.

use std::time::Duration;

use countersign_database::{Row, Transaction, Value};
use countersign_world::UnixTime;

use crate::{MAX_ROWS, StoreError};

/// The clocks of nodes, and the rows of one batch, may be so far apart before a row counts as behind.
const SLACK: Duration = Duration::from_secs(60 * 60);

/// Rows that one call of a search looks at, in steps: the first is enough where most rows fit, and together they bound
/// how long a search for something rare keeps a connection.
const STEPS: [u32; 2] = [1_000, 10_000];

/// The fewest rows that are asked for at once.
const BATCH: u32 = 100;

/// Where a new row stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stamp {
    pub(crate) id: i64,
    pub(crate) behind: Option<bool>,
}

/// Rows of a search, the last written first.
#[derive(Debug)]
pub(crate) struct Found<T> {
    pub(crate) rows: Vec<(i64, T)>,
    /// The rest of the search lies below this id; none where there is no rest.
    pub(crate) rest: Option<i64>,
}

/// What to walk over, and what is asked of it that the database can tell.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    table: &'static str,
    columns: String,
    since: Option<UnixTime>,
    until: Option<UnixTime>,
    /// Those that have an index whose next column is the id.
    among: Vec<Condition<'a>>,
    /// Those that are looked for on the way.
    checks: Vec<Condition<'a>>,
}

/// The beginning of a comparison, and what to compare with; or the whole of it.
#[derive(Clone, Copy, Debug)]
struct Condition<'a> {
    text: &'static str,
    value: Option<Value<'a>>,
}

/// Ids to walk over, from below `top` to `low`.
#[derive(Clone, Copy, Debug)]
struct Segment {
    is_behind: bool,
    low: i64,
    top: i64,
}

/// A statement as it is put together.
struct Statement<'a> {
    sql: String,
    values: Vec<Value<'a>>,
}

/// Above every id before, also of other nodes: a timeline has one writer at a time.
pub(crate) async fn stamps(
    transaction: &mut Transaction<'_>,
    table: &str,
    moments: impl Iterator<Item = UnixTime>,
) -> Result<Vec<Stamp>, StoreError> {
    let sql = format!("SELECT max(id) AS id FROM {table}");
    let last = transaction
        .row(&sql, &[], |row| row.optional_integer("id"))
        .await?;
    let mut next = last.flatten().map_or(i64::MIN, |last| last.saturating_add(1));
    let stamps = moments.map(|at| {
        let id = next.max(first_id(at));
        next = id.saturating_add(1);
        let behind = (id >= first_id(at.plus(SLACK))).then_some(true);
        Stamp { id, behind }
    });
    Ok(stamps.collect())
}

/// Deletes at most `limit` of the rows before this moment, the oldest first; gives how many. Those written in the hour
/// after it by a clock that went back may stay until that hour has passed as well.
pub(crate) async fn purge(
    transaction: &mut Transaction<'_>,
    table: &str,
    before: UnixTime,
    limit: u32,
) -> Result<u64, StoreError> {
    let limit = u64::from(limit.min(MAX_ROWS));
    let mut purged = 0;
    for place in ["id < ?1", "behind = 1 AND id >= ?1"] {
        let sql = format!(
            "DELETE FROM {table} WHERE id IN
                 (SELECT id FROM {table} WHERE {place} AND at < ?2 ORDER BY id LIMIT ?3)"
        );
        let left = (limit - purged).cast_signed();
        let values = [first_id(before).into(), before.millis().into(), left.into()];
        purged += transaction.execute(&sql, &values).await?;
    }
    Ok(purged)
}

/// The lowest id a row of this moment can have. It grows with the moment, and stops 139 years from 1970 on either side:
/// a clock that was moved absurdly far leaves ids for the rows after it.
fn first_id(at: UnixTime) -> i64 {
    const BOUND: i64 = 1 << 42;
    at.millis().clamp(-BOUND, BOUND) << 20
}

impl<'a> Walk<'a> {
    /// Over the rows of `since` and later, before `until`.
    pub(crate) fn over(
        table: &'static str,
        columns: &[&str],
        (since, until): (Option<UnixTime>, Option<UnixTime>),
    ) -> Self {
        let walk = Self {
            table,
            columns: columns.join(", "),
            since,
            until,
            among: Vec::new(),
            checks: Vec::new(),
        };
        walk.checking("at >=", since.map(UnixTime::millis))
            .checking("at <", until.map(UnixTime::millis))
    }

    /// Rows of this condition, which an index has too.
    pub(crate) fn among(mut self, text: &'static str) -> Self {
        self.among.push(Condition { text, value: None });
        self
    }

    /// Rows of which this comparison is true, if there is a value to compare with; an index begins with the column.
    pub(crate) fn with(mut self, text: &'static str, value: Option<impl Into<Value<'a>>>) -> Self {
        let value = value.map(Into::into);
        self.among.extend(value.map(|value| Condition {
            text,
            value: Some(value),
        }));
        self
    }

    /// Rows of this condition, looked for on the way.
    pub(crate) fn checking_that(mut self, text: &'static str) -> Self {
        self.checks.push(Condition { text, value: None });
        self
    }

    /// Rows of which this comparison is true, if there is a value to compare with; looked for on the way.
    pub(crate) fn checking(mut self, text: &'static str, value: Option<impl Into<Value<'a>>>) -> Self {
        let value = value.map(Into::into);
        self.checks.extend(value.map(|value| Condition {
            text,
            value: Some(value),
        }));
        self
    }

    /// At most `limit` rows below the id `before` that `admits` lets through. Fewer do not mean the end: one call looks
    /// at so many rows and no more.
    pub(crate) async fn rows<T>(
        &self,
        snapshot: &mut Transaction<'_>,
        before: Option<i64>,
        limit: u32,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
        admits: impl Fn(&T) -> bool,
    ) -> Result<Found<T>, StoreError> {
        let batch_size = limit.clamp(BATCH, MAX_ROWS);
        let limit = limit.min(MAX_ROWS) as usize;
        let mut rows = Vec::new();
        if limit == 0 {
            let rest = before.or(Some(i64::MAX));
            return Ok(Found { rows, rest });
        }
        let mut steps = STEPS.iter();
        for mut segment in self.segments(before) {
            while segment.low < segment.top {
                let Some(step) = steps.next() else {
                    let rest = Some(segment.top);
                    return Ok(Found { rows, rest });
                };
                let bottom = self.bottom(snapshot, segment, *step).await?;
                while bottom < segment.top {
                    let part = Segment {
                        low: bottom,
                        ..segment
                    };
                    let batch = self.batch(snapshot, part, batch_size, &read).await?;
                    segment.top = match batch.last() {
                        Some((last, _)) if batch.len() == batch_size as usize => *last,
                        _ => bottom,
                    };
                    for (id, row) in batch {
                        if rows.len() == limit {
                            let rest = rows.last().map(|(id, _)| *id);
                            return Ok(Found { rows, rest });
                        }
                        if admits(&row) {
                            rows.push((id, row));
                        }
                    }
                }
            }
        }
        Ok(Found { rows, rest: None })
    }

    /// The newest ids first. Before a moment lie the ids that are lower than its own, and of the higher ones those that
    /// are behind.
    fn segments(&self, before: Option<i64>) -> Vec<Segment> {
        let low = self.since.map_or(i64::MIN, first_id);
        let top = before.unwrap_or(i64::MAX);
        let segment = |is_behind, low, top| Segment { is_behind, low, top };
        let Some(until) = self.until else {
            return vec![segment(false, low, top)];
        };
        let edge = first_id(until.plus(SLACK));
        vec![
            segment(true, low.max(edge), top),
            segment(false, low, top.min(edge)),
        ]
    }

    /// Where the part of a segment ends that has so many rows.
    async fn bottom(
        &self,
        snapshot: &mut Transaction<'_>,
        segment: Segment,
        rows: u32,
    ) -> Result<i64, StoreError> {
        let mut statement = Statement::over("id", self.table, segment);
        self.among.iter().for_each(|condition| statement.and(*condition));
        statement.end("ORDER BY id DESC LIMIT 1 OFFSET", rows - 1);
        let id = |row: &Row<'_>| row.integer("id");
        let id = snapshot.row(&statement.sql, &statement.values, id).await?;
        Ok(id.unwrap_or(segment.low))
    }

    async fn batch<T>(
        &self,
        snapshot: &mut Transaction<'_>,
        segment: Segment,
        size: u32,
        read: impl Fn(&Row<'_>) -> Result<T, StoreError>,
    ) -> Result<Vec<(i64, T)>, StoreError> {
        let mut statement = Statement::over(&self.columns, self.table, segment);
        let conditions = self.among.iter().chain(&self.checks);
        conditions.for_each(|condition| statement.and(*condition));
        statement.end("ORDER BY id DESC LIMIT", size);
        let row = |row: &Row<'_>| Ok((row.integer("id")?, read(row)?));
        snapshot.rows(&statement.sql, &statement.values, row).await
    }
}

impl<'a> Statement<'a> {
    fn over(columns: &str, table: &str, segment: Segment) -> Self {
        let behind = if segment.is_behind { " AND behind = 1" } else { "" };
        Self {
            sql: format!("SELECT {columns} FROM {table} WHERE id >= ?1 AND id < ?2{behind}"),
            values: vec![segment.low.into(), segment.top.into()],
        }
    }

    fn and(&mut self, condition: Condition<'a>) {
        self.sql.push_str(" AND ");
        self.sql.push_str(condition.text);
        if let Some(value) = condition.value {
            self.value(value);
        }
    }

    fn end(&mut self, text: &str, value: u32) {
        self.sql.push(' ');
        self.sql.push_str(text);
        self.value(value.into());
    }

    fn value(&mut self, value: Value<'a>) {
        self.values.push(value);
        self.sql.push_str(&format!(" ?{}", self.values.len()));
    }
}

#[cfg(test)]
mod tests;
