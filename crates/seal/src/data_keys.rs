//! The data keys of a keyring: one current, the older ones kept until everything under them is resealed.
//!
//! Invariant: versions ascend, begin at 1 or later, and none is used twice; the current key is the highest.

use countersign_world::Entropy;

use crate::cipher::Key;
use crate::error::KeyringError;

/// The most data keys one keyring holds; more means that nothing is ever retired.
pub const MAX_DATA_KEYS: usize = 256;

pub(crate) struct DataKey {
    pub(crate) version: u32,
    pub(crate) key: Key,
}

pub(crate) struct DataKeys {
    older: Vec<DataKey>,
    current: DataKey,
}

impl DataKeys {
    pub(crate) fn first(entropy: &dyn Entropy) -> Self {
        Self {
            older: Vec::new(),
            current: DataKey {
                version: 1,
                key: Key::generate(entropy),
            },
        }
    }

    /// Nothing when there is no key, too many, or their versions break the invariant.
    pub(crate) fn from_ascending(mut keys: Vec<DataKey>) -> Option<Self> {
        let well_numbered =
            keys.first()?.version > 0 && keys.is_sorted_by(|one, next| one.version < next.version);
        if !well_numbered || keys.len() > MAX_DATA_KEYS {
            return None;
        }
        let current = keys.pop()?;
        Some(Self { older: keys, current })
    }

    pub(crate) fn current(&self) -> &DataKey {
        &self.current
    }

    pub(crate) fn version(&self, version: u32) -> Option<&DataKey> {
        self.ascending().find(|key| key.version == version)
    }

    pub(crate) fn ascending(&self) -> impl Iterator<Item = &DataKey> {
        self.older.iter().chain([&self.current])
    }

    pub(crate) fn rotate(&mut self, entropy: &dyn Entropy) -> Result<u32, KeyringError> {
        let version = self.current.version.checked_add(1).ok_or(KeyringError::Full)?;
        if self.older.len() + 1 >= MAX_DATA_KEYS {
            return Err(KeyringError::Full);
        }
        let key = Key::generate(entropy);
        let previous = std::mem::replace(&mut self.current, DataKey { version, key });
        self.older.push(previous);
        Ok(version)
    }

    pub(crate) fn retire(&mut self, version: u32) -> Result<(), KeyringError> {
        if version == self.current.version {
            return Err(KeyringError::CurrentKey { version });
        }
        let place = self.older.iter().position(|key| key.version == version);
        self.older
            .remove(place.ok_or(KeyringError::UnknownVersion { version })?);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SystemEntropy;

    fn numbered(versions: &[u32]) -> Option<DataKeys> {
        let key = |version: &u32| DataKey {
            version: *version,
            key: Key::generate(&SystemEntropy),
        };
        DataKeys::from_ascending(versions.iter().map(key).collect())
    }

    #[test]
    fn the_highest_version_is_the_current_one() {
        assert_eq!(numbered(&[2, 5, 9]).unwrap().current().version, 9);
    }

    #[test]
    fn versions_that_do_not_ascend_from_one_are_not_data_keys() {
        for versions in [[].as_slice(), &[0], &[0, 1], &[2, 1], &[1, 1]] {
            assert!(numbered(versions).is_none(), "{versions:?}");
        }
        let too_many: Vec<u32> = (1..=257).collect();
        assert!(numbered(&too_many).is_none());
    }

    #[test]
    fn a_full_keyring_refuses_to_rotate_until_a_key_is_retired() {
        let all: Vec<u32> = (1..=256).collect();
        let mut keys = numbered(&all).unwrap();
        assert!(matches!(keys.rotate(&SystemEntropy), Err(KeyringError::Full)));
        keys.retire(1).unwrap();
        assert_eq!(keys.rotate(&SystemEntropy).unwrap(), 257);
    }

    #[test]
    fn the_last_version_number_is_never_passed() {
        let mut keys = numbered(&[u32::MAX]).unwrap();
        assert!(matches!(keys.rotate(&SystemEntropy), Err(KeyringError::Full)));
        assert_eq!(keys.current().version, u32::MAX);
    }
}
