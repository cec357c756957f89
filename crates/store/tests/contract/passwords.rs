//! Passwords: set, changed, and demanded to be changed.

use super::password_logins::{give_password, log_in};
use super::{Actions, NOW, by, founded, notes_of};
use countersign_model::{By, EntityId, NotedRecord, OLD_PASSWORDS, PasswordHash};
use countersign_store::{Conflict, NewPassword, Store, StoreError};
use std::time::Duration;

pub(crate) fn hash(password: &str) -> PasswordHash {
    PasswordHash::parse(format!("$argon2id$hash-of-{password}")).unwrap()
}

fn new(password: &str, replaces: Option<&str>) -> NewPassword {
    NewPassword {
        hash: hash(password),
        must_change: false,
        replaces: replaces.map(hash),
    }
}

async fn notes(store: &Store, user: EntityId) -> Vec<(String, Option<String>)> {
    let notes = notes_of(store, NotedRecord::User(user)).await;
    notes
        .into_iter()
        .map(|note| (note.field, note.new_value))
        .collect()
}

#[tokio::test]
async fn a_password_comes_back_with_those_before_it_and_no_more_than_are_kept() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user.id;
    assert_eq!(store.access(user).await.unwrap().password, None);
    let mut replaces = None;
    for number in 0..20 {
        let password = format!("p{number}");
        let set = store.set_password(user, new(&password, replaces.as_deref()), None, by());
        let set = set.await.unwrap();
        assert_eq!(store.access(user).await.unwrap().password, Some(set));
        replaces = Some(password);
    }
    let last = store.access(user).await.unwrap().password.unwrap();
    assert_eq!((last.hash, last.earlier.len()), (hash("p19"), OLD_PASSWORDS));
    assert_eq!(last.earlier[0], hash("p18"));
    let unknown = store.access(EntityId::new(404)).await.unwrap_err();
    assert!(matches!(unknown, StoreError::Unknown(_)), "{unknown}");
}

#[tokio::test]
async fn of_two_changes_to_one_password_the_second_is_refused() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user.id;
    give_password(&store, user, "first").await;
    store
        .set_password(user, new("second", Some("first")), None, by())
        .await
        .unwrap();
    for late in [new("third", Some("first")), new("third", None)] {
        let error = store.set_password(user, late, None, by()).await.unwrap_err();
        assert!(
            matches!(error, StoreError::Conflict(Conflict::Password)),
            "{error}"
        );
    }
    let unknown = store.set_password(EntityId::new(404), new("first", None), None, by());
    assert!(matches!(unknown.await.unwrap_err(), StoreError::Unknown(_)));
}

#[tokio::test]
async fn a_password_is_noted_as_changed_and_no_note_holds_a_hash() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user.id;
    give_password(&store, user, "first").await;
    let later = By {
        at: NOW.plus(Duration::from_secs(9)),
        ..by()
    };
    store
        .set_password(user, new("second", Some("first")), None, later)
        .await
        .unwrap();
    let notes = notes(&store, user).await;
    assert_eq!(notes.iter().filter(|(field, _)| field == "Password").count(), 2);
    assert!(!format!("{notes:?}").contains("argon2"));
    assert!(!format!("{:?}", store.access(user).await.unwrap()).contains("argon2"));
}

#[tokio::test]
async fn a_change_that_is_demanded_is_noted_once_and_ends_with_the_change() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    let before = store.change_count().await.unwrap();
    store.require_password_change(user.id, by()).await.unwrap();
    assert_eq!(
        store.change_count().await.unwrap(),
        before,
        "there is no password to change"
    );
    give_password(&store, user.id, "first").await;
    let before = store.change_count().await.unwrap();
    for _ in 0..2 {
        store.require_password_change(user.id, by()).await.unwrap();
    }
    assert_eq!(store.change_count().await.unwrap(), before + 1);
    assert!(
        log_in(&store, &user, "first", None, NOW)
            .await
            .unwrap()
            .must_change()
    );
    store
        .set_password(user.id, new("second", Some("first")), None, by())
        .await
        .unwrap();
    assert!(
        !log_in(&store, &user, "second", None, NOW)
            .await
            .unwrap()
            .must_change()
    );
}

#[tokio::test]
async fn a_new_password_begins_the_count_anew_and_opens_no_lock() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user;
    give_password(&store, user.id, "first").await;
    for _ in 0..4 {
        log_in(&store, &user, "wrong", None, NOW).await.unwrap_err();
    }
    store
        .set_password(user.id, new("second", Some("first")), None, by())
        .await
        .unwrap();
    assert_eq!(store.access(user.id).await.unwrap().lock.failures(), 0);
    for _ in 0..5 {
        log_in(&store, &user, "wrong", None, NOW).await.unwrap_err();
    }
    store
        .set_password(user.id, new("third", Some("second")), None, by())
        .await
        .unwrap();
    log_in(&store, &user, "third", None, NOW).await.unwrap_err();
}
