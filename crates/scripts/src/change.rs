//! Changes of a deployment by hand: its parameters, and whether it is deployed.

use countersign_records::{Changes, Records, RecordsError, Stamp, Together, Value};
use serde_json::{Map, Value as Json};

use crate::deployment::Deployment;
use crate::project::parameter;

/// NetSuite's longest script id.
const LONGEST_ID: usize = 40;
/// Of a value, in bytes: NetSuite's largest field of text.
const LONGEST: usize = 100_000;

/// Why a parameter cannot be set, a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoParameter(String);

/// What of a deployment is to be another. What is not named stays.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeploymentChange {
    pub is_deployed: Option<bool>,
    /// By script id. `T` and `F` are a box; an empty text takes a value away.
    pub parameters: Map<String, Json>,
}

/// None where there is no such deployment.
///
/// # Errors
/// What is no parameter, or too long.
pub async fn change_deployment(
    records: &Records,
    script: &str,
    deploy: &str,
    change: &DeploymentChange,
    stamp: Stamp,
) -> Result<Result<Option<Deployment>, NoParameter>, RecordsError> {
    let mut values = Vec::new();
    for (name, value) in &change.parameters {
        match read(name, value) {
            Ok(value) => values.push(value),
            Err(error) => return Ok(Err(error)),
        }
    }
    let is_deployed = change.is_deployed;
    let (script, deploy) = (script.to_owned(), deploy.to_owned());
    let put = move |records: &Together<'_>| {
        let Some(mut deployment) = Deployment::find_in(records, &script, &deploy)? else {
            return Ok(None);
        };
        let mut changes = Changes::new();
        if let Some(is_deployed) = is_deployed {
            deployment.is_deployed = is_deployed;
            changes = changes.set("isDeployed", Value::Bool(is_deployed));
        }
        let has_values = !values.is_empty();
        for (name, value) in values {
            match value {
                Json::Null => deployment.parameters.remove(&name),
                value => deployment.parameters.insert(name, value),
            };
        }
        if has_values {
            let text = Json::Object(deployment.parameters.clone()).to_string();
            changes = changes.set("parameters", Value::Text(text));
        }
        if changes.iter().next().is_some() {
            let of = records.record_type("scriptDeployment")?;
            records.update(of, deployment.id, &changes, stamp)?;
        }
        Ok(Some(deployment))
    };
    Ok(Ok(records.together(put).await?))
}

fn read(name: &str, value: &Json) -> Result<(String, Json), NoParameter> {
    let shown: String = name.chars().take(LONGEST_ID).collect();
    let name = name.to_ascii_lowercase();
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    if !name.starts_with("custscript") || name.len() > LONGEST_ID || !name.chars().all(is_letter) {
        return Err(NoParameter(format!(
            "{shown:?} is no parameter: its script id begins with custscript, as in custscript_{}.",
            shown.trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric())
        )));
    }
    let value = match value {
        Json::String(text) if text.len() > LONGEST => {
            return Err(NoParameter(format!(
                "The value of {name} has more than {LONGEST} bytes."
            )));
        }
        Json::String(text) => parameter(text),
        Json::Null | Json::Bool(_) | Json::Number(_) => value.clone(),
        Json::Array(_) | Json::Object(_) => {
            return Err(NoParameter(format!(
                "The value of {name} is a text, a number or a box."
            )));
        }
    };
    Ok((name, value))
}
