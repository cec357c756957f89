//! Integration records.

use super::{Actions, NOW, by, change, founded, integration_form, noted, notes_of, pair, sealed};
use countersign_model::{
    ApplicationId, Authentication, By, Governance, IntegrationChange, IntegrationDraft, IntegrationForm,
    IntegrationId, IntegrationState, IntegrationStateError, NoteType, NotedRecord, Tier,
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

    let notes = notes_of(&store, NotedRecord::Integration(added.id)).await;
    assert!(
        notes
            .iter()
            .all(|note| note.note_type == NoteType::Create && note.by == by())
    );
    let values = noted(&store, NotedRecord::Integration(added.id)).await;
    assert!(values.contains(&change("Name", "", "Café")), "{values:?}");
    assert!(
        values.contains(&change("Consumer Key", "", "… (pair 1)")),
        "{values:?}"
    );
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

    let last = NoteFilter {
        limit: 1,
        ..NoteFilter::default()
    };
    let notes = store.system_notes(last).await.unwrap();
    let values = notes
        .first()
        .map(|(_, note)| (note.old_value.as_deref(), note.new_value.as_deref()));
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

fn draft(form: IntegrationForm) -> IntegrationDraft {
    IntegrationDraft::parse(form).unwrap()
}

fn without_tokens(name: &str) -> IntegrationForm {
    IntegrationForm {
        authentication: Authentication {
            token_based_authentication: false,
            ..Authentication::default()
        },
        ..integration_form(name)
    }
}

fn with_tokens(form: IntegrationForm) -> IntegrationForm {
    IntegrationForm {
        authentication: Authentication::default(),
        ..form
    }
}

#[tokio::test]
async fn a_record_gets_its_pair_at_the_save_that_checks_the_box_first() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let application = ApplicationId::from_bytes([9; 16]);
    let offered = Some(pair("key-2", 1));
    let added = store.add_integration(draft(without_tokens("Second")), application, offered, by());
    let added = added.await.unwrap();
    assert!(!added.pair_taken && added.integration.credentials.is_none());
    assert_eq!(actions.secret_of_integration("key-2").await, None);

    let id = added.integration.id;
    let error = store.edit_integration(id, with_tokens, None, by()).await;
    assert!(matches!(error.unwrap_err(), StoreError::NoPair { .. }));
    let edited = store.edit_integration(id, with_tokens, Some(pair("key-3", 1)), by());
    let edited = edited.await.unwrap();
    assert!(edited.pair_taken);
    assert_eq!(edited.integration.consumer_key().unwrap().as_str(), "key-3");
    assert_eq!(
        actions.secret_of_integration("key-3").await,
        Some(sealed(b"key-3"))
    );

    let cleared = store.edit_integration(id, |_| without_tokens("Second"), None, by());
    assert_eq!(
        cleared.await.unwrap().integration.credentials,
        edited.integration.credentials
    );
    let again = store.edit_integration(id, with_tokens, Some(pair("key-4", 1)), by());
    assert!(!again.await.unwrap().pair_taken);
    assert_eq!(actions.secret_of_integration("key-4").await, None);
}

#[tokio::test]
async fn a_record_with_the_box_needs_a_pair() {
    let (store, _place) = founded().await;
    let before = store.setup().await.unwrap();
    let application = ApplicationId::from_bytes([9; 16]);
    let added = store.add_integration(draft(integration_form("Second")), application, None, by());
    assert!(matches!(added.await.unwrap_err(), StoreError::NoPair { .. }));
    assert_eq!(store.setup().await.unwrap(), before);
}

#[tokio::test]
async fn an_edit_is_made_of_what_is_stored_and_noted() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let id = actions.integration.id;
    let later = By {
        at: UnixTime::from_seconds(NOW.seconds() + 60),
        ..by()
    };
    let note = |form| IntegrationForm {
        note: "Owned by nobody".into(),
        ..form
    };
    let edited = store.edit_integration(id, note, None, later.clone()).await;
    let edited = edited.unwrap().integration;
    assert_eq!(edited.last_modified, later.at);
    assert_eq!(store.integration(id).await.unwrap().as_ref(), Some(&edited));
    assert_eq!(
        noted(&store, NotedRecord::Integration(id)).await[0],
        change("Note", "Owned by logistics", "Owned by nobody")
    );
    let much_later = By {
        at: UnixTime::from_seconds(NOW.seconds() + 120),
        ..by()
    };
    let same = store.edit_integration(id, note, None, much_later).await.unwrap();
    assert_eq!(same.integration, edited);

    let bad = |form| IntegrationForm {
        name: String::new(),
        ..form
    };
    let error = store.edit_integration(id, bad, None, by()).await.unwrap_err();
    assert_eq!(error.to_string(), "Name is required.");
}

#[tokio::test]
async fn two_edits_at_once_both_count() {
    let (store, _place) = founded().await;
    let id = Actions::new(&store).await.integration.id;
    let note = |form| IntegrationForm {
        note: "New".into(),
        ..form
    };
    let limit = |form| IntegrationForm {
        concurrency_limit: Some(9),
        ..form
    };
    let (first, second) = tokio::join!(
        store.edit_integration(id, note, None, by()),
        store.edit_integration(id, limit, None, by())
    );
    first.and(second).unwrap();
    let stored = store.integration(id).await.unwrap().unwrap();
    assert_eq!((stored.note.as_str(), stored.concurrency_limit), ("New", Some(9)));
}

#[tokio::test]
async fn one_request_always_stays_unallocated() {
    let (store, _place) = founded().await;
    let contract = |form| countersign_model::SettingsForm {
        tier: Tier::Premium,
        suitecloud_plus_licences: 0,
        ..form
    };
    let (_, settings) = store.change_settings(contract, by()).await.unwrap();
    assert_eq!(settings.governance.limit(), 15);
    let wanting = |name: &str, limit| IntegrationForm {
        concurrency_limit: Some(limit),
        ..integration_form(name)
    };
    // The record of the founding has three.
    let application = ApplicationId::from_bytes([9; 16]);
    let add = |form, key| store.add_integration(draft(form), application, Some(pair(key, 1)), by());
    let error = add(wanting("Second", 12), "key-2").await.unwrap_err();
    assert!(matches!(error, StoreError::Fields(_)), "{error}");
    let second = add(wanting("Second", 11), "key-2").await.unwrap().integration;

    let more = |form| IntegrationForm {
        concurrency_limit: Some(12),
        ..form
    };
    let error = store.edit_integration(second.id, more, None, by()).await;
    assert!(matches!(error.unwrap_err(), StoreError::Fields(_)));
    let first = Actions::new(&store).await.integration.id;
    store.uninstall_integration(first, by()).await.unwrap();
    let edited = store.edit_integration(second.id, more, None, by()).await;
    assert_eq!(edited.unwrap().integration.concurrency_limit, Some(12));
    assert_eq!(Governance::default().limit(), 5);
}

#[tokio::test]
async fn a_reset_pair_is_dead_at_once_and_tokens_live_on() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let id = actions.integration.id;
    let reset = store.reset_credentials(id, pair("key-2", 2), by()).await.unwrap();
    assert_eq!(
        reset.credentials,
        store.integration(id).await.unwrap().unwrap().credentials
    );
    assert_eq!(reset.credentials.as_ref().unwrap().generation, 2);
    assert_eq!(actions.secret_of_integration("key-1").await, None);
    assert_eq!(store.integration_by_consumer_key("key-1").await.unwrap(), None);
    assert_eq!(
        actions.secret_of_integration("key-2").await,
        Some(pair("key-2", 2).secret)
    );
    assert!(store.token_by_id("token-1").await.unwrap().unwrap().is_active());
    assert_eq!(
        noted(&store, NotedRecord::Integration(id)).await[0],
        change("Consumer Key", "… (pair 1)", "… (pair 2)")
    );
}

#[tokio::test]
async fn of_two_resets_at_once_one_is_told_to_read_again() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let id = actions.integration.id;
    let (first, second) = tokio::join!(
        store.reset_credentials(id, pair("key-2", 2), by()),
        store.reset_credentials(id, pair("key-3", 2), by())
    );
    let [won, lost] = if first.is_ok() {
        [first, second]
    } else {
        [second, first]
    };
    assert!(matches!(lost.unwrap_err(), StoreError::Conflict(Conflict::Pair)));
    let key = won.unwrap().consumer_key().unwrap().clone();
    let secrets = [
        actions.secret_of_integration("key-2").await,
        actions.secret_of_integration("key-3").await,
    ];
    assert_eq!(secrets.iter().flatten().count(), 1);
    assert!(actions.secret_of_integration(key.as_str()).await.is_some());
}
