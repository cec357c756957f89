//! The data folder: what is where, who may use it.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{Authority, Parts};
use countersign_ledger::Ledger;
use countersign_protocol::TIMESTAMP_WINDOW;
use countersign_records::Records;
use countersign_seal::Keyring;
use countersign_store::Store;
use countersign_world::{Clock, Entropy, SystemClock, SystemEntropy, environment};

use crate::failure::Failure;
use crate::paste;

const ACCOUNT: &str = "account.sqlite";
const RECORDS: &str = "records.sqlite";
const LEDGER: &str = "ledger";
const KEYS: &str = "keys";
/// The folder in which an account is founded.
const FOUNDING: &str = "founding";
/// Its first file, by which a start knows that the rest of it was made by a founding.
const MARK: &str = "mark";
const MARK_TEXT: &str = "Countersign is making an account here. A start that finds this file begins anew.\n";
/// There once the account is whole, and only has to be moved out.
const WHOLE: &str = "whole";
/// What a founding makes, the account itself last: once that is in its place, all is.
const MADE: [&str; 10] = [
    KEYS,
    LEDGER,
    "records.sqlite.lock",
    "records.sqlite-wal",
    "records.sqlite-shm",
    RECORDS,
    "account.sqlite.lock",
    "account.sqlite-wal",
    "account.sqlite-shm",
    ACCOUNT,
];
const LOCK: &str = "lock";
const PORT: &str = "port";

/// A data folder this process alone uses.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held as long as the folder is: the lock goes when the file is closed, also after `kill -9`.
    lock: File,
}

/// An account that is being founded, in a folder of its own inside the data folder. Until the end nobody was told a
/// secret of it, so what is not ended is thrown away: here after a mistake, by the next start after a kill. Nothing outside
/// its own folder is ever removed.
#[derive(Debug)]
#[must_use = "an account whose founding does not end is thrown away"]
pub(crate) struct Founding {
    folder: PathBuf,
    files: Files,
    ended: bool,
}

/// The files of an account: in the data folder, or where it is being founded.
#[derive(Clone, Debug)]
pub(crate) struct Files(PathBuf);

/// What keeps time and makes secrets.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) entropy: Arc<dyn Entropy>,
}

impl World {
    pub(crate) fn system() -> Self {
        Self {
            clock: Arc::new(SystemClock::new()),
            entropy: Arc::new(SystemEntropy),
        }
    }
}

/// The folder that was asked for, or the usual one.
pub(crate) fn chosen(data: Option<PathBuf>) -> Result<PathBuf, Failure> {
    data.or_else(usual).ok_or_else(|| {
        Failure::unusable("there is no home folder to keep the account in")
            .hint("name a folder with --data DIR")
    })
}

/// Where an account is kept when nobody says where.
pub(crate) fn usual() -> Option<PathBuf> {
    let below =
        |name: &str, path: &str| environment::variable(name).map(|home| PathBuf::from(home).join(path));
    below("XDG_DATA_HOME", "countersign").or_else(|| below("HOME", ".local/share/countersign"))
}

/// Where a running account takes commands.
pub(crate) fn socket(folder: &Path) -> PathBuf {
    folder.join("admin.sock")
}

/// What lies where an account is to be kept. Looking changes nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Contents {
    /// No folder, or an empty one.
    Nothing,
    /// An account whose founding did not end.
    Unfinished,
    /// One whose founding did end, but that was not yet moved to its place.
    Whole,
    Account,
    /// Part of an account: this of it, without [`ACCOUNT`].
    Part(&'static str),
    /// This, which is none of ours.
    Foreign(String),
}

impl Contents {
    pub(crate) fn of(folder: &Path) -> Result<Self, Failure> {
        let shown = folder.display();
        let names: Vec<_> = match std::fs::read_dir(folder).and_then(Iterator::collect) {
            Ok(entries) => {
                let entries: Vec<std::fs::DirEntry> = entries;
                entries.iter().map(std::fs::DirEntry::file_name).collect()
            }
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::Nothing),
            Err(error) if error.kind() == ErrorKind::NotADirectory => {
                let message = format!("{shown} is a file, and an account is kept in a folder");
                return Err(Failure::unusable(message).hint("name a folder with --data DIR"));
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                let message = format!("the data folder {shown} cannot be read: {error}");
                return Err(Failure::unusable(message)
                    .hint("run this as the user whose folder it is, or name another with --data DIR"));
            }
            Err(error) => return Err(Failure::system(format!("read the data folder {shown}"), &error)),
        };
        let has = |name: &str| names.iter().any(|other| other == name);
        if has(ACCOUNT) {
            return Ok(Self::Account);
        }
        let founding = Foundling::of(&folder.join(FOUNDING))
            .map_err(|error| Failure::system(format!("read {shown}/{FOUNDING}"), &error))?;
        let is_whole = matches!(founding, Foundling::Whole);
        let other = names.iter().find(|name| {
            let is_ours = *name == LOCK
                || (*name == FOUNDING && !matches!(founding, Foundling::Foreign))
                || (is_whole && MADE.iter().any(|made| *name == made));
            !is_ours
        });
        if other.is_none() && !matches!(founding, Foundling::Nothing) {
            return Ok(if is_whole { Self::Whole } else { Self::Unfinished });
        }
        Ok(
            match ([RECORDS, LEDGER].into_iter().find(|name| has(name)), other) {
                (Some(part), _) => Self::Part(part),
                (None, Some(other)) => Self::Foreign(other.to_string_lossy().into_owned()),
                (None, None) => Self::Nothing,
            },
        )
    }

    /// Whether an account is there; an error where there is neither one nor room for one.
    pub(crate) fn is_account(&self, folder: &Path) -> Result<bool, Failure> {
        let shown = folder.display();
        match self {
            Self::Account | Self::Whole => Ok(true),
            Self::Nothing | Self::Unfinished => Ok(false),
            Self::Part(rest) => {
                let message = format!("{shown} holds {rest}, but {ACCOUNT} is gone");
                Err(Failure::unusable(message).hint("put it back from a backup; nothing was touched"))
            }
            Self::Foreign(name) => {
                let message =
                    format!("{shown} holds {name:?} and no account; an account begins in an empty folder");
                Err(Failure::unusable(message)
                    .hint("name an empty folder, or one that is not there yet, with --data DIR"))
            }
        }
    }
}

/// What lies where accounts are founded.
enum Foundling {
    Nothing,
    Unfinished,
    Whole,
    /// Not made by a founding.
    Foreign,
}

impl Foundling {
    fn of(folder: &Path) -> std::io::Result<Self> {
        match std::fs::symlink_metadata(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Self::Nothing),
            Err(error) => return Err(error),
            Ok(metadata) if !metadata.is_dir() => return Ok(Self::Foreign),
            Ok(_) => {}
        }
        let names: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
        let mark = match std::fs::read(folder.join(MARK)) {
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
            true if folder.join(WHOLE).exists() => Self::Whole,
            true => Self::Unfinished,
        })
    }
}

/// The folder of a founded account; an error where there is none.
pub(crate) fn of_account(data: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let path = chosen(data)?;
    if matches!(Contents::of(&path)?, Contents::Account | Contents::Whole) {
        return Ok(whole(&path));
    }
    let start = paste::command_on(&["serve"], &whole(&path));
    Err(
        Failure::unusable(format!("{} holds no account", path.display())).hint(format!(
            "name its folder with --data DIR, or make one with: {start}"
        )),
    )
}

/// The port that the system chose for the account the last time it was asked to.
pub(crate) fn last_port(folder: &Path) -> Option<u16> {
    std::fs::read_to_string(folder.join(PORT))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Absolute, and without symbolic links where it is there.
fn whole(path: &Path) -> PathBuf {
    path.canonicalize()
        .or_else(|_| std::path::absolute(path))
        .unwrap_or_else(|_| path.to_owned())
}

impl Folder {
    /// Makes the folder where it is not there, readable by its owner only, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        make_private(path)
            .map_err(|error| Failure::system(format!("make the data folder {shown}"), &error))?;
        let path = whole(path);
        let lock = private_file().create(true).read(true).open(path.join(LOCK));
        let lock = lock.map_err(|error| Failure::system(format!("use the data folder {shown}"), &error))?;
        match lock.try_lock() {
            Ok(()) => {
                let folder = Self { path, lock };
                folder.tell_address("")?;
                Ok(folder)
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                let address = std::fs::read_to_string(path.join(LOCK)).unwrap_or_default();
                let where_it_is = match address.trim() {
                    "" => String::new(),
                    address => format!(", which answers at {address}"),
                };
                let message =
                    format!("the data folder {shown} is in use by another countersign{where_it_is}");
                Err(Failure::unusable(message).hint("stop it, or choose another folder with --data DIR"))
            }
            Err(std::fs::TryLockError::Error(error)) => {
                Err(Failure::system(format!("lock the data folder {shown}"), &error))
            }
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Says in the lock where the account answers, for whoever finds it locked.
    pub(crate) fn tell_address(&self, address: &str) -> Result<(), Failure> {
        self.lock
            .set_len(0)
            .and_then(|()| (&self.lock).write_all(address.as_bytes()))
            .map_err(|error| Failure::system("write the lock of the data folder", &error))
    }

    /// Keeps the port the system chose, so that the next start can be at the same address.
    pub(crate) fn keep_port(&self, port: u16) -> Result<(), Failure> {
        private_file()
            .create(true)
            .truncate(true)
            .open(self.path.join(PORT))
            .and_then(|mut file| writeln!(file, "{port}"))
            .map_err(|error| Failure::system("keep the port of the account", &error))
    }

    /// Begins an account where there is none, after throwing away one whose founding did not end.
    pub(crate) fn begin_founding(&self) -> Result<Option<Founding>, Failure> {
        // Looked at anew: before the lock, another start may have been here.
        let contents = Contents::of(&self.path)?;
        if contents.is_account(&self.path)? {
            move_in(&self.path).map_err(|error| Failure::system("move the account to its place", &error))?;
            return Ok(None);
        }
        let founding = self.path.join(FOUNDING);
        if contents == Contents::Unfinished {
            std::fs::remove_dir_all(&founding)
                .map_err(|error| Failure::system("throw away an account that was not finished", &error))?;
        }
        // Invariant: the whole mark is durable before anything else is made beside it.
        make_private(&founding)
            .and_then(|()| write_durably(&founding.join(MARK), MARK_TEXT))
            .and_then(|()| File::open(&self.path)?.sync_all())
            .map_err(|error| Failure::system("begin an account", &error))?;
        Ok(Some(Founding {
            folder: self.path.clone(),
            files: Files(founding),
            ended: false,
        }))
    }

    pub(crate) fn files(&self) -> Files {
        Files(self.path.clone())
    }
}

impl Files {
    /// The keyring. A folder that has data but no key is never given a new one.
    pub(crate) fn keyring(&self, entropy: &dyn Entropy) -> Result<Keyring, Failure> {
        let keys = self.0.join(KEYS);
        if Keyring::exists(&keys)? {
            return Ok(Keyring::load(&keys)?);
        }
        if self.0.join(ACCOUNT).exists() {
            let message = format!(
                "the account in {} has no key any more: {} is gone",
                self.0.display(),
                keys.display()
            );
            return Err(Failure::unusable(message)
                .hint("put the keys folder back from a backup; nothing was touched"));
        }
        make_private(&keys).map_err(|error| Failure::system(format!("make {}", keys.display()), &error))?;
        Keyring::create(&keys, entropy)?;
        Ok(Keyring::load(&keys)?)
    }

    pub(crate) fn store(&self) -> Result<Store, Failure> {
        Ok(Store::sqlite(&self.0.join(ACCOUNT))?)
    }

    pub(crate) async fn records(&self) -> Result<Records, Failure> {
        Ok(Records::open(&self.0.join(RECORDS)).await?)
    }

    /// The account's authority, over what the files hold.
    pub(crate) async fn authority(
        &self,
        keyring: Keyring,
        store: Store,
        world: &World,
        concurrency: u32,
    ) -> Result<Arc<Authority>, Failure> {
        let window = Duration::from_secs(TIMESTAMP_WINDOW.unsigned_abs());
        let ledger = Ledger::open(&self.0.join(LEDGER), window, world.clock.now(), &*world.entropy)?;
        let (clock, entropy) = (Arc::clone(&world.clock), Arc::clone(&world.entropy));
        let parts = Parts {
            store,
            keyring,
            ledger,
            clock,
            entropy,
            concurrency,
        };
        Ok(Authority::open(parts).await.map(Arc::new)?)
    }
}

impl Founding {
    pub(crate) const fn files(&self) -> &Files {
        &self.files
    }

    /// To be called when the account is closed. Invariant: it is whole and in its place, durably, before anybody is told
    /// of it.
    pub(crate) fn end(mut self) -> Result<(), Failure> {
        write_durably(&self.files.0.join(WHOLE), "")
            .and_then(|()| move_in(&self.folder))
            .map_err(|error| Failure::system("finish the account", &error))?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for Founding {
    fn drop(&mut self) {
        if !self.ended && !self.files.0.join(WHOLE).exists() {
            // What cannot be removed now, the next start removes.
            let _ = std::fs::remove_dir_all(&self.files.0);
        }
    }
}

/// Moves a whole account from where it was founded to its place, or what is left of it there; the account itself last.
fn move_in(folder: &Path) -> std::io::Result<()> {
    let founding = folder.join(FOUNDING);
    match Foundling::of(&founding)? {
        // Foreign: beside an account that was put there by hand, it is none of our business.
        Foundling::Nothing | Foundling::Foreign => return Ok(()),
        Foundling::Whole if !folder.join(ACCOUNT).exists() => {
            for name in MADE {
                gone(std::fs::rename(founding.join(name), folder.join(name)))?;
            }
            File::open(folder)?.sync_all()?;
        }
        // The account is in its place, by an earlier move or from a backup.
        Foundling::Whole | Foundling::Unfinished => {}
    }
    std::fs::remove_dir_all(&founding)?;
    File::open(folder)?.sync_all()
}

fn write_durably(path: &Path, text: &str) -> std::io::Result<()> {
    let mut file = private_file().create(true).truncate(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    match path.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

fn gone(done: std::io::Result<()>) -> std::io::Result<()> {
    match done {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn make_private(path: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

/// To write a file that only its owner can read.
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).mode(0o600);
    options
}
