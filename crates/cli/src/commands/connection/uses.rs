//! What connections were used for.

use countersign_vault::{ConnectionId, MAX_ROWS, Method, Use, UseFilter};
use serde_json::{Value, json};

use super::shown::{below, is_narrow, tell_end, told_of_more};
use crate::command::When;
use crate::commands::caller;
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, BOLD, GREEN, RED};
use crate::table::{Cell, Table, or_empty, plain};
use crate::vault_folder::VaultFolder;

/// Which uses are asked for.
pub(super) struct Asked {
    pub(super) name: Option<ConnectionId>,
    pub(super) caller: Option<String>,
    pub(super) since: Option<When>,
    pub(super) failed: bool,
    pub(super) limit: u32,
}

pub(super) async fn show(
    folder: &VaultFolder,
    world: &World,
    asked: Asked,
    as_json: bool,
) -> Result<Exit, Failure> {
    let callers = caller::all(&folder.vault).await?;
    let caller = match &asked.caller {
        None => None,
        // Also one that was revoked: what it did is still there.
        Some(wanted) => {
            let found = callers
                .iter()
                .rfind(|one| one.id.to_string() == *wanted || one.name == *wanted);
            let found = found.ok_or_else(|| {
                Failure::unusable(format!("there is no caller {wanted:?}"))
                    .hint("look at `countersign caller list`")
            })?;
            Some(found.id)
        }
    };
    let filter = UseFilter {
        connection: asked.name.clone(),
        caller,
        since: asked.since.map(|when| when.moment(world.clock.now()).0),
        failed: asked.failed,
        before: None,
        // One more than is shown tells whether more follows.
        limit: Some(asked.limit.saturating_add(1)),
    };
    let mut found = folder.vault.uses(filter).await?;
    let shown = usize::try_from(asked.limit).unwrap_or(usize::MAX);
    let more = found.len() > shown || (asked.limit >= MAX_ROWS && found.len() == shown);
    found.truncate(shown);
    // Of one that was removed there may be uses; of a name that was never one, there is nothing to show.
    if let Some(name) = asked.name.as_ref().filter(|_| found.is_empty()) {
        super::known(folder, name).await?;
    }
    let name_of = |one: &Use| {
        let caller = callers.iter().find(|caller| caller.id == one.caller);
        caller.map_or_else(|| one.caller.to_string(), |caller| caller.name.clone())
    };
    if as_json {
        let rows: Vec<Value> = found
            .iter()
            .map(|(id, one)| value(*id, one, &name_of(one)))
            .collect();
        output::say_json(&json!({ "rows": rows, "more": more }))?;
        return Ok(Exit::Success);
    }
    if found.is_empty() {
        output::complain("No use of a connection fits.");
        return Ok(Exit::Success);
    }
    if is_narrow() {
        for (_, one) in &found {
            let style = if one.is_answered() { GREEN } else { RED };
            let status = one.status.map(|status| format!(" {status}")).unwrap_or_default();
            let heading = format!(
                "{}  {BOLD}{}{BOLD:#}  {}  {style}{}{style:#}{status}  {} ms",
                super::minute_of(one.at),
                plain(&name_of(one)),
                one.connection,
                plain(&one.outcome),
                one.took.as_millis()
            );
            below(
                &heading,
                &format!("{} {}", one.method.map_or("-", Method::as_str), one.path),
            )?;
        }
        return told_of_more(shown, more, asked.limit);
    }
    let mut rows = Table::new(&[
        "TIME (UTC)",
        "CALLER",
        "CONNECTION",
        "REQUEST",
        "OUTCOME",
        "STATUS",
        "MS",
    ]);
    for (_, one) in &found {
        let outcome = Cell::from(&one.outcome);
        rows.add([
            Cell::from(super::moment_of(one.at)),
            Cell::from(name_of(one)),
            Cell::from(&one.connection),
            Cell::from(format!("{} {}", one.method.map_or("-", Method::as_str), one.path)),
            outcome.styled(if one.is_answered() { GREEN } else { RED }),
            or_empty(one.status),
            Cell::from(one.took.as_millis()),
        ]);
    }
    rows.print()?;
    told_of_more(shown, more, asked.limit)
}

pub(super) async fn verify(folder: &VaultFolder, as_json: bool) -> Result<Exit, Failure> {
    tell_end(folder.vault.verify_uses().await?, as_json)
}

fn value(id: i64, one: &Use, caller: &str) -> Value {
    json!({
        "id": id,
        "at": one.at.to_string(),
        "request": one.request,
        "caller": caller,
        "connection": one.connection.as_str(),
        "service": one.service.map(|service| service.to_string()),
        "method": one.method.map(Method::as_str),
        "path": one.path,
        "outcome": one.outcome,
        "status": one.status,
        "attempts": one.attempts,
        "waitedMs": u64::try_from(one.waited.as_millis()).unwrap_or(u64::MAX),
        "tookMs": u64::try_from(one.took.as_millis()).unwrap_or(u64::MAX),
    })
}
