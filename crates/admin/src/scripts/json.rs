//! The JSON of scripts.

use countersign_records::ScriptLogLine;
use countersign_scripts::{DeployedScript, Deployment, Position, ScriptShown};
use countersign_suitescript::Thrown;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::{IntoParams, ToSchema};

use crate::moment::Moment;
use crate::row_id::RowId;

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
    /// The values of the script's parameters, by script id.
    #[schema(value_type = Object)]
    pub parameters: Map<String, Value>,
}

/// What of a deployment is to be another; what is not named stays.
#[derive(Clone, Debug, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeploymentInput {
    /// Whether calls of it find the script.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deployed: Option<bool>,
    /// Values of parameters, by script id: texts, numbers and boxes. `"T"` and `"F"` are a box too, and `null` or an empty text takes a
    /// value away.
    #[serde(skip_serializing_if = "Map::is_empty")]
    #[schema(value_type = Object)]
    pub parameters: Map<String, Value>,
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
    /// Deploy also what every call would fail for: then it is among the warnings.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub force: bool,
}

/// What was deployed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DeployedJson {
    pub files: usize,
    pub scripts: Vec<DeployedScriptJson>,
    /// What has no place here.
    pub left_out: Vec<String>,
    /// What was found in the scripts and did not stop them from being deployed.
    #[serde(default)]
    pub warnings: Vec<String>,
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
    /// The body is given as text, even where it is JSON.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub text: bool,
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
    /// An error that the script caught and wrote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ScriptErrorJson>,
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
    /// Of an error that nobody caught, or that the script wrote itself, the error as JSON.
    pub details: String,
    /// The same, read: with the line of the file, as the file is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ScriptErrorJson>,
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
    /// Lines from this moment on.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<Moment>, inline)]
    pub since: Option<Moment>,
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
            parameters: deployment.parameters,
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
            error: None,
            user: line.user,
            role: line.role,
        }
    }
}

impl ScriptErrorJson {
    pub(super) fn of(thrown: Thrown, position: Option<Position>) -> Self {
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
