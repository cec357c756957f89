//! The keyring as its users see it: created or loaded once, then it seals and opens.
//!
//! Invariant: loading changes nothing on disk, and creating never replaces a file. The key-encryption key is in
//! memory only while the data keys are unwrapped or wrapped.

use std::fmt;
use std::path::Path;

use countersign_world::Entropy;

use crate::context::Context;
use crate::data_keys::DataKeys;
use crate::error::{KeyringError, OpenError, ResealError, SealError};
use crate::folder::{self, Folder};
use crate::key_file::{KeyFile, MAX_KEY_FILE};
use crate::keyring_file::{KeyringFile, MAX_KEYRING_FILE};
use crate::sealed::{MAX_SECRET, Opened, Sealed};

/// The data keys, ready to seal and open. All calls that touch the folder block.
pub struct Keyring {
    pub(crate) folder: Folder,
    pub(crate) keys: DataKeys,
}

impl Keyring {
    /// Whether the folder holds a keyring or any part of one. A part is reason to load, and be told what is
    /// missing, never to create.
    pub fn exists(folder: &Path) -> Result<bool, KeyringError> {
        let folder = Folder::at(folder);
        Ok(folder::is_there(&folder.key_file())? || folder::is_there(&folder.keyring_file())?)
    }

    /// Makes a new key file and a keyring of one data key in a folder that has neither.
    pub fn create(folder: &Path, entropy: &dyn Entropy) -> Result<Self, KeyringError> {
        let folder = Folder::at(folder);
        for path in [folder.key_file(), folder.keyring_file()] {
            if folder::is_there(&path)? {
                return Err(KeyringError::AlreadyExists { path });
            }
        }
        let writer = folder.writer()?;
        let key_file = KeyFile::generate(entropy);
        let keys = DataKeys::first(entropy);
        let path = folder.keyring_file();
        let json = KeyringFile::wrap(&keys, &[&key_file], entropy)?.to_json(&path)?;
        writer.create(&folder.key_file(), key_file.to_text().as_bytes())?;
        if let Err(error) = writer.create(&path, &json) {
            // Nothing is sealed under a key that was made a moment ago; without it, creating can be tried again.
            writer.remove(&folder.key_file())?;
            return Err(error);
        }
        Ok(Self { folder, keys })
    }

    pub fn load(folder: &Path) -> Result<Self, KeyringError> {
        let folder = Folder::at(folder);
        let (_, keys) = load(&folder)?;
        Ok(Self { folder, keys })
    }

    /// The versions of the data keys, ascending.
    pub fn versions(&self) -> impl Iterator<Item = u32> {
        self.keys.ascending().map(|key| key.version)
    }

    /// The version of the data key that seals.
    pub fn current(&self) -> u32 {
        self.keys.current().version
    }

    pub fn seal(
        &self,
        context: &Context<'_>,
        secret: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Sealed, SealError> {
        let too_long = SealError::TooLong { length: secret.len() };
        if secret.len() > MAX_SECRET {
            return Err(too_long);
        }
        let current = self.keys.current();
        let encrypted = current
            .key
            .encrypt(&context.associated(current.version), secret, entropy);
        Ok(Sealed::new(current.version, &encrypted.map_err(|_| too_long)?))
    }

    /// Opens what was sealed for exactly this context.
    pub fn open(&self, context: &Context<'_>, sealed: &Sealed) -> Result<Opened, OpenError> {
        let version = sealed.key_version();
        let key = self
            .keys
            .version(version)
            .ok_or(OpenError::UnknownKey { version })?;
        let secret = key.key.decrypt(&context.associated(version), sealed.encrypted());
        secret.map(Opened::new).ok_or(OpenError::Refused)
    }

    /// Seals anew under the current data key; nothing when it is already there, so that a walk over all records
    /// can be stopped and begun again.
    pub fn reseal(
        &self,
        context: &Context<'_>,
        sealed: &Sealed,
        entropy: &dyn Entropy,
    ) -> Result<Option<Sealed>, ResealError> {
        if sealed.key_version() == self.current() {
            return Ok(None);
        }
        let opened = self.open(context, sealed)?;
        Ok(Some(self.seal(context, opened.expose(), entropy)?))
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring")
            .field("folder", &self.folder.path())
            .field("versions", &self.versions().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

/// Reads both files and writes neither.
pub(crate) fn load(folder: &Folder) -> Result<(KeyFile, DataKeys), KeyringError> {
    settle(folder, || read_pair(folder))
}

/// A rewrap may begin and end between the reads of the two files. Then another key is there at the next look; the
/// same key again is the wrong one.
fn settle(
    folder: &Folder,
    mut look: impl FnMut() -> Result<(KeyFile, KeyringFile), KeyringError>,
) -> Result<(KeyFile, DataKeys), KeyringError> {
    let mut refused: Option<String> = None;
    loop {
        let (key_file, keyring_file) = look()?;
        if let Some(keys) = keyring_file.unwrap(&key_file, &folder.keyring_file())? {
            return Ok((key_file, keys));
        }
        if refused.as_deref() == Some(key_file.id()) {
            return Err(KeyringError::WrongKey {
                key_file: folder.key_file(),
                keyring_file: folder.keyring_file(),
                found: key_file.id().to_owned(),
                expected: keyring_file.key_ids(),
            });
        }
        refused = Some(key_file.id().to_owned());
    }
}

fn read_pair(folder: &Folder) -> Result<(KeyFile, KeyringFile), KeyringError> {
    let (key_path, keyring_path) = (folder.key_file(), folder.keyring_file());
    let key_file = folder::read_private(&key_path, MAX_KEY_FILE)?;
    let keyring_file = folder::read(&keyring_path, MAX_KEYRING_FILE)?;
    match (key_file, keyring_file) {
        (Some(key_file), Some(keyring_file)) => Ok((
            KeyFile::parse(&key_file, &key_path)?,
            KeyringFile::parse(&keyring_file, &keyring_path)?,
        )),
        (None, Some(_)) => Err(KeyringError::MissingKey { path: key_path }),
        (Some(_), None) => Err(KeyringError::MissingKeyring { path: keyring_path }),
        (None, None) => Err(KeyringError::Missing {
            folder: folder.path().to_owned(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    fn key_file(seed: u64) -> KeyFile {
        KeyFile::generate(&SeededEntropy::new(seed))
    }

    /// Loads from what is found at each look: a key file, and the key file its keyring is wrapped under.
    fn load_from(looks: &[(u64, u64)]) -> Result<(), KeyringError> {
        let entropy = SeededEntropy::new(0);
        let keys = DataKeys::first(&entropy);
        let mut looks = looks.iter().map(|&(key, wrapped_under)| {
            let keyring_file = KeyringFile::wrap(&keys, &[&key_file(wrapped_under)], &entropy)?;
            Ok((key_file(key), keyring_file))
        });
        settle(&Folder::at(Path::new("")), || looks.next().unwrap()).map(drop)
    }

    #[test]
    fn a_rewrap_between_two_reads_is_looked_at_again() {
        load_from(&[(1, 1)]).unwrap();
        load_from(&[(1, 2), (2, 2)]).unwrap();
        load_from(&[(1, 2), (2, 3), (3, 3)]).unwrap();
    }

    #[test]
    fn the_same_wrong_key_twice_is_the_wrong_key() {
        let refused = load_from(&[(1, 2), (1, 2)]).unwrap_err();
        assert!(matches!(refused, KeyringError::WrongKey { .. }));
    }
}
