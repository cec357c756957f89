//! `keyring.json`, format 1: which data keys there are, and all of them together wrapped under a key-encryption key.
//!
//! One wrap holds the whole set and is bound to its versions and to the key's id, so that no data key can be added,
//! dropped, renumbered or put back from an older file unnoticed. While the key-encryption key is being replaced the
//! file carries two wraps of the same set, one for the old key and one for the new.

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use countersign_world::Entropy;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::cipher::{KEY, Key};
use crate::context::AssociatedData;
use crate::data_keys::{DataKey, DataKeys};
use crate::error::KeyringError;
use crate::key_file::KeyFile;

/// The largest keyring, 256 data keys under two wraps, is some 26 KiB.
pub(crate) const MAX_KEYRING_FILE: usize = 64 * 1024;

const VERSION: u32 = 1;

// Fields that are not known are refused: writing the file again would drop them.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct KeyringFile {
    version: u32,
    /// Ascending. New secrets are sealed under the last.
    data_keys: Vec<u32>,
    wraps: Vec<Wrap>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wrap {
    key_id: String,
    /// Base64 of nonce ‖ ciphertext ‖ tag over the data keys, 32 bytes each, in the order of their versions.
    wrapped: String,
}

#[derive(Deserialize)]
struct Format {
    version: u32,
}

impl KeyringFile {
    pub(crate) fn wrap(
        keys: &DataKeys,
        under: &[&KeyFile],
        entropy: &dyn Entropy,
    ) -> Result<Self, KeyringError> {
        let data_keys: Vec<u32> = keys.ascending().map(|key| key.version).collect();
        let mut plain = Zeroizing::new(Vec::with_capacity(data_keys.len() * KEY));
        for key in keys.ascending() {
            plain.extend_from_slice(key.key.expose());
        }
        let wrap = |key_file: &&KeyFile| {
            let bound = associated(key_file.id(), &data_keys);
            let wrapped = key_file
                .key()
                .encrypt(&bound, &plain, entropy)
                .map_err(|_| KeyringError::Full)?;
            Ok(Wrap {
                key_id: key_file.id().to_owned(),
                wrapped: BASE64_STANDARD.encode(wrapped),
            })
        };
        Ok(Self {
            version: VERSION,
            wraps: under.iter().map(wrap).collect::<Result<_, KeyringError>>()?,
            data_keys,
        })
    }

    /// The data keys; nothing when this key file is not one they are wrapped under.
    pub(crate) fn unwrap(&self, key_file: &KeyFile, path: &Path) -> Result<Option<DataKeys>, KeyringError> {
        let Some(wrap) = self.wraps.iter().find(|wrap| wrap.key_id == key_file.id()) else {
            return Ok(None);
        };
        let keys = BASE64_STANDARD.decode(&wrap.wrapped).ok().and_then(|wrapped| {
            let plain = key_file
                .key()
                .decrypt(&associated(key_file.id(), &self.data_keys), &wrapped)?;
            let (keys, rest) = plain.as_chunks::<KEY>();
            if keys.len() != self.data_keys.len() || !rest.is_empty() {
                return None;
            }
            let numbered = self.data_keys.iter().zip(keys).map(|(&version, key)| DataKey {
                version,
                key: Key::from_bytes(key),
            });
            DataKeys::from_ascending(numbered.collect())
        });
        let why = "its data keys do not open with the key file of the same id, so one of the two was changed";
        keys.map(Some).ok_or_else(|| damaged(path, why.to_owned()))
    }

    /// The ids of the key-encryption keys that open this, for the reader of an error.
    pub(crate) fn key_ids(&self) -> String {
        let ids: Vec<&str> = self.wraps.iter().map(|wrap| wrap.key_id.as_str()).collect();
        ids.join(" or ")
    }

    /// `path` is for the error only.
    pub(crate) fn parse(json: &[u8], path: &Path) -> Result<Self, KeyringError> {
        let Format { version } =
            serde_json::from_slice(json).map_err(|error| damaged(path, error.to_string()))?;
        match version {
            VERSION => serde_json::from_slice(json).map_err(|error| damaged(path, error.to_string())),
            0 => Err(damaged(path, "there never was a format 0".to_owned())),
            found => Err(KeyringError::NewerFormat {
                path: path.to_owned(),
                found,
                known: VERSION,
            }),
        }
    }

    pub(crate) fn to_json(&self, path: &Path) -> Result<Vec<u8>, KeyringError> {
        let mut json = serde_json::to_vec_pretty(self).map_err(|error| KeyringError::Io {
            action: "encode",
            path: path.to_owned(),
            cause: error.into(),
        })?;
        json.push(b'\n');
        Ok(json)
    }
}

fn associated(key_id: &str, data_keys: &[u32]) -> Vec<u8> {
    let bound = AssociatedData::labelled("countersign/keyring/1")
        .text(key_id)
        .number(data_keys.len() as u64);
    let versions = data_keys.iter().copied().map(u64::from);
    versions.fold(bound, AssociatedData::number).into_bytes()
}

fn damaged(path: &Path, why: String) -> KeyringError {
    KeyringError::Damaged {
        path: path.to_owned(),
        why,
    }
}
