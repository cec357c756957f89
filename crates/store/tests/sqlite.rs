//! The store on SQLite: the contract every kind of store keeps, and what only a file can be asked.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use countersign_store::Store;
use std::path::PathBuf;
use tempfile::TempDir;

mod contract;

struct Place {
    folder: TempDir,
}

/// A fresh store, as the contract asks for it.
async fn open() -> (Store, Place) {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { folder };
    (Store::sqlite(&place.file()).unwrap(), place)
}

impl Place {
    fn file(&self) -> PathBuf {
        self.folder.path().join("account.sqlite")
    }

    /// The store after a restart.
    async fn open_again(&self, store: Store) -> Store {
        store.close().await.unwrap();
        Store::sqlite(&self.file()).unwrap()
    }

    /// What somebody else does there.
    async fn run(&self, statements: &str) {
        let connection = rusqlite::Connection::open(self.file()).unwrap();
        connection.execute_batch(statements).unwrap();
    }

    /// From here on no system note can be written.
    async fn refuse_notes(&self) {
        self.run(
            "CREATE TRIGGER no_notes BEFORE INSERT ON system_note
             BEGIN SELECT RAISE(ABORT, 'no notes today'); END",
        )
        .await;
    }
}

#[tokio::test]
async fn a_store_in_memory_is_a_store() {
    let store = Store::in_memory().unwrap();
    contract::found(&store).await;
    assert!(store.setup().await.unwrap().is_some());
}
