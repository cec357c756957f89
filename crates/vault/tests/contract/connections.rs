//! Connections: what is kept of them, what is known of them, and what is refused.

use super::{added, at, by, credentials, done, id, label, signs_with};
use countersign_seal::Keyring;
use countersign_vault::{
    Action, AuditFilter, Conflict, Connection, Failure, Given, Health, Label, Observed, VaultError,
};
use countersign_world::SystemEntropy;

fn failed(why: &str) -> Observed {
    Observed::Failed { why: why.into() }
}

#[tokio::test]
async fn a_connection_is_kept_with_all_but_its_secrets_in_sight() {
    let (vault, place) = crate::open().await;
    let connection = added(&vault, "acme").await;
    assert_eq!(connection.account.as_str(), "1234567");
    assert_eq!(connection.health, Health::Unverified);
    assert_eq!(connection.label, label());
    assert_eq!(
        (connection.current.generation, &*connection.current.token_end),
        (1, "cdef")
    );
    let vault = place.open_again(vault).await;
    assert_eq!(vault.connection(id("acme")).await.unwrap(), connection);
    assert!(signs_with(&vault, "acme", "a").await);
    let shown = format!("{connection:?} {:?}", vault.open(id("acme")).await.unwrap());
    assert!(!shown.contains("secret-of-the-set"), "{shown}");
}

#[tokio::test]
async fn an_id_is_given_once_and_unknown_ones_are_said_to_be() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    let twice = vault
        .add(id("acme"), credentials("1234567", "b"), Label::default(), by())
        .await;
    assert!(matches!(twice, Err(VaultError::Conflict(Conflict::Connection))));
    let unknown = vault.open(id("acme2")).await.unwrap_err();
    assert!(matches!(unknown, VaultError::UnknownConnection(_)));
    assert!(signs_with(&vault, "acme", "a").await);
}

#[tokio::test]
async fn credentials_that_cannot_be_any_are_not_kept() {
    let (vault, _place) = crate::open().await;
    let mut wrong = credentials("1234567", "a");
    wrong.token = "two words".into();
    let refused = vault
        .add(id("acme"), wrong, Label::default(), by())
        .await
        .unwrap_err();
    assert!(matches!(refused, VaultError::Credentials(_)), "{refused}");
    assert!(vault.connections(None, 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_list_is_in_the_order_of_ids_and_goes_on_after_one() {
    let (vault, _place) = crate::open().await;
    for name in ["beta", "Acme", "acme-2", "acme"] {
        added(&vault, name).await;
    }
    vault
        .stage(id("acme"), credentials("1234567", "b"), by())
        .await
        .unwrap();
    let names = |list: Vec<Connection>| -> Vec<String> {
        list.into_iter()
            .map(|connection| connection.id.to_string())
            .collect()
    };
    let first = names(vault.connections(None, 2).await.unwrap());
    assert_eq!(first, ["Acme", "acme"]);
    let rest = names(vault.connections(Some(id("acme")), 9).await.unwrap());
    assert_eq!(rest, ["acme-2", "beta"]);
}

#[tokio::test]
async fn what_logins_show_becomes_the_health_and_only_its_changes_are_audited() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    let observe = |observed, seconds| vault.observe(id("acme"), 1, observed, at(seconds));
    assert_eq!(observe(Observed::Worked, 1).await.unwrap(), Health::Healthy);
    assert_eq!(observe(Observed::Worked, 2).await.unwrap(), Health::Healthy);
    let failing = Health::Failing { since: at(3).at };
    assert_eq!(observe(failed("token_rejected"), 3).await.unwrap(), failing);
    assert_eq!(observe(failed("token\nrejected"), 4).await.unwrap(), failing);
    let connection = vault.connection(id("acme")).await.unwrap();
    assert_eq!(
        (connection.health, connection.last_success),
        (failing, Some(at(2).at))
    );
    let last = Failure {
        at: at(4).at,
        why: "token rejected".into(),
    };
    assert_eq!(connection.last_failure, Some(last));
    assert_eq!(connection.current.verified, Some(at(1).at));
    observe(Observed::Worked, 5).await.unwrap();
    let expected = [
        Action::LoginWorked,
        Action::LoginFailed,
        Action::LoginWorked,
        Action::ConnectionAdded,
    ];
    assert_eq!(done(&vault, "acme").await, expected);
}

#[tokio::test]
async fn an_account_nobody_answers_for_is_kept_beside_the_health_until_there_is_an_answer() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    let observe = |observed, seconds| vault.observe(id("acme"), 1, observed, at(seconds));
    let unreached = |seconds| vault.unreached(id("acme"), 1, "nobody\nanswers", at(seconds));
    observe(Observed::Worked, 1).await.unwrap();
    assert_eq!(unreached(2).await.unwrap(), Some(at(2).at));
    assert_eq!(unreached(3).await.unwrap(), Some(at(2).at), "since it began");
    let connection = vault.connection(id("acme")).await.unwrap();
    assert_eq!(
        (connection.health, connection.last_success),
        (Health::Healthy, Some(at(1).at))
    );
    let since = Failure {
        at: at(2).at,
        why: "nobody answers".into(),
    };
    assert_eq!(connection.unreached, Some(since));
    observe(Observed::Worked, 4).await.unwrap();
    observe(Observed::Worked, 5).await.unwrap();
    assert_eq!(vault.connection(id("acme")).await.unwrap().unreached, None);
    unreached(6).await.unwrap();
    observe(failed("token_rejected"), 7).await.unwrap();
    assert_eq!(vault.connection(id("acme")).await.unwrap().unreached, None);
    let expected = [
        Action::LoginFailed,
        Action::AccountReached,
        Action::AccountUnreached,
        Action::AccountReached,
        Action::AccountUnreached,
        Action::LoginWorked,
        Action::ConnectionAdded,
    ];
    assert_eq!(done(&vault, "acme").await, expected);
    // Of another place, or of credentials that are gone, it says nothing.
    unreached(8).await.unwrap();
    vault
        .replace(id("acme"), credentials("1234567-sb1", "c"), at(9))
        .await
        .unwrap();
    assert_eq!(unreached(10).await.unwrap(), None);
    assert_eq!(vault.connection(id("acme")).await.unwrap().unreached, None);
}

#[tokio::test]
async fn another_account_or_key_asks_for_all_secrets_anew() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    vault
        .observe(id("acme"), 1, Observed::Worked, at(1))
        .await
        .unwrap();
    vault
        .stage(id("acme"), credentials("1234567", "b"), at(2))
        .await
        .unwrap();
    let moved = vault
        .replace(id("acme"), credentials("1234567-sb1", "c"), at(3))
        .await
        .unwrap();
    assert_eq!(
        (moved.account.as_str(), &moved.health),
        ("1234567_SB1", &Health::Unverified)
    );
    assert_eq!((moved.current.generation, moved.current.verified), (3, None));
    assert_eq!((moved.staged, moved.last_success), (None, None));
    assert!(signs_with(&vault, "acme", "c").await);
    // An answer to the old credentials comes in late.
    vault.observe(id("acme"), 1, failed("late"), at(4)).await.unwrap();
    let connection = vault.connection(id("acme")).await.unwrap();
    assert_eq!(
        (connection.health, connection.last_failure),
        (Health::Unverified, None)
    );
}

#[tokio::test]
async fn a_local_account_keeps_its_server_and_another_one_comes_only_with_all_secrets() {
    let (vault, place) = crate::open().await;
    let given = |set, server: Option<&str>| Given {
        credentials: credentials("1234567", set),
        server: server.map(|server| server.parse().unwrap()),
    };
    let local = given("a", Some("http://127.0.0.1:8080"));
    vault
        .add(id("acme"), local, Label::default(), by())
        .await
        .unwrap();
    let vault = place.open_again(vault).await;
    let server = |connection: Connection| connection.server.map(|server| server.to_string());
    let kept = vault.connection(id("acme")).await.unwrap();
    assert_eq!(server(kept).as_deref(), Some("http://127.0.0.1:8080"));
    let opened = vault.open(id("acme")).await.unwrap();
    assert_eq!(opened.server.unwrap().as_str(), "http://127.0.0.1:8080");
    vault
        .stage(id("acme"), credentials("1234567", "b"), by())
        .await
        .unwrap();
    assert!(vault.open_staged(id("acme")).await.unwrap().server.is_some());
    let moved = vault.replace(id("acme"), given("c", None), by()).await.unwrap();
    assert_eq!(server(moved), None);
    let rows = vault.audit(AuditFilter::default()).await.unwrap();
    assert_eq!(
        rows[0].detail,
        "account 1234567 at http://127.0.0.1:8080 to 1234567"
    );
}

#[tokio::test]
async fn a_server_that_was_changed_outside_leads_nowhere_but_to_this_machine() {
    let (vault, place) = crate::open().await;
    added(&vault, "acme").await;
    place
        .run("UPDATE connection SET server = 'https://evil.example'")
        .await;
    let refused = vault.open(id("acme")).await.unwrap_err();
    assert!(matches!(refused, VaultError::Unreadable { .. }), "{refused}");
}

#[tokio::test]
async fn credentials_of_a_local_account_are_not_kept_for_netsuite() {
    let (vault, _place) = crate::open().await;
    let mut local = credentials("1234567", "a");
    local.token = format!("10ca1{}", local.token);
    let refused = vault
        .add(id("acme"), local, Label::default(), by())
        .await
        .unwrap_err();
    assert!(
        refused.to_string().contains("never sent to NetSuite"),
        "{refused}"
    );
}

#[tokio::test]
async fn secrets_open_nowhere_but_in_their_row_and_account() {
    let (vault, place) = crate::open().await;
    added(&vault, "acme").await;
    vault
        .add(id("beta"), credentials("7654321", "b"), Label::default(), by())
        .await
        .unwrap();
    place
        .run("UPDATE connection SET account = '7654321' WHERE id = 'acme'")
        .await;
    let refused = vault.open(id("acme")).await.unwrap_err();
    assert!(matches!(refused, VaultError::Sealed { .. }), "{refused}");
    place
        .run(
            "UPDATE connection SET account = '1234567';
             UPDATE credential_set SET sealed = (SELECT s.sealed FROM credential_set s JOIN connection c
                 ON c.number = s.connection WHERE c.id = 'beta')",
        )
        .await;
    for name in ["acme", "beta"] {
        assert!(
            matches!(vault.open(id(name)).await, Err(VaultError::Sealed { .. })),
            "{name}"
        );
    }
}

#[tokio::test]
async fn a_removed_connection_leaves_nothing_that_opens_in_the_next_of_its_id() {
    let (vault, place) = crate::open().await;
    added(&vault, "acme").await;
    place
        .run("CREATE TABLE kept AS SELECT sealed FROM credential_set")
        .await;
    added(&vault, "beta").await;
    vault.remove(id("acme"), by()).await.unwrap();
    assert!(vault.connection(id("acme")).await.is_err());
    let both = vec![id("acme"), id("beta")];
    assert_eq!(vault.missing(both).await.unwrap(), [id("acme")]);
    vault.remove(id("beta"), by()).await.unwrap();
    added(&vault, "acme").await;
    place
        .run("UPDATE credential_set SET sealed = (SELECT sealed FROM kept)")
        .await;
    assert!(matches!(
        vault.open(id("acme")).await,
        Err(VaultError::Sealed { .. })
    ));
}

#[tokio::test]
async fn a_superseded_connection_opens_no_more_until_it_is_given_credentials() {
    let (vault, _place) = crate::open().await;
    added(&vault, "old").await;
    added(&vault, "new").await;
    let nobody = vault.supersede(id("old"), Some(id("nobody")), by()).await;
    assert!(matches!(nobody, Err(VaultError::UnknownConnection(_))));
    vault.supersede(id("old"), Some(id("new")), by()).await.unwrap();
    let refused = vault.open(id("old")).await.unwrap_err();
    assert!(refused.to_string().contains("superseded by new"), "{refused}");
    let observed = vault.observe(id("old"), 1, Observed::Worked, by()).await.unwrap();
    assert_eq!(observed, Health::Superseded { by: Some(id("new")) });
    vault
        .replace(id("old"), credentials("1234567", "b"), by())
        .await
        .unwrap();
    assert!(signs_with(&vault, "old", "b").await);
}

#[tokio::test]
async fn one_consumer_key_in_two_connections_is_found() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    vault
        .add(
            id("sandbox"),
            credentials("1234567_SB1", "a"),
            Label::default(),
            by(),
        )
        .await
        .unwrap();
    vault
        .add(id("beta"), credentials("7654321", "b"), Label::default(), by())
        .await
        .unwrap();
    let others = vault.others_with_its_key(id("acme")).await.unwrap();
    let [other] = others.as_slice() else {
        panic!("{others:?}")
    };
    assert_eq!(
        (other.id.as_str(), other.account.as_str()),
        ("sandbox", "1234567_SB1")
    );
    assert!(vault.others_with_its_key(id("beta")).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_change_of_the_keys_reseals_everything_and_the_old_key_can_go() {
    let (vault, place) = crate::open().await;
    for name in ["acme", "beta"] {
        added(&vault, name).await;
        vault
            .stage(id(name), credentials("1234567", "b"), by())
            .await
            .unwrap();
    }
    let mut keyring = Keyring::load(&place.keys()).unwrap();
    let old = keyring.current();
    keyring.rotate(&SystemEntropy).unwrap();
    let vault = place.open_again(vault).await;
    assert_eq!(vault.reseal().await.unwrap(), 4);
    assert_eq!(vault.reseal().await.unwrap(), 0);
    keyring.retire(old, &SystemEntropy).unwrap();
    let vault = place.open_again(vault).await;
    assert!(signs_with(&vault, "acme", "a").await && signs_with(&vault, "beta", "a").await);
}

#[tokio::test]
async fn a_vault_with_other_keys_opens_nothing() {
    let (vault, place) = crate::open().await;
    added(&vault, "acme").await;
    std::fs::remove_dir_all(place.keys()).unwrap();
    std::fs::create_dir(place.keys()).unwrap();
    Keyring::create(&place.keys(), &SystemEntropy).unwrap();
    let vault = place.open_again(vault).await;
    assert!(matches!(
        vault.open(id("acme")).await,
        Err(VaultError::Sealed { .. })
    ));
}
