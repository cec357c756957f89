//! Integration records.

use super::{Actions, NOW, by, founded, sealed};
use countersign_model::{
    By, IntegrationChange, IntegrationId, IntegrationState, IntegrationStateError, NoteType, NotedRecord,
    SystemNote,
};
use countersign_store::{Conflict, NoteFilter, StoreError};
use countersign_world::UnixTime;

#[tokio::test]
async fn a_record_comes_back_as_it_was_added_with_its_secret_and_its_note() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    let added = actions.add_integration("Café", "key-2").await.unwrap();
    assert_eq!(
        store.setup().await.unwrap().unwrap().integrations.last(),
        Some(&added)
    );
    assert_eq!(
        actions.secret_of_integration("key-2").await,
        Some(sealed(b"key-2"))
    );

    let record = Some(NotedRecord::Integration(added.id));
    let notes = store
        .system_notes(NoteFilter {
            record,
            ..NoteFilter::default()
        })
        .await
        .unwrap();
    let note = SystemNote {
        by: by(),
        record: NotedRecord::Integration(added.id),
        note_type: NoteType::Create,
        field: "Name".into(),
        old_value: None,
        new_value: Some("Café".into()),
    };
    assert_eq!(notes, [note]);
}

#[tokio::test]
async fn a_key_or_a_name_in_use_leaves_no_trace() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    actions.add_integration("Café", "key-2").await.unwrap();
    let before = store.setup().await.unwrap();
    let notes = store.system_notes(NoteFilter::default()).await.unwrap();

    let same_key = actions.add_integration("Third", "key-2").await.unwrap_err();
    assert!(matches!(same_key, StoreError::Conflict(Conflict::ConsumerKey)));
    let same_name = actions.add_integration("CAFÉ", "key-3").await.unwrap_err();
    assert!(matches!(
        same_name,
        StoreError::Conflict(Conflict::IntegrationName)
    ));

    assert_eq!(store.setup().await.unwrap(), before);
    assert_eq!(store.system_notes(NoteFilter::default()).await.unwrap(), notes);
    assert_eq!(
        actions.secret_of_integration("key-2").await,
        Some(sealed(b"key-2"))
    );
    assert_eq!(actions.secret_of_integration("key-3").await, None);
}

#[tokio::test]
async fn blocking_keeps_the_record_and_its_secret() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    let id = actions.integration.id;
    let later = By {
        at: UnixTime::from_seconds(NOW.seconds() + 60),
        ..by()
    };
    let blocked = store
        .change_integration_state(id, IntegrationChange::Block, later.clone())
        .await
        .unwrap();
    assert_eq!(
        (blocked.state, blocked.last_modified),
        (IntegrationState::Blocked, later.at)
    );
    assert_eq!(store.setup().await.unwrap().unwrap().integrations, [blocked]);
    assert!(actions.secret_of_integration("key-1").await.is_some());

    let notes = store
        .system_notes(NoteFilter {
            record: None,
            limit: 1,
        })
        .await
        .unwrap();
    let values = notes
        .first()
        .map(|note| (note.old_value.as_deref(), note.new_value.as_deref()));
    assert_eq!(values, Some((Some("Enabled"), Some("Blocked"))));

    let again = store
        .change_integration_state(id, IntegrationChange::Block, by())
        .await
        .unwrap_err();
    assert!(matches!(
        again,
        StoreError::Integration(IntegrationStateError::Already { .. })
    ));
}

#[tokio::test]
async fn a_record_that_is_not_there_is_named() {
    let (store, _folder) = founded().await;
    let id = IntegrationId::new(404);
    let error = store
        .change_integration_state(id, IntegrationChange::Block, by())
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .starts_with("there is no integration record 404"),
        "{error}"
    );
}
