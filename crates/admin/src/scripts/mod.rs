//! The scripts of an account: deployed, shown, called and taken away, their execution log, and the secrets they may use.

mod call;
mod json;
mod log;
mod secrets;

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_authority::{Authority, Caller};
use countersign_records::{Records, RecordsError};
use countersign_scripts::{
    Checked, DeployError, DeploymentChange, ObjectFile, Project, Scripts, SourceFile, change_deployment,
};
use utoipa_axum::routes;

pub use self::json::{
    CabinetFileJson, DeployInput, DeployedDeploymentJson, DeployedJson, DeployedScriptJson, DeploymentInput,
    DeploymentJson, LoggedJson, ScriptCallInput, ScriptCallJson, ScriptErrorJson, ScriptJson,
    ScriptLogFilter, ScriptLogLineJson, ScriptSourceJson, SdfObjectJson,
};
pub use self::secrets::{ApiSecretInput, ApiSecretJson};
use crate::body::{FilesJson, Json, Path};
use crate::caller::Administrator;
use crate::problem::{Problem, Problems};
use crate::reply::{done, shown};
use crate::{Accounts, Routes};

impl From<DeployError> for Problem {
    fn from(error: DeployError) -> Self {
        match error {
            DeployError::UnknownRole(what) => undeployed(&what),
            DeployError::Records(RecordsError::Invalid(errors)) => {
                undeployed(&RecordsError::Invalid(errors).to_string())
            }
            DeployError::Records(error) => Self::internal(&error),
        }
    }
}

/// The files have no label: they are on no page.
fn unusable(what: &str) -> Problem {
    Problem::field("files", "", what)
}

fn undeployed(what: &str) -> Problem {
    unusable(&format!("{what}\nNothing was deployed."))
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

    async fn no_script(&self, named: &str) -> Problem {
        match countersign_scripts::question(&self.records, named).await {
            Ok(question) => {
                Problem::not_found(format!("There is no script {} here.{question}", repeated(named)))
            }
            Err(error) => Problem::internal(&error),
        }
    }

    /// Either there is no such script, or it has no such deployment.
    async fn no_deployment(&self, named: &str, deploy: &str) -> Problem {
        match countersign_scripts::show(&self.records, named).await {
            Ok(None) => self.no_script(named).await,
            Ok(Some((script, _))) => {
                let there: Vec<_> = script
                    .deployments
                    .iter()
                    .map(|found| found.deployment_id.as_str())
                    .collect();
                Problem::not_found(format!(
                    "{} has no deployment {}. It has: {}.",
                    script.script_id,
                    repeated(deploy),
                    if there.is_empty() {
                        "none".to_owned()
                    } else {
                        there.join(", ")
                    }
                ))
            }
            Err(error) => Problem::internal(&error),
        }
    }
}

/// What a caller named, as an answer repeats it.
fn repeated(named: &str) -> String {
    named.chars().take(80).collect()
}

pub(crate) fn routes() -> Routes {
    Routes::new()
        .routes(routes!(list))
        .routes(routes!(deploy))
        .routes(routes!(show, remove))
        .routes(routes!(call::call))
        .routes(routes!(change))
        .routes(routes!(log::log))
        .routes(routes!(secrets::list_secrets))
        .routes(routes!(secrets::put_secret, secrets::remove_secret))
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
                .map_err(|error| undeployed(&format!("{}: its base64 cannot be read: {error}.", file.path))),
            _ => Err(undeployed(&format!(
                "{}: give it either text or base64.",
                file.path
            ))),
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
    let mut project = Project::read(files, &objects).map_err(|error| undeployed(&error.to_string()))?;
    let Checked { errors, mut warnings } = desk.scripts.check(&desk.records, &project).await;
    if !errors.is_empty() && !input.force {
        let found = errors.join("\n");
        return Err(unusable(&format!(
            "{found}\nNothing was deployed: every call would fail. Mend it, or deploy it as it is with --force (\"force\": true)."
        )));
    }
    warnings.splice(0..0, errors);
    warnings.splice(0..0, std::mem::take(&mut project.warnings));
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
        warnings,
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
    let Some((script, source)) = found else {
        return Err(desk.no_script(&named).await);
    };
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
        false => Err(desk.no_script(&named).await),
    }
}

/// Change a deployment: its parameters, and whether it is deployed. What is not named stays.
#[utoipa::path(patch, path = "/accounts/{account}/scripts/{script}/deployments/{deployment}", tag = "Scripts",
    operation_id = "change_deployment",
    params(("account" = String, Path), ("script" = String, Path, description = "A script, by its number or script id."),
        ("deployment" = String, Path, description = "A deployment of it, by its number or script id.")),
    request_body = DeploymentInput,
    responses((status = 200, body = DeploymentJson), Problems),
    extensions(("x-permission" = json!("Administrator"))))]
async fn change(
    administrator: Administrator,
    State(accounts): State<Arc<dyn Accounts>>,
    Path((_, named, deployment)): Path<(String, String, String)>,
    Json(input): Json<DeploymentInput>,
) -> Result<Response, Problem> {
    let desk = Desk::of(administrator, &*accounts)?;
    let stamp = desk.authority.record_stamp(&desk.caller);
    let change = DeploymentChange {
        is_deployed: input.deployed,
        parameters: input.parameters,
    };
    let changed = change_deployment(&desk.records, &named, &deployment, &change, stamp).await;
    let changed = changed.map_err(|error| Problem::internal(&error))?;
    match changed.map_err(|error| Problem::field("parameters", "", error))? {
        Some(deployment) => Ok(shown(&DeploymentJson::from(deployment))),
        None => Err(desk.no_deployment(&named, &deployment).await),
    }
}
