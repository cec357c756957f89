//! Connections taken to another vault, in a file sealed by a passphrase.

use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use countersign_vault::{Conflict, ConnectionId, MAX_EXPORT, MAX_ROWS, VaultError};
use serde_json::json;

use crate::command::Passphrase;
use crate::entry;
use crate::failure::{Exit, Failure};
use crate::folder::{World, private_file};
use crate::output;
use crate::paste;
use crate::text;
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
    for name in &names {
        super::known(folder, name).await?;
    }
    // Before anything is asked: a file that is there is never overwritten.
    if to.symlink_metadata().is_ok() {
        return Err(is_there(to));
    }
    let phrase = entry::passphrase(passphrase.passphrase_from.as_deref(), true)?;
    let sealed = folder
        .vault
        .export(names.clone(), phrase, VaultFolder::by(world))
        .await?;
    let mut file = match private_file().create_new(true).open(to) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => return Err(is_there(to)),
        opened => opened.map_err(|error| Failure::system(format!("write {}", to.display()), &error))?,
    };
    let written = file.write_all(sealed.as_bytes()).and_then(|()| file.sync_all());
    written.map_err(|error| {
        // It is ours, and not whole.
        let _ = std::fs::remove_file(to);
        Failure::system(format!("write {}", to.display()), &error)
    })?;
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
    let sealed = std::fs::File::open(from).and_then(|file| text::read(file, MAX_EXPORT as u64));
    let sealed = sealed.map_err(failed)?;
    let phrase = entry::passphrase(passphrase.passphrase_from.as_deref(), false)?;
    let names = folder.vault.import(&sealed, phrase, VaultFolder::by(world)).await;
    let names = match names {
        Err(VaultError::Conflict(Conflict::Imported(name))) => {
            let remove = paste::command_on(&["connection", "remove", name.as_str()], &folder.data);
            let message = format!("there is a connection {name} already; nothing was imported");
            return Err(Failure::refused(message).hint(format!(
                "if the one in the file is to take its place: {remove}; then import again. That forgets the secrets of the one \
                 that is here and revokes its grants, and the file brings none: grant anew what callers may do"
            )));
        }
        names => names?,
    };
    tell(&names, "imported; none is verified yet: run doctor", as_json)
}

fn is_there(path: &Path) -> Failure {
    Failure::of_system(format!(
        "{} is there already, and no export overwrites a file",
        path.display()
    ))
    .hint("name another file with --to, or move that one away")
}

fn tell(names: &[ConnectionId], what: &str, as_json: bool) -> Result<Exit, Failure> {
    let names: Vec<&str> = names.iter().map(ConnectionId::as_str).collect();
    match as_json {
        true => output::say_json(&json!({ "connections": names }))?,
        false => output::say(&format!("{} {what}.", names.join(", ")))?,
    }
    Ok(Exit::Success)
}
