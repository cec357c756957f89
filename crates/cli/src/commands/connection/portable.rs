//! Connections taken to another vault, in a file sealed by a passphrase.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use countersign_vault::{ConnectionId, MAX_EXPORT, MAX_ROWS};
use serde_json::json;

use crate::command::Passphrase;
use crate::entry;
use crate::failure::{Exit, Failure};
use crate::folder::{World, private_file};
use crate::output;
use crate::vault_folder::VaultFolder;

pub(super) async fn export(
    folder: &VaultFolder,
    world: &World,
    (names, to): (Vec<ConnectionId>, &PathBuf),
    passphrase: &Passphrase,
    as_json: bool,
) -> Result<Exit, Failure> {
    let names = match names.is_empty() {
        true => {
            let all = folder.vault.connections(None, MAX_ROWS).await?.into_iter();
            let open = all.filter(|one| !matches!(one.health, countersign_vault::Health::Superseded { .. }));
            open.map(|one| one.id).collect()
        }
        false => names,
    };
    let failed = |error| Failure::system(format!("write {}", to.display()), &error);
    // Before anything is asked: a file that is there is never overwritten.
    let mut file = private_file().create_new(true).open(to).map_err(failed)?;
    let sealed = match entry::passphrase(passphrase.passphrase_from.as_deref(), true) {
        Ok(phrase) => folder
            .vault
            .export(names.clone(), phrase, VaultFolder::by(world))
            .await
            .map_err(Failure::from),
        Err(failure) => Err(failure),
    };
    let sealed = match sealed {
        Ok(sealed) => sealed,
        Err(failure) => {
            // It is ours, and empty.
            let _ = std::fs::remove_file(to);
            return Err(failure);
        }
    };
    file.write_all(sealed.as_bytes())
        .and_then(|()| file.sync_all())
        .map_err(failed)?;
    tell(&names, &format!("written to {}", to.display()), as_json)
}

pub(super) async fn import(
    folder: &VaultFolder,
    world: &World,
    from: &Path,
    passphrase: &Passphrase,
    as_json: bool,
) -> Result<Exit, Failure> {
    let length = std::fs::metadata(from).map(|file| file.len());
    let failed = |error| Failure::unusable(format!("{} cannot be read: {error}", from.display()));
    if length.map_err(failed)? > MAX_EXPORT as u64 {
        return Err(Failure::unusable(format!(
            "{} is longer than any export",
            from.display()
        )));
    }
    let sealed = std::fs::read_to_string(from).map_err(failed)?;
    let phrase = entry::passphrase(passphrase.passphrase_from.as_deref(), false)?;
    let names = folder
        .vault
        .import(&sealed, phrase, VaultFolder::by(world))
        .await?;
    tell(&names, "imported; none is verified yet: run doctor", as_json)
}

fn tell(names: &[ConnectionId], what: &str, as_json: bool) -> Result<Exit, Failure> {
    let names: Vec<&str> = names.iter().map(ConnectionId::as_str).collect();
    match as_json {
        true => output::say_json(&json!({ "connections": names }))?,
        false => output::say(&format!("{} {what}.", names.join(", ")))?,
    }
    Ok(Exit::Success)
}
