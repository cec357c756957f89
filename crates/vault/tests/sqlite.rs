//! The vault on SQLite: the contract every kind of vault keeps, and what only a file can be asked.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use std::path::PathBuf;
use std::sync::Arc;

use countersign_seal::Keyring;
use countersign_vault::Vault;
use countersign_world::SystemEntropy;
use tempfile::TempDir;

mod contract;

struct Place {
    folder: TempDir,
    keyring: Arc<Keyring>,
}

/// A fresh vault, as the contract asks for it.
async fn open() -> (Vault, Place) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("keys")).unwrap();
    let keyring = Keyring::create(&folder.path().join("keys"), &SystemEntropy).unwrap();
    let place = Place {
        folder,
        keyring: Arc::new(keyring),
    };
    (place.vault(place.keyring.clone()), place)
}

impl Place {
    fn file(&self) -> PathBuf {
        self.folder.path().join("vault.sqlite")
    }

    fn keys(&self) -> PathBuf {
        self.folder.path().join("keys")
    }

    fn vault(&self, keyring: Arc<Keyring>) -> Vault {
        Vault::sqlite(&self.file(), keyring, Arc::new(SystemEntropy)).unwrap()
    }

    /// The vault after a restart, with the keys as they are on the disk then.
    async fn open_again(&self, vault: Vault) -> Vault {
        vault.close().await.unwrap();
        self.vault(Arc::new(Keyring::load(&self.keys()).unwrap()))
    }

    /// What somebody else does there.
    async fn run(&self, statements: &str) {
        let connection = rusqlite::Connection::open(self.file()).unwrap();
        connection.execute_batch(statements).unwrap();
    }

    /// From here on nothing can be audited.
    async fn refuse_audit(&self) {
        self.run(
            "CREATE TRIGGER no_audit BEFORE INSERT ON audit
             BEGIN SELECT RAISE(ABORT, 'no audit today'); END",
        )
        .await;
    }
}

#[tokio::test]
async fn the_file_holds_no_credential_in_the_clear() {
    let (vault, place) = open().await;
    contract::added(&vault, "acme").await;
    vault
        .stage(
            contract::id("acme"),
            contract::credentials("1234567", "b"),
            contract::by(),
        )
        .await
        .unwrap();
    let (caller, key) = contract::caller(&vault, "billing").await;
    vault.close().await.unwrap();
    let mut bytes = std::fs::read(place.file()).unwrap();
    bytes.extend(std::fs::read(place.folder.path().join("vault.sqlite-wal")).unwrap_or_default());
    let holds = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(holds("acme") && holds(&caller.name));
    for secret in contract::values("a").iter().chain(&contract::values("b")) {
        assert!(!holds(secret), "{secret}");
    }
    assert!(!holds(key.expose()));
}
