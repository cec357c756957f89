//! The database file on the disk: only its owner may read it, and only one `Database` at a time has it, or several that
//! share it.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;
use std::sync::Arc;

use countersign_durable::{beside, private_file};

use crate::DatabaseError;

/// Held while the database is open.
///
/// The lock lies on a file of its own: SQLite's locks on the database file are POSIX locks, which the system drops
/// as soon as *any* descriptor of that file is closed in the process.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// For one that has the file to itself.
    pub(super) fn take(database: &Path) -> Result<Self, DatabaseError> {
        Self::of(database, File::try_lock)
    }

    /// For one that shares the file with others that do.
    pub(super) fn share(database: &Path) -> Result<Self, DatabaseError> {
        Self::of(database, File::try_lock_shared)
    }

    /// Waits until nobody else is opening the file. One that opens a shared file may find what another has half made.
    pub(super) fn opening(database: &Path) -> Result<Self, DatabaseError> {
        let path = beside(database, ".opening");
        let file = open_lock(&path)?;
        file.lock().map_err(|source| file_error(&path, source))?;
        Ok(Self { _file: file })
    }

    fn of(database: &Path, lock: impl Fn(&File) -> Result<(), TryLockError>) -> Result<Self, DatabaseError> {
        let path = beside(database, ".lock");
        let file = open_lock(&path)?;
        match lock(&file) {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => Err(DatabaseError::InUse {
                path: database.to_owned(),
            }),
            Err(TryLockError::Error(source)) => Err(file_error(&path, source)),
        }
    }
}

fn open_lock(path: &Path) -> Result<File, DatabaseError> {
    private_file()
        .create(true)
        .truncate(false)
        .open(path)
        .map_err(|source| file_error(path, source))
}

/// Creates the file with mode 0600 when there is none: SQLite itself would follow the umask. Its `-wal` and `-shm`
/// companions take the mode of the file.
pub(super) fn create_if_missing(path: &Path) -> Result<(), DatabaseError> {
    match private_file().create_new(true).open(path) {
        Ok(_) => countersign_durable::sync_parent(path).map_err(|source| file_error(path, source)),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(file_error(path, error)),
    }
}

/// Fills a fresh file through `write` and then puts it at `path`, in the place of an earlier one: a crash leaves
/// either the whole new file or none.
pub(super) fn replace<T>(
    path: &Path,
    write: impl FnOnce(&Path) -> Result<T, DatabaseError>,
) -> Result<T, DatabaseError> {
    let unfinished = beside(path, ".unfinished");
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(file_error(&unfinished, error)),
        _ => create_if_missing(&unfinished)?,
    }
    let written = write(&unfinished)?;
    countersign_durable::rename(&unfinished, path).map_err(|source| file_error(path, source))?;
    Ok(written)
}

fn file_error(path: &Path, source: io::Error) -> DatabaseError {
    DatabaseError::File {
        path: path.to_owned(),
        source: Arc::new(source),
    }
}
