//! `countersign script`.

use std::path::Path;
use std::time::Duration;

use countersign_admin::{DeployedJson, DeploymentInput, DeploymentJson, ScriptJson, ScriptSourceJson};
use countersign_protocol::percent_encode;
use serde_json::{Value, json};

use super::administration::print_list;
use super::script_call;
use super::script_files::{self, Changed, Files};
use crate::admin_client::AdminClient;
use crate::command::{At, Script, ScriptAction};
use crate::failure::{Exit, Failure};
use crate::output::{self, DIM, GREEN, YELLOW};
use crate::running::StopRequests;
use crate::table::{Cell, Table, plain};

/// How often files are looked at for a change.
const LOOK: Duration = Duration::from_millis(500);

pub(crate) async fn run(Script { action, at }: Script) -> Result<Exit, Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    match action {
        ScriptAction::Deploy { path, watch, force } => {
            let how = How { watch, force };
            let deploy = async |client: &AdminClient| deploy(client, &path, how, &at).await;
            AdminClient::with(data, account, deploy).await?;
        }
        ScriptAction::List => {
            let list = async |client: &AdminClient| client.get("scripts").await;
            let scripts: Vec<ScriptJson> = AdminClient::with(data, account, list).await?;
            show_all(&scripts, &at)?;
        }
        ScriptAction::Show { script } => {
            let path = path(&script);
            let show = async |client: &AdminClient| client.get(&path).await.map_err(listed);
            let found: ScriptSourceJson = AdminClient::with(data, account, show).await?;
            show_one(&found, &at)?;
        }
        ScriptAction::Remove { script } => {
            let path = path(&script);
            let remove = async |client: &AdminClient| client.delete::<()>(&path).await.map_err(listed);
            AdminClient::with(data, account, remove).await?;
            match at.json {
                true => output::say_json(&json!({ "removed": script }))?,
                false => output::say(&format!(
                    "{} is gone; its file is still in the file cabinet.",
                    plain(&script)
                ))?,
            }
        }
        ScriptAction::Secret { action } => super::script_secret::run(action, &at).await?,
        ScriptAction::Parameter {
            script,
            parameters,
            deploy,
        } => {
            let change = DeploymentInput {
                deployed: None,
                parameters: parameters
                    .into_iter()
                    .map(|(name, value)| (name, Value::String(value)))
                    .collect(),
            };
            let deployment = changed(&script, deploy, &change, &at).await?;
            show_parameters(&deployment, &at)?;
        }
        ScriptAction::Undeploy { script, deploy } => {
            let change = DeploymentInput {
                deployed: Some(false),
                ..DeploymentInput::default()
            };
            let deployment = changed(&script, deploy, &change, &at).await?;
            match at.json {
                true => output::say_json(&json!(deployment))?,
                false => output::say(&format!(
                    "{} of {} is out of use until it is deployed again.",
                    plain(&deployment.script_id),
                    plain(&script)
                ))?,
            }
        }
        ScriptAction::Call {
            script,
            parameters,
            method,
            body,
            text,
            timeout,
            deploy,
            user,
            role,
        } => {
            let call = script_call::Call {
                path: path(&script),
                parameters,
                method,
                body,
                text,
                timeout,
                deploy,
                user,
                role,
            };
            return script_call::run(call, &at).await;
        }
    }
    Ok(Exit::Success)
}

fn path(script: &str) -> String {
    format!("scripts/{}", percent_encode(script))
}

/// Of a script that is not there, where to find those that are.
pub(super) fn listed(failure: Failure) -> Failure {
    failure.or_hint("see the scripts and their deployments with: countersign script list")
}

async fn changed(
    script: &str,
    deploy: Option<String>,
    change: &DeploymentInput,
    at: &At,
) -> Result<DeploymentJson, Failure> {
    let deployment = percent_encode(deploy.as_deref().unwrap_or("1"));
    let path = format!("{}/deployments/{deployment}", path(script));
    let patch = async |client: &AdminClient| client.patch(&path, change).await.map_err(listed);
    AdminClient::with(at.data.clone(), at.account.clone(), patch).await
}

fn show_parameters(deployment: &DeploymentJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(deployment));
    }
    if deployment.parameters.is_empty() {
        return output::say(&format!("{} has no parameters.", plain(&deployment.script_id)));
    }
    let mut table = Table::new(&["PARAMETER", "VALUE"]);
    for (name, value) in &deployment.parameters {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            Value::Bool(is_on) => (if *is_on { "T" } else { "F" }).to_owned(),
            other => other.to_string(),
        };
        table.add([Cell::from(name), Cell::from(value)]);
    }
    table.print()
}

#[derive(Clone, Copy)]
struct How {
    watch: bool,
    force: bool,
}

async fn deploy(client: &AdminClient, path: &Path, how: How, at: &At) -> Result<(), Failure> {
    let Files { input, seen, skipped } = script_files::read(path, how.force)?;
    let mut seen = seen;
    let deployed: DeployedJson = client.post("scripts/deploy", &input).await?;
    tell_deployed(&deployed, &skipped, at)?;
    if !how.watch {
        return Ok(());
    }
    client.must_run("nobody could call what is deployed")?;
    let mut stop = StopRequests::catch()?;
    if !at.json {
        output::say(&format!(
            "{DIM}Deployed again whenever a file changes. Stop with Ctrl-C.{DIM:#}"
        ))?;
    }
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = stop.next() => return Ok(()),
        }
        let now = script_files::now(path).unwrap_or_else(|_| Changed::new());
        if now == seen {
            continue;
        }
        // Also where it fails: it is tried again when it changes again.
        seen = now;
        let again = match script_files::read(path, how.force) {
            Ok(files) => client
                .post("scripts/deploy", &files.input)
                .await
                .map(|deployed: DeployedJson| (deployed, files.skipped)),
            Err(failure) => Err(failure),
        };
        match again {
            Ok((deployed, skipped)) => tell_deployed(&deployed, &skipped, at)?,
            Err(failure) => failure
                .or_hint("what was deployed before goes on; save it again")
                .print(),
        }
    }
}

/// `skipped` are files that were not read.
fn tell_deployed(deployed: &DeployedJson, skipped: &[String], at: &At) -> Result<(), Failure> {
    if at.json {
        let mut deployed = deployed.clone();
        deployed.left_out.extend_from_slice(skipped);
        return output::say_json(&json!(deployed));
    }
    for script in &deployed.scripts {
        let verb = if script.updated { "update" } else { "add" };
        output::say(&format!(
            "{GREEN}{verb}{GREEN:#} {}  {DIM}{}{DIM:#}",
            plain(&script.script_id),
            plain(&script.file)
        ))?;
        for deployment in &script.deployments {
            output::say(&format!(
                "    /app/site/hosting/restlet.nl?script={}&deploy={}  {DIM}{}{DIM:#}",
                script.id,
                deployment.number,
                plain(&deployment.script_id)
            ))?;
        }
    }
    for text in deployed.left_out.iter().chain(skipped) {
        output::say(&format!("{DIM}left out: {}{DIM:#}", output::printable(text)))?;
    }
    for text in &deployed.warnings {
        output::say(&format!("{YELLOW}warning:{YELLOW:#} {}", output::printable(text)))?;
    }
    let files = match deployed.files {
        1 => "1 file is".to_owned(),
        files => format!("{files} files are"),
    };
    output::say(&format!("{files} in the file cabinet."))
}

fn show_all(scripts: &[ScriptJson], at: &At) -> Result<(), Failure> {
    let mut table = Table::new(&["SCRIPT", "NUMBER", "NAME", "FILE", "DEPLOYMENTS"]);
    for script in scripts {
        let deployments = script.deployments.iter().map(|deployment| {
            let state = match (deployment.deployed, deployment.released) {
                (false, _) => " (not deployed)",
                (true, false) => " (testing)",
                (true, true) => "",
            };
            format!("{}{state}", deployment.script_id)
        });
        table.add([
            Cell::from(&script.script_id),
            Cell::from(script.id.to_string()),
            Cell::from(&script.name),
            Cell::from(script.file.as_deref().unwrap_or("gone")),
            Cell::from(deployments.collect::<Vec<_>>().join(", ")),
        ]);
    }
    print_list(
        scripts,
        &table,
        false,
        "The account has no scripts. Put one in with: countersign script deploy FILE",
        at,
    )
}

fn show_one(found: &ScriptSourceJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(found));
    }
    show_all(std::slice::from_ref(&found.script), at)?;
    output::say("")?;
    for (line, number) in found.source.lines().zip(1..) {
        output::say(&format!("{DIM}{number:>5}{DIM:#}  {}", output::printable(line)))?;
    }
    Ok(())
}
