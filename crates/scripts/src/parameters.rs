//! The values of a deployment's parameters.

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

/// Sets parameters of a deployment by their script ids, the others stay. `T` and `F` are a box; an empty text takes a value away.
/// None where there is no such deployment.
///
/// # Errors
/// What is no parameter, or too long.
pub async fn set_parameters(
    records: &Records,
    script: &str,
    deploy: &str,
    values: &Map<String, Json>,
    stamp: Stamp,
) -> Result<Result<Option<Deployment>, NoParameter>, RecordsError> {
    let mut changes = Vec::new();
    for (name, value) in values {
        match read(name, value) {
            Ok(change) => changes.push(change),
            Err(error) => return Ok(Err(error)),
        }
    }
    let (script, deploy) = (script.to_owned(), deploy.to_owned());
    let put = move |records: &Together<'_>| {
        let Some(mut deployment) = Deployment::find_in(records, &script, &deploy)? else {
            return Ok(None);
        };
        for (name, value) in changes {
            match value {
                Json::Null => deployment.parameters.remove(&name),
                value => deployment.parameters.insert(name, value),
            };
        }
        let text = Value::Text(Json::Object(deployment.parameters.clone()).to_string());
        let of = records.record_type("scriptDeployment")?;
        records.update(of, deployment.id, &Changes::new().set("parameters", text), stamp)?;
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
