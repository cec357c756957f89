//! The execution logs of the integration records: what was called and how it ended.

use axum::response::Response;
use countersign_model::{ExecutionId, ExecutionRow, ExecutionSearch, IntegrationId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::Routes;
use crate::body::Query;
use crate::caller::Administrator;
use crate::moment::Moment;
use crate::named::{ExecutionStatusWord, Named, SurfaceWord};
use crate::page::{self, Page};
use crate::problem::{Problem, Problems};
use crate::reply::shown;
use crate::row_id::RowId;

/// One request of a logged-in caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ExecutionJson {
    /// Its place in the log; a later row has a higher one.
    pub id: RowId,
    pub date: Moment,
    /// The internal id of the integration record.
    pub application: i64,
    pub service: SurfaceWord,
    pub user: String,
    pub role: String,
    /// The SOAP operation, or the HTTP method.
    pub operation: String,
    pub request_uri: String,
    pub status: ExecutionStatusWord,
    pub http_status: u16,
    /// In milliseconds.
    pub duration: f64,
    pub request_bytes: u64,
    pub response_bytes: u64,
}

/// Which rows: those that fit every filter.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ExecutionQuery {
    /// The internal id of the integration record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub application: Option<i64>,
    /// The service that was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<SurfaceWord>, inline)]
    pub service: Option<SurfaceWord>,
    /// How the call ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<ExecutionStatusWord>, inline)]
    pub status: Option<ExecutionStatusWord>,
    /// Rows of this moment and later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<Moment>, inline)]
    pub since: Option<Moment>,
    /// Rows before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<Moment>, inline)]
    pub until: Option<Moment>,
    /// Part of the SOAP operation or of the HTTP method.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Part of the path that was asked for, upper and lower case aside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_uri: Option<String>,
    /// The place of the row the page begins below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<RowId>, inline)]
    pub before: Option<RowId>,
    /// How many at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

impl ExecutionJson {
    fn of(id: ExecutionId, row: &ExecutionRow) -> Self {
        Self {
            id: id.into(),
            date: row.at.into(),
            application: row.integration.get(),
            service: Named(row.surface),
            user: row.user.name.clone(),
            role: row.role.name.clone(),
            operation: row.operation.to_string(),
            request_uri: row.request_uri.to_string(),
            status: Named(row.status),
            http_status: row.http_status,
            duration: row.took.as_secs_f64() * 1000.0,
            request_bytes: row.request_bytes,
            response_bytes: row.response_bytes,
        }
    }
}

impl From<ExecutionQuery> for ExecutionSearch {
    fn from(query: ExecutionQuery) -> Self {
        Self {
            integration: query.application.map(IntegrationId::new),
            surface: query.service.map(|service| service.0),
            status: query.status.map(|status| status.0),
            since: query.since.map(|moment| moment.0),
            until: query.until.map(|moment| moment.0),
            operation: query.operation,
            request_uri: query.request_uri,
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(list))
}

/// The execution log, the last row first. Who was refused is not in it but in the Login Audit Trail.
/// As there, a page may have less than `limit` and the log go on at `next`.
#[utoipa::path(get, path = "/accounts/{account}/execution-log", tag = "Audits",
    params(("account" = String, Path), ExecutionQuery),
    responses((status = 200, body = Page<ExecutionJson>), Problems),
    extensions(("x-permission" = json!([["View Web Services Logs", "Full"]]))))]
async fn list(
    administrator: Administrator,
    Query(query): Query<ExecutionQuery>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let (before, limit) = (query.before.map(ExecutionId::from), page::limit(query.limit)?);
    let found = authority
        .execution_log(&caller, query.into(), before, limit)
        .await?;
    Ok(shown(&Page {
        items: found
            .rows
            .iter()
            .map(|(id, row)| ExecutionJson::of(*id, row))
            .collect(),
        next: found.rest.map(RowId::from),
    }))
}
