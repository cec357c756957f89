//! Sealing under a passphrase, for what leaves the machine: a key is derived from it slowly, with Argon2id.
//!
//! Text, format 1: a JSON object with the cost of the derivation, its salt, and nonce ‖ ciphertext ‖ tag. Cost, salt and
//! purpose are authenticated with the ciphertext.

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use countersign_world::Entropy;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::cipher::{KEY, Key};
use crate::context::AssociatedData;
use crate::sealed::Opened;

/// The shortest passphrase, in characters. Its strength is its owner's; this keeps out the hopeless ones.
pub const MIN_PASSPHRASE: usize = 12;
const MAX_PASSPHRASE: usize = 1024;

const VERSION: u32 = 1;
const SALT: usize = 16;

/// OWASP's first choice for Argon2id is 46 MiB and one pass; a file that others may keep for years gets more.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// What somebody else's file may cost to open.
const MAX_MEMORY_KIB: u32 = 256 * 1024;
const MAX_PASSES: u32 = 10;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    purpose: String,
    version: u32,
    memory_kib: u32,
    passes: u32,
    salt: String,
    sealed: String,
}

/// Why nothing was sealed or opened.
#[derive(Debug, thiserror::Error)]
pub enum PassphraseError {
    #[error(
        "a passphrase has {MIN_PASSPHRASE} to {MAX_PASSPHRASE} characters: choose a few words that do not belong together"
    )]
    Length,
    #[error("this is not something sealed as {purpose:?}: take the file as it was written")]
    NotSealed { purpose: String },
    #[error("sealed in format {found} by a later version of Countersign. Use that version, or a later one")]
    NewerFormat { found: u32 },
    #[error(
        "opening it would take more memory or time than anything this program seals: it was changed, or made to harm"
    )]
    Cost,
    #[error("it does not open: the passphrase is another one, or the file was changed")]
    Refused,
    #[error("the key could not be derived: there is too little memory")]
    Memory,
}

/// Whether [`seal_with_passphrase`] would take it.
pub fn check_passphrase(passphrase: &[u8]) -> Result<(), PassphraseError> {
    let characters = String::from_utf8_lossy(passphrase).chars().count();
    match (MIN_PASSPHRASE..=MAX_PASSPHRASE).contains(&characters) {
        true => Ok(()),
        false => Err(PassphraseError::Length),
    }
}

/// Seals for whoever knows the passphrase. `purpose` says what it is; under another one it does not open.
pub fn seal_with_passphrase(
    purpose: &str,
    passphrase: &[u8],
    plain: &[u8],
    entropy: &dyn Entropy,
) -> Result<String, PassphraseError> {
    check_passphrase(passphrase)?;
    let mut salt = [0; SALT];
    entropy.fill(&mut salt);
    let key = derive(passphrase, &salt, MEMORY_KIB, PASSES)?;
    let bound = associated(purpose, &salt, MEMORY_KIB, PASSES);
    let sealed = key
        .encrypt(&bound, plain, entropy)
        .map_err(|_| PassphraseError::Cost)?;
    let file = File {
        purpose: purpose.to_owned(),
        version: VERSION,
        memory_kib: MEMORY_KIB,
        passes: PASSES,
        salt: BASE64_STANDARD.encode(salt),
        sealed: BASE64_STANDARD.encode(sealed),
    };
    serde_json::to_string(&file).map_err(|_| PassphraseError::Memory)
}

/// Opens what [`seal_with_passphrase`] gave for the same purpose.
pub fn open_with_passphrase(purpose: &str, passphrase: &[u8], text: &str) -> Result<Opened, PassphraseError> {
    let not_sealed = || PassphraseError::NotSealed {
        purpose: purpose.to_owned(),
    };
    let file: File = serde_json::from_str(text).map_err(|_| not_sealed())?;
    if file.purpose != purpose || file.version == 0 {
        return Err(not_sealed());
    }
    if file.version > VERSION {
        return Err(PassphraseError::NewerFormat { found: file.version });
    }
    if file.memory_kib > MAX_MEMORY_KIB || file.passes > MAX_PASSES || passphrase.len() > MAX_PASSPHRASE * 4 {
        return Err(PassphraseError::Cost);
    }
    let salt = BASE64_STANDARD
        .decode(&file.salt)
        .ok()
        .and_then(|salt| salt.try_into().ok());
    let salt: [u8; SALT] = salt.ok_or_else(not_sealed)?;
    let sealed = BASE64_STANDARD.decode(&file.sealed).map_err(|_| not_sealed())?;
    let key = derive(passphrase, &salt, file.memory_kib, file.passes)?;
    let bound = associated(purpose, &salt, file.memory_kib, file.passes);
    let opened = key.decrypt(&bound, &sealed).map(Opened::new);
    opened.ok_or(PassphraseError::Refused)
}

fn derive(
    passphrase: &[u8],
    salt: &[u8; SALT],
    memory_kib: u32,
    passes: u32,
) -> Result<Key, PassphraseError> {
    let cost = Params::new(memory_kib, passes, 1, Some(KEY)).map_err(|_| PassphraseError::Cost)?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, cost);
    let mut bytes = Zeroizing::new([0; KEY]);
    argon2
        .hash_password_into(passphrase, salt, &mut *bytes)
        .map_err(|_| PassphraseError::Memory)?;
    Ok(Key::from_bytes(&bytes))
}

fn associated(purpose: &str, salt: &[u8; SALT], memory_kib: u32, passes: u32) -> Vec<u8> {
    let bound = AssociatedData::labelled("countersign/passphrase/1")
        .text(purpose)
        .number(memory_kib.into())
        .number(passes.into());
    salt.iter()
        .fold(bound, |bound, byte| bound.number((*byte).into()))
        .into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use countersign_world::SeededEntropy;

    const PHRASE: &[u8] = b"plum tractor quiet lagoon";

    #[test]
    fn it_opens_under_its_passphrase_and_purpose_and_unchanged() {
        let sealed = seal_with_passphrase("notes", PHRASE, b"a secret", &SeededEntropy::new(1)).unwrap();
        assert!(!sealed.contains("a secret"));
        let opened = open_with_passphrase("notes", PHRASE, &sealed).unwrap();
        assert_eq!(opened.expose(), b"a secret");
        let wrong = open_with_passphrase("notes", b"plum tractor quiet lagoons", &sealed);
        assert!(matches!(wrong, Err(PassphraseError::Refused)));
        let elsewhere = open_with_passphrase("other", PHRASE, &sealed.replace("notes", "other"));
        assert!(matches!(elsewhere, Err(PassphraseError::Refused)));
        let cheaper = open_with_passphrase("notes", PHRASE, &sealed.replace("65536", "32768"));
        assert!(matches!(cheaper, Err(PassphraseError::Refused)));
    }

    #[test]
    fn what_is_no_file_of_ours_or_costs_too_much_is_refused_at_once() {
        let sealed = seal_with_passphrase("notes", PHRASE, b"a secret", &SeededEntropy::new(1)).unwrap();
        for (text, expected) in [
            ("", "not something sealed"),
            ("{}", "not something sealed"),
            (
                &*sealed.replace("\"version\":1", "\"version\":2"),
                "later version",
            ),
            (&*sealed.replace("65536", "4000000000"), "more memory or time"),
            (
                &*sealed.replace("\"passes\":3", "\"passes\":4000000000"),
                "more memory or time",
            ),
        ] {
            let refused = open_with_passphrase("notes", PHRASE, text)
                .unwrap_err()
                .to_string();
            assert!(refused.contains(expected), "{refused}");
        }
        let short = seal_with_passphrase("notes", b"plum", b"x", &SeededEntropy::new(1));
        assert!(matches!(short, Err(PassphraseError::Length)));
    }
}
