//! The data folder: what is where, who may use it.

use std::fs::File;
use std::io::{ErrorKind, Seek as _, Write as _};
use std::net::SocketAddr;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub(crate) use countersign_durable::{private_file, private_folder as make_private};
use countersign_protocol::AccountId;
use countersign_seal::Keyring;
use countersign_world::{Clock, Entropy, SystemClock, SystemEntropy, environment};

use crate::accounts::{self, ACCOUNTS};
use crate::failure::Failure;
use crate::files::Files;
use crate::foundling::{self, FOUNDING, Founding, Foundling};
use crate::output::{self, YELLOW};
use crate::paste;
use crate::vault_folder::{self, CONNECTIONS};

pub(crate) const KEYS: &str = "keys";
/// The certificate authority of the folder, and what is made for programs that are led here.
pub(crate) const TLS: &str = "tls";
const LOCK: &str = "lock";
const PORT: &str = "port";

/// A data folder this process alone uses.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held as long as the folder is: the lock goes when the file is closed, also after `kill -9`.
    lock: File,
}

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
        Failure::unusable("there is no home folder to keep accounts in").hint("name a folder with --data DIR")
    })
}

/// Where accounts are kept when nobody says where.
pub(crate) fn usual() -> Option<PathBuf> {
    let below =
        |name: &str, path: &str| environment::variable(name).map(|home| PathBuf::from(home).join(path));
    below("XDG_DATA_HOME", "countersign").or_else(|| below("HOME", ".local/share/countersign"))
}

/// Where a running server takes commands.
pub(crate) fn socket(folder: &Path) -> PathBuf {
    folder.join("admin.sock")
}

/// What lies where accounts are to be kept. Looking changes nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Contents {
    /// No folder, an empty one, or one with an account whose founding did not end.
    Nothing,
    /// Accounts, or the first one founded and not yet moved to its place.
    Accounts,
    /// Keys, and no account that they would be of.
    Keys,
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
                let message = format!("{shown} is a file, and accounts are kept in a folder");
                return Err(Failure::unusable(message).hint("name a folder with --data DIR"));
            }
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                let message = format!("the data folder {shown} cannot be read: {error}");
                return Err(Failure::unusable(message)
                    .hint("run this as the user whose folder it is, or name another with --data DIR"));
            }
            Err(error) => return Err(Failure::system(format!("read the data folder {shown}"), &error)),
        };
        if !accounts::ids(folder)?.is_empty() {
            return Ok(Self::Accounts);
        }
        let founding = Foundling::of(&folder.join(FOUNDING))
            .map_err(|error| Failure::system(format!("read {shown}/{FOUNDING}"), &error))?;
        let is_whole = matches!(founding, Foundling::Whole);
        let is_ours = |name: &std::ffi::OsString| match name.to_str() {
            Some(LOCK | TLS) => true,
            Some(ACCOUNTS) => is_empty(&folder.join(ACCOUNTS)),
            Some(FOUNDING) => !matches!(founding, Foundling::Foreign),
            Some(CONNECTIONS) => true,
            // A vault has keys before the first account is there.
            Some(KEYS) => is_whole || folder.join(CONNECTIONS).is_dir(),
            _ => false,
        };
        Ok(match names.iter().find(|name| !is_ours(name)) {
            None if is_whole => Self::Accounts,
            None => Self::Nothing,
            Some(_) if names.iter().any(|name| name == KEYS) => Self::Keys,
            Some(other) => Self::Foreign(other.to_string_lossy().into_owned()),
        })
    }

    /// Whether accounts are there; an error where there are neither any nor room for one.
    pub(crate) fn has_accounts(&self, folder: &Path) -> Result<bool, Failure> {
        let shown = folder.display();
        match self {
            Self::Accounts => Ok(true),
            Self::Nothing => Ok(false),
            Self::Keys => {
                let message = format!("{shown} holds {KEYS}, but no account: {ACCOUNTS} is gone");
                Err(Failure::unusable(message).hint(
                    "put it back from a backup, or name an empty folder with --data DIR; nothing was touched",
                ))
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

/// Says on standard error which folders of a data folder others may write in, and goes on: what is sealed stays so, and
/// where a group shares a machine that may be meant. To be asked once, by what goes on running.
pub(crate) fn warn_of_other_writers(data: &Path) {
    for folder in [
        data.to_owned(),
        data.join(CONNECTIONS),
        data.join(ACCOUNTS),
        data.join(KEYS),
    ] {
        if std::fs::metadata(&folder).is_ok_and(|folder| has_other_writers(folder.mode())) {
            let folder = whole(&folder);
            output::complain(&format!(
                "{YELLOW}warning:{YELLOW:#} others on this machine may write in {}, and so put something else in the place \
                 of what is kept there: keep them out with: chmod go-w {}",
                folder.display(),
                paste::quoted(&folder.to_string_lossy())
            ));
        }
    }
}

const fn has_other_writers(mode: u32) -> bool {
    const GROUP: u32 = 0o020;
    const OTHERS: u32 = 0o002;
    mode & (GROUP | OTHERS) != 0
}

fn is_empty(folder: &Path) -> bool {
    std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_none())
}

/// The folder of founded accounts; an error where there are none.
pub(crate) fn of_accounts(data: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let path = chosen(data)?;
    if Contents::of(&path)? == Contents::Accounts {
        return Ok(whole(&path));
    }
    let start = paste::command_on(&["serve"], &whole(&path));
    Err(
        Failure::unusable(format!("{} holds no account", path.display())).hint(format!(
            "name its folder with --data DIR, or make one with: {start}"
        )),
    )
}

/// The folder of founded accounts or of connections, which are sealed with its keys; an error where there are neither.
pub(crate) fn with_keys(data: Option<PathBuf>) -> Result<PathBuf, Failure> {
    let path = chosen(data.clone())?;
    match vault_folder::is_in(&path) {
        true => Ok(whole(&path)),
        false => of_accounts(data),
    }
}

/// The port that the system chose for the server the last time it was asked to.
pub(crate) fn last_port(folder: &Path) -> Option<u16> {
    std::fs::read_to_string(folder.join(PORT))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// The same of the port for TLS.
pub(crate) fn last_gate_port(folder: &Path) -> Option<u16> {
    last_port(&folder.join(TLS))
}

fn keep_port(folder: &Path, port: u16) -> Result<(), Failure> {
    private_file()
        .create(true)
        .truncate(true)
        .open(folder.join(PORT))
        .and_then(|mut file| writeln!(file, "{port}"))
        .map_err(|error| Failure::system("keep the port of the server", &error))
}

/// Where the accounts of a folder answer; nothing where they do not run.
pub(crate) fn address(folder: &Path) -> Option<String> {
    told(folder, 0)
}

/// Where they answer with TLS, and as a proxy.
pub(crate) fn gate(folder: &Path) -> Option<SocketAddr> {
    told(folder, 1)?.parse().ok()
}

fn told(folder: &Path, line: usize) -> Option<String> {
    let lock = std::fs::read_to_string(folder.join(LOCK)).ok()?;
    let told = lock.lines().nth(line)?.trim();
    Some(told.to_owned()).filter(|told| !told.is_empty())
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
                folder.tell(&[])?;
                Ok(folder)
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                let where_it_is = address(&path).map(|address| format!(", which answers at {address}"));
                let where_it_is = where_it_is.unwrap_or_default();
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

    /// Says in the lock where the accounts answer, for whoever finds it locked.
    pub(crate) fn tell_address(&self, base_url: &str) -> Result<(), Failure> {
        self.tell(&[base_url])
    }

    /// The same, and where they answer with TLS.
    pub(crate) fn tell_addresses(&self, base_url: &str, gate: SocketAddr) -> Result<(), Failure> {
        self.tell(&[base_url, &gate.to_string()])
    }

    fn tell(&self, lines: &[&str]) -> Result<(), Failure> {
        let mut lock = &self.lock;
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| lock.write_all(lines.join("\n").as_bytes()))
            .map_err(|error| Failure::system("write the lock of the data folder", &error))
    }

    /// Keeps the port the system chose, so that the next start can be at the same address.
    pub(crate) fn keep_port(&self, port: u16) -> Result<(), Failure> {
        keep_port(&self.path, port)
    }

    /// The folder of its certificate authority, made where it is not there.
    pub(crate) fn tls(&self) -> Result<PathBuf, Failure> {
        let path = self.path.join(TLS);
        make_private(&path).map_err(|error| Failure::system(format!("make {}", path.display()), &error))?;
        Ok(path)
    }

    /// As [`keep_port`](Self::keep_port), of the one for TLS.
    pub(crate) fn keep_gate_port(&self, port: u16) -> Result<(), Failure> {
        keep_port(&self.tls()?, port)
    }

    /// Its accounts by ID, after a founding that was killed is finished or thrown away.
    pub(crate) fn accounts(&self) -> Result<Vec<Files>, Failure> {
        foundling::settle(&self.path)
            .map_err(|error| Failure::system("finish an account that was being made", &error))?;
        let ids = accounts::ids(&self.path)?;
        if ids.is_empty() {
            // Looked at anew: before the lock, somebody else may have been here.
            Contents::of(&self.path)?.has_accounts(&self.path)?;
        }
        Ok(ids
            .into_iter()
            .map(|id| Files::new(self.path.join(ACCOUNTS).join(id.as_str()), id))
            .collect())
    }

    /// Begins an account, in a folder of its own. None of its ID may be there.
    pub(crate) fn begin_founding(&self, id: AccountId) -> Result<Founding, Failure> {
        Founding::begin(&self.path, id)
    }

    pub(crate) fn keyring(&self) -> Result<Keyring, Failure> {
        keyring(&self.path)
    }
}

/// The keyring that seals the secrets of every account of a data folder.
pub(crate) fn keyring(folder: &Path) -> Result<Keyring, Failure> {
    let keys = folder.join(KEYS);
    if Keyring::exists(&keys)? {
        return Ok(Keyring::load(&keys)?);
    }
    let message = format!(
        "{} has no key any more: {} is gone",
        folder.display(),
        keys.display()
    );
    Err(Failure::unusable(message).hint("put the keys folder back from a backup; nothing was touched"))
}

/// What lies in a folder, in the order of the names, whatever the file system says.
pub(crate) fn entries(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let entries = std::fs::read_dir(folder).and_then(Iterator::collect::<std::io::Result<Vec<_>>>);
    let entries = entries.map_err(|error| unreadable(folder, &error))?;
    let mut entries: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    entries.sort();
    Ok(entries)
}

pub(crate) fn unreadable(folder: &Path, error: &std::io::Error) -> Failure {
    Failure::unusable(format!("cannot read {}: {error}", folder.display()))
}
