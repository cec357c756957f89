//! `countersign caller`.

use std::time::Duration;

use countersign_vault::{Caller, CallerDraft, MAX_ROWS, Vault};
use countersign_world::UnixTime;
use serde_json::{Value, json};

use crate::ask;
use crate::command::{self, CallerAction};
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::once::{Once, Place};
use crate::output::{self, GREEN, RED};
use crate::table::{Cell, Table};
use crate::vault_folder::VaultFolder;

const DAY: Duration = Duration::from_hours(24);

pub(crate) async fn run(command: command::Caller) -> Result<Exit, Failure> {
    let world = World::system();
    // Who administers connections may come before the first of them.
    let folder = match &command.action {
        CallerAction::Add {
            administers: true, ..
        } => VaultFolder::make(&command.at, &world).await?,
        _ => VaultFolder::open(&command.at, &world).await?,
    };
    let done = act(&folder.vault, command, &world).await;
    folder.vault.close().await?;
    done.map(|()| Exit::Success)
}

async fn act(vault: &Vault, command: command::Caller, world: &World) -> Result<(), Failure> {
    let json = command.json;
    match command.action {
        CallerAction::Add {
            name,
            expires_in_days,
            administers,
            out,
        } => {
            let place = Place::open(&out)?;
            let by = VaultFolder::by(world);
            let expires = in_days(expires_in_days, by.at);
            let draft = CallerDraft { name, expires };
            let (mut caller, key) = vault.add_caller(draft, by.clone()).await?;
            if administers {
                vault.entrust(caller.id, true, by).await?;
                caller.administers = true;
            }
            let once = Once::new().with("COUNTERSIGN_KEY", key.expose());
            let may = match administers {
                true => "administers connections through Nango's API",
                false => "may do nothing until it has a grant",
            };
            let what = format!("Caller {}, {}, was added; it {may}", caller.id, caller.name);
            place.give(&once, &what, &record(&caller), json)
        }
        CallerAction::List { all } => list(vault, all, world.clock.now(), json).await,
        CallerAction::Revoke { caller, sure } => {
            let found = find(vault, &caller).await?;
            ask::sure(&format!("Revoking caller {}", found.name), &sure)?;
            vault.revoke_caller(found.id, VaultFolder::by(world)).await?;
            match json {
                true => output::say_json(&json!({ "revoked": found.id.to_string() })),
                false => output::say(&format!("Caller {} is revoked, with its grants.", found.name)),
            }
        }
    }
}

async fn list(vault: &Vault, with_ended: bool, now: UnixTime, json: bool) -> Result<(), Failure> {
    let mut callers = all(vault).await?;
    let ever = callers.len();
    callers.retain(|caller| with_ended || caller.is_active(now));
    if json {
        let rows: Vec<Value> = callers.iter().map(record).collect();
        return output::say_json(&json!({ "rows": rows, "more": false }));
    }
    if callers.is_empty() {
        let ended = match ever {
            0 => "There is no caller.",
            _ => "No caller may call now; those that are revoked or expired are listed with --all.",
        };
        return output::say(&format!("{ended} Add one with: countersign caller add NAME"));
    }
    let mut table = Table::new(&["ID", "NAME", "STATE", "ADMINISTERS", "CREATED", "EXPIRES"]);
    for caller in &callers {
        let state = match (caller.revoked, caller.is_active(now)) {
            (Some(_), _) => Cell::from("Revoked").styled(RED),
            (None, false) => Cell::from("Expired").styled(RED),
            (None, true) => Cell::from("Active").styled(GREEN),
        };
        table.add([
            Cell::from(caller.id),
            Cell::from(&caller.name),
            state,
            Cell::from(if caller.administers { "Yes" } else { "" }),
            Cell::from(date(Some(caller.created))),
            Cell::from(date(caller.expires)),
        ]);
    }
    table.print()
}

/// All there ever were, revoked ones among them.
pub(crate) async fn all(vault: &Vault) -> Result<Vec<Caller>, Failure> {
    let mut all: Vec<Caller> = Vec::new();
    loop {
        let page = vault
            .callers(all.last().map(|caller| caller.id), MAX_ROWS)
            .await?;
        if page.is_empty() {
            return Ok(all);
        }
        all.extend(page);
    }
}

/// By id or exact name, among those that are not revoked.
pub(super) async fn find(vault: &Vault, wanted: &str) -> Result<Caller, Failure> {
    let mut active = all(vault)
        .await?
        .into_iter()
        .filter(|caller| caller.revoked.is_none());
    let found = active.find(|caller| caller.id.to_string() == wanted || caller.name == wanted);
    found.ok_or_else(|| {
        Failure::unusable(format!("there is no caller {wanted:?}")).hint("look at `countersign caller list`")
    })
}

fn record(caller: &Caller) -> Value {
    json!({
        "id": caller.id.to_string(),
        "name": caller.name,
        "administers": caller.administers,
        "created": caller.created.to_string(),
        "expires": caller.expires.map(|time| time.to_string()),
        "revoked": caller.revoked.map(|time| time.to_string()),
    })
}

pub(super) fn in_days(days: Option<u32>, now: UnixTime) -> Option<UnixTime> {
    days.map(|days| now.plus(DAY * days))
}

/// A day, in UTC; empty where there is none.
pub(super) fn date(time: Option<UnixTime>) -> String {
    time.map(|time| time.to_string().chars().take(10).collect())
        .unwrap_or_default()
}
