//! An account that is being founded, in `founding/` of the data folder, and its move to its place.
//!
//! Until the end nobody was told a secret of it, so what is not ended is thrown away: here after a mistake, by the next
//! start after a kill. Nothing outside `founding/` is ever removed.

use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use countersign_durable::{self as durable, private_file};
use countersign_protocol::AccountId;
use countersign_seal::Keyring;
use countersign_world::Entropy;

use crate::accounts::{self, ACCOUNTS};
use crate::failure::Failure;
use crate::files::Files;
use crate::folder::{self, KEYS, make_private};

/// The folder in which an account is founded.
pub(crate) const FOUNDING: &str = "founding";
/// Its first file, by which a start knows that the rest of it was made by a founding.
const MARK: &str = "mark";
const MARK_TEXT: &str = "Countersign is making an account here. A start that finds this file begins anew.\n";
/// There once the account is whole, and only has to be moved out.
const WHOLE: &str = "whole";

#[derive(Debug)]
#[must_use = "an account whose founding does not end is thrown away"]
pub(crate) struct Founding {
    /// The data folder.
    folder: PathBuf,
    files: Files,
    ended: bool,
}

/// What lies where accounts are founded.
pub(crate) enum Foundling {
    Nothing,
    Unfinished,
    /// Its founding did end, and it was not yet moved to its place.
    Whole,
    /// Not made by a founding.
    Foreign,
}

impl Foundling {
    pub(crate) fn of(founding: &Path) -> io::Result<Self> {
        match std::fs::symlink_metadata(founding) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::Nothing),
            Err(error) => return Err(error),
            Ok(metadata) if !metadata.is_dir() => return Ok(Self::Foreign),
            Ok(_) => {}
        }
        let names: Vec<_> = std::fs::read_dir(founding)?.collect::<Result<_, _>>()?;
        let mark = match std::fs::read(founding.join(MARK)) {
            Ok(mark) => mark,
            // A kill between the two.
            Err(error) if error.kind() == ErrorKind::NotFound && names.is_empty() => {
                return Ok(Self::Unfinished);
            }
            Err(_) => return Ok(Self::Foreign),
        };
        // Before the last byte of the mark was written nothing else was made.
        let is_ours =
            mark == MARK_TEXT.as_bytes() || (names.len() == 1 && MARK_TEXT.as_bytes().starts_with(&mark));
        Ok(match is_ours {
            false => Self::Foreign,
            true if founding.join(WHOLE).exists() => Self::Whole,
            true => Self::Unfinished,
        })
    }
}

impl Founding {
    pub(crate) fn begin(folder: &Path, id: AccountId) -> Result<Self, Failure> {
        let founding = folder.join(FOUNDING);
        if std::fs::symlink_metadata(&founding).is_ok() {
            let message = format!(
                "{} is in the way: a new account is made there",
                founding.display()
            );
            return Err(Failure::unusable(message).hint("move it elsewhere; nothing was touched"));
        }
        let begin = || {
            // Invariant: the whole mark is durable before anything else is made beside it.
            make_private(&founding)?;
            write_durably(&founding.join(MARK), MARK_TEXT)?;
            durable::sync_folder(folder)?;
            make_private(&founding.join(id.as_str()))
        };
        begin().map_err(|error| Failure::system("begin an account", &error))?;
        Ok(Self {
            folder: folder.to_owned(),
            files: Files::new(founding.join(id.as_str()), id),
            ended: false,
        })
    }

    pub(crate) const fn files(&self) -> &Files {
        &self.files
    }

    /// The data folder's keyring, or for its first account a new one, which moves to its place with the account. A folder
    /// that has accounts but no key is never given one.
    pub(crate) fn keyring(&self, entropy: &dyn Entropy) -> Result<Keyring, Failure> {
        let keys = self.folder.join(KEYS);
        if keys.exists() || !accounts::ids(&self.folder)?.is_empty() {
            return folder::keyring(&self.folder);
        }
        let keys = self.folder.join(FOUNDING).join(KEYS);
        make_private(&keys).map_err(|error| Failure::system(format!("make {}", keys.display()), &error))?;
        Keyring::create(&keys, entropy)?;
        Ok(Keyring::load(&keys)?)
    }

    /// To be called when the account is closed. Invariant: it is whole and in its place, durably, before anybody is told
    /// of it.
    pub(crate) fn end(mut self) -> Result<(), Failure> {
        let founding = self.folder.join(FOUNDING);
        durable::sync_folder(&founding.join(self.files.id().as_str()))
            .and_then(|()| write_durably(&founding.join(WHOLE), ""))
            .and_then(|()| settle(&self.folder))
            .map_err(|error| Failure::system("finish the account", &error))?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for Founding {
    fn drop(&mut self) {
        let founding = self.folder.join(FOUNDING);
        if !self.ended && !founding.join(WHOLE).exists() {
            // What cannot be removed now, the next start removes.
            let _ = remove(&founding);
        }
    }
}

/// Throws an account away that nobody has open. It goes the way of one whose founding never ended, so that a kill leaves it
/// whole or to the next start.
pub(crate) fn throw_away(folder: &Path, id: &AccountId) -> Result<(), Failure> {
    let way_out = Founding::begin(folder, id.clone())?;
    let place = folder.join(ACCOUNTS).join(id.as_str());
    std::fs::rename(&place, folder.join(FOUNDING).join(id.as_str()))
        .and_then(|()| durable::sync_folder(&folder.join(ACCOUNTS)))
        .map_err(|error| Failure::system(format!("remove {}", place.display()), &error))?;
    drop(way_out);
    Ok(())
}

/// Moves a whole account from where it was founded to its place, and throws away what is left there of any.
pub(crate) fn settle(folder: &Path) -> io::Result<()> {
    let founding = folder.join(FOUNDING);
    match Foundling::of(&founding)? {
        // Foreign: beside accounts that were put there by hand, it is none of our business.
        Foundling::Nothing | Foundling::Foreign => return Ok(()),
        Foundling::Whole => move_in(folder, &founding)?,
        Foundling::Unfinished => {}
    }
    remove(&founding)?;
    durable::sync_folder(folder)
}

/// First the keys, where they were made with the account, and then the account in one rename: once it is in its place,
/// all is. What was put into the folder meanwhile, from a backup, stays, and nothing is put beside it that has other keys.
fn move_in(folder: &Path, founding: &Path) -> io::Result<()> {
    let (accounts, keys) = (folder.join(ACCOUNTS), folder.join(KEYS));
    let Some(id) = founded(founding)? else {
        return Ok(());
    };
    let place = accounts.join(id.as_str());
    let new_keys = founding.join(KEYS);
    if place.exists() || (new_keys.exists() && (keys.exists() || !is_vacant(&accounts)?)) {
        return Ok(());
    }
    make_private(&accounts)?;
    if new_keys.exists() {
        durable::rename(&new_keys, &keys)?;
    }
    durable::rename(&founding.join(id.as_str()), &place)?;
    durable::sync_folder(folder)
}

/// The account in the folder.
fn founded(founding: &Path) -> io::Result<Option<AccountId>> {
    for entry in std::fs::read_dir(founding)? {
        let name = entry?.file_name();
        let id = name.to_str().and_then(|name| name.parse::<AccountId>().ok());
        if id.is_some() {
            return Ok(id);
        }
    }
    Ok(None)
}

fn is_vacant(accounts: &Path) -> io::Result<bool> {
    match std::fs::read_dir(accounts) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error),
    }
}

/// Removes the folder so that a kill half-way leaves an unfinished founding: first what says that it is whole, last what
/// says that it is ours.
fn remove(founding: &Path) -> io::Result<()> {
    gone(std::fs::remove_file(founding.join(WHOLE)))?;
    for entry in std::fs::read_dir(founding)? {
        let entry = entry?;
        if entry.file_name() == MARK {
            continue;
        }
        if entry.file_type()?.is_dir() {
            std::fs::remove_dir_all(entry.path())?;
        } else {
            std::fs::remove_file(entry.path())?;
        }
    }
    gone(std::fs::remove_file(founding.join(MARK)))?;
    std::fs::remove_dir(founding)
}

/// In its place at once: what a kill leaves of the mark is known as its beginning.
fn write_durably(path: &Path, text: &str) -> io::Result<()> {
    let mut file = private_file().create(true).truncate(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    durable::sync_parent(path)
}

fn gone(done: io::Result<()>) -> io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}
