//! `countersign logs`.

use std::time::Duration;

use countersign_admin::{RowId, ScriptLogFilter, ScriptLogLineJson};
use serde_json::json;

use super::administration::last_rows;
use super::logged;
use crate::admin_client::AdminClient;
use crate::command::{At, Logs};
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, DIM, RED};
use crate::running::StopRequests;
use crate::table::{moment, plain};

/// How often it is asked what was written meanwhile.
const LOOK: Duration = Duration::from_millis(500);
/// Everything since the last look: one execution alone may write more lines than a page holds.
const ALL: u32 = u32::MAX;

pub(crate) async fn run(logs: Logs) -> Result<Exit, Failure> {
    let (data, account) = (logs.at.data.clone(), logs.at.account.clone());
    AdminClient::with(data, account, async |client| show(client, &logs).await).await?;
    Ok(Exit::Success)
}

async fn show(client: &AdminClient, logs: &Logs) -> Result<(), Failure> {
    let mut filter = ScriptLogFilter {
        script: logs.script.clone(),
        level: logs.level.clone(),
        since: logs.since.map(|when| when.moment(World::system().clock.now())),
        ..ScriptLogFilter::default()
    };
    let mut last = print(client, &filter, logs.limit, &logs.at).await?;
    if !logs.follow {
        if last.is_none() && !logs.at.json {
            output::say("No script wrote anything yet.")?;
        }
        return Ok(());
    }
    client.must_run("no script writes anything")?;
    let mut stop = StopRequests::catch()?;
    loop {
        tokio::select! {
            () = tokio::time::sleep(LOOK) => {}
            () = stop.next() => return Ok(()),
        }
        filter.after = last.or_else(|| Some(RowId::from(0)));
        last = print(client, &filter, ALL, &logs.at).await?.or(last);
    }
}

/// Prints the last lines that fit, the newest at the end, and tells which that was.
async fn print(
    client: &AdminClient,
    filter: &ScriptLogFilter,
    limit: u32,
    at: &At,
) -> Result<Option<RowId>, Failure> {
    let (lines, _) = last_rows::<ScriptLogLineJson>(client, "script-log", filter, limit).await?;
    for line in lines.iter().rev() {
        match at.json {
            true => output::say_json(&json!(line))?,
            false => say(line)?,
        }
    }
    Ok(lines.first().map(|line| line.id))
}

fn say(line: &ScriptLogLineJson) -> Result<(), Failure> {
    let is_bad = matches!(line.level.as_str(), "ERROR" | "EMERGENCY" | "SYSTEM");
    let colour = if is_bad { RED } else { DIM };
    let head = format!(
        "{DIM}{}{DIM:#}  {colour}{:<9}{colour:#} {} ",
        moment(line.date),
        line.level,
        plain(line.script.as_deref().unwrap_or("(gone)")),
    );
    logged::say(&head, &line.title, &line.details, line.error.as_ref())
}
