//! Whether the program of an `exec` still runs: a file that is locked as long as it does. The lock goes with its process,
//! also after `kill -9`, and whoever finds the file without one revokes the caller that was made for it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use countersign_vault::{ConnectionId, Vault, VaultError};
use countersign_world::nonce;

use crate::commands::caller;
use crate::failure::Failure;
use crate::folder::{World, entries, make_private, private_file};
use crate::vault_folder::{CONNECTIONS, VaultFolder};

const FOLDER: &str = "exec";
/// Of a file that is not locked yet.
const NEW: &str = ".";
const MARK: usize = 8;

/// Held as long as the program runs.
pub(crate) struct Lifeline {
    mark: String,
    path: PathBuf,
    _lock: File,
}

impl Lifeline {
    /// Before its caller is made: a caller without a file would not be found again.
    pub(crate) fn begin(data: &Path, world: &World) -> Result<Self, Failure> {
        let folder = data.join(CONNECTIONS).join(FOLDER);
        let mark: String = nonce(&*world.entropy).as_str().chars().take(MARK).collect();
        let (new, path) = (folder.join(format!("{NEW}{mark}")), folder.join(&mark));
        let begin = || {
            make_private(&folder)?;
            let file = private_file().create_new(true).open(&new)?;
            file.try_lock()?;
            fs::rename(&new, &path)?;
            Ok::<_, io::Error>(file)
        };
        let file = begin().map_err(|error| Failure::system(format!("make {}", path.display()), &error))?;
        Ok(Self {
            mark,
            path,
            _lock: file,
        })
    }

    /// What the caller is called that is made for the program.
    pub(crate) fn caller(&self, connection: &ConnectionId) -> String {
        format!("{}{connection}", beginning(&self.mark))
    }

    /// Once its caller is revoked. Dropped before, it leaves its file: [`sweep`] finds the caller by it.
    pub(crate) fn end(self) {
        let _ = fs::remove_file(&self.path);
    }
}

fn beginning(mark: &str) -> String {
    format!("exec {mark} with ")
}

/// Revokes the callers of programs that were killed on this machine. What they did stays in the audit.
pub(crate) async fn sweep(vault: &Vault, data: &Path, world: &World) -> Result<(), Failure> {
    let folder = data.join(CONNECTIONS).join(FOLDER);
    if !folder.is_dir() {
        return Ok(());
    }
    for path in entries(&folder)? {
        let mark = path.file_name().unwrap_or_default().to_string_lossy();
        // One that ended meanwhile took its file along.
        let Ok(file) = File::open(&path) else { continue };
        if mark.starts_with(NEW) || file.try_lock().is_err() {
            continue;
        }
        let beginning = beginning(&mark);
        let left = caller::all(vault).await?.into_iter();
        let left = left.filter(|one| one.revoked.is_none() && one.name.starts_with(&beginning));
        for one in left {
            match vault.revoke_caller(one.id, VaultFolder::by(world)).await {
                // Somebody else was here first.
                Ok(()) | Err(VaultError::UnknownCaller(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        let _ = fs::remove_file(&path);
    }
    Ok(())
}
