//! Sealed secrets and their rotation.

use super::{Actions, founded, sealed};
use countersign_model::{ConsumerKey, TokenId};
use countersign_store::{SealedSecret, SecretOwner};

#[tokio::test]
async fn a_rotation_finds_every_secret_that_is_left_and_then_none() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    actions.issue_token("token-2").await.unwrap();

    let mut resealed = 0;
    loop {
        let left = store.secrets_not_sealed_with(2, 2).await.unwrap();
        if left.is_empty() {
            break;
        }
        assert!(left.len() <= 2);
        for (owner, old) in left {
            let new = [old.bytes.as_slice(), b"+2"].concat();
            assert!(store.reseal(owner, old.bytes, new, 2).await.unwrap());
            resealed += 1;
        }
    }
    assert_eq!(resealed, 3);
    let secret = SealedSecret {
        bytes: b"token-2+2".to_vec(),
        generation: 1,
        key_version: 2,
    };
    assert_eq!(actions.secret_of_token("token-2").await, Some(secret));
}

#[tokio::test]
async fn a_reseal_that_comes_too_late_changes_nothing() {
    let (store, _folder) = founded().await;
    let owner = SecretOwner::AccessToken(TokenId::parse("token-1").unwrap());
    let reseal = |old: &[u8], new: &[u8]| store.reseal(owner.clone(), old.to_vec(), new.to_vec(), 2);
    assert!(reseal(b"token-1", b"first").await.unwrap());
    assert!(!reseal(b"token-1", b"second").await.unwrap());
    let kept = store.sealed_secret(owner.clone()).await.unwrap();
    assert_eq!(
        kept,
        Some(SealedSecret {
            key_version: 2,
            ..sealed(b"first")
        })
    );
    let nobody = SecretOwner::Integration(ConsumerKey::parse("token-1").unwrap());
    assert!(
        !store
            .reseal(nobody, b"first".to_vec(), b"x".to_vec(), 2)
            .await
            .unwrap()
    );
}

#[tokio::test]
async fn no_set_up_and_no_note_holds_a_secret() {
    let (store, _folder) = founded().await;
    let printed = format!(
        "{:?}{:?}{:?}",
        store.setup().await.unwrap(),
        store
            .system_notes(countersign_store::NoteFilter::default())
            .await
            .unwrap(),
        sealed(b"ciphertext"),
    );
    assert!(!printed.contains("ciphertext"));
    assert!(!printed.contains(&format!("{:?}", b"token-1".to_vec())));
}
