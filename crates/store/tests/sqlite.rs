//! The store on SQLite: the contract every kind of store keeps, and what only a file can be asked.

#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use contract::{Actions, by, founded};
use countersign_model::{IntegrationChange, TokenChange};
use countersign_store::sqlite::SqliteStore;
use countersign_store::{NoteFilter, Store, StoreError};
use std::sync::Arc;
use tempfile::TempDir;

mod contract;

type Place = TempDir;

/// A fresh store, as the contract asks for it.
async fn open() -> (Arc<dyn Store>, Place) {
    let folder = tempfile::tempdir().unwrap();
    let store = SqliteStore::open(&folder.path().join("account.sqlite")).unwrap();
    (Arc::new(store), folder)
}

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("account.sqlite");
    let first = SqliteStore::open(&path).unwrap();
    contract::found(&first).await;
    let written = first.setup().await.unwrap().unwrap();
    first.close().await.unwrap();
    let second = SqliteStore::open(&path).unwrap();
    assert_eq!(second.setup().await.unwrap(), Some(written));
}

/// The trigger stands for any failure after the record itself was written.
#[tokio::test]
async fn a_change_whose_note_cannot_be_written_does_not_happen() {
    let (store, folder) = founded().await;
    let actions = Actions::new(store.as_ref()).await;
    let before = store.setup().await.unwrap();
    let notes = store.system_notes(NoteFilter::default()).await.unwrap();

    rusqlite::Connection::open(folder.path().join("account.sqlite"))
        .unwrap()
        .execute_batch(
            "CREATE TRIGGER no_notes BEFORE INSERT ON system_note BEGIN SELECT RAISE(ABORT, 'no notes today'); END",
        )
        .unwrap();

    let refused = |result: Result<(), StoreError>| {
        let error = result.unwrap_err();
        assert!(matches!(&error, StoreError::Database(_)), "{error}");
    };
    refused(actions.add_integration("another", "key-2").await.map(drop));
    refused(actions.add_role("another").await.map(drop));
    refused(actions.add_user("another").await.map(drop));
    refused(actions.issue_token("token-2").await.map(drop));
    refused(actions.enable_all_features().await.map(drop));
    let integration = actions.integration.id;
    refused(
        store
            .change_integration_state(integration, IntegrationChange::Block, by())
            .await
            .map(drop),
    );
    let token = before.as_ref().unwrap().tokens[0].id;
    refused(
        store
            .change_token_state(token, TokenChange::Revoke, by())
            .await
            .map(drop),
    );

    assert_eq!(store.setup().await.unwrap(), before);
    assert_eq!(store.system_notes(NoteFilter::default()).await.unwrap(), notes);
    assert_eq!(actions.secret_of_integration("key-2").await, None);
    assert_eq!(actions.secret_of_token("token-2").await, None);
}
