//! Changing keys: a new data key, an old one dropped, a new key-encryption key.
//!
//! Invariant: each change takes the lock and begins from the files as they are on disk, for another process may have
//! changed them since this keyring was loaded. Memory follows the disk, never the other way round.

use countersign_world::Entropy;

use crate::data_keys::DataKeys;
use crate::error::KeyringError;
use crate::folder::{Folder, Writer};
use crate::key_file::KeyFile;
use crate::keyring::{Keyring, load};
use crate::keyring_file::KeyringFile;

impl Keyring {
    /// Adds a data key and makes it the current one; returns its version. What the older ones sealed still opens.
    pub fn rotate(&mut self, entropy: &dyn Entropy) -> Result<u32, KeyringError> {
        let mut change = Change::begin(&self.folder)?;
        let version = change.keys.rotate(entropy)?;
        change.write(&[&change.key_file], entropy)?;
        self.keys = change.keys;
        Ok(version)
    }

    /// Drops an old data key for good. Whatever is still sealed under it is lost: reseal everything first.
    pub fn retire(&mut self, version: u32, entropy: &dyn Entropy) -> Result<(), KeyringError> {
        let mut change = Change::begin(&self.folder)?;
        change.keys.retire(version)?;
        change.write(&[&change.key_file], entropy)?;
        self.keys = change.keys;
        Ok(())
    }

    /// Makes a new key file and wraps the same data keys under it.
    ///
    /// A copy of the old key file still opens a copy of the old keyring file, and so what these data keys sealed.
    /// After a leak of both: rewrap, rotate, reseal everything, retire.
    ///
    /// Two files cannot be replaced at one moment, so the keyring file is first made to open with either key:
    ///
    /// | step | `keyring.json` opens with | `countersign.key` is |
    /// |---|---|---|
    /// | before | old | old |
    /// | 1 | old or new | old |
    /// | 2 | old or new | new |
    /// | 3 | new | new |
    ///
    /// The keyring loads in each row. After an interruption any further change ends in a row with one key.
    pub fn rewrap(&mut self, entropy: &dyn Entropy) -> Result<(), KeyringError> {
        let change = Change::begin(&self.folder)?;
        let new = KeyFile::generate(entropy);
        change.write(&[&change.key_file, &new], entropy)?;
        change
            .writer
            .replace(&self.folder.key_file(), new.to_text().as_bytes())?;
        change.write(&[&new], entropy)?;
        self.keys = change.keys;
        Ok(())
    }
}

/// One change under way: the lock is held, and the keys are those on disk.
struct Change<'a> {
    folder: &'a Folder,
    writer: Writer,
    key_file: KeyFile,
    keys: DataKeys,
}

impl<'a> Change<'a> {
    fn begin(folder: &'a Folder) -> Result<Self, KeyringError> {
        let writer = folder.writer()?;
        let (key_file, keys) = load(folder)?;
        Ok(Self {
            folder,
            writer,
            key_file,
            keys,
        })
    }

    fn write(&self, under: &[&KeyFile], entropy: &dyn Entropy) -> Result<(), KeyringError> {
        let path = self.folder.keyring_file();
        let json = KeyringFile::wrap(&self.keys, under, entropy)?.to_json(&path)?;
        self.writer.replace(&path, &json)
    }
}
