//! System notes, the counter they move, and what they tell of changes since.

use super::{Actions, by, founded};
use countersign_model::{Feature, IntegrationChange, NotedRecord, Role, TokenChange};
use countersign_store::{Change, MAX_ROWS, NoteFilter, StoreError};

/// The trigger stands for any failure after the record itself was written.
#[tokio::test]
async fn a_change_whose_note_cannot_be_written_does_not_happen() {
    let (store, place) = founded().await;
    let actions = Actions::new(&store).await;
    let before = store.setup().await.unwrap();
    let notes = store.system_notes(NoteFilter::default()).await.unwrap();

    place.refuse_notes().await;

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

#[tokio::test]
async fn the_changes_since_a_count_are_told_record_by_record() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let before = store.change_count().await.unwrap();
    assert_eq!(store.changes_since(before, 9).await.unwrap(), []);

    let token = actions.issue_token("token-2").await.unwrap();
    let integration = actions.integration.id;
    store
        .change_integration_state(integration, IntegrationChange::Block, by())
        .await
        .unwrap();
    let features = vec![Feature::ClientSuiteScript, Feature::ServerSuiteScript];
    store.enable_features(features, by()).await.unwrap();
    store
        .change_token_state(token.id, TokenChange::Revoke, by())
        .await
        .unwrap();
    actions.issue_token("token-2").await.unwrap_err();

    let records = [
        NotedRecord::AccessToken(token.id),
        NotedRecord::Integration(integration),
        NotedRecord::Account,
        NotedRecord::Account,
        NotedRecord::AccessToken(token.id),
    ];
    let expected: Vec<_> = (before + 1..)
        .zip(records)
        .map(|(number, record)| Change { number, record })
        .collect();
    assert_eq!(store.changes_since(before, 9).await.unwrap(), expected);
    assert_eq!(store.change_count().await.unwrap(), before + 5);

    let first = store.changes_since(before, 2).await.unwrap();
    let rest = store.changes_since(first[1].number, 9).await.unwrap();
    assert_eq!([first, rest].concat(), expected);
}

#[tokio::test]
async fn the_changes_of_an_account_begin_with_its_founding() {
    let (store, _place) = crate::open().await;
    assert_eq!(store.changes_since(0, 9).await.unwrap(), []);
    super::found(&store).await;
    let records: Vec<_> = store
        .changes_since(0, u32::MAX)
        .await
        .unwrap()
        .into_iter()
        .map(|change| change.record)
        .collect();
    assert_eq!(
        records,
        [NotedRecord::Account, NotedRecord::Role(Role::ADMINISTRATOR)]
    );
    assert_eq!(store.changes_since(u64::MAX >> 1, MAX_ROWS).await.unwrap(), []);
}
