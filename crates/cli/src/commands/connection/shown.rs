//! Connections and their audit, as they are shown.

use countersign_vault::{
    AuditBroken, AuditFilter, AuditHead, Connection, ConnectionId, Health, MAX_ROWS, StoredSet,
};
use countersign_world::UnixTime;
use serde_json::{Value, json};

use crate::failure::{Exit, Failure};
use crate::output::{self, BOLD, DIM, GREEN, RED};
use crate::table::{self, Cell, Table, moment, or_empty, plain};
use crate::vault_folder::VaultFolder;

pub(super) async fn list(folder: &VaultFolder, as_json: bool) -> Result<Exit, Failure> {
    let mut rows = Table::new(&["NAME", "ACCOUNT", "HEALTH", "LAST SUCCESS (UTC)", "COMPANY"]);
    let mut values = Vec::new();
    let mut after = None;
    let mut is_empty = true;
    loop {
        let page = folder.vault.connections(after, MAX_ROWS).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        is_empty = false;
        for one in &page {
            if as_json {
                values.push(as_value(one));
                continue;
            }
            rows.add([
                Cell::from(&one.id),
                Cell::from(&one.account),
                health_cell(&one.health, short_word(&one.health)),
                Cell::from(one.last_success.map(minute_of).unwrap_or_default()),
                or_empty(one.holder.as_ref().map(|holder| &holder.company)),
            ]);
        }
    }
    match as_json {
        true => output::say_json(&json!({ "rows": values, "more": false }))?,
        false if is_empty => output::say(super::NONE)?,
        false => rows.print()?,
    }
    Ok(Exit::Success)
}

pub(super) async fn show(folder: &VaultFolder, name: ConnectionId, as_json: bool) -> Result<Exit, Failure> {
    let one = super::known(folder, &name).await?;
    if as_json {
        output::say_json(&as_value(&one))?;
        return Ok(Exit::Success);
    }
    let failure = one
        .last_failure
        .as_ref()
        .map(|failure| format!("{}  {}", utc(failure.at), failure.why));
    let unreached = one
        .unreached
        .as_ref()
        .map(|unreached| format!("since {}: {}", utc(unreached.at), unreached.why));
    let state = |set: Option<&StoredSet>| {
        set.map(|set| {
            let verified = match set.verified {
                Some(at) => format!("verified {}", utc(at)),
                None => "not verified".to_owned(),
            };
            format!("token {}, entered {}, {verified}", ending(set), utc(set.stored))
        })
    };
    let fields = [
        ("Account", Cell::from(&one.account)),
        ("Server", or_empty(one.server.as_ref())),
        ("Health", health_cell(&one.health, &health_word(&one.health))),
        (
            "Company",
            or_empty(one.holder.as_ref().map(|holder| &holder.company)),
        ),
        ("Role", or_empty(one.holder.as_ref().map(|holder| &holder.role))),
        (
            "User (internal ID)",
            or_empty(one.holder.as_ref().map(|holder| &holder.user)),
        ),
        (
            "Consumer Key",
            format!("…{}", one.current.consumer_key_end).into(),
        ),
        ("Signs with", or_empty(state(Some(&one.current)))),
        ("Waits to be switched to", or_empty(state(one.staged.as_ref()))),
        ("Kept from before", or_empty(state(one.previous.as_ref()))),
        ("Created", utc(one.created).into()),
        ("Last success", or_empty(one.last_success.map(utc))),
        ("Last failure", or_empty(failure)),
        ("Not reached", or_empty(unreached)),
        (
            "Tags",
            one.label
                .tags()
                .iter()
                .map(|(tag, value)| format!("{tag}={value}"))
                .collect::<Vec<_>>()
                .join(", ")
                .into(),
        ),
    ];
    table::fields(&format!("Connection {}", one.id), &fields)?;
    Ok(Exit::Success)
}

pub(super) async fn audit(
    folder: &VaultFolder,
    name: Option<ConnectionId>,
    limit: u32,
    as_json: bool,
) -> Result<Exit, Failure> {
    let filter = AuditFilter {
        subject: name.as_ref().map(|name| format!("connection {name}")),
        // One more than is shown tells whether more follows.
        limit: limit.saturating_add(1),
        before: None,
    };
    let mut rows = Table::new(&["TIME (UTC)", "WHO", "WHAT", "OF", "DETAIL"]);
    let mut found = folder.vault.audit(filter).await?;
    let shown = usize::try_from(limit).unwrap_or(usize::MAX);
    // The vault gives no more at once than the highest limit.
    let more = found.len() > shown || (limit >= MAX_ROWS && found.len() == shown);
    found.truncate(shown);
    // Of one that was removed there is audit; of a name that was never one, there is nothing to show.
    if let Some(name) = name.filter(|_| found.is_empty()) {
        super::known(folder, &name).await?;
    }
    if as_json {
        let values = found.iter().map(|row| {
            json!({
                "id": row.id, "at": row.at.to_string(), "actor": row.actor, "action": row.action.word(),
                "subject": row.subject, "detail": row.detail,
            })
        });
        output::say_json(&json!({ "rows": values.collect::<Vec<_>>(), "more": more }))?;
        return Ok(Exit::Success);
    }
    if is_narrow() {
        for row in &found {
            let heading = format!(
                "{}  {BOLD}{}{BOLD:#}  {}",
                minute_of(row.at),
                row.action.word(),
                plain(&row.subject)
            );
            let detail = match row.detail.is_empty() {
                true => row.actor.clone(),
                false => format!("{}: {}", row.actor, row.detail),
            };
            below(&heading, &detail)?;
        }
        return told_of_more(shown, more, limit);
    }
    for row in found {
        rows.add([
            Cell::from(moment_of(row.at)),
            Cell::from(&row.actor),
            Cell::from(row.action.word()),
            Cell::from(&row.subject),
            Cell::from(&row.detail),
        ]);
    }
    rows.print()?;
    told_of_more(shown, more, limit)
}

/// Whether a terminal has no room for a table of five columns and more, whose times would be cut first.
pub(crate) fn is_narrow() -> bool {
    table::width().is_some_and(|width| width < 120)
}

/// A heading, and below it whatever is long.
pub(crate) fn below(heading: &str, detail: &str) -> Result<(), Failure> {
    output::say(heading)?;
    for line in table::indented(&plain(detail), 4) {
        output::say(&format!("{DIM}{line}{DIM:#}"))?;
    }
    Ok(())
}

/// That a list goes on.
pub(super) fn told_of_more(shown: usize, more: bool, limit: u32) -> Result<Exit, Failure> {
    if more {
        let rest = match limit < MAX_ROWS {
            true => "more with --limit",
            false => "which is the most; older ones follow",
        };
        output::complain(&format!("{shown} shown, {rest}."));
    }
    Ok(Exit::Success)
}

pub(super) async fn verify_audit(
    folder: &VaultFolder,
    noted: &[String],
    as_json: bool,
) -> Result<Exit, Failure> {
    let head = folder.vault.verify_audit().await?;
    for digest in noted.iter().filter(|_| head.is_ok()) {
        if !folder.vault.audit_holds(digest).await? {
            let message = format!(
                "the end that was noted is not in the audit: {digest}; rows after it were cut off with it, or the connections are \
                 those of an older day"
            );
            return Err(Failure::refused(message).hint(
                "what was revoked, rotated or removed since that day is as it was then: look through callers and grants, and do it \
                 again",
            ));
        }
    }
    tell_end(head, as_json)
}

/// The end of a chain of rows that was followed.
pub(super) fn tell_end(head: Result<AuditHead, AuditBroken>, as_json: bool) -> Result<Exit, Failure> {
    let head = head.map_err(Failure::refused)?;
    match as_json {
        true => output::say_json(&json!({ "rows": head.rows, "digest": head.digest }))?,
        false if head.rows == 0 => output::say("There is no row yet.")?,
        false => output::say(&format!(
            "{} rows follow from each other. Note the end elsewhere, to see that none is cut off: {}",
            head.rows, head.digest
        ))?,
    }
    Ok(Exit::Success)
}

fn ending(set: &StoredSet) -> String {
    match set.token_end.is_empty() {
        true => String::new(),
        false => format!("…{}", set.token_end),
    }
}

fn health_cell(health: &Health, word: &str) -> Cell {
    let cell = Cell::from(word);
    match health {
        Health::Healthy => cell.styled(GREEN),
        Health::Failing { .. } => cell.styled(RED),
        Health::Unverified | Health::Superseded { .. } => cell,
    }
}

fn health_word(health: &Health) -> String {
    match health {
        Health::Unverified => "unverified".to_owned(),
        Health::Healthy => "healthy".to_owned(),
        Health::Failing { since } => format!("failing since {}", moment_of(*since)),
        Health::Superseded { by: Some(by) } => format!("superseded by {by}"),
        Health::Superseded { by: None } => "superseded".to_owned(),
    }
}

/// For programs: since when it fails, if it does.
pub(crate) fn failing_since(health: &Health) -> Option<String> {
    match health {
        Health::Failing { since } => Some(since.to_string()),
        _ => None,
    }
}

/// For a column and for programs: since when is said elsewhere.
pub(crate) const fn short_word(health: &Health) -> &'static str {
    match health {
        Health::Unverified => "unverified",
        Health::Healthy => "healthy",
        Health::Failing { .. } => "failing",
        Health::Superseded { .. } => "superseded",
    }
}

/// A time that says of which zone it is.
fn utc(at: UnixTime) -> String {
    format!("{} UTC", moment_of(at))
}

/// A time to the minute, in UTC.
pub(crate) fn minute_of(at: UnixTime) -> String {
    moment_of(at).chars().take(16).collect()
}

/// A time to the second, in UTC.
pub(crate) fn moment_of(at: UnixTime) -> String {
    moment(at.into())
}

fn as_value(one: &Connection) -> Value {
    let time = |at: UnixTime| at.to_string();
    let set = |set: &StoredSet| {
        json!({
            "generation": set.generation, "consumerKeyEnd": set.consumer_key_end, "tokenEnd": set.token_end,
            "stored": set.stored.to_string(), "verified": set.verified.map(time),
        })
    };
    json!({
        "name": one.id.as_str(),
        "account": one.account.as_str(),
        "server": one.server.as_ref().map(ToString::to_string),
        "health": short_word(&one.health),
        "failingSince": failing_since(&one.health),
        "supersededBy": match &one.health {
            Health::Superseded { by } => by.as_ref().map(ConnectionId::as_str),
            _ => None,
        },
        "created": one.created.to_string(),
        "lastSuccess": one.last_success.map(time),
        "lastFailure": one.last_failure.as_ref().map(|failure| json!({ "at": failure.at.to_string(), "why": failure.why })),
        "unreached": one.unreached.as_ref().map(|unreached| json!({ "since": unreached.at.to_string(), "why": unreached.why })),
        "current": set(&one.current),
        "staged": one.staged.as_ref().map(set),
        "previous": one.previous.as_ref().map(set),
        "holder": one.holder.as_ref().map(|holder| json!({
            "company": holder.company, "role": holder.role, "roleId": holder.role_id, "userId": holder.user,
            "concurrencyLimit": holder.concurrency_limit,
        })),
        "tags": one.label.tags(),
        "metadata": one.label.metadata(),
    })
}
