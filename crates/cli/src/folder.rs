//! The data folder: what is where, who may use it.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{Authority, Parts};
use countersign_ledger::Ledger;
use countersign_protocol::TIMESTAMP_WINDOW;
use countersign_records::Records;
use countersign_seal::{Keyring, KeyringError};
use countersign_store::{Store, sqlite::SqliteStore};
use countersign_world::{Clock, Entropy, SystemClock, SystemEntropy, environment};

use crate::failure::Failure;

const ACCOUNT: &str = "account.sqlite";
const RECORDS: &str = "records.sqlite";
const LEDGER: &str = "ledger";
/// There while an account is being founded.
const FOUNDING: &str = "founding";

/// A data folder this process alone uses.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held as long as the folder is: the lock goes when the file is closed, also after `kill -9`.
    _lock: File,
}

/// An account that is being founded. Until the end nobody was told a secret of it, so a start that finds it unfinished,
/// after a mistake in the account file or a kill, throws it away and begins anew.
#[derive(Debug)]
#[must_use = "an account whose founding does not end is thrown away by the next start"]
pub(crate) struct Founding {
    folder: PathBuf,
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
    if let Some(data) = data {
        return Ok(data);
    }
    let home =
        |name: &str, below: &str| environment::variable(name).map(|home| PathBuf::from(home).join(below));
    home("XDG_DATA_HOME", "countersign")
        .or_else(|| home("HOME", ".local/share/countersign"))
        .ok_or_else(|| {
            Failure::unusable("there is no home folder to keep the account in")
                .hint("name a folder with --data DIR")
        })
}

/// Whether a founded account is there.
pub(crate) fn holds_account(folder: &Path) -> bool {
    folder.join(ACCOUNT).exists() && !folder.join(FOUNDING).exists()
}

/// Where a running account takes commands.
pub(crate) fn socket(folder: &Path) -> PathBuf {
    folder.join("admin.sock")
}

impl Folder {
    /// Makes the folder where it is not there, readable by its owner only, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        let shown = path.display();
        make_private(path)
            .map_err(|error| Failure::system(format!("make the data folder {shown}"), &error))?;
        let lock = File::options()
            .create(true)
            .truncate(false)
            .write(true)
            .open(path.join("lock"));
        let lock = lock.map_err(|error| Failure::system(format!("use the data folder {shown}"), &error))?;
        match lock.try_lock() {
            Ok(()) => {
                throw_away_unfinished(path).map_err(|error| {
                    Failure::system("throw away an account that was not finished", &error)
                })?;
                Ok(Self {
                    path: path.to_owned(),
                    _lock: lock,
                })
            }
            Err(std::fs::TryLockError::WouldBlock) => {
                let message = format!("the data folder {shown} is in use by another countersign");
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

    /// Begins an account where there is none.
    pub(crate) fn found_where_empty(&self) -> Result<Option<Founding>, Failure> {
        let is_there = |name: &&str| self.path.join(name).exists();
        if is_there(&ACCOUNT) {
            return Ok(None);
        }
        if let Some(rest) = [RECORDS, LEDGER].iter().find(|name| is_there(name)) {
            let message = format!("{} holds {rest}, but {ACCOUNT} is gone", self.path.display());
            return Err(Failure::unusable(message).hint("put it back from a backup; nothing was touched"));
        }
        File::create(self.path.join(FOUNDING))
            .and_then(|mark| mark.sync_all())
            .and_then(|()| File::open(&self.path)?.sync_all())
            .map_err(|error| Failure::system("begin an account", &error))?;
        Ok(Some(Founding {
            folder: self.path.clone(),
        }))
    }

    /// The keyring. A folder that has data but no key is never given a new one.
    pub(crate) fn keyring(&self, entropy: &dyn Entropy) -> Result<Keyring, Failure> {
        let keys = self.path.join("keys");
        let failed = |error: KeyringError| Failure::unusable(error);
        if Keyring::exists(&keys).map_err(failed)? {
            return Keyring::load(&keys).map_err(failed);
        }
        if self.path.join(ACCOUNT).exists() {
            let message = format!(
                "the account in {} has no key any more: {} is gone",
                self.path.display(),
                keys.display()
            );
            return Err(Failure::unusable(message)
                .hint("put the keys folder back from a backup; nothing was touched"));
        }
        // Made beside and moved when it is whole: a kill in between leaves no half of a keyring.
        let unfinished = self.path.join("keys.unfinished");
        let stuck = |error| Failure::system(format!("make {}", keys.display()), &error);
        gone(std::fs::remove_dir_all(&unfinished)).map_err(stuck)?;
        make_private(&unfinished).map_err(stuck)?;
        Keyring::create(&unfinished, entropy).map_err(failed)?;
        std::fs::rename(&unfinished, &keys)
            .and_then(|()| File::open(&self.path)?.sync_all())
            .map_err(stuck)?;
        Keyring::load(&keys).map_err(failed)
    }

    pub(crate) fn store(&self) -> Result<Arc<SqliteStore>, Failure> {
        let store = SqliteStore::open(&self.path.join(ACCOUNT));
        store.map(Arc::new).map_err(Failure::unusable)
    }

    pub(crate) async fn records(&self) -> Result<Records, Failure> {
        Records::open(&self.path.join(RECORDS))
            .await
            .map_err(Failure::unusable)
    }

    /// The account's authority, over what the folder holds.
    pub(crate) async fn authority(
        &self,
        keyring: Keyring,
        store: Arc<dyn Store>,
        world: &World,
        concurrency: u32,
    ) -> Result<Arc<Authority>, Failure> {
        let window = Duration::from_secs(TIMESTAMP_WINDOW.unsigned_abs());
        let ledger = Ledger::open(
            &self.path.join(LEDGER),
            window,
            world.clock.now(),
            &*world.entropy,
        );
        let ledger = ledger.map_err(Failure::unusable)?;
        let (clock, entropy) = (Arc::clone(&world.clock), Arc::clone(&world.entropy));
        let parts = Parts {
            store,
            keyring,
            ledger,
            clock,
            entropy,
            concurrency,
        };
        Authority::open(parts)
            .await
            .map(Arc::new)
            .map_err(Failure::unusable)
    }
}

impl Founding {
    /// Invariant: durable before anybody is told of the account, or a power loss could bring the mark back, and the next
    /// start throw away an account that is in use.
    pub(crate) fn end(self) -> Result<(), Failure> {
        std::fs::remove_file(self.folder.join(FOUNDING))
            .and_then(|()| File::open(&self.folder)?.sync_all())
            .map_err(|error| Failure::system("finish the account", &error))
    }
}

/// The mark goes last: what is left by a crash in here is thrown away by the next start.
fn throw_away_unfinished(folder: &Path) -> std::io::Result<()> {
    let mark = folder.join(FOUNDING);
    if !mark.exists() {
        return Ok(());
    }
    for database in [ACCOUNT, RECORDS] {
        // SQLite would take a journal left behind for that of the new file.
        for companion in ["-journal", "-wal", "-shm", ""] {
            gone(std::fs::remove_file(
                folder.join(format!("{database}{companion}")),
            ))?;
        }
    }
    gone(std::fs::remove_dir_all(folder.join(LEDGER)))?;
    std::fs::remove_file(mark)
}

fn gone(removed: std::io::Result<()>) -> std::io::Result<()> {
    match removed {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
}

#[cfg(not(unix))]
fn make_private(path: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(path)
}
