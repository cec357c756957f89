//! The execution log of the integration records, kept in the order it was written.

use std::collections::BTreeSet;
use std::time::Duration;

use countersign_database::{Row, Transaction, Value};
use countersign_model::{
    EntityId, ExecutionId, ExecutionRow, ExecutionSearch, ExecutionStatus, IntegrationId, LoginRole,
    LoginUser, OneLine, RequestUri, RoleId, Surface,
};
use countersign_world::UnixTime;

use crate::column::{count, counted, parsed, small, time};
use crate::timeline::{self, Stamp, Walk};
use crate::{MAX_ROWS, Store, StoreError};

const TABLE: &str = "execution";

const WHAT: &str = "row of the execution log";

const COLUMNS: [&str; 17] = [
    "id",
    "at",
    "integration",
    "surface",
    "user_id",
    "user_name",
    "user_email",
    "role_id",
    "role_name",
    "operation",
    "request_uri",
    "status",
    "http_status",
    "took",
    "request_bytes",
    "response_bytes",
    "behind",
];

/// Rows of the execution log, the last written first, each with its place in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExecutionPage {
    pub rows: Vec<(ExecutionId, ExecutionRow)>,
    /// The search goes on below this row; none where it has come to its end.
    pub rest: Option<ExecutionId>,
}

impl Store {
    /// Writes the rows together: all or none.
    pub async fn append_executions(&self, rows: Vec<ExecutionRow>) -> Result<(), StoreError> {
        let append = async move |transaction: &mut Transaction<'_>| {
            let stamps = timeline::stamps(transaction, TABLE, rows.iter().map(|row| row.at)).await?;
            let stored = stamps.iter().zip(&rows);
            let stored: Vec<_> = stored.map(|(stamp, row)| stored_row(*stamp, row)).collect();
            Ok(transaction.insert_all(TABLE, COLUMNS, &stored).await?)
        };
        self.database.append(append).await
    }

    /// At most `limit` rows below the row `before` that [`ExecutionSearch::admits`] lets through. As with
    /// [`logins`](Self::logins), one call may come back with less and a rest.
    pub async fn executions(
        &self,
        search: ExecutionSearch,
        before: Option<ExecutionId>,
        limit: u32,
    ) -> Result<ExecutionPage, StoreError> {
        let list = async move |snapshot: &mut Transaction<'_>| {
            let before = before.map(ExecutionId::get);
            let walk = Walk::over(TABLE, &COLUMNS, (search.since, search.until))
                .with("integration =", search.integration.map(IntegrationId::get))
                .checking("surface =", search.surface.map(Surface::label))
                .checking("status =", search.status.map(ExecutionStatus::label));
            let admits = |row: &ExecutionRow| search.admits(row);
            let found = walk.rows(snapshot, before, limit, execution, admits).await?;
            let rows = found
                .rows
                .into_iter()
                .map(|(id, row)| (ExecutionId::new(id), row));
            Ok(ExecutionPage {
                rows: rows.collect(),
                rest: found.rest.map(ExecutionId::new),
            })
        };
        self.database.read(list).await
    }

    /// The rows of logins at these moments, [`MAX_ROWS`] at most.
    pub async fn executions_at(&self, moments: BTreeSet<UnixTime>) -> Result<Vec<ExecutionRow>, StoreError> {
        if moments.is_empty() {
            return Ok(Vec::new());
        }
        let list = async move |snapshot: &mut Transaction<'_>| {
            let places: Vec<String> = (1..=moments.len()).map(|place| format!("?{place}")).collect();
            let sql = format!(
                "SELECT {} FROM {TABLE} WHERE at IN ({}) LIMIT {MAX_ROWS}",
                COLUMNS.join(", "),
                places.join(", ")
            );
            let moments: Vec<Value<'_>> = moments.iter().map(|at| at.millis().into()).collect();
            snapshot.rows(&sql, &moments, execution).await
        };
        self.database.read(list).await
    }

    /// As [`purge_logins`](Self::purge_logins), of the execution log.
    pub async fn purge_executions(&self, before: UnixTime, limit: u32) -> Result<u64, StoreError> {
        let purge = async move |transaction: &mut Transaction<'_>| {
            timeline::purge(transaction, TABLE, before, limit).await
        };
        self.database.append(purge).await
    }
}

/// In the order of [`COLUMNS`].
fn stored_row(stamp: Stamp, row: &ExecutionRow) -> [Value<'_>; 17] {
    let took = i64::try_from(row.took.as_micros()).unwrap_or(i64::MAX);
    [
        stamp.id.into(),
        row.at.millis().into(),
        row.integration.get().into(),
        row.surface.label().into(),
        row.user.id.get().into(),
        (&row.user.name).into(),
        (&row.user.email).into(),
        row.role.id.get().into(),
        (&row.role.name).into(),
        row.operation.as_str().into(),
        row.request_uri.as_str().into(),
        row.status.label().into(),
        u32::from(row.http_status).into(),
        took.into(),
        counted(row.request_bytes).into(),
        counted(row.response_bytes).into(),
        stamp.behind.into(),
    ]
}

fn execution(row: &Row<'_>) -> Result<ExecutionRow, StoreError> {
    Ok(ExecutionRow {
        at: time(row, "at")?,
        integration: IntegrationId::new(row.integer("integration")?),
        surface: parsed(row, "surface", WHAT)?,
        user: LoginUser {
            id: EntityId::new(row.integer("user_id")?),
            name: row.text("user_name")?,
            email: row.text("user_email")?,
        },
        role: LoginRole {
            id: RoleId::new(row.integer("role_id")?),
            name: row.text("role_name")?,
        },
        operation: OneLine::of(&row.text("operation")?),
        request_uri: RequestUri::of(&row.text("request_uri")?),
        status: parsed(row, "status", WHAT)?,
        http_status: small(row, "http_status", WHAT)?,
        took: Duration::from_micros(count(row, "took")?),
        request_bytes: count(row, "request_bytes")?,
        response_bytes: count(row, "response_bytes")?,
    })
}
