//! Snapshots of an account, in its folder, and the way another state takes the place of the one it is in.
//!
//! Invariant: a kill at any moment leaves the old state or the new one whole. The new state is made beside the old one; the
//! rename of its folder to `restoring` decides; and from then on what is in `restoring` is put in place, by the
//! next start where this process did not come to it. The ledger of used nonces is never put back: what was used stays
//! used.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use countersign_database::sqlite;
use countersign_durable as durable;
use countersign_records::{Records, RecordsError};
use countersign_store::{Pause, Store, StoreError};
use countersign_world::UnixTime;

/// The file of the set-up, in an account's folder and in a snapshot.
pub const ACCOUNT_FILE: &str = "account.sqlite";
/// The file of the business records.
pub const RECORDS_FILE: &str = "records.sqlite";

const SNAPSHOTS: &str = "snapshots";
/// When a snapshot was made, in milliseconds since 1970.
const MADE: &str = "made";
const UNFINISHED: &str = ".unfinished";
const PREPARED: &str = "restoring.prepared";
const RESTORING: &str = "restoring";
const DONE: &str = "restoring.done";

/// The snapshots of one account.
#[derive(Debug)]
pub struct Snapshots {
    /// The account's.
    folder: PathBuf,
    /// One at a time is made or put back.
    turn: tokio::sync::Mutex<()>,
}

/// The name of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotName(String);

/// A snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotInfo {
    pub name: String,
    pub made: UnixTime,
    pub bytes: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    #[error(
        "a snapshot's name is 1 to {max} letters, digits, dots, dashes and underscores, and begins with a letter or digit",
        max = SnapshotName::MAX_LENGTH
    )]
    Name,
    #[error("there is a snapshot {0:?} already: choose another name")]
    Exists(String),
    #[error("there is no snapshot {0:?}: look at the list")]
    Unknown(String),
    #[error("the name {FOUNDED:?} is that of the account as it was founded: choose another", FOUNDED = SnapshotName::FOUNDED)]
    Reserved,
    #[error("cannot use {}: {source}. The account is as it was", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Records(#[from] RecordsError),
    #[error(
        "the account is not whole: {0}. Stop the server and start it again, which finishes what was begun, and lose no time"
    )]
    Unfinished(Box<SnapshotError>),
}

impl SnapshotName {
    pub const MAX_LENGTH: usize = 64;
    /// The account as it was founded: what `reset` goes back to.
    pub const FOUNDED: &str = "founded";

    pub fn parse(name: &str) -> Result<Self, SnapshotError> {
        let is_plain = |letter: char| letter.is_ascii_alphanumeric() || "._-".contains(letter);
        let begins = name.starts_with(|letter: char| letter.is_ascii_alphanumeric());
        match begins && name.len() <= Self::MAX_LENGTH && name.chars().all(is_plain) {
            true => Ok(Self(name.to_owned())),
            false => Err(SnapshotError::Name),
        }
    }

    pub fn founded() -> Self {
        Self(Self::FOUNDED.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// An account that stands still: nothing is written to it.
#[derive(Debug)]
pub(crate) struct Still {
    pub(crate) account: Pause,
    records: sqlite::Pause,
}

impl Still {
    /// Always in this order, so that no two wait for each other.
    pub(crate) async fn of(store: &Store, records: &Records) -> Result<Self, SnapshotError> {
        Ok(Self {
            account: store.pause().await?,
            records: records.pause().await?,
        })
    }

    /// Both files, of this one moment.
    pub(crate) async fn copy_to(&self, folder: &Path) -> Result<(), SnapshotError> {
        self.account.copy_to(&folder.join(ACCOUNT_FILE)).await?;
        let copied = self.records.copy_to(&folder.join(RECORDS_FILE)).await;
        Ok(copied.map_err(RecordsError::from)?)
    }

    async fn replace_with(&self, folder: &Path) -> Result<(), SnapshotError> {
        self.account.replace_with(&folder.join(ACCOUNT_FILE)).await?;
        let replaced = self.records.replace_with(&folder.join(RECORDS_FILE)).await;
        Ok(replaced.map_err(RecordsError::from)?)
    }
}

/// A state that is being made to take the place of the present one.
pub(crate) struct Prepared<'s> {
    snapshots: &'s Snapshots,
    _turn: tokio::sync::MutexGuard<'s, ()>,
}

impl Snapshots {
    /// Of the account in this folder.
    pub fn of_account(folder: PathBuf) -> Self {
        Self {
            folder,
            turn: tokio::sync::Mutex::default(),
        }
    }

    fn place(&self, name: &SnapshotName) -> PathBuf {
        self.folder.join(SNAPSHOTS).join(name.as_str())
    }

    /// Those that are there, the oldest first.
    pub fn list(&self) -> Result<Vec<SnapshotInfo>, SnapshotError> {
        let folder = self.folder.join(SNAPSHOTS);
        let failed = |source| file_error(&folder, source);
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failed)?,
        };
        let mut list = Vec::new();
        for entry in entries {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            let Ok(name) = SnapshotName::parse(&name) else {
                continue;
            };
            let place = self.place(&name);
            let made = fs::read_to_string(place.join(MADE)).ok();
            let Some(made) = made.and_then(|made| made.trim().parse().ok()) else {
                continue;
            };
            let size = |file| fs::metadata(place.join(file)).map_or(0, |metadata| metadata.len());
            list.push(SnapshotInfo {
                name: name.0,
                made: UnixTime::from_millis(made),
                bytes: size(ACCOUNT_FILE) + size(RECORDS_FILE),
            });
        }
        list.sort_by(|a, b| (a.made, &a.name).cmp(&(b.made, &b.name)));
        Ok(list)
    }

    /// Copies the account as it is at one moment.
    pub(crate) async fn take(
        &self,
        name: &SnapshotName,
        (store, records): (&Store, &Records),
        now: UnixTime,
    ) -> Result<(), SnapshotError> {
        let _turn = self.turn.lock().await;
        let place = self.place(name);
        if place.exists() {
            return Err(SnapshotError::Exists(name.0.clone()));
        }
        let unfinished = self.folder.join(SNAPSHOTS).join(UNFINISHED);
        fresh(&unfinished)?;
        let still = Still::of(store, records).await?;
        still.copy_to(&unfinished).await?;
        drop(still);
        let made = unfinished.join(MADE);
        durable::replace(&made, now.millis().to_string().as_bytes(), durable::PRIVATE)
            .map_err(|source| file_error(&made, source))?;
        rename(&unfinished, &place)
    }

    /// Begins a state that is to take the place of the present one.
    pub(crate) async fn prepare(&self) -> Result<Prepared<'_>, SnapshotError> {
        let turn = self.turn.lock().await;
        fresh(&self.folder.join(PREPARED))?;
        Ok(Prepared {
            snapshots: self,
            _turn: turn,
        })
    }

    /// Finishes, at the start of an account that nobody has open, what a kill left unfinished, and clears away the rest.
    pub async fn finish(account: &Path) -> Result<(), SnapshotError> {
        let restoring = account.join(RESTORING);
        if restoring.exists() {
            let store = Store::sqlite(&account.join(ACCOUNT_FILE))?;
            let records = Records::open(&account.join(RECORDS_FILE)).await?;
            let still = Still::of(&store, &records).await?;
            still.replace_with(&restoring).await?;
            drop(still);
            store.close().await?;
            records.close().await?;
            rename(&restoring, &account.join(DONE))?;
        }
        for rest in [PREPARED, DONE] {
            remove(&account.join(rest))?;
        }
        remove(&account.join(SNAPSHOTS).join(UNFINISHED))
    }
}

impl Prepared<'_> {
    pub(crate) fn folder(&self) -> PathBuf {
        self.snapshots.folder.join(PREPARED)
    }

    /// Copies a snapshot there, to be changed and then put in place.
    pub(crate) fn copy_of(&self, name: &SnapshotName) -> Result<(), SnapshotError> {
        let place = self.snapshots.place(name);
        if !place.join(MADE).exists() {
            return Err(SnapshotError::Unknown(name.0.clone()));
        }
        for file in [ACCOUNT_FILE, RECORDS_FILE] {
            let (from, to) = (place.join(file), self.folder().join(file));
            let copied = fs::copy(&from, &to).and_then(|_| File::open(&to)?.sync_all());
            copied.map_err(|source| file_error(&from, source))?;
        }
        Ok(())
    }

    /// Copies the records of another account there.
    pub(crate) async fn records_of(&self, records: &Records) -> Result<(), SnapshotError> {
        let still = records.pause().await?;
        let copied = still.copy_to(&self.folder().join(RECORDS_FILE)).await;
        Ok(copied.map_err(RecordsError::from)?)
    }

    pub(crate) fn store(&self) -> Result<Store, SnapshotError> {
        Ok(Store::sqlite(&self.folder().join(ACCOUNT_FILE))?)
    }

    /// Brings the records to the schema of this program, or says why they cannot be used.
    pub(crate) async fn check_records(&self) -> Result<(), SnapshotError> {
        let records = Records::open(&self.folder().join(RECORDS_FILE)).await?;
        Ok(records.close().await?)
    }

    /// Puts it in place of what the account is.
    pub(crate) async fn put_in_place(self, still: &Still) -> Result<(), SnapshotError> {
        let folder = &self.snapshots.folder;
        let restoring = folder.join(RESTORING);
        rename(&self.folder(), &restoring)?;
        // From here on the new state counts, also after a kill.
        let replaced = match still.replace_with(&restoring).await {
            Ok(()) => rename(&restoring, &folder.join(DONE)),
            Err(_) => still
                .replace_with(&restoring)
                .await
                .and_then(|()| rename(&restoring, &folder.join(DONE))),
        };
        replaced.map_err(|error| SnapshotError::Unfinished(Box::new(error)))?;
        // What cannot be removed now, the next start removes.
        let _ = remove(&folder.join(DONE));
        Ok(())
    }
}

/// An empty folder, for the owner alone.
fn fresh(folder: &Path) -> Result<(), SnapshotError> {
    remove(folder)?;
    durable::private_folder(folder).map_err(|source| file_error(folder, source))
}

fn remove(folder: &Path) -> Result<(), SnapshotError> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(file_error(folder, error)),
        _ => Ok(()),
    }
}

/// Durably: first what is in the folder, then its name.
fn rename(from: &Path, to: &Path) -> Result<(), SnapshotError> {
    let renamed = durable::sync_folder(from).and_then(|()| durable::rename(from, to));
    renamed.map_err(|source| file_error(from, source))
}

fn file_error(path: &Path, source: io::Error) -> SnapshotError {
    SnapshotError::File {
        path: path.to_owned(),
        source,
    }
}
