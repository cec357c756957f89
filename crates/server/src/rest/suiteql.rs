//! SuiteQL: one statement a request, within what the caller's role sees, a page of its rows at a time.

use std::sync::Arc;

use countersign_model::{Feature, Level, Permission};
use countersign_records::{AskError, Question};
use countersign_suiteql::{DateFormat, Limits, Page, QueryError, RestItems, Settings};
use http::header::ALLOW;
use http::request::Parts;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;

use super::error::{self, Detail};
use super::paging::Paging;
use super::parameters::parameters;
use super::prefer::{prefers, refuse_asynchronous};
use super::record::{COLLECTION, may};
use super::types::is_netsuites;
use crate::account::AccountServer;
use crate::addressed::Addressed;
use crate::asking::Asking;
use crate::reply::{self, Reply, with};
use crate::server::Pending;

/// The body of a request.
#[derive(Deserialize)]
struct Asked {
    q: String,
    /// For the placeholders of the statement.
    params: Option<Vec<Value>>,
}

/// Answers `query/v1/suiteql`. An error is an answer too.
pub(super) async fn answer(
    server: &AccountServer,
    asking: Asking<'_>,
    parts: &Parts,
    body: Pending,
    addressed: &Addressed,
) -> Result<Reply, Reply> {
    if parts.method != Method::POST {
        let detail = format!("The method {} is not supported for this resource.", parts.method);
        let error = error::one(StatusCode::METHOD_NOT_ALLOWED, "INVALID_METHOD", detail);
        return Err(with(error, ALLOW, "POST"));
    }
    may_query(asking).map_err(|detail| error::denied(&detail))?;
    refuse_asynchronous(parts)?;
    if !prefers(parts, "transient") {
        let detail = "A SuiteQL request needs the header Prefer: transient.";
        let detail = Detail::new("INVALID_HEADER", detail).at("o:errorHeader", "Prefer");
        return Err(error::error(StatusCode::BAD_REQUEST, &[detail]));
    }
    let mut paging = Paging::of(&parameters(parts, addressed)?)?;
    // The statement is in the body, and so in no link.
    paging.q = None;
    let bytes = body.read().await.map_err(|error| error::body(&error))?;
    let asked: Asked = serde_json::from_slice(&bytes).map_err(|error| {
        let detail = format!("The request body is not {{\"q\": \"SELECT …\"}}: {error}.");
        error::one(StatusCode::BAD_REQUEST, "INVALID_CONTENT", detail)
    })?;
    let access = server
        .records
        .sight(|of| may(asking, of, Level::View).is_ok())
        .map_err(refused)?;
    let question = Question {
        statement: asked.q,
        parameters: asked.params.unwrap_or_default(),
        access,
        settings: Settings {
            now: server.authority.now(),
            date_format: DateFormat::default(),
        },
        page: Page {
            limit: usize::try_from(paging.limit).unwrap_or(usize::MAX),
            offset: usize::try_from(paging.offset).unwrap_or(usize::MAX),
        },
        limits: Limits::default(),
        clock: Arc::clone(server.authority.clock()),
    };
    let here = format!("{}/services/rest/query/v1/suiteql", addressed.base_url());
    let page = server
        .records
        .ask(question, move |rows| {
            let page = paging.collection(&here, RestItems(&rows), rows.rows.len(), rows.total as u64);
            reply::json(StatusCode::OK, COLLECTION, &page)
        })
        .await;
    page.map_err(refused)
}

/// What SuiteQL needs beside its service: the feature, and the permission NetSuite lists at this level.
fn may_query(asking: Asking<'_>) -> Result<(), String> {
    asking
        .require_feature(Feature::SuiteAnalyticsWorkbook)
        .and_then(|()| asking.require(Permission::SuiteAnalyticsWorkbook, Level::Edit))
        .map_err(|denied| denied.to_string())
}

fn refused(error: AskError) -> Reply {
    let error = match error {
        AskError::Query(error) => error,
        AskError::InMemory => return error::not_emulated("SuiteQL of an account in memory"),
        other => return failed(&other),
    };
    match &error {
        QueryError::NotEmulated { what, .. } => {
            let what: String = what.chars().take(100).collect();
            return error::not_emulated(&format!("SuiteQL: {what}"));
        }
        QueryError::UnknownTable { name, .. } if is_netsuites(name) => {
            return error::not_emulated(&format!("SuiteQL: the record type {}", name.to_lowercase()));
        }
        _ => {}
    }
    let Some(code) = error.code() else {
        return failed(&AskError::Query(error));
    };
    let status = match error {
        QueryError::TimeLimit(_) => StatusCode::REQUEST_TIMEOUT,
        _ => StatusCode::BAD_REQUEST,
    };
    // NetSuite's words come first, and then what to do about it.
    let (theirs, ours) = (error.detail(), error.to_string());
    let text = match theirs == ours {
        true => ours,
        false => format!("{theirs} {ours}"),
    };
    error::error(status, &[Detail::new(code, text).at("o:errorQueryParam", "q")])
}

fn failed(error: &AskError) -> Reply {
    tracing::error!(%error, "suiteql");
    let detail = "The statement could not be run; the log says why.";
    error::one(StatusCode::INTERNAL_SERVER_ERROR, "UNEXPECTED_ERROR", detail)
}
