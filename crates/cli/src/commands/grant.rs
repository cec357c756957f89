//! `countersign grant`.

use countersign_vault::{Grant, GrantDraft, Method, Scope, ServiceKind, Target, Targets, Vault};
use serde_json::{Value, json};

use super::caller::{self, date, in_days};
use super::connection::{below, is_narrow};
use crate::ask;
use crate::command::{GrantAction, GrantAdd, GrantCommand, MethodWord, ServiceWord};
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, BOLD};
use crate::table::{Cell, Table, plain};
use crate::vault_folder::VaultFolder;

pub(crate) async fn run(command: GrantCommand) -> Result<Exit, Failure> {
    let world = World::system();
    let folder = VaultFolder::open(&command.at, &world).await?;
    let done = act(&folder.vault, command, &world).await;
    folder.vault.close().await?;
    done.map(|()| Exit::Success)
}

async fn act(vault: &Vault, command: GrantCommand, world: &World) -> Result<(), Failure> {
    let json = command.json;
    match command.action {
        GrantAction::Add(add) => {
            let caller = caller::find(vault, &add.caller).await?;
            let by = VaultFolder::by(world);
            let draft = GrantDraft {
                caller: caller.id,
                connection: add.connection.clone(),
                share: add.share,
                expires: in_days(add.expires_in_days, by.at),
                scope: scope(*add),
            };
            let grant = vault.grant(draft, by).await?;
            match json {
                true => output::say_json(&record(&grant)),
                false => output::say(&format!(
                    "Caller {} may use connection {}: {} (grant {}).",
                    caller.name, grant.connection, &grant.scope, grant.id
                )),
            }
        }
        GrantAction::List { caller } => list(vault, caller.as_deref(), json).await,
        GrantAction::Revoke { grant, sure } => {
            ask::sure(&format!("Revoking grant {grant}"), &sure)?;
            vault.revoke_grant(grant, VaultFolder::by(world)).await?;
            match json {
                true => output::say_json(&json!({ "revoked": grant.to_string() })),
                false => output::say(&format!("Grant {grant} is revoked.")),
            }
        }
    }
}

async fn list(vault: &Vault, wanted: Option<&str>, json: bool) -> Result<(), Failure> {
    let callers = match wanted {
        Some(wanted) => vec![caller::find(vault, wanted).await?],
        None => caller::all(vault).await?,
    };
    let mut grants = Vec::new();
    for caller in callers {
        for grant in vault.grants_of(caller.id).await? {
            grants.push((caller.name.clone(), grant));
        }
    }
    if json {
        let rows: Vec<Value> = grants.iter().map(|(_, grant)| record(grant)).collect();
        return output::say_json(&json!({ "rows": rows, "more": false }));
    }
    if grants.is_empty() {
        return output::say(
            "There is no grant. Add one with: countersign grant add --caller NAME --connection NAME --all",
        );
    }
    // What a grant opens is not to be cut short.
    if is_narrow() {
        for (caller, grant) in &grants {
            let until = grant.expires.map(|_| format!("  until {}", date(grant.expires)));
            let heading = format!(
                "{}  {BOLD}{}{BOLD:#}  {}  share {}{}",
                grant.id,
                plain(caller),
                grant.connection,
                grant.share,
                until.unwrap_or_default()
            );
            below(&heading, &grant.scope.to_string())?;
        }
        return Ok(());
    }
    let mut table = Table::new(&["ID", "CALLER", "CONNECTION", "MAY", "SHARE", "EXPIRES"]);
    for (caller, grant) in &grants {
        table.add([
            Cell::from(grant.id),
            Cell::from(caller),
            Cell::from(&grant.connection),
            Cell::from(&grant.scope),
            Cell::from(grant.share),
            Cell::from(date(grant.expires)),
        ]);
    }
    table.print()
}

fn scope(add: GrantAdd) -> Scope {
    let services = add.service.iter().map(|word| match word {
        ServiceWord::Rest => ServiceKind::Rest,
        ServiceWord::Suiteql => ServiceKind::SuiteQl,
        ServiceWord::Restlet => ServiceKind::Restlet,
        ServiceWord::Soap => ServiceKind::Soap,
    });
    let methods = add.method.iter().map(|word| match word {
        MethodWord::Get => Method::Get,
        MethodWord::Head => Method::Head,
        MethodWord::Post => Method::Post,
        MethodWord::Put => Method::Put,
        MethodWord::Patch => Method::Patch,
        MethodWord::Delete => Method::Delete,
    });
    let targets: Vec<Target> = add.path.into_iter().chain(add.record).chain(add.script).collect();
    Scope {
        services: match add.all {
            true => ServiceKind::ALL.into(),
            false => services.collect(),
        },
        methods: match add.method.is_empty() {
            true => Method::ALL.into(),
            false => methods.collect(),
        },
        targets: match targets.is_empty() {
            true => Targets::Everything,
            false => Targets::Only(targets),
        },
        read_only: add.read_only,
    }
}

fn scope_record(scope: &Scope) -> Value {
    let target = |target: &Target| match target {
        Target::Path(path) => json!({ "path": path }),
        Target::RecordType(record_type) => json!({ "recordType": record_type }),
        Target::Script { script, deploy } => json!({ "script": script, "deploy": deploy }),
    };
    json!({
        "services": scope.services,
        "methods": scope.methods,
        "targets": match &scope.targets {
            Targets::Everything => json!("everything"),
            Targets::Only(targets) => targets.iter().map(target).collect(),
        },
        "readOnly": scope.read_only,
    })
}

fn record(grant: &Grant) -> Value {
    json!({
        "id": grant.id.to_string(),
        "caller": grant.caller.to_string(),
        "connection": grant.connection.as_str(),
        "scope": scope_record(&grant.scope),
        "share": grant.share,
        "created": grant.created.to_string(),
        "expires": grant.expires.map(|time| time.to_string()),
    })
}
