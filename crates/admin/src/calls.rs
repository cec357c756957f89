//! The calls of an account as they happen, as server-sent events.

use std::convert::Infallible;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use countersign_authority::{AnsweredCall, Followed, Follower, Happened, NamedCall};
use futures_util::stream;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::Routes;
use crate::caller::Administrator;
use crate::moment::Moment;
use crate::named::{Named, SurfaceWord};
use crate::problem::{Problem, Problems};
use crate::reply::kept_nowhere;
use crate::row_id::RowId;

/// A call that was answered: the event `call`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CallJson {
    pub date: Moment,
    pub service: SurfaceWord,
    pub method: String,
    pub path: String,
    /// None where a fault rule closed the connection without an answer.
    pub status: Option<u16>,
    pub microseconds: u64,
    /// Whether the login was refused, or turned away for concurrency or by a fault rule.
    pub refused: bool,
    /// The place of its row in the Login Audit Trail; of a refusal only.
    pub row: Option<RowId>,
    pub detail: Option<String>,
    /// As far as it is known at the answer. What is found out later is the event `named`.
    pub mistake: Option<String>,
    pub reason: Option<String>,
    /// Refusals since the start that were not diagnosed, as there were too many at once; with a refusal only.
    pub skipped: Option<u64>,
}

/// What a diagnosis found out about a call told before: the event `named`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedCallJson {
    pub row: RowId,
    pub mistake: String,
    /// `proved`, `likely` or `possible`.
    pub sure: String,
    pub cause: String,
}

/// Calls came faster than they were read: the event `missed`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MissedJson {
    pub events: u64,
}

impl From<&AnsweredCall> for CallJson {
    fn from(call: &AnsweredCall) -> Self {
        let refused = call.refused.as_ref();
        let detail = refused.and_then(|refused| refused.detail);
        Self {
            date: call.at.into(),
            service: Named(call.surface),
            method: call.method.clone(),
            path: call.path.to_string(),
            status: call.status,
            microseconds: call.micros,
            refused: refused.is_some(),
            row: refused.and_then(|refused| refused.row).map(RowId::from),
            detail: detail.map(|detail| detail.word(call.surface).to_owned()),
            mistake: refused.and_then(|refused| refused.mistake.clone()),
            reason: refused.map(|refused| refused.reason.clone()),
            skipped: refused.map(|refused| refused.skipped),
        }
    }
}

impl From<&NamedCall> for NamedCallJson {
    fn from(named: &NamedCall) -> Self {
        Self {
            row: named.row.into(),
            mistake: named.mistake.to_owned(),
            sure: named.certainty.to_string(),
            cause: named.cause.clone(),
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new().routes(routes!(follow))
}

/// The calls from now on, one event each: `call`, and where a diagnosis finds out more about a refused one, `named`. Who
/// reads too slowly is told with `missed` how many events are lost. It ends with the account, and with the session, key or
/// permission of whoever reads it.
#[utoipa::path(get, path = "/accounts/{account}/calls", tag = "Audits",
    params(("account" = String, Path)),
    responses((status = 200, body = CallJson, content_type = "text/event-stream"),
        (status = 429, description = "Too many follow already.", body = Problem, content_type = "application/problem+json"),
        Problems),
    extensions(("x-permission" = json!([["View Login Audit Trail", "Full"]]))))]
async fn follow(administrator: Administrator) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let follower = authority.follow_calls(caller)?;
    let events = stream::unfold(follower, async |mut follower: Follower| {
        let followed = follower.next().await?;
        Some((Ok::<_, Infallible>(event(&followed)), follower))
    });
    let events = Sse::new(events).keep_alive(KeepAlive::default());
    Ok(kept_nowhere(events.into_response()))
}

fn event(followed: &Followed) -> Event {
    let (name, data) = match followed {
        Followed::Happened(Happened::Call(call)) => ("call", serde_json::to_string(&CallJson::from(&**call))),
        Followed::Happened(Happened::Named(named)) => {
            ("named", serde_json::to_string(&NamedCallJson::from(&**named)))
        }
        Followed::Missed(events) => ("missed", serde_json::to_string(&MissedJson { events: *events })),
    };
    // JSON has no line break outside of its strings, and none unescaped inside.
    Event::default().event(name).data(data.unwrap_or_default())
}
