//! Test levers: what a marked test account is played with. They are for an Administrator and no key.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::response::Response;
use countersign_levers::{
    ClockState, Delay, Fault, FaultId, FaultRule, FaultState, LeversState, ServerError, Service, When,
};
use countersign_model::IntegrationId;
use countersign_world::ClockMove;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::body::{Json, Path};
use crate::caller::Administrator;
use crate::moment::Moment;
use crate::problem::{Problem, Problems};
use crate::reply::{done, made, shown};
use crate::{RecordPath, Routes};

/// What the account may be played with, and what is in force.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LeversJson {
    /// The levers that the account's settings allow.
    pub allowed: Vec<String>,
    pub clock: ClockJson,
    pub faults: Vec<FaultJson>,
    /// Whether ids and credentials are made from the account's seed.
    pub seeded_credentials: bool,
    /// A sentence for each lever in force; none where the account behaves as any other.
    pub in_force: Vec<String>,
}

/// What the account's clock does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClockJson {
    /// `system`, `moved` or `frozen`.
    pub mode: String,
    pub now: String,
    /// How far it is ahead of the machine's now; behind where negative.
    pub ahead_millis: i64,
    pub says: String,
}

/// A fault rule and what became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FaultJson {
    pub id: u64,
    pub rule: FaultRuleJson,
    /// Requests that it looked at and that were of its kind.
    pub matched: u64,
    /// Requests that got its fault.
    pub fired: u64,
    /// Whether it waits for no further request.
    pub spent: bool,
    pub says: String,
}

/// A fault and who gets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FaultRuleJson {
    /// Absent: every service.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<FaultServiceWord>,
    /// The internal id of an integration record. Absent: every caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<i64>,
    pub when: FaultWhenJson,
    pub fault: FaultKindJson,
}

/// A service that faults act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FaultServiceWord {
    Rest,
    Restlet,
    Soap,
    TokenServices,
}

/// Which requests get the fault: from 1 on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FaultWhenJson {
    /// Each nth one.
    Every(u32),
    /// This many, and then no more.
    Next(u32),
}

/// What happens to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum FaultKindJson {
    RefusedForConcurrency,
    /// By so many milliseconds, 1 to 60000.
    Delayed(u32),
    /// With 500, 502 or 503.
    Answered(u16),
    /// The connection is closed without an answer.
    Dropped,
    /// After the login and before the answer, for good.
    TokenRevoked,
}

/// What is done to the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "camelCase", deny_unknown_fields)]
pub enum ClockInput {
    /// It stands still at what it shows.
    Freeze,
    /// It stands still at this moment.
    FreezeAt { at: Moment },
    /// It runs on from this moment.
    Set { at: Moment },
    /// It shows a later time, and stands still or runs as before.
    Advance { seconds: u64 },
    /// It runs, so many seconds ahead of the machine's; behind where negative.
    Skew { seconds: i64 },
    /// It runs on from what it shows.
    Resume,
    /// It is the machine's again.
    FollowSystem,
}

impl From<LeversState> for LeversJson {
    fn from(state: LeversState) -> Self {
        let ClockState {
            mode,
            now,
            ahead_millis,
            says,
        } = state.clock;
        Self {
            allowed: state.allowed.into_iter().map(str::to_owned).collect(),
            clock: ClockJson {
                mode: mode.to_owned(),
                now,
                ahead_millis,
                says,
            },
            faults: state.faults.into_iter().map(FaultJson::from).collect(),
            seeded_credentials: state.seeded_credentials,
            in_force: state.in_force,
        }
    }
}

impl From<FaultState> for FaultJson {
    fn from(state: FaultState) -> Self {
        Self {
            id: state.id.get(),
            rule: state.rule.into(),
            matched: state.matched,
            fired: state.fired,
            spent: state.spent,
            says: state.says,
        }
    }
}

impl From<FaultRule> for FaultRuleJson {
    fn from(rule: FaultRule) -> Self {
        let service = |service| match service {
            Service::Rest => FaultServiceWord::Rest,
            Service::Restlet => FaultServiceWord::Restlet,
            Service::Soap => FaultServiceWord::Soap,
            Service::TokenServices => FaultServiceWord::TokenServices,
        };
        Self {
            service: rule.service.map(service),
            integration: rule.integration.map(IntegrationId::get),
            when: match rule.when {
                When::Every(n) => FaultWhenJson::Every(n.get()),
                When::Next(n) => FaultWhenJson::Next(n.get()),
            },
            fault: match rule.fault {
                Fault::RefusedForConcurrency => FaultKindJson::RefusedForConcurrency,
                Fault::Delayed(delay) => FaultKindJson::Delayed(delay.into()),
                Fault::Answered(error) => FaultKindJson::Answered(error.status()),
                Fault::Dropped => FaultKindJson::Dropped,
                Fault::TokenRevoked => FaultKindJson::TokenRevoked,
            },
        }
    }
}

impl TryFrom<FaultRuleJson> for FaultRule {
    type Error = Problem;

    fn try_from(rule: FaultRuleJson) -> Result<Self, Problem> {
        let service = |word| match word {
            FaultServiceWord::Rest => Service::Rest,
            FaultServiceWord::Restlet => Service::Restlet,
            FaultServiceWord::Soap => Service::Soap,
            FaultServiceWord::TokenServices => Service::TokenServices,
        };
        let counted = |n| {
            NonZeroU32::new(n)
                .ok_or_else(|| Problem::field("when", "When", "Requests are counted from 1 on."))
        };
        let wrong = |error: &dyn std::fmt::Display| Problem::field("fault", "Fault", error);
        Ok(Self {
            service: rule.service.map(service),
            integration: rule.integration.map(IntegrationId::new),
            when: match rule.when {
                FaultWhenJson::Every(n) => When::Every(counted(n)?),
                FaultWhenJson::Next(n) => When::Next(counted(n)?),
            },
            fault: match rule.fault {
                FaultKindJson::RefusedForConcurrency => Fault::RefusedForConcurrency,
                FaultKindJson::Delayed(millis) => {
                    Fault::Delayed(Delay::try_from(millis).map_err(|error| wrong(&error))?)
                }
                FaultKindJson::Answered(status) => {
                    Fault::Answered(ServerError::try_from(status).map_err(|error| wrong(&error))?)
                }
                FaultKindJson::Dropped => Fault::Dropped,
                FaultKindJson::TokenRevoked => Fault::TokenRevoked,
            },
        })
    }
}

impl From<ClockInput> for ClockMove {
    fn from(input: ClockInput) -> Self {
        match input {
            ClockInput::Freeze => Self::Freeze,
            ClockInput::FreezeAt { at } => Self::FreezeAt(at.0),
            ClockInput::Set { at } => Self::Set(at.0),
            ClockInput::Advance { seconds } => Self::Advance(Duration::from_secs(seconds)),
            ClockInput::Skew { seconds } => Self::Skew {
                ahead_millis: seconds.saturating_mul(1000),
            },
            ClockInput::Resume => Self::Resume,
            ClockInput::FollowSystem => Self::FollowSystem,
        }
    }
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(show))
        .routes(routes!(turn_clock))
        .routes(routes!(faults, add_fault, clear_faults))
        .routes(routes!(fault, remove_fault))
}

/// What the account may be played with, and what is in force, in words.
#[utoipa::path(get, path = "/accounts/{account}/levers", tag = "Test levers",
    params(("account" = String, Path)),
    responses((status = 200, body = LeversJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn show(administrator: Administrator) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    Ok(shown(&LeversJson::from(authority.levers(&caller)?)))
}

/// Freeze, set, advance, skew or let go the one clock of the account.
#[utoipa::path(put, path = "/accounts/{account}/levers/clock", tag = "Test levers",
    params(("account" = String, Path)), request_body = ClockInput,
    responses((status = 200, body = LeversJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn turn_clock(
    administrator: Administrator,
    Json(input): Json<ClockInput>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let state = authority.turn_clock(&caller, input.into()).await?;
    Ok(shown(&LeversJson::from(state)))
}

/// The fault rules in their order, those that are spent among them.
#[utoipa::path(get, path = "/accounts/{account}/levers/faults", tag = "Test levers",
    params(("account" = String, Path)),
    responses((status = 200, body = Vec<FaultJson>), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn faults(administrator: Administrator) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    Ok(shown(&LeversJson::from(authority.levers(&caller)?).faults))
}

/// Add a fault rule after all others. Of the rules that fit a request, the first one acts.
#[utoipa::path(post, path = "/accounts/{account}/levers/faults", tag = "Test levers",
    params(("account" = String, Path)), request_body = FaultRuleJson,
    responses((status = 201, body = FaultJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn add_fault(
    administrator: Administrator,
    Json(rule): Json<FaultRuleJson>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let added = authority.add_fault(&caller, rule.try_into()?).await?;
    Ok(made(&FaultJson::from(added)))
}

/// Remove every fault rule.
#[utoipa::path(delete, path = "/accounts/{account}/levers/faults", tag = "Test levers",
    params(("account" = String, Path)),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn clear_faults(administrator: Administrator) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    authority.clear_faults(&caller).await?;
    Ok(done())
}

/// A fault rule, and how often it acted.
#[utoipa::path(get, path = "/accounts/{account}/levers/faults/{id}", tag = "Test levers",
    params(RecordPath),
    responses((status = 200, body = FaultJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn fault(administrator: Administrator, Path(path): Path<RecordPath>) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let fault = authority.fault(&caller, id(&path))?;
    Ok(shown(&FaultJson::from(fault)))
}

/// Remove a fault rule; what became of it is in the answer.
#[utoipa::path(delete, path = "/accounts/{account}/levers/faults/{id}", tag = "Test levers",
    params(RecordPath),
    responses((status = 200, body = FaultJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn remove_fault(
    administrator: Administrator,
    Path(path): Path<RecordPath>,
) -> Result<Response, Problem> {
    let Administrator { authority, caller } = administrator;
    let removed = authority.remove_fault(&caller, id(&path)).await?;
    Ok(shown(&FaultJson::from(removed)))
}

/// No rule has the id 0, nor a negative one.
fn id(path: &RecordPath) -> FaultId {
    FaultId::new(u64::try_from(path.id).unwrap_or(0))
}
