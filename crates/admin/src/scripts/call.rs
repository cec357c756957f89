//! A quick try of a script.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use countersign_model::{EntityId, Role, RoleId, User};
use countersign_records::LogLevel;
use countersign_scripts::{Actor, Closed, Deployment, Executed, Execution, Position};
use countersign_store::UserFilter;
use countersign_suitescript::{Argument, Returned};
use serde_json::Value;

use super::Desk;
use super::json::{LoggedJson, ScriptCallInput, ScriptCallJson, ScriptErrorJson};
use super::log::error_in;
use crate::Accounts;
use crate::body::{Json, Path};
use crate::caller::Administrator;
use crate::problem::{Problem, Problems};
use crate::reply::shown;

/// Call a script as somebody, for a quick try: no signature, no place among the running requests, and all that it wrote in the
/// answer.
#[utoipa::path(post, path = "/accounts/{account}/scripts/{script}/call", tag = "Scripts", operation_id = "call_script",
    params(("account" = String, Path), ("script" = String, Path, description = "A script, by its number or script id.")),
    request_body = ScriptCallInput,
    responses((status = 200, body = ScriptCallJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
pub(super) async fn call(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Path((_, named)): Path<(String, String)>,
    Json(input): Json<ScriptCallInput>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let deploy = input.deployment.as_deref().unwrap_or("1");
    let found = Deployment::find(&desk.records, &named, deploy).await;
    let deployment = found.map_err(|error| Problem::internal(&error))?;
    let Some(deployment) = deployment else {
        return Err(desk.no_deployment(&named, deploy).await);
    };
    let actor = desk
        .actor(input.user.map(EntityId::new), input.role.map(RoleId::new))
        .await?;
    let path = deployment.open_to(&actor).map_err(|closed| {
        Problem::conflict(match closed {
            Closed::Unavailable => {
                "The deployment does not run: the script is inactive, it is not deployed, its file is gone, or it is in testing \
                 and its owner is somebody else."
            }
            Closed::NotForThem => "The deployment is for other roles. Name a user and role of its audience.",
        })
    })?;
    let (entry_point, argument) = asked(&input)?;
    let execution = Execution {
        records: desk.records.clone(),
        path: path.to_owned(),
        deployment: Arc::new(deployment),
        actor: actor.clone(),
        entry_point,
        argument,
        depth: 0,
    };
    let Executed { outcome, log } = desk.scripts.execute(execution).await;
    let (returned, error) = match outcome.result {
        Ok(Returned::Nothing) => (Some(String::new()), None),
        Ok(Returned::Text(text) | Returned::Json(text) | Returned::Response { content: text, .. }) => {
            (Some(text), None)
        }
        Err(thrown) => {
            let position = Position::of(&thrown, &desk.records).await;
            let position = position.map_err(|error| Problem::internal(&error))?;
            (None, Some(ScriptErrorJson::of(thrown, position)))
        }
    };
    let mut logged = Vec::new();
    for (level, title, details) in log {
        if level != LogLevel::System {
            logged.push(LoggedJson {
                level: level.word().to_owned(),
                title,
                error: error_in(&details, &desk).await?,
                details,
            });
        }
    }
    Ok(shown(&ScriptCallJson {
        user: actor.user.name.clone(),
        role: actor.role.name.clone(),
        returned,
        error,
        log: logged,
        units: outcome.units,
        duration: outcome.took.as_secs_f64() * 1000.0,
    }))
}

fn asked(input: &ScriptCallInput) -> Result<(&'static str, Argument), Problem> {
    let method = input.method.as_deref().unwrap_or("GET").to_ascii_uppercase();
    let body = input.body.clone().unwrap_or_default();
    let body = || match serde_json::from_str(&body) {
        _ if input.text => Argument::Text(body.clone()),
        Ok(json) => Argument::Json(json),
        Err(_) if body.is_empty() => Argument::Json(Value::Null),
        Err(_) => Argument::Text(body.clone()),
    };
    let parameters = || Argument::Json(Value::Object(input.parameters.clone()));
    match method.as_str() {
        "GET" => Ok(("get", parameters())),
        "DELETE" => Ok(("delete", parameters())),
        "POST" => Ok(("post", body())),
        "PUT" => Ok(("put", body())),
        _ => Err(Problem::malformed("method is one of GET, POST, PUT and DELETE.")),
    }
}

impl Desk {
    /// The user and role that are named; else whoever asks; else the first Administrator.
    async fn actor(&self, user: Option<EntityId>, role: Option<RoleId>) -> Result<Actor, Problem> {
        let asking = user.is_none().then(|| self.caller.user()).flatten();
        let user: User = match user.or(asking) {
            Some(id) => self.authority.user(&self.caller, id).await?,
            None => {
                let users = self
                    .authority
                    .users(&self.caller, UserFilter::default(), None, 500)
                    .await?;
                let is_one = |user: &User| {
                    let mut roles = user.roles.iter();
                    !user.inactive
                        && user.give_access
                        && roles.any(|assigned| assigned.role == Role::ADMINISTRATOR)
                };
                users.into_iter().find(is_one).ok_or_else(|| {
                    Problem::conflict(
                        "The account has no active user in the role Administrator: name a user and a role.",
                    )
                })?
            }
        };
        let asked = role.or_else(|| asking.and_then(|_| self.caller.role()));
        let first = || {
            let has = |id| user.roles.iter().any(|assigned| assigned.role == id);
            let first = user.roles.first().map(|assigned| assigned.role);
            has(Role::ADMINISTRATOR).then_some(Role::ADMINISTRATOR).or(first)
        };
        let role = asked
            .or_else(first)
            .ok_or_else(|| Problem::conflict("The user has no role."))?;
        let actor = Actor::named(&user, role, &self.authority.snapshot());
        actor.ok_or_else(|| Problem::conflict(format!("{} does not have the role {role}.", user.name)))
    }
}
