//! `countersign status`: all connections at a glance, without calling anybody.

use std::collections::BTreeMap;

use countersign_vault::{Connection, Health, MAX_ROWS};
use serde_json::json;

use super::connection::{health_word, moment_of};
use crate::command::Status;
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, BOLD, DIM, GREEN, RED};
use crate::paste;
use crate::vault_folder::VaultFolder;

pub(crate) async fn run(status: Status) -> Result<Exit, Failure> {
    let folder = VaultFolder::open(&status.at, &World::system()).await?;
    let mut accounts: BTreeMap<String, Vec<Connection>> = BTreeMap::new();
    let mut after = None;
    loop {
        let page = folder.vault.connections(after, MAX_ROWS).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        for one in page {
            accounts.entry(one.account.to_string()).or_default().push(one);
        }
    }
    if status.json {
        return as_json(&accounts);
    }
    for (account, connections) in &accounts {
        output::say(&format!("{BOLD}{account}{BOLD:#}"))?;
        for one in connections {
            let style = match one.health {
                Health::Healthy => GREEN,
                Health::Failing { .. } => RED,
                Health::Unverified | Health::Superseded { .. } => DIM,
            };
            let rotating = match (&one.staged, &one.previous) {
                (Some(_), _) => ", a new token waits to be switched to",
                (None, Some(_)) => ", the old token is still kept",
                (None, None) => "",
            };
            let last = one
                .last_success
                .map(|at| format!(", last success {}", moment_of(at)));
            output::say(&format!(
                "  {}  {style}{}{style:#}{}{rotating}",
                one.id,
                health_word(&one.health),
                last.unwrap_or_default()
            ))?;
        }
        let failing = connections
            .iter()
            .filter(|one| matches!(one.health, Health::Failing { .. }))
            .count();
        if failing > 1 && failing == connections.len() {
            output::say(&format!(
                "  {DIM}All of them fail: something of the account itself, such as a sandbox refresh or a feature.{DIM:#}"
            ))?;
        }
    }
    if accounts
        .values()
        .flatten()
        .any(|one| matches!(one.health, Health::Failing { .. }))
    {
        output::complain(&format!(
            "Find out why with: {}",
            paste::command_on(&["doctor"], &folder.data)
        ));
    }
    Ok(Exit::Success)
}

fn as_json(accounts: &BTreeMap<String, Vec<Connection>>) -> Result<Exit, Failure> {
    let all = accounts.iter().map(|(account, connections)| {
        let connections = connections.iter().map(|one| {
            json!({
                "name": one.id.as_str(), "health": health_word(&one.health),
                "lastSuccess": one.last_success.map(moment_of), "rotating": one.staged.is_some() || one.previous.is_some(),
            })
        });
        json!({ "account": account, "connections": connections.collect::<Vec<_>>() })
    });
    output::say_json(&json!({ "accounts": all.collect::<Vec<_>>() }))?;
    Ok(Exit::Success)
}
