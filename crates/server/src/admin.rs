//! The admin API, on the Unix socket in the data folder only: who may open that file owns the account.

use countersign_model::{LoginRow, LoginStatus};
use countersign_store::{LoginFilter, Outcome};
use http::{Method, Request, StatusCode};
use serde::{Deserialize, Serialize};

use crate::reply::{JSON, Reply, json};
use crate::server::{AccountServer, plain};

/// A row of the Login Audit Trail, under the names of its columns.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct LoginJson {
    /// RFC 3339, in UTC.
    pub date: String,
    pub status: String,
    pub detail: Option<String>,
    /// What happened and what to do about it.
    pub reason: Option<String>,
    pub mistake: Option<String>,
    pub service: String,
    pub user: Option<String>,
    pub email_address: Option<String>,
    pub role: Option<String>,
    pub token_based_access_token_name: Option<String>,
    pub token_based_application_name: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    pub request_uri: String,
    /// The last four characters.
    pub consumer_key: Option<String>,
    pub token_id: Option<String>,
    /// How many logins the row stands for.
    pub count: u32,
}

impl LoginJson {
    pub fn of(row: &LoginRow) -> Self {
        let (detail, reason, mistake) = match &row.status {
            LoginStatus::Success => (None, None, None),
            LoginStatus::Failure {
                detail,
                reason,
                mistake,
            } => (
                Some(detail.word(row.surface).to_owned()),
                Some(reason.clone()),
                mistake.clone(),
            ),
        };
        Self {
            date: jiff::Timestamp::from_millisecond(row.at.millis())
                .unwrap_or_default()
                .to_string(),
            status: if detail.is_none() { "Success" } else { "Failure" }.to_owned(),
            detail,
            reason,
            mistake,
            service: row.surface.label().to_owned(),
            user: row.user.as_ref().map(|user| user.name.clone()),
            email_address: row.user.as_ref().map(|user| user.email.clone()),
            role: row.role.as_ref().map(|role| role.name.clone()),
            token_based_access_token_name: row.token_name.clone(),
            token_based_application_name: row.application_name.clone(),
            ip_address: row.ip.map(|ip| ip.to_string()),
            user_agent: row.user_agent.as_ref().map(ToString::to_string),
            request_uri: row.request_uri.to_string(),
            consumer_key: row.consumer_key.as_ref().map(ToString::to_string),
            token_id: row.token_id.as_ref().map(ToString::to_string),
            count: row.count.get(),
        }
    }
}

pub(crate) async fn answer<B>(server: &AccountServer, request: &Request<B>) -> Reply {
    match (request.method(), request.uri().path()) {
        (&Method::GET, "/admin/v1/login-audit-trail") => {
            logins(server, request.uri().query().unwrap_or_default()).await
        }
        (&Method::GET, "/admin/v1/account") => account(server),
        _ => plain(StatusCode::NOT_FOUND, "The admin API has no such call.\n"),
    }
}

/// `?status=failure&limit=20`, newest first.
async fn logins(server: &AccountServer, query: &str) -> Reply {
    let mut filter = LoginFilter::default();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        match pair.split_once('=').unwrap_or((pair, "")) {
            ("status", "success") => filter.status = Some(Outcome::Success),
            ("status", "failure") => filter.status = Some(Outcome::Failure),
            ("limit", limit) if limit.parse::<u32>().is_ok() => {
                filter.limit = limit.parse().unwrap_or(filter.limit);
            }
            (name, _) => {
                return plain(
                    StatusCode::BAD_REQUEST,
                    &format!("{name} is not a filter with a value this call takes.\n"),
                );
            }
        }
    }
    match server.authority.logins(filter).await {
        Ok(rows) => {
            let rows: Vec<LoginJson> = rows.iter().map(LoginJson::of).collect();
            json(StatusCode::OK, JSON, &serde_json::json!({ "rows": rows }))
        }
        Err(error) => {
            tracing::error!(%error, "the Login Audit Trail cannot be read");
            plain(
                StatusCode::INTERNAL_SERVER_ERROR,
                "The Login Audit Trail cannot be read; the log says why.\n",
            )
        }
    }
}

fn account(server: &AccountServer) -> Reply {
    let directory = server.authority.directory();
    let (running, limit) = server.authority.concurrency();
    let body = serde_json::json!({
        "accountId": directory.account.id.as_str(),
        "companyName": directory.account.company_name,
        "features": directory.features.iter().map(countersign_model::Feature::label).collect::<Vec<_>>(),
        "integrations": directory.integrations().count(),
        "tokens": directory.tokens().count(),
        "concurrency": { "running": running, "limit": limit },
    });
    json(StatusCode::OK, JSON, &body)
}
