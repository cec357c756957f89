//! Second factors: how one is set up, renewed and removed.

use super::{Actions, NOW, by, founded, notes_of, sealed};
use countersign_model::{EntityId, NotedRecord, RECOVERY_CODES, RecoveryCodeHash, SecondFactor, TimeStep};
use countersign_store::{Conflict, SealedSecret, SecretOwner, Store, StoreError};

pub(crate) fn codes(set: &str) -> [RecoveryCodeHash; RECOVERY_CODES as usize] {
    std::array::from_fn(|number| RecoveryCodeHash::parse(format!("{set}-{number}")).unwrap())
}

fn secret(generation: u64) -> SealedSecret {
    SealedSecret {
        generation,
        ..sealed(b"app")
    }
}

fn step(step: u64) -> TimeStep {
    TimeStep::stored(step)
}

/// With the codes of the set `first`, and step 100 used.
pub(crate) async fn enrol(store: &Store, user: EntityId) {
    store.begin_second_factor(user, secret(1), by()).await.unwrap();
    let confirm = store.confirm_second_factor(user, 1, step(100), codes("first"), None, by());
    confirm.await.unwrap();
}

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    let error = result.unwrap_err();
    assert!(
        matches!(error, StoreError::Conflict(Conflict::SecondFactor)),
        "{error}"
    );
}

#[tokio::test]
async fn a_second_factor_is_asked_for_once_its_first_code_came_back() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user.id;
    let access = async || store.access(user).await.unwrap();
    assert_eq!(
        (access().await.factor, access().await.factor_generation),
        (SecondFactor::None, 0)
    );
    store.begin_second_factor(user, secret(1), by()).await.unwrap();
    assert_eq!(access().await.factor, SecondFactor::Pending);
    store.begin_second_factor(user, secret(2), by()).await.unwrap();
    let confirm =
        |generation| store.confirm_second_factor(user, generation, step(7), codes("first"), None, by());
    refused(confirm(1).await);
    let factor = confirm(2).await.unwrap();
    let enrolled = SecondFactor::Enrolled {
        since: NOW,
        last_step: step(7),
        recovery_codes_left: RECOVERY_CODES,
    };
    assert_eq!((factor, access().await.factor), (enrolled, enrolled));
    refused(confirm(2).await);
    refused(store.begin_second_factor(user, secret(3), by()).await);
}

#[tokio::test]
async fn its_secret_is_among_the_sealed_ones_and_found_by_a_rotation() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user.id;
    enrol(&store, user).await;
    let owner = SecretOwner::SecondFactor(user);
    assert_eq!(store.sealed_secret(owner.clone()).await.unwrap(), Some(secret(1)));
    let left = store.secrets_not_sealed_with(2, 99).await.unwrap();
    assert!(left.contains(&(owner.clone(), secret(1))));
    store.remove_second_factor(user, by()).await.unwrap();
    assert_eq!(store.sealed_secret(owner).await.unwrap(), None);
}

#[tokio::test]
async fn after_it_was_removed_no_secret_of_an_earlier_generation_is_taken() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user.id;
    enrol(&store, user).await;
    for _ in 0..2 {
        store.remove_second_factor(user, by()).await.unwrap();
    }
    let access = store.access(user).await.unwrap();
    assert_eq!((access.factor, access.factor_generation), (SecondFactor::None, 1));
    assert_eq!(access.recovery_codes, []);
    refused(store.begin_second_factor(user, secret(1), by()).await);
    store.begin_second_factor(user, secret(2), by()).await.unwrap();
}

#[tokio::test]
async fn new_recovery_codes_take_the_place_of_the_old_ones() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user.id;
    refused(store.replace_recovery_codes(user, codes("none"), by()).await);
    enrol(&store, user).await;
    store
        .replace_recovery_codes(user, codes("second"), by())
        .await
        .unwrap();
    let left = store.access(user).await.unwrap().recovery_codes;
    assert_eq!(left, codes("second"));
}

#[tokio::test]
async fn each_step_of_a_second_factor_is_noted() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user.id;
    enrol(&store, user).await;
    store.remove_second_factor(user, by()).await.unwrap();
    let notes = notes_of(&store, NotedRecord::User(user)).await;
    let of_factor = notes
        .into_iter()
        .filter(|note| note.field == "Two-Factor Authentication");
    let values: Vec<_> = of_factor.map(|note| note.new_value).collect();
    assert_eq!(
        values,
        [None, Some("Enrolled".to_owned()), Some("Pending".to_owned())]
    );
}

#[tokio::test]
async fn what_a_user_proves_themselves_with_is_deleted_with_them() {
    let (store, _place) = founded().await;
    let user = Actions::new(&store).await.user.id;
    super::password_logins::give_password(&store, user, "right").await;
    enrol(&store, user).await;
    store.delete_user(user, by()).await.unwrap();
    assert!(matches!(
        store.access(user).await.unwrap_err(),
        StoreError::Unknown(_)
    ));
    let owner = SecretOwner::SecondFactor(user);
    assert_eq!(store.sealed_secret(owner).await.unwrap(), None);
}
