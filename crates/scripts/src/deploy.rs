//! Putting a project into an account: its files, its scripts and their deployments, all in one transaction.

use countersign_model::RoleId;
use countersign_records::{
    CabinetFile, Changes, Key, RecordType, Records, RecordsError, Reference, Stamp, Together, Value,
    number_of,
};

use crate::project::{NewDeployment, NewScript, Project};

/// What a deployment came to, by script id or path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deployed {
    pub files: usize,
    pub scripts: Vec<DeployedScript>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeployedScript {
    pub script_id: String,
    /// The number that an address may call it by.
    pub id: i64,
    pub path: String,
    /// Script id and number of each deployment of the project.
    pub deployments: Vec<(String, i64)>,
    /// There before.
    pub was_there: bool,
}

/// The roles of the account, for the audiences that name some.
pub type Roles = Vec<(RoleId, String)>;

#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    /// A sentence that says which deployment names it.
    #[error("{0}")]
    UnknownRole(String),
    #[error(transparent)]
    Records(#[from] RecordsError),
}

/// Puts all of it into the account, or nothing. What is there under the same path or script id becomes as the project says;
/// deployments that the project does not name stay.
pub async fn deploy(
    records: &Records,
    project: Project,
    roles: Roles,
    stamp: Stamp,
) -> Result<Deployed, DeployError> {
    let plan = project
        .scripts
        .iter()
        .flat_map(|script| &script.deployments)
        .map(|deployment| Meant::of(deployment, &roles))
        .collect::<Result<Vec<_>, _>>()?;
    let deployed = records.together(move |records| {
        for file in &project.files {
            let file = CabinetFile {
                path: file.path.clone(),
                contents: file.contents.clone(),
                changes: Changes::new(),
            };
            records.put_file(&file, stamp)?;
        }
        let mut meant = plan.into_iter();
        let scripts = project
            .scripts
            .iter()
            .map(|script| put_script(records, script, &mut meant, stamp));
        Ok(Deployed {
            files: project.files.len(),
            scripts: scripts.collect::<Result<_, _>>()?,
        })
    });
    Ok(deployed.await?)
}

/// The roles a deployment names, found.
struct Meant {
    roles: Vec<Reference>,
    runs_as: Option<Reference>,
}

impl Meant {
    fn of(deployment: &NewDeployment, roles: &Roles) -> Result<Self, DeployError> {
        let find = |named: &String| {
            role_named(named, roles).map(Reference::to).ok_or_else(|| {
                DeployError::UnknownRole(format!(
                    "{} names the role {named}, which this account does not have. Make it at Setup > Users/Roles > User \
                     Management > Manage Roles, or check All Roles.",
                    deployment.script_id
                ))
            })
        };
        Ok(Self {
            roles: deployment.roles.iter().map(find).collect::<Result<_, _>>()?,
            runs_as: deployment.runs_as.as_ref().map(find).transpose()?,
        })
    }
}

/// By internal id, by name, by `ADMINISTRATOR` as SDF writes a standard role, or as `customrole1001`.
fn role_named(named: &str, roles: &Roles) -> Option<i64> {
    let plain = |text: &str| text.to_ascii_lowercase().replace(['_', ' ', '-'], "");
    let wanted = plain(named);
    let by_number = wanted.strip_prefix("customrole").unwrap_or(&wanted);
    let found = roles.iter().find(|(id, name)| {
        number_of(by_number) == Some(id.get()) || plain(name) == wanted || plain(name) == by_number
    });
    found.map(|(id, _)| id.get())
}

fn put_script(
    records: &Together<'_>,
    script: &NewScript,
    meant: &mut impl Iterator<Item = Meant>,
    stamp: Stamp,
) -> Result<DeployedScript, RecordsError> {
    let of = records.record_type("script")?;
    let file = records.file_at(&script.path)?.unwrap_or_default();
    let mut changes = Changes::new()
        .set("name", Value::Text(script.name.clone()))
        .set("scriptId", Value::Text(script.script_id.clone()))
        .set("scriptFile", Value::Reference(Reference::to(file)))
        .set("isInactive", Value::Bool(script.is_inactive));
    if let Some(version) = script.api_version {
        changes = changes.set("apiVersion", Value::Text(version.to_owned()));
    }
    if let Some(description) = &script.description {
        changes = changes.set("description", Value::Text(description.clone()));
    }
    let script_id = Value::Text(script.script_id.clone());
    let there = records.find(of, &[("scriptId", &script_id)])?.first().copied();
    let id = put(records, of, there, &changes, stamp)?;
    let mut deployments = Vec::new();
    for deployment in &script.deployments {
        let Some(meant) = meant.next() else { break };
        deployments.push(put_deployment(records, id, deployment, meant, stamp)?);
    }
    Ok(DeployedScript {
        script_id: script.script_id.clone(),
        id,
        path: script.path.clone(),
        deployments,
        was_there: there.is_some(),
    })
}

fn put_deployment(
    records: &Together<'_>,
    script: i64,
    deployment: &NewDeployment,
    meant: Meant,
    stamp: Stamp,
) -> Result<(String, i64), RecordsError> {
    let of = records.record_type("scriptDeployment")?;
    let script = Value::Reference(Reference::to(script));
    let script_id = Value::Text(deployment.script_id.clone());
    let siblings = records.find(of, &[("script", &script)])?;
    let there = records.find(of, &[("script", &script), ("scriptId", &script_id)])?;
    let there = there.first().copied();
    let number = match there {
        Some(id) => match records.get(of, &Key::Internal(id))?.get("deploymentNumber") {
            Some(Value::Integer(number)) => *number,
            _ => 1,
        },
        None => {
            let mut last = 0;
            for id in &siblings {
                if let Some(Value::Integer(number)) =
                    records.get(of, &Key::Internal(*id))?.get("deploymentNumber")
                {
                    last = last.max(*number);
                }
            }
            last + 1
        }
    };
    let changes = Changes::new()
        .set("title", Value::Text(deployment.title.clone()))
        .set("scriptId", script_id)
        .set("script", script)
        .set("deploymentNumber", Value::Integer(number))
        .set("isDeployed", Value::Bool(deployment.is_deployed))
        .set("status", Value::Choice(deployment.status.clone()))
        .set("logLevel", Value::Choice(deployment.log_level.clone()))
        .set("allRoles", Value::Bool(deployment.all_roles))
        .set("allEmployees", Value::Bool(deployment.all_employees))
        .set("audSlctRole", Value::References(meant.roles));
    let changes = match &deployment.parameters {
        Some(parameters) => {
            let parameters = serde_json::Value::Object(parameters.clone());
            changes.set("parameters", Value::Text(parameters.to_string()))
        }
        None => changes,
    };
    let changes = match meant.runs_as {
        Some(role) => changes.set("runAsRole", Value::Reference(role)),
        None => changes.clear("runAsRole"),
    };
    put(records, of, there, &changes, stamp)?;
    Ok((deployment.script_id.clone(), number))
}

fn put(
    records: &Together<'_>,
    of: &RecordType,
    there: Option<i64>,
    changes: &Changes,
    stamp: Stamp,
) -> Result<i64, RecordsError> {
    match there {
        Some(id) => {
            let before = records.get(of, &Key::Internal(id))?;
            let is_same = |name: &str, value: Option<&Value>| match (before.get(name), value) {
                // A reference that was read has the name of what it points to, too.
                (Some(Value::Reference(old)), Some(Value::Reference(new))) => old.key == new.key,
                (None, Some(Value::References(new))) => new.is_empty(),
                (old, new) => old == new,
            };
            if !changes.iter().all(|(name, value)| is_same(name, value)) {
                records.update(of, id, changes, stamp)?;
            }
            Ok(id)
        }
        None => records.create(of, changes, stamp),
    }
}
