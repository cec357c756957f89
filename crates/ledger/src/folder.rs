//! The ledger's folder: one process at a time, and readable by its owner only, as the seed is a secret and fingerprints
//! tell who called when. Files are replaced whole.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use countersign_durable::{self as durable, private_file};
use countersign_world::Entropy;

use crate::fingerprint::Seed;

const LOCK: &str = "lock";
const SEED: &str = "seed";

/// Why a ledger could not be opened. Damaged contents are no error: they cost a while of refusals
/// ([`Recovery`](crate::Recovery)).
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error(
        "the ledger in {} is in use by another process: stop that one, or give this one a folder of its own",
        folder.display()
    )]
    InUse { folder: PathBuf },

    #[error(
        "the ledger in {} has format {version}, and this program knows only format 1: start the newer program \
         that wrote it",
        folder.display()
    )]
    Newer { folder: PathBuf, version: String },

    #[error("cannot {attempt} {}: {source}. Check that the folder exists, is writable and has space", path.display())]
    Io {
        attempt: &'static str,
        path: PathBuf,
        source: io::Error,
    },
}

impl OpenError {
    /// For `map_err`: says what was attempted, and on what.
    pub(crate) fn io(attempt: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io {
            attempt,
            path: path.to_owned(),
            source,
        }
    }
}

/// A locked folder. The lock ends with the process, however that ends.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    pub(crate) fn lock(path: &Path) -> Result<Self, OpenError> {
        durable::private_folder(path).map_err(OpenError::io("create the folder", path))?;
        // A power loss must not take the folder away together with the promises made in it.
        durable::sync_parent(path).map_err(OpenError::io("save the folder", path))?;

        let lock_path = path.join(LOCK);
        let lock = private_file().create(true).truncate(false).open(&lock_path);
        let lock = lock.map_err(OpenError::io("open", &lock_path))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self {
                path: path.to_owned(),
                _lock: lock,
            }),
            Err(TryLockError::WouldBlock) => Err(OpenError::InUse {
                folder: path.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(OpenError::io("lock", &lock_path)(source)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn join(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn replace(&self, name: &str, contents: &[u8]) -> io::Result<()> {
        durable::replace(&self.join(name), contents, durable::PRIVATE)
    }

    pub(crate) fn sync(&self) -> io::Result<()> {
        durable::sync_folder(&self.path)
    }

    /// The seed kept here, or a new one: what was written under a lost seed then fails its checksums.
    pub(crate) fn seed(&self, entropy: &dyn Entropy) -> Result<Seed, OpenError> {
        let path = self.join(SEED);
        let kept = match std::fs::read(&path) {
            Ok(bytes) => <[u8; 16]>::try_from(bytes).ok(),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(error) => return Err(OpenError::io("read", &path)(error)),
        };
        if let Some(bytes) = kept {
            return Ok(Seed::new(bytes));
        }
        let mut bytes = [0; 16];
        entropy.fill(&mut bytes);
        self.replace(SEED, &bytes)
            .map_err(OpenError::io("write", &path))?;
        Ok(Seed::new(bytes))
    }
}
