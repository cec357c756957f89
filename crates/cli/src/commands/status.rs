//! `countersign status`: all connections at a glance, without calling anybody.

use std::collections::BTreeMap;

use countersign_vault::{Connection, Health, MAX_ROWS};
use serde_json::json;

use super::connection::{NONE, failing_since, minute_of, short_word};
use crate::command::Status;
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, BOLD, DIM, GREEN, RED};
use crate::paste;
use crate::table::{Cell, Table};
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
    if accounts.is_empty() {
        output::say(NONE)?;
    }
    for (account, connections) in &accounts {
        output::say(&format!("{BOLD}{account}{BOLD:#}"))?;
        let mut rows = Table::new(&["", "NAME", "HEALTH", "LAST SUCCESS (UTC)", "REMARK"]);
        for one in connections {
            let style = match one.health {
                Health::Healthy if one.unreached.is_none() => GREEN,
                Health::Failing { .. } => RED,
                Health::Healthy | Health::Unverified | Health::Superseded { .. } => DIM,
            };
            let remark = match (&one.health, &one.unreached, &one.staged, &one.previous) {
                (Health::Failing { since }, ..) => format!("since {}", minute_of(*since)),
                (Health::Superseded { by: Some(by) }, ..) => format!("by {by}"),
                (_, Some(unreached), ..) => format!("not reached since {}", minute_of(unreached.at)),
                (_, None, Some(_), _) => "a new token waits to be switched to".to_owned(),
                (_, None, None, Some(_)) => "the old token is still kept".to_owned(),
                (_, None, None, None) => String::new(),
            };
            rows.add([
                Cell::from(""),
                Cell::from(&one.id),
                Cell::from(short_word(&one.health)).styled(style),
                Cell::from(one.last_success.map(minute_of).unwrap_or_default()),
                Cell::from(remark),
            ]);
        }
        rows.print()?;
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
    let exit = exit(&accounts);
    if exit != Exit::Success {
        output::complain(&format!(
            "Find out why with: {}",
            paste::command_on(&["doctor"], &folder.data)
        ));
    }
    Ok(exit)
}

/// Whether one of them fails: for scripts that ask nothing else.
fn exit(accounts: &BTreeMap<String, Vec<Connection>>) -> Exit {
    let mut all = accounts.values().flatten();
    match all.any(|one| matches!(one.health, Health::Failing { .. })) {
        true => Exit::Refused,
        false => Exit::Success,
    }
}

fn as_json(accounts: &BTreeMap<String, Vec<Connection>>) -> Result<Exit, Failure> {
    let all = accounts.iter().map(|(account, connections)| {
        let connections = connections.iter().map(|one| {
            json!({
                "name": one.id.as_str(), "health": short_word(&one.health), "failingSince": failing_since(&one.health),
                "lastSuccess": one.last_success.map(|at| at.to_string()),
                "unreachedSince": one.unreached.as_ref().map(|unreached| unreached.at.to_string()),
                "rotating": one.staged.is_some() || one.previous.is_some(),
            })
        });
        json!({ "account": account, "connections": connections.collect::<Vec<_>>() })
    });
    output::say_json(&json!({ "accounts": all.collect::<Vec<_>>() }))?;
    Ok(exit(accounts))
}
