//! `countersign connection`.

mod enter;
mod links;
mod portable;
mod rotate;
mod shown;
mod uses;

use countersign_vault::{Connection, ConnectionId, Opened, VaultError};
use serde_json::json;

use crate::ask;
use crate::checkup::{self, Depth};
use crate::command::{self, ConnectionAction, Sure};
use crate::commands::caller;
use crate::failure::{Exit, Failure};
use crate::folder::World;
use crate::output::{self, GREEN, printable};
use crate::paste;
use crate::vault_folder::VaultFolder;

pub(crate) use shown::{below, failing_since, is_narrow, minute_of, moment_of, short_word};

pub(crate) async fn run(
    command::Connection { action, at, json }: command::Connection,
) -> Result<Exit, Failure> {
    let world = World::system();
    if let ConnectionAction::Add {
        name,
        entered,
        unverified,
    } = action
    {
        return enter::add(&at, &world, (name, entered), unverified, json).await;
    }
    // Whoever invites somebody need not have a connection yet.
    let folder_is_made = matches!(action, ConnectionAction::Invite { .. });
    if let ConnectionAction::Import { from, passphrase } = action {
        let folder = VaultFolder::make(&at, &world).await?;
        return portable::import(&folder, &world, &from, &passphrase, json).await;
    }
    let folder = match folder_is_made {
        true => VaultFolder::make(&at, &world).await?,
        false => VaultFolder::open(&at, &world).await?,
    };
    match action {
        ConnectionAction::Add { .. } | ConnectionAction::Import { .. } => Ok(Exit::Success),
        ConnectionAction::List => shown::list(&folder, json).await,
        ConnectionAction::Show { name } => shown::show(&folder, name, json).await,
        ConnectionAction::Check { name } => check(&folder, &world, name, json).await,
        ConnectionAction::Rotate {
            name,
            from,
            fall_back,
            drop,
            keep_previous,
        } => {
            let rotation = rotate::Rotation {
                folder: &folder,
                world: &world,
                name,
                json,
            };
            if fall_back {
                rotation.fall_back().await
            } else if drop {
                rotation.drop_staged().await
            } else {
                rotation.go_on(from.as_deref(), keep_previous).await
            }
        }
        ConnectionAction::Move { name, entered, sure } => {
            enter::move_to(&folder, &world, (name, entered), &sure, json).await
        }
        ConnectionAction::Remove { name, sure } => remove(&folder, &world, name, &sure, json).await,
        ConnectionAction::Export {
            names,
            to,
            passphrase,
        } => portable::export(&folder, &world, (names, &to), &passphrase, json).await,
        ConnectionAction::Pages => links::pages(&folder, &world, json).await,
        ConnectionAction::Invite {
            name, withdraw: true, ..
        } => links::withdraw(&folder, &world, name, json).await,
        ConnectionAction::Invite {
            name,
            hours,
            environment,
            url,
            server,
            withdraw: false,
            sure,
        } => {
            let invited = links::Invited {
                name,
                hours,
                environment,
                url,
                server,
                sure,
            };
            links::invite(&folder, &world, invited, json).await
        }
        ConnectionAction::Uses { verify: true, .. } => uses::verify(&folder, json).await,
        ConnectionAction::Uses {
            name,
            caller,
            since,
            failed,
            limit,
            verify: false,
        } => {
            let asked = uses::Asked {
                name,
                caller,
                since,
                failed,
                limit,
            };
            uses::show(&folder, &world, asked, json).await
        }
        ConnectionAction::Audit {
            name,
            limit,
            verify,
            noted,
        } => match verify {
            true => shown::verify_audit(&folder, &noted, json).await,
            false => shown::audit(&folder, name, limit, json).await,
        },
    }
}

/// A list of nothing.
pub(crate) const NONE: &str = "There is no connection. Add one with: countersign connection add NAME";

/// The connection of this name.
pub(crate) async fn known(folder: &VaultFolder, name: &ConnectionId) -> Result<Connection, Failure> {
    match folder.vault.connection(name.clone()).await {
        Err(VaultError::UnknownConnection(name)) => {
            let list = paste::command_on(&["connection", "list"], &folder.data);
            Err(Failure::unusable(format!("there is no connection {name}")).hint(list))
        }
        found => Ok(found?),
    }
}

async fn remove(
    folder: &VaultFolder,
    world: &World,
    name: ConnectionId,
    sure: &Sure,
    as_json: bool,
) -> Result<Exit, Failure> {
    let connection = known(folder, &name).await?;
    let lost = match callers_of(folder, &name).await? {
        Some(callers) => format!("its secrets and what is granted for it to {callers}"),
        None => "its secrets".to_owned(),
    };
    let account = connection.account;
    let what = printable(&format!(
        "Removing connection {name} of account {account} with {lost}"
    ));
    ask::can_be_sure(&what, sure)?;
    output::complain(
        "What is entered under its name later is another connection, to be granted anew; its audit and uses stay.",
    );
    ask::sure(&what, sure)?;
    folder.vault.remove(name.clone(), VaultFolder::by(world)).await?;
    done(
        &name,
        "is removed, and nothing is granted for it any more",
        as_json,
    )
}

/// The names of those who may use a connection; none where nobody may.
async fn callers_of(folder: &VaultFolder, name: &ConnectionId) -> Result<Option<String>, Failure> {
    let grants = folder.vault.grants_for(name.clone()).await?;
    if grants.is_empty() {
        return Ok(None);
    }
    let callers = caller::all(&folder.vault).await?.into_iter();
    let callers = callers.filter(|caller| grants.iter().any(|grant| grant.caller == caller.id));
    let names: Vec<String> = callers.map(|caller| caller.name).collect();
    let noun = if names.len() == 1 { "caller" } else { "callers" };
    Ok(Some(format!("{noun} {}", names.join(", "))))
}

async fn check(
    folder: &VaultFolder,
    world: &World,
    name: ConnectionId,
    as_json: bool,
) -> Result<Exit, Failure> {
    let examined = super::doctor::examine(folder, world, &name, (Depth::Login, None), None).await?;
    if as_json {
        output::say_json(&checkup::json(&examined, false))?;
    } else {
        let one = known(folder, &name).await?;
        let why = checkup::why(&folder.data, &one.account, one.server.as_ref());
        checkup::print(&format!("Connection {name}"), &examined, false, why.as_deref())?;
    }
    Ok(checkup::exit(&examined))
}

/// A change that was made.
fn done(name: &ConnectionId, what: &str, as_json: bool) -> Result<Exit, Failure> {
    match as_json {
        true => output::say_json(&json!({ "connection": name.as_str(), "done": what }))?,
        false => output::say(&format!("{GREEN}Connection {name} {what}.{GREEN:#}"))?,
    }
    Ok(Exit::Success)
}

/// The same four credentials once more, for another account of them in memory.
fn duplicate(opened: &Opened) -> countersign_protocol::Credentials {
    let from = &opened.credentials;
    countersign_protocol::Credentials {
        account: from.account.clone(),
        consumer_key: from.consumer_key.clone(),
        consumer_secret: from.consumer_secret.duplicate(),
        token: from.token.clone(),
        token_secret: from.token_secret.duplicate(),
    }
}
