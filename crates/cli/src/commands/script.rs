//! `countersign script`.

use std::path::Path;
use std::time::Duration;

use countersign_admin::{
    DeployedJson, LoggedJson, ScriptCallInput, ScriptCallJson, ScriptErrorJson, ScriptJson, ScriptSourceJson,
};
use countersign_protocol::percent_encode;
use serde_json::{Value, json};

use super::administration::print_list;
use super::script_files::{self, Changed};
use crate::admin_client::AdminClient;
use crate::command::{At, Script, ScriptAction};
use crate::failure::{Exit, Failure};
use crate::output::{self, BOLD, DIM, GREEN, RED};
use crate::running::StopRequests;
use crate::table::{Cell, Table, plain};

/// How often files are looked at for a change.
const LOOK: Duration = Duration::from_millis(500);

pub(crate) async fn run(Script { action, at }: Script) -> Result<Exit, Failure> {
    let (data, account) = (at.data.clone(), at.account.clone());
    match action {
        ScriptAction::Deploy { path, watch } => {
            let deploy = async |client: &AdminClient| deploy(client, &path, watch, &at).await;
            AdminClient::with(data, account, deploy).await?;
        }
        ScriptAction::List => {
            let list = async |client: &AdminClient| client.get("scripts").await;
            let scripts: Vec<ScriptJson> = AdminClient::with(data, account, list).await?;
            show_all(&scripts, &at)?;
        }
        ScriptAction::Show { script } => {
            let path = path(&script);
            let show = async |client: &AdminClient| client.get(&path).await;
            let found: ScriptSourceJson = AdminClient::with(data, account, show).await?;
            show_one(&found, &at)?;
        }
        ScriptAction::Remove { script } => {
            let path = path(&script);
            let remove = async |client: &AdminClient| client.delete::<()>(&path).await;
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
        ScriptAction::Call {
            script,
            parameters,
            method,
            body,
            deploy,
            user,
            role,
        } => {
            let method = method.or_else(|| body.is_some().then(|| "POST".to_owned()));
            let input = ScriptCallInput {
                deployment: deploy,
                method,
                parameters: parameters
                    .into_iter()
                    .map(|(name, value)| (name, Value::String(value)))
                    .collect(),
                body,
                user,
                role,
            };
            let path = format!("{}/call", path(&script));
            let call = async |client: &AdminClient| client.post(&path, &input).await;
            let called: ScriptCallJson = AdminClient::with(data, account, call).await?;
            tell_call(&called, &at)?;
            if called.error.is_some() {
                return Ok(Exit::Refused);
            }
        }
    }
    Ok(Exit::Success)
}

fn path(script: &str) -> String {
    format!("scripts/{}", percent_encode(script))
}

async fn deploy(client: &AdminClient, path: &Path, watch: bool, at: &At) -> Result<(), Failure> {
    let (input, mut seen) = script_files::read(path)?;
    let deployed: DeployedJson = client.post("scripts/deploy", &input).await?;
    tell_deployed(&deployed, at)?;
    if !watch {
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
        let again = match script_files::read(path) {
            Ok((input, _)) => client.post::<DeployedJson>("scripts/deploy", &input).await,
            Err(failure) => Err(failure),
        };
        match again {
            Ok(deployed) => tell_deployed(&deployed, at)?,
            Err(failure) => failure.print(),
        }
    }
}

fn tell_deployed(deployed: &DeployedJson, at: &At) -> Result<(), Failure> {
    if at.json {
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
    for text in &deployed.left_out {
        output::say(&format!("{DIM}left out: {}{DIM:#}", output::printable(text)))?;
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

fn tell_call(called: &ScriptCallJson, at: &At) -> Result<(), Failure> {
    if at.json {
        return output::say_json(&json!(called));
    }
    for line in &called.log {
        say_logged(line)?;
    }
    if let Some(returned) = &called.returned {
        let json: Result<Value, _> = serde_json::from_str(returned);
        let text = match json {
            Ok(value @ (Value::Object(_) | Value::Array(_))) => format!("{value:#}"),
            _ => returned.clone(),
        };
        output::say(&output::printable(&text))?;
    }
    if let Some(error) = &called.error {
        say_error(error)?;
    }
    output::say(&format!(
        "{DIM}{} units, {:.1} ms, as {} in the role {}{DIM:#}",
        called.units,
        called.duration,
        plain(&called.user),
        plain(&called.role)
    ))
}

fn say_logged(line: &LoggedJson) -> Result<(), Failure> {
    let colour = if line.level == "ERROR" || line.level == "EMERGENCY" {
        RED
    } else {
        DIM
    };
    output::say(&format!(
        "{colour}{:<9}{colour:#} {BOLD}{}{BOLD:#}  {}",
        line.level,
        plain(&line.title),
        plain(&line.details)
    ))
}

fn say_error(error: &ScriptErrorJson) -> Result<(), Failure> {
    output::say(&format!(
        "{RED}{}{RED:#}: {}",
        plain(&error.code),
        output::printable(&error.message)
    ))?;
    if let (Some(file), Some(line), Some(source)) = (&error.file, error.line, &error.source) {
        let column = error.column.unwrap_or(1);
        output::say(&format!("  {DIM}{}:{line}:{column}{DIM:#}", plain(file)))?;
        let source = output::printable(source).replace('\t', " ");
        output::say(&format!("  {line:>5} | {source}"))?;
        output::say(&format!(
            "        | {}{RED}^{RED:#}",
            " ".repeat(column.saturating_sub(1))
        ))?;
    }
    for frame in error.stack.iter().skip(1) {
        output::say(&format!("  {DIM}at {}{DIM:#}", plain(frame)))?;
    }
    Ok(())
}
