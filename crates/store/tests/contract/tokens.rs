//! Access tokens.

use super::{Actions, NOW, by, change, founded, noted, sealed};
use countersign_model::{AccessTokenId, NotedRecord, TokenChange, TokenState, TokenStateError};
use countersign_store::{Conflict, Keeper, Maker, NoteFilter, StoreError};

#[tokio::test]
async fn a_token_comes_back_as_it_was_issued_with_its_secret() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    let token = actions.issue_token("token-2").await.unwrap();
    assert_eq!(token.name, "Warehouse sync, Ada Byron, Integrator");
    assert_eq!(store.setup().await.unwrap().unwrap().tokens.last(), Some(&token));
    assert_eq!(actions.secret_of_token("token-2").await, Some(sealed(b"token-2")));
    assert_eq!(actions.secret_of_integration("token-2").await, None);
}

#[tokio::test]
async fn a_token_id_in_use_leaves_no_trace() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    let before = store.setup().await.unwrap();
    let notes = store.system_notes(NoteFilter::default()).await.unwrap();
    let error = actions.issue_token("token-1").await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict(Conflict::TokenId)));
    assert_eq!(store.setup().await.unwrap(), before);
    assert_eq!(store.system_notes(NoteFilter::default()).await.unwrap(), notes);
}

#[tokio::test]
async fn a_token_for_records_of_another_account_is_refused() {
    let (store, _folder) = founded().await;
    let actions = Actions::new(&store).await;
    let (other, _other_folder) = crate::open().await;
    super::found(&other).await;
    let token_id = countersign_model::TokenId::parse("token-2").unwrap();
    let error = other
        .issue_token(actions.token_order(Maker::Owner), token_id, sealed(b"s"), by())
        .await
        .unwrap_err();
    assert!(matches!(error, StoreError::Unknown(NotedRecord::Integration(_))));
}

#[tokio::test]
async fn a_revoked_token_is_kept_and_stays_revoked() {
    let (store, _folder) = founded().await;
    let id = store.setup().await.unwrap().unwrap().tokens[0].id;
    store
        .change_token_state(id, TokenChange::Inactivate, Keeper::Owner, by())
        .await
        .unwrap();
    store
        .change_token_state(id, TokenChange::Activate, Keeper::Owner, by())
        .await
        .unwrap();
    let revoked = store
        .change_token_state(id, TokenChange::Revoke, Keeper::Owner, by())
        .await
        .unwrap();
    assert_eq!(revoked.state, TokenState::Revoked { at: NOW });
    let error = store
        .change_token_state(id, TokenChange::Activate, Keeper::Owner, by())
        .await
        .unwrap_err();
    assert!(matches!(
        error,
        StoreError::Token(TokenStateError::Revoked { .. })
    ));
    assert_eq!(store.setup().await.unwrap().unwrap().tokens, [revoked]);

    assert_eq!(
        noted(&store, NotedRecord::AccessToken(id)).await[..3],
        [
            change("State", "Active", "Revoked"),
            change("State", "Inactive", "Active"),
            change("State", "Active", "Inactive")
        ]
    );
}

#[tokio::test]
async fn a_token_that_is_not_there_is_named() {
    let (store, _folder) = founded().await;
    let error = store
        .change_token_state(AccessTokenId::new(404), TokenChange::Revoke, Keeper::Owner, by())
        .await
        .unwrap_err();
    assert!(
        error.to_string().starts_with("there is no access token 404"),
        "{error}"
    );
}
