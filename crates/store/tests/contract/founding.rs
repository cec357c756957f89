//! The account, its features, and the counter that tells of changes.

use super::{Actions, account, by, founded, role_draft};
use countersign_model::{Feature, FeatureError, FeatureSet, NoteType, NotedRecord, Role};
use countersign_store::{Conflict, NoteFilter, StoreError};

#[tokio::test]
async fn there_is_nothing_before_an_account_is_founded() {
    let (store, _folder) = crate::open().await;
    assert_eq!(store.setup().await.unwrap(), None);
    assert_eq!(store.change_count().await.unwrap(), 0);
    let error = store.add_role(role_draft("Integrator"), by()).await.unwrap_err();
    assert!(matches!(error, StoreError::NoAccount));
    assert!(
        store
            .system_notes(NoteFilter::default())
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_new_account_has_every_feature_off_and_an_administrator_role() {
    let (store, _folder) = crate::open().await;
    store.found_account(account(), by()).await.unwrap();
    let setup = store.setup().await.unwrap().unwrap();
    assert_eq!(setup.account, account());
    assert_eq!(setup.features, FeatureSet::none());
    assert_eq!(setup.roles, [Role::administrator()]);
    assert!(setup.integrations.is_empty() && setup.users.is_empty() && setup.tokens.is_empty());
}

#[tokio::test]
async fn a_database_holds_one_account() {
    let (store, _folder) = founded().await;
    let error = store.found_account(account(), by()).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(Conflict::Account)));
}

#[tokio::test]
async fn features_are_saved_together_with_a_note_for_each_box() {
    let (store, _folder) = founded().await;
    let boxes = vec![Feature::ServerSuiteScript, Feature::ClientSuiteScript];
    let on = store.enable_features(boxes.clone(), by()).await.unwrap();
    assert_eq!(store.setup().await.unwrap().unwrap().features, on);
    let notes = store
        .system_notes(NoteFilter {
            record: Some(NotedRecord::Account),
            limit: 2,
        })
        .await
        .unwrap();
    let told: Vec<_> = notes
        .iter()
        .map(|note| (note.note_type, note.field.as_str(), note.new_value.as_deref()))
        .collect();
    assert_eq!(
        told,
        [
            (NoteType::Change, "Server SuiteScript", Some("T")),
            (NoteType::Change, "Client SuiteScript", Some("T"))
        ]
    );
    assert_eq!(
        store.disable_features(boxes, by()).await.unwrap(),
        FeatureSet::none()
    );
    assert_eq!(store.setup().await.unwrap().unwrap().features, FeatureSet::none());
}

#[tokio::test]
async fn a_feature_without_its_prerequisite_changes_nothing() {
    let (store, _folder) = founded().await;
    let before = store.setup().await.unwrap();
    let boxes = vec![Feature::TokenBasedAuthentication, Feature::ServerSuiteScript];
    let error = store.enable_features(boxes, by()).await.unwrap_err();
    assert!(matches!(
        error,
        StoreError::Feature(FeatureError::MissingPrerequisite {
            missing: Feature::ClientSuiteScript,
            ..
        })
    ));
    assert_eq!(store.setup().await.unwrap(), before);
}

#[tokio::test]
async fn the_change_count_moves_with_every_change_and_with_nothing_else() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    let mut last = store.change_count().await.unwrap();
    assert_eq!(store.setup().await.unwrap().unwrap().change_count, last);

    actions.add_integration("Second", "key-2").await.unwrap();
    let mut moved = async || {
        let count = store.change_count().await.unwrap();
        let moved = count > last;
        last = count;
        moved
    };
    assert!(moved().await);
    actions.add_role("Second").await.unwrap();
    assert!(moved().await);
    actions.add_user("Second").await.unwrap();
    assert!(moved().await);
    actions.issue_token("token-2").await.unwrap();
    assert!(moved().await);
    actions.enable_all_features().await.unwrap();
    assert!(moved().await);

    actions.enable_all_features().await.unwrap();
    actions.add_role("Second").await.unwrap_err();
    store.append_logins(vec![]).await.unwrap();
    assert!(!moved().await);
}
