//! The folder that holds a keyring: private files, read within limits and replaced whole or not at all.
//!
//! Invariant: only a [`Writer`] writes, one at a time over all processes, and every file it makes is readable by its
//! owner alone from the moment it exists.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Read, Write};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, fchown};
use std::path::{Path, PathBuf};

use countersign_durable::{self as durable, private_file};
use zeroize::Zeroizing;

use crate::error::KeyringError;

#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(crate) fn at(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn key_file(&self) -> PathBuf {
        self.path.join("countersign.key")
    }

    pub(crate) fn keyring_file(&self) -> PathBuf {
        self.path.join("keyring.json")
    }

    /// Takes the lock, or says who is in the way; it never waits.
    pub(crate) fn writer(&self) -> Result<Writer, KeyringError> {
        let path = self.path.join("keyring.lock");
        let lock = private_file()
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(KeyringError::io("open", &path))?;
        keep_owner(&lock, &self.keyring_file()).map_err(KeyringError::io("set the owner of", &path))?;
        lock.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => KeyringError::Busy {
                folder: self.path.clone(),
            },
            TryLockError::Error(cause) => KeyringError::io("lock", &path)(cause),
        })?;
        let writer = Writer { lock };
        // What an interrupted writer renamed becomes durable before the next one builds on it. The key file may be
        // a link into another folder.
        durable::sync_folder(&self.path).map_err(KeyringError::io("sync", &self.path))?;
        if let Ok(key_file) = fs::canonicalize(self.key_file()) {
            sync_parent(&key_file)?;
        }
        Ok(writer)
    }
}

/// The right to change the folder's files; the lock is given back when it is dropped.
pub(crate) struct Writer {
    lock: File,
}

impl Drop for Writer {
    fn drop(&mut self) {
        // Closing is not enough: a process being started at this moment by another thread has a copy of the file
        // open until it runs its program, and the copy would keep the lock. Should this fail, closing is left.
        let _ = self.lock.unlock();
    }
}

impl Writer {
    /// Makes a file that must not be there yet.
    pub(crate) fn create(&self, path: &Path, bytes: &[u8]) -> Result<(), KeyringError> {
        write_new(path, bytes, None).map_err(|cause| match cause.kind() {
            ErrorKind::AlreadyExists => KeyringError::AlreadyExists {
                path: path.to_owned(),
            },
            _ => KeyringError::io("write", path)(cause),
        })?;
        sync_parent(path)
    }

    /// Puts new contents in the place of a file that is there. After a failure or a crash the file holds either
    /// the old contents or the new ones, whole.
    pub(crate) fn replace(&self, path: &Path, bytes: &[u8]) -> Result<(), KeyringError> {
        // A key file kept elsewhere behind a symbolic link stays there.
        let path = fs::canonicalize(path).map_err(KeyringError::io("find", path))?;
        let fresh = durable::beside(&path, ".new");
        // Under the lock such a file can only be what an interrupted writer left.
        remove_if_there(&fresh).map_err(KeyringError::io("remove", &fresh))?;
        write_new(&fresh, bytes, Some(&path)).map_err(KeyringError::io("write", &fresh))?;
        if let Err(cause) = fs::rename(&fresh, &path) {
            remove_if_there(&fresh).map_err(KeyringError::io("remove", &fresh))?;
            return Err(KeyringError::io("replace", &path)(cause));
        }
        sync_parent(&path)
    }

    pub(crate) fn remove(&self, path: &Path) -> Result<(), KeyringError> {
        remove_if_there(path).map_err(KeyringError::io("remove", path))
    }
}

/// Whether anything at all has this name, a dangling link too.
pub(crate) fn is_there(path: &Path) -> Result<bool, KeyringError> {
    match fs::symlink_metadata(path) {
        Ok(_) => Ok(true),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(false),
        Err(cause) => Err(KeyringError::io("look at", path)(cause)),
    }
}

/// The contents of a file, or nothing when it is not there.
pub(crate) fn read(path: &Path, limit: usize) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
    open(path)?.map(|file| read_open(&file, path, limit)).transpose()
}

/// Like [`read`], for a file that its owner alone may use.
pub(crate) fn read_private(path: &Path, limit: usize) -> Result<Option<Zeroizing<Vec<u8>>>, KeyringError> {
    let Some(file) = open(path)? else { return Ok(None) };
    refuse_exposed(&file, path)?;
    read_open(&file, path, limit).map(Some)
}

fn open(path: &Path) -> Result<Option<File>, KeyringError> {
    // Opening a pipe would wait for somebody to write into it.
    if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
        return Err(KeyringError::Damaged {
            path: path.to_owned(),
            why: "it is not a regular file".to_owned(),
        });
    }
    match File::open(path) {
        Ok(file) => Ok(Some(file)),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(KeyringError::io("open", path)(cause)),
    }
}

fn read_open(file: &File, path: &Path, limit: usize) -> Result<Zeroizing<Vec<u8>>, KeyringError> {
    // Room for the whole from the start: a buffer that grew would leave copies of a key behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit + 1));
    let length = file
        .take(limit as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(KeyringError::io("read", path))?;
    if length > limit {
        return Err(KeyringError::Damaged {
            path: path.to_owned(),
            why: format!("it is longer than {limit} bytes"),
        });
    }
    Ok(bytes)
}

/// Asks the open file, not its name: the name could mean another file by the time it is read.
fn refuse_exposed(file: &File, path: &Path) -> Result<(), KeyringError> {
    let mode = file
        .metadata()
        .map_err(KeyringError::io("look at", path))?
        .permissions()
        .mode()
        & 0o7777;
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(KeyringError::ExposedKey {
        path: path.to_owned(),
        mode,
    })
}

/// Leaves nothing behind when it fails.
fn write_new(path: &Path, bytes: &[u8], owned_like: Option<&Path>) -> io::Result<()> {
    let mut file = private_file().create_new(true).open(path)?;
    let written = owned_like
        .map_or(Ok(()), |other| keep_owner(&file, other))
        .and_then(|()| file.write_all(bytes))
        .and_then(|()| file.sync_all());
    if written.is_err() {
        remove_if_there(path)?;
    }
    written
}

/// Gives a file the owner of another: after an administrator's command, the service must still be able to read it.
fn keep_owner(file: &File, other: &Path) -> io::Result<()> {
    let other = match fs::metadata(other) {
        Ok(other) => other,
        Err(cause) if cause.kind() == ErrorKind::NotFound => return Ok(()),
        Err(cause) => return Err(cause),
    };
    if file.metadata()?.uid() == other.uid() {
        return Ok(());
    }
    fchown(file, Some(other.uid()), Some(other.gid()))
}

fn remove_if_there(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(cause),
        _ => Ok(()),
    }
}

/// A rename is durable only once its folder is.
fn sync_parent(path: &Path) -> Result<(), KeyringError> {
    durable::sync_parent(path).map_err(KeyringError::io("sync the folder of", path))
}
