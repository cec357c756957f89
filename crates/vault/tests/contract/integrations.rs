//! Integrations, the connections made under them, sessions, and who administers them.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{at, by, caller, credentials, done, id, label, signs_with};
use countersign_vault::{
    Action, CallerId, Conflict, Given, Health, IntegrationDraft, IntegrationKey, NewConnection, Scope,
    SessionDraft, SessionToken, Vault, VaultError,
};

fn key(text: &str) -> IntegrationKey {
    text.to_owned().try_into().unwrap()
}

async fn integration(vault: &Vault, text: &str) {
    let draft = IntegrationDraft::default();
    vault.add_integration(key(text), draft, by()).await.unwrap();
}

fn new(name: &str, caller: CallerId, session: Option<SessionToken>) -> NewConnection {
    NewConnection {
        id: id(name),
        integration: key("tba"),
        given: credentials("1234567", "a").into(),
        label: label(),
        caller,
        session,
    }
}

fn session(caller: CallerId) -> SessionDraft {
    SessionDraft {
        caller,
        connection: None,
        integrations: vec![key("tba")],
        tags: BTreeMap::from([("end_user_id".to_owned(), "u1".to_owned())]),
        lasts: Duration::from_secs(60),
    }
}

#[tokio::test]
async fn an_integration_comes_back_as_it_was_given_and_changed() {
    let (vault, place) = crate::open().await;
    let draft = IntegrationDraft {
        display_name: Some("Acme\nbooks".into()),
        server: Some("http://127.0.0.1:8080".parse().unwrap()),
    };
    let made = vault.add_integration(key("tba"), draft, by()).await.unwrap();
    assert_eq!(made.display_name.as_deref(), Some("Acmebooks"));
    integration(&vault, "another").await;
    let twice = vault.add_integration(key("tba"), IntegrationDraft::default(), by());
    assert!(matches!(
        twice.await.unwrap_err(),
        VaultError::Conflict(Conflict::Integration)
    ));
    let vault = place.open_again(vault).await;
    assert_eq!(vault.integration(key("tba")).await.unwrap(), made);
    let draft = IntegrationDraft::default();
    let taken = vault.change_integration(key("tba"), key("another"), draft.clone(), at(5));
    assert!(matches!(
        taken.await.unwrap_err(),
        VaultError::Conflict(Conflict::Integration)
    ));
    let changed = vault.change_integration(key("tba"), key("books"), draft, at(5));
    let changed = changed.await.unwrap();
    assert_eq!((changed.server, changed.updated), (None, at(5).at));
    assert_eq!(changed.created, made.created);
    let keys = vault.integrations().await.unwrap().into_iter().map(|one| one.key);
    assert_eq!(keys.collect::<Vec<_>>(), [key("another"), key("books")]);
    vault.remove_integration(key("another"), at(6)).await.unwrap();
    let gone = vault.remove_integration(key("another"), at(7)).await.unwrap_err();
    assert!(matches!(gone, VaultError::UnknownIntegration(_)));
}

#[tokio::test]
async fn whoever_brings_a_connection_may_use_all_it_opens_and_an_integration_in_use_stays() {
    let (vault, place) = crate::open().await;
    integration(&vault, "tba").await;
    let (books, _) = caller(&vault, "books").await;
    let made = vault.connect(new("acme", books.id, None), by()).await.unwrap();
    assert_eq!(
        (made.health, made.integration),
        (Health::Healthy, Some(key("tba")))
    );
    assert!(made.current.verified.is_some());
    let vault = place.open_again(vault).await;
    assert!(signs_with(&vault, "acme", "a").await);
    let grants = vault.grants_of(books.id).await.unwrap();
    assert_eq!(
        grants.iter().map(|grant| &grant.scope).collect::<Vec<_>>(),
        [&Scope::everything()]
    );
    assert_eq!(
        done(&vault, "acme").await,
        [Action::LoginWorked, Action::ConnectionAdded]
    );
    let used = vault.remove_integration(key("tba"), by()).await.unwrap_err();
    assert!(matches!(used, VaultError::Conflict(Conflict::IntegrationUsed(1))));
    let renamed = vault.change_integration(key("tba"), key("b"), IntegrationDraft::default(), by());
    assert!(matches!(
        renamed.await.unwrap_err(),
        VaultError::Conflict(Conflict::IntegrationUsed(1))
    ));
    vault.remove(id("acme"), by()).await.unwrap();
    vault.remove_integration(key("tba"), by()).await.unwrap();
}

#[tokio::test]
async fn a_connection_under_no_integration_or_of_no_caller_is_not_made() {
    let (vault, _place) = crate::open().await;
    let (books, _) = caller(&vault, "books").await;
    let refused = vault
        .connect(new("acme", books.id, None), by())
        .await
        .unwrap_err();
    assert!(matches!(refused, VaultError::UnknownIntegration(_)));
    integration(&vault, "tba").await;
    vault.revoke_caller(books.id, by()).await.unwrap();
    let refused = vault
        .connect(new("acme", books.id, None), by())
        .await
        .unwrap_err();
    assert!(matches!(refused, VaultError::UnknownCaller(_)));
    let given = Given {
        credentials: credentials("1234567", ""),
        server: None,
    };
    let empty = NewConnection {
        given,
        ..new("acme", books.id, None)
    };
    assert!(vault.connect(empty, by()).await.is_err());
    assert!(vault.connections(None, 9).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_session_is_for_one_connection_and_for_a_time() {
    let (vault, place) = crate::open().await;
    integration(&vault, "tba").await;
    let (books, _) = caller(&vault, "books").await;
    vault.entrust(books.id, true, by()).await.unwrap();
    let (token, opened) = vault.open_session(session(books.id), by()).await.unwrap();
    assert!(!format!("{token:?}").contains(token.expose()));
    let vault = place.open_again(vault).await;
    assert_eq!(vault.session(&token, at(59).at).await.unwrap(), opened);
    assert!(opened.allows(&key("tba")) && !opened.allows(&key("other")));
    let over = vault.session(&token, at(60).at).await.unwrap_err();
    assert!(matches!(over, VaultError::SessionOver));
    let again = || SessionToken::presented(token.expose());
    vault.connect(new("acme", books.id, again()), by()).await.unwrap();
    let used = vault
        .connect(new("other", books.id, again()), by())
        .await
        .unwrap_err();
    assert!(matches!(used, VaultError::SessionOver));
    assert_eq!(vault.connections(None, 9).await.unwrap().len(), 1);
    let (token, _) = vault.open_session(session(books.id), by()).await.unwrap();
    vault.entrust(books.id, false, by()).await.unwrap();
    assert!(
        vault.session(&token, by().at).await.is_err(),
        "its caller administers no more"
    );
}

#[tokio::test]
async fn a_session_ends_with_its_connection_and_never_opens_the_next_of_the_id() {
    let (vault, _place) = crate::open().await;
    integration(&vault, "tba").await;
    let (books, _) = caller(&vault, "books").await;
    vault.entrust(books.id, true, by()).await.unwrap();
    vault.connect(new("acme", books.id, None), by()).await.unwrap();
    let draft = SessionDraft {
        connection: Some(id("acme")),
        ..session(books.id)
    };
    let (token, _) = vault.open_session(draft, by()).await.unwrap();
    vault.session(&token, at(1).at).await.unwrap();
    vault.remove(id("acme"), at(2)).await.unwrap();
    vault.connect(new("acme", books.id, None), at(3)).await.unwrap();
    let over = vault.session(&token, at(4).at).await.unwrap_err();
    assert!(matches!(over, VaultError::SessionOver));
}

#[tokio::test]
async fn a_caller_administers_nothing_until_it_is_entrusted() {
    let (vault, _place) = crate::open().await;
    let (books, books_key) = caller(&vault, "books").await;
    assert!(!books.administers);
    for administers in [true, false] {
        vault.entrust(books.id, administers, by()).await.unwrap();
        let found = vault.caller_by_key(&books_key, by().at).await.unwrap().unwrap();
        assert_eq!(found.administers, administers);
    }
    vault.revoke_caller(books.id, by()).await.unwrap();
    let revoked = vault.entrust(books.id, true, by()).await.unwrap_err();
    assert!(matches!(revoked, VaultError::UnknownCaller(_)));
}
