//! What a diagnosis found out about a refused login, as the account keeps it and as it is shown.

use axum::response::Response;
use countersign_authority::DiagnosisCount;
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
    /// `notReached`, `right`, `explained`, `unexplained`, `tooLarge` or `secretsUnknown`.
    pub signature: String,
    /// Signatures that were computed with known mistakes.
    pub tried: u32,
    /// The base string of the request as it arrived, where its credentials could be read.
    pub base_string: Option<String>,
    /// The most specific first.
    pub findings: Vec<FindingJson>,
    /// Findings that were too long to keep.
    pub left_off: u32,
}

/// A mistake, named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct FindingJson {
    /// Its stable id.
    pub mistake: String,
    /// `proved`, `likely` or `possible`.
    pub sure: String,
    /// What happened, in one sentence.
    pub cause: String,
    /// NetSuite's word in the Detail column; ours in parentheses.
    pub detail: String,
    /// Mistakes made together with it.
    pub together_with: Vec<String>,
    pub proof: ProofJson,
    pub fix: FixJson,
}

/// What shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ProofJson {
    /// The signature that was sent is that of `signed`; the request as it arrived gives `expected`. They differ from byte
    /// `start` on.
    BaseStrings {
        signed: String,
        expected: String,
        start: usize,
        signed_end: usize,
        expected_end: usize,
    },
    /// The signature that was sent comes out with a key or hash made of this.
    MadeOf { of: String },
    /// A place in the header, in characters; its values are replaced by dots.
    Header { text: String, caret: usize },
    /// A value that was sent, and what is wrong about it.
    Value {
        name: String,
        value: String,
        problem: String,
    },
    /// How the signature was written.
    Signature { sent: Option<String>, problem: String },
    /// The account's own records.
    Records,
    /// Nothing but that so many signatures with known mistakes were computed, and none is the one that was sent.
    RuledOut { tried: u32 },
}

/// What to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FixJson {
    pub sentence: String,
    /// Where to click in NetSuite.
    pub path: Option<String>,
    /// What to write instead, by language.
    pub code: Vec<CodeHintJson>,
}

/// A line of code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeHintJson {
    pub language: String,
    pub code: String,
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
