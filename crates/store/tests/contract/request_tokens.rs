//! Request tokens of the authorization flow.

use super::{Actions, NOW, founded, sealed};
use countersign_model::{
    EntityId, FeatureSet, FlowRefusal, IntegrationId, LoginDenied, MayMakeToken, REQUEST_TOKEN_LASTS,
    RequestToken, RequestTokenId, RequestTokenState, Role, TokenId, TokenMaker, VERIFIER_LASTS, VerifierHash,
};
use countersign_store::{Conflict, Exchange, Exchanged, MAX_UNFINISHED, SecretOwner, Store, StoreError};
use countersign_world::UnixTime;
use std::time::Duration;

fn id(text: &str) -> RequestTokenId {
    RequestTokenId::parse(text).unwrap()
}

fn verifier(text: &str) -> VerifierHash {
    VerifierHash::parse(text).unwrap()
}

async fn begin(store: &Store, text: &str, now: UnixTime) -> Result<(), StoreError> {
    let integration = Actions::new(store).await.integration.id;
    add(store, text, integration, now).await
}

async fn add(store: &Store, text: &str, integration: IntegrationId, now: UnixTime) -> Result<(), StoreError> {
    let callback = "https://example.com/callback".to_owned();
    let token = RequestToken::issue(id(text), integration, callback, None, now);
    store.add_request_token(token, sealed(text.as_bytes())).await
}

async fn may(store: &Store) -> MayMakeToken {
    let actions = Actions::new(store).await;
    let features: FeatureSet = actions.enable_all_features().await.unwrap();
    let maker = TokenMaker {
        user: &actions.user,
        role: &Role::administrator(),
        features: &features,
    };
    maker.may_authorize(&actions.integration).unwrap()
}

/// Step three for the access token `made`.
async fn exchange(
    store: &Store,
    caller: IntegrationId,
    verifier: Option<VerifierHash>,
    made: &str,
    at: UnixTime,
) -> Result<Exchanged, StoreError> {
    let sent = Exchange {
        token: id("a"),
        caller,
        verifier,
        token_id: TokenId::parse(made).unwrap(),
        secret: sealed(made.as_bytes()),
        at,
    };
    store.exchange_for_access_token(sent, |_, _, _| Ok(())).await
}

fn refused<T: std::fmt::Debug>(result: Result<T, StoreError>) {
    let error = result.unwrap_err();
    assert!(
        matches!(error, StoreError::Flow(FlowRefusal::TokenRejected(_))),
        "{error}"
    );
}

#[tokio::test]
async fn an_allowed_token_is_exchanged_once_and_by_its_own_verifier() {
    let (store, place) = founded().await;
    begin(&store, "a", NOW).await.unwrap();
    let may = may(&store).await;
    let allowed = store
        .allow_request_token(id("a"), may, verifier("v"), NOW)
        .await
        .unwrap();
    let store = place.open_again(store).await;
    assert_eq!(store.request_token(id("a")).await.unwrap(), Some(allowed.clone()));
    let exchange = |verifier, made| exchange(&store, allowed.integration, verifier, made, NOW);
    for wrong in [None, Some(verifier("w"))] {
        let error = exchange(wrong, "wrong").await.unwrap_err();
        assert!(
            matches!(error, StoreError::Flow(FlowRefusal::InvalidVerifier(_))),
            "{error}"
        );
    }
    let made = exchange(Some(verifier("v")), "made").await.unwrap();
    assert_eq!((made.user.id, made.role.id), (may.user(), may.role()));
    let stored = store.token_by_id("made").await.unwrap();
    assert_eq!(stored, Some(made.token));
    refused(exchange(Some(verifier("v")), "again").await);
    for unmade in ["wrong", "again"] {
        assert_eq!(store.token_by_id(unmade).await.unwrap(), None);
    }
    let secret = store
        .sealed_secret(SecretOwner::RequestToken(id("a")))
        .await
        .unwrap();
    assert_eq!(secret, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_exchanges_at_once_one_succeeds() {
    let (store, _place) = founded().await;
    begin(&store, "a", NOW).await.unwrap();
    let may = may(&store).await;
    let allowed = store
        .allow_request_token(id("a"), may, verifier("v"), NOW)
        .await
        .unwrap();
    let exchange = |made| {
        let (store, caller) = (store.clone(), allowed.integration);
        tokio::spawn(async move { exchange(&store, caller, Some(verifier("v")), made, NOW).await })
    };
    let (one, other) = (exchange("one"), exchange("other"));
    let results = [one.await.unwrap(), other.await.unwrap()];
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
}

#[tokio::test]
async fn a_user_who_may_not_be_used_any_more_leaves_the_request_token_as_it_was() {
    let (store, _place) = founded().await;
    begin(&store, "a", NOW).await.unwrap();
    let may = may(&store).await;
    let allowed = store
        .allow_request_token(id("a"), may, verifier("v"), NOW)
        .await
        .unwrap();
    let sent = Exchange {
        token: id("a"),
        caller: allowed.integration,
        verifier: Some(verifier("v")),
        token_id: TokenId::parse("made").unwrap(),
        secret: sealed(b"made"),
        at: NOW,
    };
    let denied = |_: &_, role: &Role, _: &_| {
        let role = role.name.clone();
        Err(LoginDenied::RoleInactive { role })
    };
    let error = store.exchange_for_access_token(sent, denied).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Flow(FlowRefusal::EntityOrRoleDisabled(_))),
        "{error}"
    );
    assert_eq!(store.request_token(id("a")).await.unwrap(), Some(allowed));
    assert_eq!(store.token_by_id("made").await.unwrap(), None);
}

#[tokio::test]
async fn a_token_is_decided_once() {
    let (store, _place) = founded().await;
    begin(&store, "a", NOW).await.unwrap();
    let may = may(&store).await;
    let denied = store.deny_request_token(id("a"), NOW).await.unwrap();
    assert_eq!(denied.state, RequestTokenState::Denied);
    refused(store.allow_request_token(id("a"), may, verifier("v"), NOW).await);
    refused(store.deny_request_token(id("a"), NOW).await);
    assert_eq!(store.request_token(id("a")).await.unwrap(), Some(denied));
    refused(store.deny_request_token(id("unknown"), NOW).await);
}

#[tokio::test]
async fn a_token_is_of_one_integration_record_and_one_value() {
    let (store, _place) = founded().await;
    begin(&store, "a", NOW).await.unwrap();
    let twice = begin(&store, "a", NOW).await.unwrap_err();
    assert!(
        matches!(twice, StoreError::Conflict(Conflict::RequestToken)),
        "{twice}"
    );
    let unknown = add(&store, "b", IntegrationId::new(404), NOW).await.unwrap_err();
    assert!(matches!(unknown, StoreError::Unknown(_)), "{unknown}");
    let secret = store
        .sealed_secret(SecretOwner::RequestToken(id("b")))
        .await
        .unwrap();
    assert_eq!(secret, None);
}

#[tokio::test]
async fn a_record_that_begins_and_never_ends_fills_its_own_place_only() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let other = actions.add_integration("Other", "key-2").await.unwrap().id;
    let full = actions.integration.id;
    for number in 0..MAX_UNFINISHED {
        add(&store, &format!("a{number}"), full, NOW).await.unwrap();
    }
    let error = add(&store, "b", full, NOW).await.unwrap_err();
    assert!(
        matches!(error, StoreError::Conflict(Conflict::TooManyRequestTokens)),
        "{error}"
    );
    add(&store, "b", other, NOW).await.unwrap();
    store.deny_request_token(id("a7"), NOW).await.unwrap();
    add(&store, "c", full, NOW).await.unwrap();
    let lapsed = NOW.plus(REQUEST_TOKEN_LASTS);
    add(&store, "d", full, lapsed).await.unwrap();
    let mut purged = 0;
    while let some @ 1.. = store.purge_request_tokens(lapsed, 400).await.unwrap() {
        assert!(some <= 400);
        purged += some;
    }
    assert_eq!(purged, u64::from(MAX_UNFINISHED) + 2);
    assert_eq!(store.request_token(id("a1")).await.unwrap(), None);
    let secret = async |text| {
        store
            .sealed_secret(SecretOwner::RequestToken(id(text)))
            .await
            .unwrap()
    };
    assert_eq!(
        (secret("a1").await, secret("d").await),
        (None, Some(sealed(b"d")))
    );
}

#[tokio::test]
async fn a_token_lapses_sooner_once_it_was_allowed() {
    let (store, _place) = founded().await;
    begin(&store, "a", NOW).await.unwrap();
    let may = may(&store).await;
    let token = store
        .allow_request_token(id("a"), may, verifier("v"), NOW)
        .await
        .unwrap();
    let late = NOW.plus(VERIFIER_LASTS);
    refused(exchange(&store, token.integration, Some(verifier("v")), "late", late).await);
    assert_eq!(
        store
            .purge_request_tokens(late.minus(Duration::from_millis(1)), 9)
            .await
            .unwrap(),
        0
    );
    assert_eq!(store.purge_request_tokens(late, 9).await.unwrap(), 1);
    assert_ne!(may.user(), EntityId::new(0));
}
