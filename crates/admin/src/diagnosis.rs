//! What a diagnosis found out about a refused login, as the account keeps it and as it is shown.

use axum::response::Response;
use countersign_authority::DiagnosisCount;
use countersign_diagnose::FindingJson;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::Routes;
use crate::caller::Administrator;
use crate::problem::{Problem, Problems};
use crate::reply::shown;

/// The findings of one refused login. No secret is in them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DiagnosisJson {
    /// What is kept of the request, masked; none where it was not the account that looked into it.
    pub request: Option<RequestJson>,
    /// `notReached`, `right`, `explained`, `unexplained`, `tooLarge` or `secretsUnknown`.
    pub signature: String,
    /// Signatures that were computed with known mistakes.
    pub tried: u32,
    /// Ids of the mistakes that were looked for and are none of this request's; empty where one is proved, or where not all
    /// could be looked for.
    pub ruled_out: Vec<String>,
    /// The base string of the request as it arrived, where its credentials could be read.
    pub base_string: Option<String>,
    /// The most specific first.
    pub findings: Vec<FindingJson>,
    /// Findings that were too long to keep.
    pub left_off: u32,
}

/// A refused request. Of a value no more than its last characters is kept, save where it is no secret by its form.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RequestJson {
    pub method: String,
    /// Scheme, host and port, as the caller addressed them.
    pub origin: String,
    /// Of the query no more than the trail keeps.
    pub path: String,
    /// The parameters of the query by name, each value masked; a name too where it may be a value in the wrong place.
    #[serde(default)]
    pub query: Vec<CredentialJson>,
    pub content_type: Option<String>,
    /// `Authorization`, `tokenPassport`, or how many headers there were.
    pub presented_in: String,
    /// Empty where they cannot be read.
    pub credentials: Vec<CredentialJson>,
    pub session_cookie: bool,
}

/// A parameter of the header or the query, or a field of the passport, masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CredentialJson {
    pub name: String,
    pub value: String,
}

/// What became of refused logins since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DiagnosisCountJson {
    /// Looked into.
    pub made: u64,
    /// Waiting for it.
    pub waiting: u64,
    /// Not looked into, as there were too many at once.
    pub skipped: u64,
}

impl From<DiagnosisCount> for DiagnosisCountJson {
    fn from(count: DiagnosisCount) -> Self {
        let DiagnosisCount {
            made,
            waiting,
            skipped,
        } = count;
        Self {
            made,
            waiting,
            skipped,
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(count))
}

/// How many refused logins were diagnosed since the start, and how many were not.
#[utoipa::path(get, path = "/accounts/{account}/diagnoses", tag = "Audits",
    params(("account" = String, Path)),
    responses((status = 200, body = DiagnosisCountJson), Problems),
    extensions(("x-permission" = json!([["View Login Audit Trail", "Full"]]))))]
async fn count(administrator: Administrator) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let count = authority.diagnosis_count(&caller)?;
    Ok(shown(&DiagnosisCountJson::from(count)))
}
