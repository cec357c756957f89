//! What can go wrong: with the keyring's files, with sealing, and with opening what was stored.

use std::io;
use std::path::PathBuf;

use crate::data_keys::MAX_DATA_KEYS;
use crate::sealed::MAX_SECRET;

/// Why a keyring cannot be created, loaded or changed. None of these loses a data key that was to be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    #[error(
        "{path} is already there, and a new key over old data would lose the data; nothing was touched. \
         Use the keyring that is there, or move {path} away first"
    )]
    AlreadyExists { path: PathBuf },

    #[error("there is no keyring in {folder}: neither countersign.key nor keyring.json. Create one first")]
    Missing { folder: PathBuf },

    #[error(
        "the key file {path} is missing, and without it no sealed secret can be opened; nothing was touched. \
         Put the file back from its backup"
    )]
    MissingKey { path: PathBuf },

    #[error(
        "{path} is missing while its key file is there; nothing was touched. Put it back from a backup; or, if \
         the keyring was only just being created and nothing is sealed yet, delete the key file and create again"
    )]
    MissingKeyring { path: PathBuf },

    #[error(
        "the key file {path} can be used by others on this machine (mode {mode:04o}), so it was not read. \
         Run: chmod 600 '{path}'"
    )]
    ExposedKey { path: PathBuf, mode: u32 },

    #[error(
        "{key_file} is not the key of {keyring_file}: its id is {found}, and the data keys are wrapped under \
         {expected}; nothing was touched. Put back the key file and the keyring file of the same backup"
    )]
    WrongKey {
        key_file: PathBuf,
        keyring_file: PathBuf,
        found: String,
        expected: String,
    },

    #[error(
        "{path} has format {found}, and this version of Countersign knows formats up to {known}; nothing was \
         touched. Use the version that wrote it, or a later one"
    )]
    NewerFormat { path: PathBuf, found: u32, known: u32 },

    #[error("{path} is damaged: {why}; nothing was touched. Put it back from a backup")]
    Damaged { path: PathBuf, why: String },

    #[error(
        "another process is changing the keyring in {folder}; nothing was touched. Try again when it is done"
    )]
    Busy { folder: PathBuf },

    #[error(
        "data key {version} is the current one: new secrets are sealed under it. Rotate before retiring it"
    )]
    CurrentKey { version: u32 },

    #[error("the keyring has no data key {version}")]
    UnknownVersion { version: u32 },

    #[error(
        "the keyring is full: it holds {MAX_DATA_KEYS} data keys at most, numbered up to {}. \
         Reseal what is under the oldest, then retire them",
        u32::MAX
    )]
    Full,

    #[error("cannot {action} {path}: {cause}")]
    Io {
        action: &'static str,
        path: PathBuf,
        cause: io::Error,
    },
}

impl KeyringError {
    pub(crate) fn io(action: &'static str, path: impl Into<PathBuf>) -> impl FnOnce(io::Error) -> Self {
        let path = path.into();
        move |cause| Self::Io { action, path, cause }
    }
}

/// Why a secret cannot be sealed.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error("a secret of {length} bytes is too long to be sealed: {MAX_SECRET} bytes are the most")]
    TooLong { length: usize },
}

/// Why a stored secret does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("these bytes are not a sealed secret: cut short, too long, or never sealed. Restore the record")]
    NotSealed,

    #[error("sealed in format {format} by a later version of Countersign. Use that version, or a later one")]
    NewerFormat { format: u8 },

    #[error(
        "sealed under data key {version}, which this keyring does not hold: the key was retired, or made after \
         this keyring was loaded or backed up. Load it again, or restore keyring.json of the same day"
    )]
    UnknownKey { version: u32 },

    #[error(
        "the sealed secret does not open here: it was changed, or it was sealed for another account, record, \
         field or generation, or by another keyring. Restore the record, or enter the secret anew"
    )]
    Refused,
}

/// Why a secret cannot be moved under the current data key.
#[derive(Debug, thiserror::Error)]
pub enum ResealError {
    #[error(transparent)]
    Open(#[from] OpenError),
    #[error(transparent)]
    Seal(#[from] SealError),
}
