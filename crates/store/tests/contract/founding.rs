//! The account, its features, and the counter that tells of changes.

use super::{Actions, account, by, change, enable, found, founded, noted, notes_of, role_draft, settings};
use countersign_model::{Feature, FeatureSet, FeaturesForm, NotedRecord, Role, StandardRole, Terms};
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
async fn a_new_account_has_every_feature_off_and_the_standard_roles() {
    let (store, _folder) = crate::open().await;
    store.found_account(account(), settings(), by()).await.unwrap();
    let setup = store.setup().await.unwrap().unwrap();
    assert_eq!(setup.account, account());
    assert_eq!(setup.features, FeatureSet::none());
    let mut standard: Vec<Role> = StandardRole::ALL.iter().map(|role| role.role()).collect();
    standard.sort_by_key(|role| role.id);
    assert_eq!(setup.roles, standard);
    for role in &standard {
        assert_eq!(
            notes_of(&store, NotedRecord::Role(role.id))
                .await
                .last()
                .unwrap()
                .new_value,
            Some(role.name.clone())
        );
    }
    assert!(setup.integrations.is_empty() && setup.users.is_empty() && setup.tokens.is_empty());
}

#[tokio::test]
async fn a_database_holds_one_account() {
    let (store, _folder) = founded().await;
    let error = store
        .found_account(account(), settings(), by())
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Conflict(Conflict::Account)));
}

#[tokio::test]
async fn features_are_saved_together_with_a_note_for_each_box() {
    let (store, _folder) = crate::open().await;
    found(&store).await;
    let boxes = [Feature::ServerSuiteScript, Feature::ClientSuiteScript];
    let on = enable(&store, &boxes).await.unwrap();
    assert_eq!(store.head().await.unwrap().unwrap().features, on);
    assert_eq!(
        noted(&store, NotedRecord::Account).await[..2],
        [
            change("Server SuiteScript", "F", "T"),
            change("Client SuiteScript", "F", "T")
        ]
    );
    let clear = FeaturesForm {
        clear: boxes.to_vec(),
        ..FeaturesForm::default()
    };
    let off = store.change_features(clear, by()).await.unwrap();
    assert_eq!(off, FeatureSet::none());
    assert_eq!(store.head().await.unwrap().unwrap().features, off);
}

#[tokio::test]
async fn a_feature_without_its_prerequisite_changes_nothing() {
    let (store, _folder) = founded().await;
    let before = store.setup().await.unwrap();
    let error = enable(&store, &[Feature::OAuth2, Feature::ServerSuiteScript]).await;
    assert_eq!(
        error.unwrap_err().to_string(),
        "Server SuiteScript cannot be saved: Server SuiteScript needs Client SuiteScript, which is off: check Client \
         SuiteScript first, at Setup > Company > Enable Features > SuiteCloud > SuiteScript."
    );
    assert_eq!(store.setup().await.unwrap(), before);
}

#[tokio::test]
async fn a_box_with_terms_is_checked_when_they_are_accepted_and_who_did_is_kept() {
    let (store, _folder) = crate::open().await;
    found(&store).await;
    let check = |agreed| FeaturesForm {
        check: vec![Feature::RestWebServices, Feature::IpAddressRules],
        agreed,
        ..FeaturesForm::default()
    };
    let error = store.change_features(check(vec![]), by()).await.unwrap_err();
    assert!(matches!(error, StoreError::Fields(_)), "{error}");
    assert_eq!(store.head().await.unwrap().unwrap().features, FeatureSet::none());
    assert_eq!(store.terms_accepted(9).await.unwrap(), []);

    let agreed = check(vec![Feature::RestWebServices]);
    store.change_features(agreed, by()).await.unwrap();
    let accepted = store.terms_accepted(9).await.unwrap();
    assert_eq!(accepted.len(), 1, "IP Address Rules ask for none");
    assert_eq!(accepted[0].feature, Feature::RestWebServices);
    assert_eq!((accepted[0].terms, &accepted[0].by), (Terms::SuiteCloud, &by()));
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
    store.change_settings(|form| form, by()).await.unwrap();
    actions.add_role("Second").await.unwrap_err();
    store.append_logins(vec![]).await.unwrap();
    assert!(!moved().await);
}
