//! Replacing a token: after every step, and a restart behind it, one set signs.

use super::{added, at, by, credentials, done, id, signs_with};
use countersign_vault::{Action, Health, Observed, RotationError, VaultError};

fn error(result: Result<countersign_vault::Connection, VaultError>) -> Option<RotationError> {
    match result {
        Err(VaultError::Rotation(error)) => Some(error),
        _ => None,
    }
}

#[tokio::test]
async fn each_step_leaves_one_set_that_signs_also_behind_a_restart() {
    let (vault, place) = crate::open().await;
    added(&vault, "acme").await;
    let name = || id("acme");
    let vault = place.open_again(vault).await;
    let staged = vault
        .stage(name(), credentials("1234567", "b"), at(1))
        .await
        .unwrap();
    let generation = staged.staged.unwrap().generation;
    let vault = place.open_again(vault).await;
    assert!(signs_with(&vault, "acme", "a").await);
    let opened = vault.open_staged(name()).await.unwrap();
    assert_eq!(
        (opened.generation, opened.credentials.token),
        (generation, super::values("b")[2].clone())
    );
    vault
        .observe(name(), generation, Observed::Worked, at(2))
        .await
        .unwrap();
    let vault = place.open_again(vault).await;
    assert!(signs_with(&vault, "acme", "a").await);
    let switched = vault.switch(name(), at(3)).await.unwrap();
    assert_eq!(
        (switched.current.generation, &switched.health),
        (generation, &Health::Healthy)
    );
    let vault = place.open_again(vault).await;
    assert!(signs_with(&vault, "acme", "b").await);
    let settled = vault.settle(name(), at(4)).await.unwrap();
    assert_eq!((settled.staged, settled.previous), (None, None));
    let vault = place.open_again(vault).await;
    assert!(signs_with(&vault, "acme", "b").await);
    let expected = [
        Action::RotationSettled,
        Action::RotationSwitched,
        Action::RotationVerified,
        Action::RotationStaged,
        Action::ConnectionAdded,
    ];
    assert_eq!(done(&vault, "acme").await, expected);
}

#[tokio::test]
async fn falling_back_signs_with_the_old_set_and_keeps_the_new_one_to_be_verified_anew() {
    let (vault, place) = crate::open().await;
    added(&vault, "acme").await;
    vault
        .stage(id("acme"), credentials("1234567", "b"), at(1))
        .await
        .unwrap();
    vault
        .observe(id("acme"), 2, Observed::Worked, at(2))
        .await
        .unwrap();
    vault.switch(id("acme"), at(3)).await.unwrap();
    let back = vault
        .fall_back(id("acme"), "403 everywhere".into(), at(4))
        .await
        .unwrap();
    assert_eq!((back.current.generation, back.previous), (1, None));
    assert_eq!(back.staged.unwrap().verified, None);
    let vault = place.open_again(vault).await;
    assert!(signs_with(&vault, "acme", "a").await);
    assert_eq!(
        error(vault.switch(id("acme"), at(5)).await),
        Some(RotationError::NotVerified)
    );
    let dropped = vault.drop_staged(id("acme"), at(6)).await.unwrap();
    assert_eq!(dropped.staged, None);
    // A generation is never given twice.
    let again = vault
        .stage(id("acme"), credentials("1234567", "c"), at(7))
        .await
        .unwrap();
    assert_eq!(again.staged.unwrap().generation, 3);
}

#[tokio::test]
async fn a_step_out_of_its_order_changes_nothing_and_says_what_comes_first() {
    let (vault, _place) = crate::open().await;
    let before = added(&vault, "acme").await;
    let name = || id("acme");
    assert_eq!(
        error(vault.switch(name(), by()).await),
        Some(RotationError::NothingStaged)
    );
    assert_eq!(
        error(vault.drop_staged(name(), by()).await),
        Some(RotationError::NothingStaged)
    );
    assert_eq!(
        error(vault.settle(name(), by()).await),
        Some(RotationError::NoPrevious)
    );
    assert_eq!(
        error(vault.fall_back(name(), String::new(), by()).await),
        Some(RotationError::NoPrevious)
    );
    assert!(matches!(
        vault.open_staged(name()).await,
        Err(VaultError::Rotation(RotationError::NothingStaged))
    ));
    assert_eq!(vault.connection(name()).await.unwrap(), before);
    let elsewhere = vault
        .stage(name(), credentials("7654321", "b"), by())
        .await
        .unwrap_err();
    assert!(
        matches!(elsewhere, VaultError::AnotherAccount { .. }),
        "{elsewhere}"
    );
    vault
        .stage(name(), credentials("1234567", "b"), by())
        .await
        .unwrap();
    assert_eq!(
        error(vault.stage(name(), credentials("1234567", "c"), by()).await),
        Some(RotationError::AlreadyStaged)
    );
    assert_eq!(
        error(vault.switch(name(), by()).await),
        Some(RotationError::NotVerified)
    );
    let refused = Observed::Failed { why: "no".into() };
    vault.observe(name(), 2, refused, by()).await.unwrap();
    assert_eq!(
        error(vault.switch(name(), by()).await),
        Some(RotationError::NotVerified)
    );
    assert_eq!(vault.connection(name()).await.unwrap().health, Health::Unverified);
    vault.observe(name(), 2, Observed::Worked, by()).await.unwrap();
    vault.switch(name(), by()).await.unwrap();
    assert_eq!(
        error(vault.stage(name(), credentials("1234567", "c"), by()).await),
        Some(RotationError::NotSettled)
    );
}

#[tokio::test]
async fn a_step_that_cannot_be_audited_is_not_done() {
    let (vault, place) = crate::open().await;
    added(&vault, "acme").await;
    vault
        .stage(id("acme"), credentials("1234567", "b"), by())
        .await
        .unwrap();
    vault
        .observe(id("acme"), 2, Observed::Worked, by())
        .await
        .unwrap();
    let before = vault.connection(id("acme")).await.unwrap();
    place.refuse_audit().await;
    assert!(vault.switch(id("acme"), by()).await.is_err());
    assert!(vault.drop_staged(id("acme"), by()).await.is_err());
    assert!(
        vault
            .replace(id("acme"), credentials("1234567", "c"), by())
            .await
            .is_err()
    );
    assert!(vault.remove(id("acme"), by()).await.is_err());
    assert!(
        vault
            .add(id("beta"), credentials("1", "c"), super::label(), by())
            .await
            .is_err()
    );
    assert_eq!(vault.connection(id("acme")).await.unwrap(), before);
    assert!(signs_with(&vault, "acme", "a").await);
}
