//! A sandbox that is refreshed from its production.

use super::{Actions, account, by, change, enable, found, integration_form, noted, pair, sealed, settings};
use countersign_model::{
    Account, ApplicationId, ConsumerKey, Feature, Integration, IntegrationDraft, IntegrationState, Lever,
    NotedRecord, RefreshError, Role, Settings, SettingsForm, TestAccount,
};
use countersign_store::{Conflict, Production, SealedSecret, Store, StoreError, TokenFilter};
use std::collections::BTreeMap;

async fn add(store: &Store, name: &str, application: u8, key: &str) -> Integration {
    let draft = IntegrationDraft::parse(integration_form(name)).unwrap();
    let application = ApplicationId::from_bytes([application; 16]);
    let added = store.add_integration(draft, application, Some(pair(key, 1)), by());
    added.await.unwrap().integration
}

/// Production with two users, of which the first was deleted, and two integration records beside the first.
async fn production() -> (Store, Production) {
    let store = Store::in_memory().unwrap();
    let account = Account {
        id: "1234567".parse().unwrap(),
        company_name: "Honeycomb Production".into(),
        ..account()
    };
    let settings = Settings {
        idle_session_timeout: 30,
        ..settings()
    };
    store.found_account(account, settings, by()).await.unwrap();
    enable(&store, Feature::ALL).await.unwrap();
    let actions = Actions::new(&store).await;
    actions.add_user("Grace").await.unwrap();
    store.delete_user(actions.user.id, by()).await.unwrap();
    actions.add_role("Second").await.unwrap();
    add(&store, "Shared", 1, "shared-new").await;
    add(&store, "Sync", 2, "theirs").await;
    let snapshot = store.production().await.unwrap().unwrap();
    (store, snapshot)
}

/// A sandbox with a token, the record `Shared` with an older pair, and a `Sync` of its own.
async fn sandbox() -> (Store, crate::Place) {
    let (store, place) = crate::open().await;
    found(&store).await;
    enable(&store, &[Feature::TokenBasedAuthentication])
        .await
        .unwrap();
    let actions = Actions::new(&store).await;
    actions.issue_token("token-1").await.unwrap();
    actions.add_user("Only here").await.unwrap();
    actions.add_user("Only here too").await.unwrap();
    let shared = add(&store, "Shared", 1, "shared-old").await;
    let block = store.change_integration_state(shared.id, countersign_model::IntegrationChange::Block, by());
    block.await.unwrap();
    add(&store, "sync", 3, "own").await;
    let marked = |form| SettingsForm {
        test_account: true,
        levers: vec![Lever::Faults],
        ..form
    };
    store.change_settings(marked, by()).await.unwrap();
    (store, place)
}

fn secrets() -> BTreeMap<ConsumerKey, SealedSecret> {
    ["key-1", "shared-new", "theirs"]
        .map(|key| (ConsumerKey::parse(key).unwrap(), sealed(b"sealed anew")))
        .into()
}

#[tokio::test]
async fn the_set_up_is_copied_and_the_mark_of_a_test_account_is_its_own() {
    let (_production, source) = production().await;
    let (store, _place) = sandbox().await;
    let before = store.setup().await.unwrap().unwrap();
    store
        .refresh_from(source.clone(), secrets(), BTreeMap::new(), by())
        .await
        .unwrap();
    let after = store.setup().await.unwrap().unwrap();
    assert_eq!(after.account.id, before.account.id);
    assert_eq!(after.account.company_name, "Honeycomb Production");
    assert_eq!(after.features, source.features);
    assert_eq!((after.roles, after.users), (source.roles, source.users));
    let mark = Some(TestAccount {
        levers: vec![Lever::Faults],
        seed: None,
    });
    assert_eq!(
        after.settings,
        Settings {
            test_account: mark,
            ..source.settings
        }
    );
}

#[tokio::test]
async fn tokens_do_not_survive_and_neither_do_their_secrets() {
    let (_production, source) = production().await;
    let (store, _place) = sandbox().await;
    store
        .refresh_from(source, secrets(), BTreeMap::new(), by())
        .await
        .unwrap();
    assert_eq!(store.tokens(TokenFilter::default(), None, 9).await.unwrap(), []);
    let left = store.secrets_not_sealed_with(9, 99).await.unwrap();
    let mut owners: Vec<String> = left.iter().map(|(owner, _)| owner.record()).collect();
    owners.sort();
    let expected = ["key-1", "own", "shared-new", "theirs"].map(|key| format!("integration:{key}"));
    assert_eq!(owners, expected);
}

#[tokio::test]
async fn integration_records_keep_their_ids_and_states_and_take_the_pairs_of_production() {
    let (_production, source) = production().await;
    let (store, _place) = sandbox().await;
    let before = store.setup().await.unwrap().unwrap().integrations;
    store
        .refresh_from(source, secrets(), BTreeMap::new(), by())
        .await
        .unwrap();
    let after = store.setup().await.unwrap().unwrap().integrations;
    let told = |records: &[Integration]| -> Vec<_> {
        let tell = |record: &Integration| {
            let key = record.consumer_key().unwrap().as_str().to_owned();
            (record.id.get(), record.name.clone(), record.state, key)
        };
        records.iter().map(tell).collect()
    };
    let line = |id, name: &str, state, key: &str| (id, name.to_owned(), state, key.to_owned());
    let enabled = IntegrationState::Enabled;
    assert_eq!(
        told(&before),
        [
            line(1, "Warehouse sync", enabled, "key-1"),
            line(2, "Shared", IntegrationState::Blocked, "shared-old"),
            line(3, "sync", enabled, "own"),
        ]
    );
    assert_eq!(
        told(&after),
        [
            line(1, "Warehouse sync", enabled, "key-1"),
            line(2, "Shared", IntegrationState::Blocked, "shared-new"),
            line(3, "sync", enabled, "own"),
            line(4, "Sync (1234567)", enabled, "theirs"),
        ]
    );
    assert_eq!(after[3].origin.to_string(), "account 1234567");
}

#[tokio::test]
async fn a_cache_is_told_that_nothing_holds_any_more() {
    let (_production, source) = production().await;
    let (store, _place) = sandbox().await;
    let before = store.change_count().await.unwrap();
    store
        .refresh_from(source.clone(), secrets(), BTreeMap::new(), by())
        .await
        .unwrap();
    let changes = store.changes_since(before, 9).await.unwrap();
    assert_eq!(changes.len(), 1);
    assert!(changes[0].everything && changes[0].record == NotedRecord::Account);
    assert_eq!(
        noted(&store, NotedRecord::Account).await[0],
        change("Refreshed From", "", "1234567")
    );
    store
        .refresh_from(source, secrets(), BTreeMap::new(), by())
        .await
        .unwrap();
    assert!(store.change_count().await.unwrap() > before + 1, "told each time");
}

#[tokio::test]
async fn ids_of_production_are_not_given_to_others() {
    let (_production, source) = production().await;
    let (store, _place) = sandbox().await;
    let highest_here = store.setup().await.unwrap().unwrap().users[2].id;
    store
        .refresh_from(source, secrets(), BTreeMap::new(), by())
        .await
        .unwrap();
    let role = Role::administrator();
    let added = store
        .add_user(super::user_draft_of("New", &[role.id]), by())
        .await;
    assert_eq!(added.unwrap().id.get(), highest_here.get() + 1);
    let added = store.add_role(super::role_draft("New"), by()).await.unwrap();
    assert_eq!(added.id.get(), 1002);
}

#[tokio::test]
async fn a_refresh_without_a_secret_or_from_elsewhere_changes_nothing() {
    let (_production, source) = production().await;
    let (store, _place) = sandbox().await;
    let before = store.setup().await.unwrap();
    let mut without = secrets();
    without.remove(&ConsumerKey::parse("theirs").unwrap());
    let error = store
        .refresh_from(source.clone(), without, BTreeMap::new(), by())
        .await;
    assert!(
        matches!(error.unwrap_err(), StoreError::NoPair { application } if application == "Sync (1234567)")
    );

    let mut moved = secrets();
    let theirs = ConsumerKey::parse("theirs").unwrap();
    moved.insert(theirs, pair("theirs", 2).secret);
    let error = store
        .refresh_from(source.clone(), moved, BTreeMap::new(), by())
        .await;
    assert!(matches!(error.unwrap_err(), StoreError::Conflict(Conflict::Pair)));

    let elsewhere = Production {
        account: "7654321".parse().unwrap(),
        ..source
    };
    let error = store
        .refresh_from(elsewhere, secrets(), BTreeMap::new(), by())
        .await;
    assert!(matches!(
        error.unwrap_err(),
        StoreError::Refresh(RefreshError::OtherCompany { .. })
    ));
    assert_eq!(store.setup().await.unwrap(), before);
    assert!(store.token_by_id("token-1").await.unwrap().is_some());
}
