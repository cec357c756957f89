//! A script as it is deployed: which file runs, for whom, and with which parameters.

use countersign_records::{
    Key, LogLevel, Record, Records, RecordsError, Reference, Together, Value, number_of,
};
use serde_json::{Map, Value as Json};

use crate::actor::Actor;

/// One deployment of a script, with what of the script an execution needs.
#[derive(Clone, Debug, PartialEq)]
pub struct Deployment {
    /// Internal ids.
    pub script: i64,
    pub id: i64,
    /// `customscript_…`, `customdeploy_…`.
    pub script_id: String,
    pub deployment_id: String,
    pub script_name: String,
    pub title: String,
    /// What an address may call it in place of the script id: counted from 1 within its script.
    pub number: i64,
    /// Of the script file, absolute in the file cabinet; none where the file is gone.
    pub path: Option<String>,
    pub api_version: Option<String>,
    pub is_inactive: bool,
    pub is_deployed: bool,
    /// Released, or in testing for its owner alone.
    pub is_released: bool,
    pub log_level: LogLevel,
    pub owner: Option<i64>,
    /// Execute As Role.
    pub runs_as: Option<i64>,
    pub audience: Audience,
    /// Values of the script's parameters, by script id.
    pub parameters: Map<String, Json>,
}

/// Who may call a deployment: whoever is in one of these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Audience {
    pub all_roles: bool,
    pub roles: Vec<i64>,
    pub all_employees: bool,
    pub employees: Vec<i64>,
}

/// Why a deployment does not run for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Closed {
    /// Inactive, not deployed, without a file, or in testing and not theirs.
    Unavailable,
    /// It is for others.
    NotForThem,
}

impl Deployment {
    /// `script` and `deploy` of an address: each a number or a script id.
    pub async fn find(records: &Records, script: &str, deploy: &str) -> Result<Option<Self>, RecordsError> {
        let (script, deploy) = (script.to_owned(), deploy.to_owned());
        let find = move |records: &Together<'_>| Self::find_in(records, &script, &deploy);
        records.look(find).await
    }

    pub(crate) fn find_in(
        records: &Together<'_>,
        script: &str,
        deploy: &str,
    ) -> Result<Option<Self>, RecordsError> {
        let Some(script) = script_named(records, script)? else {
            return Ok(None);
        };
        let of = records.record_type("scriptDeployment")?;
        let by = match number_of(deploy) {
            Some(number) => ("deploymentNumber", Value::Integer(number)),
            None => ("scriptId", Value::Text(deploy.to_ascii_lowercase())),
        };
        let script = Value::Reference(Reference::to(script));
        let found = records.find(of, &[("script", &script), (by.0, &by.1)])?;
        found.first().map(|id| Self::read(records, *id)).transpose()
    }

    /// Every deployment of a script, by number.
    pub fn all_of(records: &Together<'_>, script: i64) -> Result<Vec<Self>, RecordsError> {
        let of = records.record_type("scriptDeployment")?;
        let script = Value::Reference(Reference::to(script));
        let found = records.find(of, &[("script", &script)])?;
        found.into_iter().map(|id| Self::read(records, id)).collect()
    }

    fn read(records: &Together<'_>, id: i64) -> Result<Self, RecordsError> {
        let deployment = records.get(records.record_type("scriptDeployment")?, &Key::Internal(id))?;
        let script = reference(&deployment, "script").unwrap_or_default();
        let script = records.get(records.record_type("script")?, &Key::Internal(script))?;
        let file = reference(&script, "scriptFile");
        let path = match file {
            Some(file) => records.path_of(file)?,
            None => None,
        };
        let parameters = text(&deployment, "parameters");
        Ok(Self {
            script: script.id,
            id,
            script_id: text(&script, "scriptId"),
            deployment_id: text(&deployment, "scriptId"),
            script_name: text(&script, "name"),
            title: text(&deployment, "title"),
            number: match deployment.get("deploymentNumber") {
                Some(Value::Integer(number)) => *number,
                _ => 1,
            },
            path,
            api_version: Some(text(&script, "apiVersion")).filter(|version| !version.is_empty()),
            is_inactive: is_on(&script, "isInactive"),
            is_deployed: is_on(&deployment, "isDeployed"),
            is_released: text(&deployment, "status") == "RELEASED",
            log_level: LogLevel::named(&text(&deployment, "logLevel")).unwrap_or(LogLevel::Debug),
            owner: reference(&deployment, "owner"),
            runs_as: reference(&deployment, "runAsRole"),
            audience: Audience {
                all_roles: is_on(&deployment, "allRoles"),
                roles: references(&deployment, "audSlctRole"),
                all_employees: is_on(&deployment, "allEmployees"),
                employees: references(&deployment, "audEmployee"),
            },
            parameters: serde_json::from_str(&parameters).unwrap_or_default(),
        })
    }

    /// The path of the file that runs.
    ///
    /// # Errors
    /// Why it does not run for `actor`.
    pub fn open_to(&self, actor: &Actor) -> Result<&str, Closed> {
        let is_theirs = self.owner == Some(actor.user_id().get());
        let is_on = !self.is_inactive && self.is_deployed && (self.is_released || is_theirs);
        let path = self
            .path
            .as_deref()
            .filter(|_| is_on)
            .ok_or(Closed::Unavailable)?;
        match self.audience.has(actor) || is_theirs {
            true => Ok(path),
            false => Err(Closed::NotForThem),
        }
    }
}

impl Audience {
    fn has(&self, actor: &Actor) -> bool {
        let is_employee = actor.user.kind == countersign_model::EntityKind::Employee;
        self.all_roles
            || self.roles.contains(&actor.role.id.get())
            || (self.all_employees && is_employee)
            || self.employees.contains(&actor.user_id().get())
    }
}

/// The script of that number or script id.
pub(crate) fn script_named(records: &Together<'_>, script: &str) -> Result<Option<i64>, RecordsError> {
    let of = records.record_type("script")?;
    if let Some(id) = number_of(script) {
        let found = records.find(of, &[])?;
        return Ok(found.into_iter().find(|found| *found == id));
    }
    let script_id = Value::Text(script.to_ascii_lowercase());
    Ok(records.find(of, &[("scriptId", &script_id)])?.first().copied())
}

pub(crate) fn text(record: &Record, field: &str) -> String {
    match record.get(field) {
        Some(Value::Text(text) | Value::Choice(text)) => text.clone(),
        _ => String::new(),
    }
}

pub(crate) fn is_on(record: &Record, field: &str) -> bool {
    record.get(field) == Some(&Value::Bool(true))
}

pub(crate) fn reference(record: &Record, field: &str) -> Option<i64> {
    match record.get(field) {
        Some(Value::Reference(reference)) => reference.id(),
        _ => None,
    }
}

fn references(record: &Record, field: &str) -> Vec<i64> {
    match record.get(field) {
        Some(Value::References(references)) => references.iter().filter_map(Reference::id).collect(),
        _ => Vec::new(),
    }
}
