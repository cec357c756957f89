//! The scripts of an account: deployed, shown, called and taken away, and their execution log.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_authority::{Authority, Caller};
use countersign_model::{EntityId, Role, RoleId, User};
use countersign_records::{LogLevel, Records, RecordsError, ScriptLogLine, ScriptLogQuery, number_of};
use countersign_scripts::{
    Actor, Closed, DeployError, DeployedScript, Deployment, Executed, Execution, ObjectFile, Position,
    Project, ScriptShown, Scripts, SourceFile,
};
use countersign_store::UserFilter;
use countersign_suitescript::{Argument, Returned, Thrown};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::routes;

use crate::body::{FilesJson, Json, Path, Query};
use crate::caller::Administrator;
use crate::moment::Moment;
use crate::page::{self, Page};
use crate::problem::{Problem, Problems};
use crate::reply::{done, shown};
use crate::row_id::RowId;
use crate::{Accounts, Routes};

/// A script, with its deployments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScriptJson {
    /// The number that an address may call it by.
    pub id: i64,
    pub script_id: String,
    pub name: String,
    pub description: String,
    pub api_version: String,
    pub inactive: bool,
    /// Of the script file in the file cabinet; none where it is gone.
    pub file: Option<String>,
    pub deployments: Vec<DeploymentJson>,
}

/// A deployment of a script.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeploymentJson {
    /// The number that an address may call it by, from 1.
    pub number: i64,
    pub script_id: String,
    pub title: String,
    pub deployed: bool,
    /// Released, or in testing for its owner alone.
    pub released: bool,
    pub log_level: String,
    pub all_roles: bool,
    /// Internal ids.
    pub roles: Vec<i64>,
    pub execute_as_role: Option<i64>,
}

/// A script, and the text of its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ScriptSourceJson {
    pub script: ScriptJson,
    pub source: String,
}

/// A file for the file cabinet: `text`, or `base64` where it is none.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CabinetFileJson {
    /// Absolute: `/SuiteScripts/orders.js`.
    pub path: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
}

/// An object of an SDF project.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SdfObjectJson {
    pub name: String,
    pub text: String,
}

/// Files, and the SDF objects that say what becomes of them. Without objects, each file with the header of a RESTlet becomes a
/// script.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DeployInput {
    pub files: Vec<CabinetFileJson>,
    #[serde(default)]
    pub objects: Vec<SdfObjectJson>,
}

/// What was deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeployedJson {
    pub files: usize,
    pub scripts: Vec<DeployedScriptJson>,
    /// What has no place here.
    pub left_out: Vec<String>,
}

/// A script that was deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeployedScriptJson {
    pub id: i64,
    pub script_id: String,
    pub file: String,
    /// There before.
    pub updated: bool,
    pub deployments: Vec<DeployedDeploymentJson>,
}

/// A deployment, as an address names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeployedDeploymentJson {
    pub number: i64,
    pub script_id: String,
}

/// A call of a script as somebody, without a signature.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ScriptCallInput {
    /// By its number or script id; the first where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployment: Option<String>,
    /// `GET`, `POST`, `PUT` or `DELETE`; `GET` where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Of the address, for `GET` and `DELETE`.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub parameters: Map<String, Value>,
    /// Of `POST` and `PUT`: given as JSON where it can be read as such, and as text otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// As this user, by internal id; an Administrator of the account where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<i64>,
    /// In this role of theirs, by internal id; their first where nothing is said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub role: Option<i64>,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScriptCallJson {
    pub user: String,
    pub role: String,
    /// What the script returned: a string as it is, anything else as JSON; none where it threw.
    pub returned: Option<String>,
    pub error: Option<ScriptErrorJson>,
    pub log: Vec<LoggedJson>,
    /// Usage units that were used.
    pub units: u32,
    /// In milliseconds.
    pub duration: f64,
}

/// An error that nobody caught.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScriptErrorJson {
    pub code: String,
    pub message: String,
    pub stack: Vec<String>,
    /// Where it was thrown, if that is in a file of the cabinet.
    pub file: Option<String>,
    pub line: Option<usize>,
    pub column: Option<usize>,
    /// The line as the file has it.
    pub source: Option<String>,
}

/// What a script wrote.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LoggedJson {
    pub level: String,
    pub title: String,
    pub details: String,
}

/// A line of the execution log of scripts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ScriptLogLineJson {
    /// Its place in the log; a later line has a higher one.
    pub id: RowId,
    pub date: Moment,
    /// The lines of one execution have one number.
    pub execution: i64,
    /// Script ids; none where the script is gone.
    pub script: Option<String>,
    pub deployment: Option<String>,
    /// `DEBUG`, `AUDIT`, `ERROR`, `EMERGENCY`, or `SYSTEM` for an error that nobody caught.
    pub level: String,
    pub title: String,
    pub details: String,
    /// Internal ids.
    pub user: i64,
    pub role: i64,
}

/// Which lines: those that fit every filter.
#[derive(Clone, Debug, Default, Serialize, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ScriptLogFilter {
    /// A script, by its number or script id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub script: Option<String>,
    /// This level and those above it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<String>,
    /// The place of the line the page begins below.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<RowId>, inline)]
    pub before: Option<RowId>,
    /// Only lines above this place.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<RowId>, inline)]
    pub after: Option<RowId>,
    /// How many at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 50)]
    pub limit: Option<u32>,
}

impl From<ScriptShown> for ScriptJson {
    fn from(script: ScriptShown) -> Self {
        Self {
            id: script.id,
            script_id: script.script_id,
            name: script.name,
            description: script.description,
            api_version: script.api_version,
            inactive: script.is_inactive,
            file: script.path,
            deployments: script.deployments.into_iter().map(DeploymentJson::from).collect(),
        }
    }
}

impl From<Deployment> for DeploymentJson {
    fn from(deployment: Deployment) -> Self {
        Self {
            number: deployment.number,
            script_id: deployment.deployment_id,
            title: deployment.title,
            deployed: deployment.is_deployed,
            released: deployment.is_released,
            log_level: deployment.log_level.word().to_owned(),
            all_roles: deployment.audience.all_roles,
            roles: deployment.audience.roles,
            execute_as_role: deployment.runs_as,
        }
    }
}

impl From<DeployedScript> for DeployedScriptJson {
    fn from(script: DeployedScript) -> Self {
        let deployments = script.deployments.into_iter();
        Self {
            id: script.id,
            script_id: script.script_id,
            file: script.path,
            updated: script.was_there,
            deployments: deployments
                .map(|(script_id, number)| DeployedDeploymentJson { number, script_id })
                .collect(),
        }
    }
}

impl From<&ScriptLogLine> for ScriptLogLineJson {
    fn from(line: &ScriptLogLine) -> Self {
        Self {
            id: line.id.into(),
            date: line.at.into(),
            execution: line.execution,
            script: line.script_id.clone(),
            deployment: line.deployment_id.clone(),
            level: line.level.word().to_owned(),
            title: line.title.clone(),
            details: line.details.clone(),
            user: line.user,
            role: line.role,
        }
    }
}

impl ScriptErrorJson {
    fn of(thrown: Thrown, position: Option<Position>) -> Self {
        Self {
            code: thrown.name,
            message: thrown.message,
            stack: thrown.stack,
            file: position.as_ref().map(|position| position.path.clone()),
            line: position.as_ref().map(|position| position.line),
            column: position.as_ref().map(|position| position.column),
            source: position.map(|position| position.text),
        }
    }
}

impl From<DeployError> for Problem {
    fn from(error: DeployError) -> Self {
        match error {
            DeployError::UnknownRole(what) => wrong(what),
            DeployError::Records(RecordsError::Invalid(errors)) => {
                wrong(RecordsError::Invalid(errors).to_string())
            }
            DeployError::Records(error) => Self::internal(&error),
        }
    }
}

fn wrong(what: String) -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "The files are wrong",
        format!("{what}\nNothing was deployed."),
    )
}

/// The account's scripts and records, for an administrator of it.
struct Desk {
    authority: Arc<Authority>,
    caller: Caller,
    records: Records,
    scripts: Scripts,
}

impl Desk {
    fn of(administrator: Administrator, accounts: &dyn Accounts) -> Result<Self, Problem> {
        let Administrator { authority, caller } = administrator;
        caller.require_administrator()?;
        let id = authority.account();
        let gone = || Problem::not_found("The account is no longer held here.");
        Ok(Self {
            records: accounts.records(&id).ok_or_else(gone)?,
            scripts: accounts.scripts(&id).ok_or_else(gone)?,
            authority,
            caller,
        })
    }
}

fn no_script(named: &str) -> Problem {
    let named: String = named.chars().take(80).collect();
    Problem::not_found(format!(
        "There is no script {named:?} here: the list of scripts has them all."
    ))
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list))
        .routes(routes!(deploy))
        .routes(routes!(show, remove))
        .routes(routes!(call))
        .routes(routes!(log))
}

/// The scripts of the account, with their deployments.
#[utoipa::path(get, path = "/accounts/{account}/scripts", tag = "Scripts", operation_id = "list_scripts",
    params(("account" = String, Path)),
    responses((status = 200, body = Vec<ScriptJson>), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn list(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let scripts = countersign_scripts::list(&desk.records).await;
    let scripts = scripts.map_err(|error| Problem::internal(&error))?;
    Ok(shown(
        &scripts.into_iter().map(ScriptJson::from).collect::<Vec<_>>(),
    ))
}

/// Deploy files: scripts become as they say. All of it is written, or nothing; deployed again, a file changes nothing.
#[utoipa::path(post, path = "/accounts/{account}/scripts/deploy", tag = "Scripts", operation_id = "deploy_scripts",
    params(("account" = String, Path)), request_body = DeployInput,
    responses((status = 200, body = DeployedJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn deploy(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    FilesJson(input): FilesJson<DeployInput>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let files = input.files.into_iter().map(|file| {
        let contents = match (file.text, file.base64) {
            (Some(text), None) => Ok(text.into_bytes()),
            (None, Some(base64)) => STANDARD
                .decode(base64)
                .map_err(|error| wrong(format!("{}: its base64 cannot be read: {error}.", file.path))),
            _ => Err(wrong(format!("{}: give it either text or base64.", file.path))),
        };
        Ok(SourceFile {
            path: file.path,
            contents: contents?,
        })
    });
    let files = files.collect::<Result<Vec<_>, Problem>>()?;
    let objects: Vec<_> = input
        .objects
        .into_iter()
        .map(|object| ObjectFile {
            name: object.name,
            text: object.text,
        })
        .collect();
    let mut project = Project::read(files, &objects).map_err(|error| wrong(error.to_string()))?;
    let left_out = std::mem::take(&mut project.left_out);
    let snapshot = desk.authority.snapshot();
    let roles = snapshot
        .roles()
        .map(|role| (role.id, role.name.clone()))
        .collect();
    let stamp = desk.authority.record_stamp(&desk.caller);
    // In a task of its own: whoever goes away meanwhile leaves no half of it.
    let deploying =
        tokio::spawn(async move { countersign_scripts::deploy(&desk.records, project, roles, stamp).await });
    let deployed = deploying.await.map_err(|error| Problem::internal(&error))??;
    Ok(shown(&DeployedJson {
        files: deployed.files,
        scripts: deployed
            .scripts
            .into_iter()
            .map(DeployedScriptJson::from)
            .collect(),
        left_out,
    }))
}

/// A script, by its number or script id, and the text of its file.
#[utoipa::path(get, path = "/accounts/{account}/scripts/{script}", tag = "Scripts", operation_id = "show_script",
    params(("account" = String, Path), ("script" = String, Path, description = "A script, by its number or script id.")),
    responses((status = 200, body = ScriptSourceJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn show(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Path((_, named)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let found = countersign_scripts::show(&desk.records, &named).await;
    let found = found.map_err(|error| Problem::internal(&error))?;
    let (script, source) = found.ok_or_else(|| no_script(&named))?;
    Ok(shown(&ScriptSourceJson {
        script: script.into(),
        source,
    }))
}

/// Take a script and its deployments away. Its file stays in the file cabinet.
#[utoipa::path(delete, path = "/accounts/{account}/scripts/{script}", tag = "Scripts", operation_id = "remove_script",
    params(("account" = String, Path), ("script" = String, Path, description = "A script, by its number or script id.")),
    responses((status = 204), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn remove(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Path((_, named)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let stamp = desk.authority.record_stamp(&desk.caller);
    let removed = countersign_scripts::remove(&desk.records, &named, stamp).await;
    match removed.map_err(|error| Problem::internal(&error))? {
        true => Ok(done()),
        false => Err(no_script(&named)),
    }
}

/// Call a script as somebody, for a quick try: no signature, no place among the running requests, and all that it wrote in the
/// answer.
#[utoipa::path(post, path = "/accounts/{account}/scripts/{script}/call", tag = "Scripts", operation_id = "call_script",
    params(("account" = String, Path), ("script" = String, Path, description = "A script, by its number or script id.")),
    request_body = ScriptCallInput,
    responses((status = 200, body = ScriptCallJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn call(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Path((_, named)): Path<(String, String)>,
    Json(input): Json<ScriptCallInput>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let deploy = input.deployment.as_deref().unwrap_or("1");
    let found = Deployment::find(&desk.records, &named, deploy).await;
    let deployment = found.map_err(|error| Problem::internal(&error))?;
    let deployment = deployment.ok_or_else(|| no_script(&format!("{named}, deployment {deploy}")))?;
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
    let logged = log.into_iter().filter(|(level, ..)| *level != LogLevel::System);
    Ok(shown(&ScriptCallJson {
        user: actor.user.name.clone(),
        role: actor.role.name.clone(),
        returned,
        error,
        log: logged
            .map(|(level, title, details)| LoggedJson {
                level: level.word().to_owned(),
                title,
                details,
            })
            .collect(),
        units: outcome.units,
        duration: outcome.took.as_secs_f64() * 1000.0,
    }))
}

fn asked(input: &ScriptCallInput) -> Result<(&'static str, Argument), Problem> {
    let method = input.method.as_deref().unwrap_or("GET").to_ascii_uppercase();
    let body = input.body.clone().unwrap_or_default();
    let body = || match serde_json::from_str(&body) {
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

/// The execution log of scripts, the last line first.
#[utoipa::path(get, path = "/accounts/{account}/script-log", tag = "Scripts", operation_id = "list_script_log",
    params(("account" = String, Path), ScriptLogFilter),
    responses((status = 200, body = Page<ScriptLogLineJson>), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn log(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Query(filter): Query<ScriptLogFilter>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let limit = page::limit(filter.limit)?;
    let level = match &filter.level {
        Some(word) => Some(LogLevel::named(word).ok_or_else(|| {
            Problem::malformed("level is one of DEBUG, AUDIT, ERROR, EMERGENCY and SYSTEM.")
        })?),
        None => None,
    };
    let script = match filter.script {
        Some(named) => Some(match number_of(&named) {
            Some(id) => id,
            None => {
                let found = countersign_scripts::show(&desk.records, &named).await;
                let found = found.map_err(|error| Problem::internal(&error))?;
                found.ok_or_else(|| no_script(&named))?.0.id
            }
        }),
        None => None,
    };
    let query = ScriptLogQuery {
        script,
        level,
        before: filter.before.map(i64::from),
        after: filter.after.map(i64::from),
        limit: limit + 1,
    };
    let lines = desk
        .records
        .script_log(query)
        .await
        .map_err(|error| Problem::internal(&error))?;
    let page: Page<ScriptLogLineJson> = Page::of(lines, limit, |line| line.id, |line| line.into());
    Ok(shown(&page))
}
