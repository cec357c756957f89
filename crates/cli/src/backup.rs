//! A copy of a data folder, without its keys, and a data folder made of one.
//!
//! Each account is copied as it is at one moment, while it goes on working; the ledger comes after its databases, so that no
//! nonce that was used before is free in the copy. A copy is written beside its place and moved there when it is whole.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::Path;

use countersign_admin::Accounts as _;
use countersign_authority::check_secrets;
use countersign_durable::{self as durable, beside};
use countersign_model::Via;
use countersign_protocol::AccountId;
use countersign_server::Accounts;

use crate::accounts::{self, ACCOUNTS};
use crate::failure::Failure;
use crate::files::{LEDGER, SNAPSHOTS};
use crate::folder::{Folder, KEYS, World, make_private, private_file};
use crate::vault_folder::{self, CONNECTIONS};

/// What the system notes would call whoever copies.
const COPIER: &str = "the owner of the data folder";
const LOCK: &str = "lock";
const UNFINISHED: &str = ".unfinished";

/// Copies every account of the folder that is open, and its connections, into a new folder. Gives which accounts they are.
pub(crate) async fn write(accounts: &Accounts, data: &Path, to: &Path) -> Result<Vec<AccountId>, Failure> {
    vacant(to)?;
    let unfinished = beside(to, UNFINISHED);
    let _held = begun(&unfinished)?;
    let all = copy_all(accounts, data, &unfinished).await;
    let moved = all.and_then(|all| {
        durable::rename(&unfinished, to).map_err(cannot("write", to))?;
        Ok(all)
    });
    if moved.is_err() {
        // What cannot be removed is called unfinished.
        let _ = fs::remove_dir_all(&unfinished);
    }
    moved
}

async fn copy_all(accounts: &Accounts, data: &Path, to: &Path) -> Result<Vec<AccountId>, Failure> {
    let mut copied = Vec::new();
    for account in accounts.all() {
        let id = account.id().clone();
        let (from, to) = (
            data.join(ACCOUNTS).join(id.as_str()),
            to.join(ACCOUNTS).join(id.as_str()),
        );
        make_private(&to).map_err(cannot("make", &to))?;
        let records = accounts.records(&id);
        let records = records.ok_or_else(|| Failure::unusable(format!("account {id} is gone")))?;
        let authority = account.authority();
        let owner = authority.owner(COPIER, Via::Cli);
        authority.copy_into(&owner, &records, &to).await?;
        for folder in [LEDGER, SNAPSHOTS] {
            copy_folder(&from.join(folder), &to.join(folder)).map_err(cannot("copy", &from))?;
        }
        copied.push(id);
    }
    vault_folder::copy(data, to).await?;
    Ok(copied)
}

/// Makes a data folder of a backup and the keys that belong to it. Gives how many secrets opened, and those that did not.
pub(crate) async fn restore(
    backup: &Path,
    keys: &Path,
    data: &Path,
) -> Result<(usize, Vec<String>), Failure> {
    let ids = accounts::ids(backup)?;
    if ids.is_empty() {
        return Err(Failure::unusable(format!(
            "{} is no backup: there is no account in it",
            backup.display()
        )));
    }
    vacant(data)?;
    let unfinished = beside(data, UNFINISHED);
    let _held = begun(&unfinished)?;
    let restored = restore_into(&unfinished, backup, keys).await.and_then(|checked| {
        durable::rename(&unfinished, data).map_err(cannot("write", data))?;
        Ok(checked)
    });
    if restored.is_err() {
        let _ = fs::remove_dir_all(&unfinished);
    }
    restored
}

async fn restore_into(data: &Path, backup: &Path, keys: &Path) -> Result<(usize, Vec<String>), Failure> {
    copy_folder(&backup.join(ACCOUNTS), &data.join(ACCOUNTS)).map_err(cannot("copy", backup))?;
    let (from, to) = (backup.join(CONNECTIONS), data.join(CONNECTIONS));
    copy_folder(&from, &to).map_err(cannot("copy", &from))?;
    copy_folder(keys, &data.join(KEYS)).map_err(cannot("copy", keys))?;
    let folder = Folder::open(data)?;
    let keyring = folder.keyring().map_err(|failure| {
        failure.hint("name the folder of the keys that the accounts were made with: --key KEYS")
    })?;
    let (mut opened, mut unreadable) = (0, Vec::new());
    for files in folder.accounts()? {
        let store = files.store().await?;
        let checked = check_secrets(&store, &keyring, files.id()).await?;
        store.close().await?;
        opened += checked.opened;
        let records = checked.unreadable.into_iter();
        unreadable.extend(records.map(|record| format!("account {}: {record}", files.id())));
    }
    if let Some(vault) = vault_folder::shared_in(data, folder.keyring()?, &World::system())? {
        let (sets, broken) = vault.check().await?;
        vault.close().await?;
        opened += sets;
        unreadable.extend(broken.iter().map(|id| format!("connection {id}")));
    }
    if opened == 0 && !unreadable.is_empty() {
        let message = format!("the keys in {} open none of the backup's secrets", keys.display());
        return Err(
            Failure::unusable(message).hint("name the folder of the keys that the accounts were made with")
        );
    }
    Ok((opened, unreadable))
}

/// Regular files and folders, the newest of a folder that is written to. What goes away meanwhile is not missed.
fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    make_private(to)?;
    for entry in entries {
        let entry = entry?;
        let (name, kind) = (entry.file_name(), entry.file_type()?);
        let is_lock = name
            .to_str()
            .is_some_and(|name| name == LOCK || name.ends_with(".lock"));
        if kind.is_dir() {
            copy_folder(&entry.path(), &to.join(name))?;
        } else if kind.is_file() && !is_lock {
            match copy_file(&entry.path(), &to.join(name)) {
                Err(error) if error.kind() == ErrorKind::NotFound => {}
                copied => copied?,
            }
        }
    }
    durable::sync_folder(to)
}

fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    let mut source = File::open(from)?;
    let mut copy = private_file().create_new(true).open(to)?;
    io::copy(&mut source, &mut copy)?;
    copy.sync_all()
}

/// A folder without anything of a copy, and this process's alone as long as what is given back is held. What a kill left in it goes.
fn begun(unfinished: &Path) -> Result<File, Failure> {
    let begun = || {
        make_private(unfinished)?;
        let held = File::open(unfinished)?;
        held.try_lock()?;
        for folder in [ACCOUNTS, CONNECTIONS, KEYS] {
            match fs::remove_dir_all(unfinished.join(folder)) {
                Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(held)
    };
    begun().map_err(|error: io::Error| match error.kind() {
        ErrorKind::WouldBlock => Failure::unusable(format!(
            "another command is writing {} at this moment",
            unfinished.display()
        ))
        .hint("wait until it is done, or name another folder"),
        _ => cannot("make", unfinished)(error),
    })
}

/// Nothing is ever overwritten.
fn vacant(place: &Path) -> Result<(), Failure> {
    let is_vacant = match fs::read_dir(place) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == ErrorKind::NotFound,
    };
    match is_vacant {
        true => Ok(()),
        false => Err(
            Failure::unusable(format!("{} is there already, and not empty", place.display()))
                .hint("name a folder that is not there yet"),
        ),
    }
}

fn cannot<'p>(what: &'p str, path: &'p Path) -> impl Fn(io::Error) -> Failure + 'p {
    move |error| Failure::system(format!("{what} {}", path.display()), &error)
}
