//! Readers and changes in the orders that would leave something stale.

use std::sync::atomic::{AtomicUsize, Ordering};

use countersign_model::{
    Account, Actor, ApplicationId, Authentication, By, ConsumerKey, IntegrationChange, IntegrationDraft,
    IntegrationForm, IntegrationState, Via,
};
use countersign_protocol::AccountId;
use countersign_store::{SealedPair, SealedSecret};
use countersign_world::UnixTime;

use super::*;

const KEY: &str = "c0ffee";

fn by() -> By {
    By {
        actor: Actor {
            user: None,
            name: "a test".to_owned(),
            via: Via::Start,
        },
        at: UnixTime::from_seconds(1_767_225_600),
    }
}

fn account() -> AccountId {
    "1234567".parse().unwrap()
}

async fn empty() -> (Directory, Store) {
    let store = Store::in_memory().unwrap();
    let account = Account {
        id: account(),
        company_name: "Honeycomb".to_owned(),
        created: by().at,
    };
    let settings = countersign_model::Settings::default();
    store.found_account(account, settings, by()).await.unwrap();
    let head = store.head().await.unwrap().unwrap();
    (Directory::new(store.clone(), head), store)
}

async fn add_integration(store: &Store) -> IntegrationId {
    let form = IntegrationForm {
        name: "Warehouse Sync".to_owned(),
        description: String::new(),
        note: String::new(),
        state: IntegrationState::Enabled,
        authentication: Authentication::default(),
        concurrency_limit: None,
    };
    let sealed = SealedSecret {
        bytes: vec![1],
        generation: 1,
        key_version: 1,
    };
    let key = ConsumerKey::parse(KEY).unwrap();
    let id = ApplicationId::from_bytes([1; 16]);
    let draft = IntegrationDraft::parse(form).unwrap();
    let pair = SealedPair {
        consumer_key: key,
        secret: sealed,
    };
    let added = store.add_integration(draft, id, Some(pair), by()).await;
    added.unwrap().integration.id
}

async fn state(directory: &Directory) -> Option<IntegrationState> {
    let claimed = directory.claimed(KEY, "none").await.unwrap();
    claimed.integration.map(|known| known.record.state)
}

#[tokio::test]
async fn what_was_read_before_a_change_is_not_kept_after_it() {
    let (directory, store) = empty().await;
    let id = add_integration(&store).await;
    directory.take_in_changes().await.unwrap();
    let slow_read = async || {
        let read = store.integration_by_consumer_key(KEY).await?;
        let blocked = store.change_integration_state(id, IntegrationChange::Block, by());
        blocked.await?;
        directory.take_in_changes().await?;
        Ok(read.map(|record| KnownIntegration::new(record, &account())))
    };
    let found = directory.find(&directory.integrations, KEY, slow_read).await;
    let seen = found.unwrap().record.unwrap().record.state;
    assert_eq!(seen, IntegrationState::Enabled, "the reader began before");
    assert_eq!(state(&directory).await, Some(IntegrationState::Blocked));
}

#[tokio::test]
async fn a_name_that_was_missing_before_a_change_is_not_missing_after_it() {
    let (directory, store) = empty().await;
    let slow_read = async || {
        let read = store.integration_by_consumer_key(KEY).await?;
        assert!(read.is_none());
        add_integration(&store).await;
        directory.take_in_changes().await?;
        Ok(None)
    };
    let found = directory.find(&directory.integrations, KEY, slow_read).await;
    assert!(found.unwrap().record.is_none());
    assert_eq!(state(&directory).await, Some(IntegrationState::Enabled));
}

#[tokio::test]
async fn a_name_known_as_missing_is_looked_up_again_once_a_record_has_it() {
    let (directory, store) = empty().await;
    assert_eq!(state(&directory).await, None);
    assert!(!directory.claimed(KEY, "none").await.unwrap().was_cold);
    add_integration(&store).await;
    assert_eq!(state(&directory).await, None, "nobody has taken it in yet");
    directory.take_in_changes().await.unwrap();
    assert_eq!(state(&directory).await, Some(IntegrationState::Enabled));
}

#[tokio::test]
async fn a_change_leaves_what_it_does_not_name() {
    let (directory, store) = empty().await;
    let id = add_integration(&store).await;
    directory.take_in_changes().await.unwrap();
    assert!(directory.claimed(KEY, "none").await.unwrap().was_cold);
    let features = vec![countersign_model::Feature::RestWebServices];
    let form = countersign_model::FeaturesForm {
        check: features.clone(),
        agreed: features.clone(),
        ..countersign_model::FeaturesForm::default()
    };
    store.change_features(form, by()).await.unwrap();
    directory.take_in_changes().await.unwrap();
    assert!(directory.snapshot().features.has(features[0]));
    assert!(!directory.claimed(KEY, "none").await.unwrap().was_cold);
    let blocked = store.change_integration_state(id, IntegrationChange::Block, by());
    blocked.await.unwrap();
    directory.take_in_changes().await.unwrap();
    assert!(directory.claimed(KEY, "none").await.unwrap().was_cold);
}

#[tokio::test]
async fn a_name_too_long_for_any_record_takes_no_room() {
    let (directory, _store) = empty().await;
    let long = "x".repeat(ConsumerKey::MAX_LENGTH + 1);
    let claimed = directory.claimed(&long, &long).await.unwrap();
    assert!(claimed.integration.is_none() && claimed.token.is_none());
    assert!(directory.integrations.get(long.as_str()).is_none());
    assert!(directory.tokens.get(long.as_str()).is_none());
}

#[tokio::test]
async fn few_are_looked_up_at_a_time() {
    let (directory, _store) = empty().await;
    let directory = Arc::new(directory);
    let running = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0)));
    let callers = (0..200).map(|number| {
        let (directory, running) = (Arc::clone(&directory), Arc::clone(&running));
        tokio::spawn(async move {
            let name = format!("made up {number}");
            let read = async || {
                let now = running.0.fetch_add(1, Ordering::SeqCst) + 1;
                running.1.fetch_max(now, Ordering::SeqCst);
                tokio::task::yield_now().await;
                running.0.fetch_sub(1, Ordering::SeqCst);
                Ok(None)
            };
            let found = directory.find(&directory.integrations, name.as_str(), read);
            assert!(found.await.unwrap().record.is_none());
        })
    });
    for caller in callers.collect::<Vec<_>>() {
        caller.await.unwrap();
    }
    assert_eq!(running.1.load(Ordering::SeqCst), LOOKED_UP_AT_ONCE);
}

#[test]
fn changes_are_whole_when_each_moved_the_counter_by_one() {
    let changes = |numbers: &[u64]| -> Vec<Change> {
        let record = NotedRecord::Account;
        let change = |number: &u64| Change {
            number: *number,
            record,
            everything: false,
        };
        numbers.iter().map(change).collect()
    };
    assert_eq!(last_of_all(&changes(&[8, 9]), 7, 9), Some(9));
    assert_eq!(last_of_all(&changes(&[8, 9]), 7, 8), Some(9), "one came between");
    assert_eq!(last_of_all(&changes(&[8, 9]), 7, 10), None, "one is not told of");
    assert_eq!(last_of_all(&changes(&[8, 10]), 7, 10), None);
    assert_eq!(last_of_all(&[], 7, 8), None);
    assert_eq!(last_of_all(&[], 7, 3), None, "it was put back");
}
