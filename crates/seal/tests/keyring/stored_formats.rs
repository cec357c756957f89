//! Keyrings and secrets as earlier versions stored them. Each folder of fixtures must open for ever.
//!
//! A fixture is written once, by the version that first had its format, and never again.

use std::fs;
use std::path::Path;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use countersign_seal::{Context, Keyring, Sealed};
use countersign_world::SystemEntropy;
use serde::Deserialize;

#[derive(Deserialize)]
struct StoredSecret {
    account: String,
    record: String,
    field: String,
    generation: u64,
    key_version: u32,
    secret: String,
    sealed: String,
}

impl StoredSecret {
    fn context(&self) -> Context<'_> {
        Context {
            account: &self.account,
            record: &self.record,
            field: &self.field,
            generation: self.generation,
        }
    }
}

/// A copy, with the permissions that version control does not keep.
fn private_copy(fixture: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    Keyring::create(folder.path(), &SystemEntropy).unwrap();
    for name in ["countersign.key", "keyring.json"] {
        fs::write(folder.path().join(name), fs::read(fixture.join(name)).unwrap()).unwrap();
    }
    folder
}

#[test]
fn every_stored_format_opens_and_can_be_changed() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let mut formats = 0;
    for fixture in fs::read_dir(fixtures).unwrap() {
        let fixture = fixture.unwrap().path();
        let folder = private_copy(&fixture);
        let mut keyring = Keyring::load(folder.path()).unwrap_or_else(|error| panic!("{error}"));
        keyring.rotate(&SystemEntropy).unwrap();
        keyring.rewrap(&SystemEntropy).unwrap();
        let secrets: Vec<StoredSecret> =
            serde_json::from_slice(&fs::read(fixture.join("secrets.json")).unwrap()).unwrap();
        assert!(!secrets.is_empty());
        for stored in &secrets {
            let sealed = Sealed::from_bytes(&BASE64_STANDARD.decode(&stored.sealed).unwrap()).unwrap();
            assert_eq!(sealed.key_version(), stored.key_version);
            let opened = keyring.open(&stored.context(), &sealed).unwrap();
            assert_eq!(opened.expose(), stored.secret.as_bytes(), "{}", fixture.display());
        }
        formats += 1;
    }
    assert_eq!(formats, 1, "one folder for each format there ever was");
}
