//! `countersign key`: one keyring for every account of a data folder, and for its connections.

use std::sync::Arc;

use countersign_authority::{Resealed, check_secrets, reseal_secrets};
use serde_json::json;

use crate::command::{Key, KeyAction};
use crate::failure::{Exit, Failure};
use crate::folder::{self, Folder, World};
use crate::output;
use crate::vault_folder::{self, VaultFolder};

pub(crate) async fn run(key: Key) -> Result<Exit, Failure> {
    let folder = Folder::open(&folder::with_keys(key.data)?)?;
    let world = World::system();
    let entropy = Arc::clone(&world.entropy);
    let accounts = folder.accounts()?;
    let mut keyring = folder.keyring()?;
    // All of them before the first is touched: a rotation that cannot reach one is not begun.
    let mut stores = Vec::new();
    for files in &accounts {
        let store = files.store().await;
        stores.push((
            files.id(),
            store.map_err(|failure| failure.of_account(files.id()))?,
        ));
    }
    let connections = match key.action {
        KeyAction::Rotate => vault_folder::sealed_with(folder.path(), &world).await?,
        KeyAction::Check | KeyAction::Rewrap => None,
    };
    match key.action {
        KeyAction::Check => {
            let (mut opened, mut unreadable) = (0, Vec::new());
            for (account, store) in &stores {
                let checked = check_secrets(store, &keyring, account).await?;
                opened += checked.opened;
                let records = checked.unreadable.into_iter();
                unreadable.extend(records.map(|record| format!("account {account}: {record}")));
            }
            let keys = folder.keyring()?;
            if let Some(vault) = vault_folder::shared_in(folder.path(), keys, &world)? {
                let (sets, broken) = vault.check().await?;
                vault.close().await?;
                opened += sets;
                unreadable.extend(broken.iter().map(|id| format!("connection {id}")));
            }
            let current = keyring.current();
            if key.json {
                output::say_json(&json!({ "opened": opened, "unreadable": unreadable, "dataKey": current }))?;
            } else {
                let verb = if opened == 1 { "opens" } else { "open" };
                output::say(&format!(
                    "{} {verb}; the current data key is number {current}",
                    secrets(opened)
                ))?;
                for record in &unreadable {
                    output::complain(&format!("does not open: {record}"));
                }
            }
            Ok(if unreadable.is_empty() {
                Exit::Success
            } else {
                Exit::Refused
            })
        }
        KeyAction::Rotate => {
            let is_unfinished = keyring.versions().count() > 1;
            let current = if is_unfinished {
                keyring.current()
            } else {
                keyring.rotate(&*entropy)?
            };
            if is_unfinished {
                output::complain(&format!(
                    "Going on with data key {current}, which an earlier rotation made."
                ));
            }
            let mut sealed = 0;
            for files in &accounts {
                let snapshots = files.snapshot_stores()?.into_iter();
                stores.extend(snapshots.map(|store| (files.id(), store)));
            }
            for (account, store) in &stores {
                let progress = |done: usize| output::complain(&format!("{} sealed", secrets(sealed + done)));
                let resealed = reseal_secrets(store, &keyring, account, &*entropy, progress).await;
                let Resealed { resealed } =
                    resealed.map_err(|error| Failure::from(error).of_account(account))?;
                sealed += resealed;
            }
            if let Some(connections) = connections {
                sealed += reseal(connections, &folder, &world).await?;
            }
            // Invariant: an old data key is dropped only when no account and no connection has a secret under it.
            let old: Vec<u32> = keyring.versions().filter(|version| *version != current).collect();
            for version in &old {
                keyring.retire(*version, &*entropy)?;
            }
            if key.json {
                output::say_json(&json!({ "sealed": sealed, "dataKey": current, "dropped": old }))?;
            } else {
                let dropped = match old.len() {
                    1 => "1 old data key".to_owned(),
                    number => format!("{number} old data keys"),
                };
                let sealed = secrets(sealed);
                output::say(&format!(
                    "{sealed} sealed with data key {current}; {dropped} dropped"
                ))?;
            }
            Ok(Exit::Success)
        }
        KeyAction::Rewrap => {
            keyring.rewrap(&*entropy)?;
            if key.json {
                output::say_json(&json!({ "dataKey": keyring.current() }))?;
            } else {
                output::say("The data keys are wrapped with a new key file. Back up the keys folder anew.")?;
            }
            Ok(Exit::Success)
        }
    }
}

/// Seals the credentials of every connection with the newest key. Gives how many sets there were.
async fn reseal(held: VaultFolder, folder: &Folder, world: &World) -> Result<usize, Failure> {
    // Opened before the key was made, to be sure of it; now with that key.
    held.vault.close().await?;
    let Some(connections) = vault_folder::sealed_with(folder.path(), world).await? else {
        return Ok(0);
    };
    let mut sealed = 0;
    loop {
        match connections.vault.reseal().await? {
            0 => break,
            some => sealed += some,
        }
    }
    connections.vault.close().await?;
    Ok(sealed)
}

fn secrets(number: usize) -> String {
    match number {
        1 => "1 secret".to_owned(),
        number => format!("{number} secrets"),
    }
}
