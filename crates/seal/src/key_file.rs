//! `countersign.key`: the key-encryption key as a small text. Format 1, after lines that begin with `#`:
//!
//! ```text
//! version = 1
//! id = <32 hexadecimal digits; says which key this is, and nothing about it>
//! key = <32 bytes in base64>
//! ```

use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use countersign_world::{Entropy, hex};
use zeroize::Zeroizing;

use crate::cipher::{KEY, Key};
use crate::error::KeyringError;

/// A key file is about 250 bytes.
pub(crate) const MAX_KEY_FILE: usize = 4 * 1024;

const VERSION: u32 = 1;
const HEADER: &str = "# Countersign key: opens every secret sealed beside it. Keep it private, and back it up apart \
                      from the data.";

pub(crate) struct KeyFile {
    id: String,
    key: Key,
}

impl KeyFile {
    pub(crate) fn generate(entropy: &dyn Entropy) -> Self {
        Self {
            id: hex(entropy, 16),
            key: Key::generate(entropy),
        }
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    pub(crate) fn key(&self) -> &Key {
        &self.key
    }

    /// `path` is for the error only.
    pub(crate) fn parse(text: &[u8], path: &Path) -> Result<Self, KeyringError> {
        let damaged = |why: &str| KeyringError::Damaged {
            path: path.to_owned(),
            why: why.to_owned(),
        };
        let text = std::str::from_utf8(text).map_err(|_| damaged("it is not text"))?;
        let mut lines = text
            .lines()
            .filter(|line| !line.starts_with('#') && !line.is_empty());
        let mut value = |name: &str| {
            let (found, value) = lines.next()?.split_once(" = ")?;
            (found == name).then_some(value)
        };
        match value("version").and_then(|version| version.parse().ok()) {
            Some(VERSION) => {}
            Some(found) if found > VERSION => {
                return Err(KeyringError::NewerFormat {
                    path: path.to_owned(),
                    found,
                    known: VERSION,
                });
            }
            _ => return Err(damaged("its first line is not a version that ever was")),
        }
        let id = value("id")
            .filter(|id| is_id(id))
            .ok_or_else(|| damaged("the line `id = ` is not there or not right"))?;
        let key = value("key")
            .and_then(decode)
            .ok_or_else(|| damaged("the line `key = ` is not there or not right"))?;
        if lines.next().is_some() {
            return Err(damaged("it goes on after the key"));
        }
        Ok(Self {
            id: id.to_owned(),
            key,
        })
    }

    pub(crate) fn to_text(&self) -> Zeroizing<String> {
        // With room from the start, the text never moves and leaves no copy behind.
        let mut text = Zeroizing::new(String::with_capacity(MAX_KEY_FILE));
        text.push_str(&format!(
            "{HEADER}\nversion = {VERSION}\nid = {}\nkey = ",
            self.id
        ));
        BASE64_STANDARD.encode_string(self.key.expose(), &mut text);
        text.push('\n');
        text
    }
}

fn is_id(id: &str) -> bool {
    id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn decode(base64: &str) -> Option<Key> {
    // Decoding may ask for room for whole groups of three.
    let mut bytes = Zeroizing::new([0; KEY.next_multiple_of(3)]);
    let written = BASE64_STANDARD.decode_slice(base64, bytes.as_mut_slice()).ok()?;
    Some(Key::from_bytes(bytes.get(..written)?.try_into().ok()?))
}
