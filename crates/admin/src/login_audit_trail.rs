//! The Login Audit Trail: Setup > Users/Roles > User Management > View Login Audit Trail.

use axum::response::Response;
use countersign_model::{
    Detail, EntityId, IpRules, LoginColumn, LoginId, LoginRow, LoginSearch, LoginStatus, RoleId,
};
use http::{StatusCode, Uri};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::body::{Path, Query};
use crate::caller::Administrator;
use crate::csv;
use crate::diagnosis::DiagnosisJson;
use crate::moment::Moment;
use crate::named::{Named, SecurityChallengeWord, SurfaceWord};
use crate::page::{self, Page};
use crate::problem::{Problem, Problems};
use crate::reply::{shown, with_type};
use crate::row_id::RowId;
use crate::{Routes, RowPath};

/// A row, under the names of its columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LoginJson {
    /// Its place in the trail; a later row has a higher one.
    pub id: RowId,
    pub date: Moment,
    /// `Success` or `Failure`.
    pub status: String,
    /// NetSuite's word, in the spelling of the service; ours in parentheses.
    pub detail: Option<String>,
    /// What happened and what to do about it.
    pub reason: Option<String>,
    /// The stable id of the mistake behind it.
    pub mistake: Option<String>,
    pub service: SurfaceWord,
    pub user: Option<String>,
    pub email_address: Option<String>,
    pub role: Option<String>,
    pub token_based_access_token_name: Option<String>,
    pub token_based_application_name: Option<String>,
    pub ip_address: Option<String>,
    pub user_agent: Option<String>,
    #[serde(rename = "requestUri")]
    pub request_uri: String,
    pub security_challenge: SecurityChallengeWord,
    /// The last characters.
    pub consumer_key: Option<String>,
    pub token_id: Option<String>,
    /// How many logins the row stands for.
    pub count: u32,
}

/// A row, and its diagnosis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiagnosedLoginJson {
    #[serde(flatten)]
    pub login: LoginJson,
    /// None of a success, of a refusal that says all there is to say, and where too many were refused at once. Where the
    /// row stands for several logins, it is that of one of them.
    pub diagnosis: Option<DiagnosisJson>,
}

/// Which rows: those that fit every filter. A text fits where the column holds it, upper and lower case aside.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct LoginQuery {
    /// `Success` or `Failure`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<OutcomeWord>, inline)]
    pub status: Option<OutcomeWord>,
    /// The internal id of the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<i64>,
    /// The internal id of the role.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<i64>,
    /// Rows of this moment and later.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<Moment>, inline)]
    pub since: Option<Moment>,
    /// Rows before this moment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<Moment>, inline)]
    pub until: Option<Moment>,
    /// The whole email address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email_address: Option<String>,
    /// Addresses, ranges and networks, with commas between them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ip_address: Option<String>,
    /// Part of what the caller says it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Part of the path that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_uri: Option<String>,
    /// How the second factor went.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<SecurityChallengeWord>, inline)]
    pub security_challenge: Option<SecurityChallengeWord>,
    /// Part of the name of the integration record.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_based_application_name: Option<String>,
    /// Part of the name of the token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_based_access_token_name: Option<String>,
    /// A word of the Detail column, in any service's spelling.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The service that was called.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<SurfaceWord>, inline)]
    pub service: Option<SurfaceWord>,
    /// The stable id of the mistake.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mistake: Option<String>,
    /// The place of the row the page begins below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<RowId>, inline)]
    pub before: Option<RowId>,
    /// How many at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

/// The Status column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    Success,
    Failure,
}

pub type OutcomeWord = Named<Outcome>;

impl countersign_model::Word for Outcome {
    const NOUN: &'static str = "login status";
    const WORDS: &'static [Self] = &[Self::Success, Self::Failure];

    fn word(self) -> &'static str {
        match self {
            Self::Success => "Success",
            Self::Failure => "Failure",
        }
    }
}

impl LoginJson {
    pub fn of(id: LoginId, row: &LoginRow) -> Self {
        let (reason, mistake) = match &row.status {
            LoginStatus::Success => (None, None),
            LoginStatus::Failure { reason, mistake, .. } => (Some(reason.clone()), mistake.clone()),
        };
        Self {
            id: id.into(),
            date: row.at.into(),
            status: row.status.label().to_owned(),
            detail: row.detail().map(|_| row.detail_column()),
            reason,
            mistake,
            service: Named(row.surface),
            user: row.user.as_ref().map(|user| user.name.clone()),
            email_address: row.user.as_ref().map(|user| user.email.clone()),
            role: row.role.as_ref().map(|role| role.name.clone()),
            token_based_access_token_name: row.token_name.clone(),
            token_based_application_name: row.application_name.clone(),
            ip_address: row.ip.map(|ip| ip.to_string()),
            user_agent: row.user_agent.as_ref().map(ToString::to_string),
            request_uri: row.request_uri.to_string(),
            security_challenge: Named(row.security_challenge),
            consumer_key: row.consumer_key.as_ref().map(ToString::to_string),
            token_id: row.token_id.as_ref().map(ToString::to_string),
            count: row.count.get(),
        }
    }
}

impl LoginQuery {
    fn search(self) -> Result<LoginSearch, Problem> {
        let ip: Option<IpRules> = match self.ip_address.as_deref() {
            None | Some("") => None,
            Some(text) => {
                let rules = text.parse();
                Some(rules.map_err(|error| Problem::malformed(format!("ipAddress {error}")))?)
            }
        };
        let detail = self.detail.as_deref().map(Detail::parse).transpose();
        Ok(LoginSearch {
            success: self.status.map(|status| status.0 == Outcome::Success),
            user: self.user.map(EntityId::new),
            role: self.role.map(RoleId::new),
            since: self.since.map(|moment| moment.0),
            until: self.until.map(|moment| moment.0),
            email: self.email_address,
            ip,
            user_agent: self.user_agent,
            request_uri: self.request_uri,
            security_challenge: self.security_challenge.map(|challenge| challenge.0),
            application_name: self.token_based_application_name,
            token_name: self.token_based_access_token_name,
            detail: detail.map_err(|error| Problem::malformed(format!("detail: {error}.")))?,
            surface: self.service.map(|service| service.0),
            mistake: self.mistake,
        })
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list))
        .routes(routes!(export))
        .routes(routes!(get))
}

/// A row of the Login Audit Trail, with what a diagnosis found out about it.
#[utoipa::path(get, path = "/accounts/{account}/login-audit-trail/{id}", tag = "Audits",
    params(("account" = String, Path), RowPath),
    responses((status = 200, body = DiagnosedLoginJson), Problems),
    extensions(("x-permission" = json!([["View Login Audit Trail", "Full"]]))))]
async fn get(
    administrator: Administrator,
    Path(RowPath { id, .. }): Path<RowPath>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let id = id.into();
    let found = authority.login(&caller, id).await?;
    let (row, document) =
        found.ok_or_else(|| Problem::not_found("There is no such row in the Login Audit Trail."))?;
    let diagnosis = document.map(|document| serde_json::from_str(&document));
    Ok(shown(&DiagnosedLoginJson {
        login: LoginJson::of(id, &row),
        diagnosis: diagnosis.transpose().map_err(|error| Problem::internal(&error))?,
    }))
}

/// The Login Audit Trail, the last row first. A search for few rows among many may give a page with less than `limit`, or
/// an empty one, and go on at `next`.
#[utoipa::path(get, path = "/accounts/{account}/login-audit-trail", tag = "Audits",
    params(("account" = String, Path), LoginQuery),
    responses((status = 200, body = Page<LoginJson>), Problems),
    extensions(("x-permission" = json!([["View Login Audit Trail", "Full"]]))))]
async fn list(administrator: Administrator, Query(query): Query<LoginQuery>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let (before, limit) = (query.before.map(LoginId::from), page::limit(query.limit)?);
    let found = authority
        .login_audit_trail(&caller, query.search()?, before, limit)
        .await?;
    Ok(shown(&Page {
        items: found
            .rows
            .iter()
            .map(|(id, row)| LoginJson::of(*id, row))
            .collect(),
        next: found.rest.map(RowId::from),
    }))
}

/// A page of the trail as CSV (RFC 4180), every column of it. The header `Link` names the next page.
#[utoipa::path(get, path = "/accounts/{account}/login-audit-trail.csv", tag = "Audits",
    params(("account" = String, Path), LoginQuery),
    responses((status = 200, body = String, content_type = "text/csv"), Problems),
    extensions(("x-permission" = json!([["View Login Audit Trail", "Full"]]))))]
async fn export(
    administrator: Administrator,
    uri: Uri,
    Query(query): Query<LoginQuery>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let (before, limit) = (query.before.map(LoginId::from), page::limit(query.limit)?);
    let found = authority
        .login_audit_trail(&caller, query.search()?, before, limit)
        .await?;
    let mut text = csv::line(LoginColumn::ALL.iter().map(|column| column.label().to_owned()));
    for (_, row) in &found.rows {
        text.push_str(&csv::line(LoginColumn::ALL.iter().map(|column| column.text(row))));
    }
    let response = with_type(
        StatusCode::OK,
        "text/csv; charset=utf-8; header=present",
        text.into_bytes(),
    );
    Ok(page::linked(response, &uri, found.rest.map(RowId::from)))
}
