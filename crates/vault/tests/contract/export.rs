//! Connections taken from one vault to another.

use super::{added, by, credentials, done, id, label, signs_with};
use countersign_protocol::Secret;
use countersign_seal::PassphraseError;
use countersign_vault::{Action, Conflict, Given, Health, Label, Observed, VaultError};

fn phrase() -> Secret {
    Secret::new("plum tractor quiet lagoon")
}

#[tokio::test]
async fn an_export_brings_connections_into_a_vault_with_other_keys() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    vault
        .add(id("beta"), credentials("7654321", "b"), Label::default(), by())
        .await
        .unwrap();
    vault
        .observe(id("acme"), 1, Observed::Worked, by())
        .await
        .unwrap();
    let export = vault
        .export(vec![id("acme"), id("beta")], phrase(), by())
        .await
        .unwrap();
    assert!(!export.contains("of-the-set"));
    let (other, _other_place) = crate::open().await;
    let imported = other.import(&export, phrase(), by()).await.unwrap();
    assert_eq!(imported, [id("acme"), id("beta")]);
    assert!(signs_with(&other, "acme", "a").await && signs_with(&other, "beta", "b").await);
    let acme = other.connection(id("acme")).await.unwrap();
    assert_eq!((acme.label, acme.health), (label(), Health::Unverified));
    assert_eq!(done(&other, "acme").await, [Action::ConnectionImported]);
    assert_eq!(
        done(&vault, "beta").await,
        [Action::ConnectionExported, Action::ConnectionAdded]
    );
}

#[tokio::test]
async fn an_export_says_where_a_local_account_answers() {
    let (vault, _place) = crate::open().await;
    let given = Given {
        credentials: credentials("1234567", "a"),
        server: Some("http://1234567.localhost:8080".parse().unwrap()),
    };
    vault
        .add(id("acme"), given, Label::default(), by())
        .await
        .unwrap();
    let export = vault.export(vec![id("acme")], phrase(), by()).await.unwrap();
    let (other, _other_place) = crate::open().await;
    other.import(&export, phrase(), by()).await.unwrap();
    let server = other.connection(id("acme")).await.unwrap().server.unwrap();
    assert_eq!(server.as_str(), "http://1234567.localhost:8080");
}

#[tokio::test]
async fn an_import_is_all_or_nothing() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    vault
        .add(id("beta"), credentials("7654321", "b"), Label::default(), by())
        .await
        .unwrap();
    let export = vault
        .export(vec![id("acme"), id("beta")], phrase(), by())
        .await
        .unwrap();
    let (other, _other_place) = crate::open().await;
    other
        .add(id("beta"), credentials("1", "c"), Label::default(), by())
        .await
        .unwrap();
    let refused = other.import(&export, phrase(), by()).await.unwrap_err();
    assert!(matches!(refused, VaultError::Conflict(Conflict::Imported(ref which)) if *which == id("beta")));
    assert_eq!(other.connections(None, 9).await.unwrap().len(), 1);
    let wrong = other
        .import(&export, Secret::new("another passphrase"), by())
        .await
        .unwrap_err();
    assert!(matches!(wrong, VaultError::Passphrase(PassphraseError::Refused)));
    let short = vault
        .export(vec![id("acme")], Secret::new("short"), by())
        .await
        .unwrap_err();
    assert!(matches!(short, VaultError::Passphrase(PassphraseError::Length)));
}
