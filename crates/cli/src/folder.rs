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

/// A data folder this process alone uses.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    /// Held as long as the folder is: the lock goes when the file is closed, also after `kill -9`.
    _lock: File,
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
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
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

    /// The keyring. A folder that has data but no key is never given a new one.
    pub(crate) fn keyring(&self, entropy: &dyn Entropy) -> Result<Keyring, Failure> {
        let keys = self.path.join("keys");
        let failed = |error: KeyringError| Failure::unusable(error);
        if Keyring::exists(&keys).map_err(failed)? {
            return Keyring::load(&keys).map_err(failed);
        }
        if self.path.join("account.sqlite").exists() {
            let message = format!(
                "the account in {} has no key any more: {} is gone",
                self.path.display(),
                keys.display()
            );
            return Err(Failure::unusable(message)
                .hint("put the keys folder back from a backup; nothing was touched"));
        }
        make_private(&keys).map_err(|error| Failure::system(format!("make {}", keys.display()), &error))?;
        Keyring::create(&keys, entropy).map_err(failed)
    }

    pub(crate) fn store(&self) -> Result<Arc<SqliteStore>, Failure> {
        let store = SqliteStore::open(&self.path.join("account.sqlite"));
        store.map(Arc::new).map_err(Failure::unusable)
    }

    pub(crate) async fn records(&self) -> Result<Records, Failure> {
        Records::open(&self.path.join("records.sqlite"))
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
            &self.path.join("ledger"),
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
