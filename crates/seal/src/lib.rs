//! Encryption at rest: secrets are sealed before they reach a database, and opened only where they belong.
//!
//! Two files in one folder make a [`Keyring`]. `countersign.key` holds the key-encryption key, readable by its
//! owner alone; `keyring.json` holds the data keys, wrapped under it. A secret is sealed under the newest data key
//! with AES-256-GCM and a random nonce of its own, and is bound to its [`Context`]: account, record, field and
//! generation. Moved to another row, field, account or generation, it does not open.
//!
//! What leaves the machine is sealed under a passphrase instead ([`seal_with_passphrase`]).
//!
//! There is no mode without encryption, and nothing is ever made to replace a key that is missing or wrong.
//!
//! ```
//! use countersign_seal::{Context, Keyring, Sealed};
//! use countersign_world::SystemEntropy;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let folder = folder.path();
//! let keyring = Keyring::create(folder, &SystemEntropy)?;
//! let context = Context { account: "1234567_SB1", record: "token/42", field: "secret", generation: 1 };
//! let sealed = keyring.seal(&context, b"a token secret", &SystemEntropy)?;
//! let row = sealed.as_bytes().to_vec();
//!
//! let opened = Keyring::load(folder)?.open(&context, &Sealed::from_bytes(&row)?)?;
//! assert_eq!(opened.expose(), b"a token secret");
//!
//! let elsewhere = Context { record: "token/43", ..context };
//! assert!(keyring.open(&elsewhere, &sealed).is_err());
//! # Ok(())
//! # }
//! ```
//!
//! # What sealing does not do
//!
//! - It does not hide how long a secret is, nor when it was sealed relative to a rotation.
//! - It does not notice a whole database put back to an older day: the generation travels with the row.
//!   Whoever needs that keeps the generation somewhere the database's owner cannot reach.
//! - It does not protect from whoever can read both the database and `countersign.key`, or this process's memory.
//! - Elsewhere than on Unix it does not check who can read `countersign.key`.
//! - Nonces are random, so one data key should seal no more than 2³² secrets (NIST SP 800-38D section 8.3).

mod cipher;
mod context;
mod data_keys;
mod error;
mod folder;
mod key_file;
mod keyring;
mod keyring_file;
mod passphrase;
mod rotation;
mod sealed;

pub use context::Context;
pub use data_keys::MAX_DATA_KEYS;
pub use error::{KeyringError, OpenError, ResealError, SealError};
pub use keyring::Keyring;
pub use passphrase::{
    MIN_PASSPHRASE, PassphraseError, check_passphrase, open_with_passphrase, seal_with_passphrase,
};
pub use sealed::{MAX_SECRET, Opened, Sealed};
