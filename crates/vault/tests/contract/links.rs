//! Links: what each opens, how often, and for how long.

use std::time::Duration;

use super::{added, at, by, credentials, done, id, signs_with};
use countersign_vault::{
    Action, Conflict, Given, Health, Invitation, LinkDraft, LinkToken, Purpose, Vault, VaultError,
};

fn invitation(connection: &str) -> Purpose {
    Purpose::Credentials(Invitation {
        connection: id(connection),
        account: None,
        environment: None,
        server: None,
    })
}

async fn link(vault: &Vault, purpose: Purpose) -> LinkToken {
    let draft = LinkDraft {
        purpose,
        lasts: Duration::from_secs(60),
    };
    vault.make_link(draft, by()).await.unwrap().0
}

fn given(account: &str, set: &str) -> Given {
    credentials(account, set).into()
}

fn again(token: &LinkToken) -> LinkToken {
    LinkToken::presented(token.expose()).unwrap()
}

#[track_caller]
fn is_over<T: std::fmt::Debug>(result: Result<T, VaultError>) {
    assert!(matches!(result, Err(VaultError::LinkOver)), "{result:?}");
}

#[tokio::test]
async fn a_link_to_the_pages_works_once_in_its_time_and_for_nothing_else() {
    let (vault, _place) = crate::open().await;
    let token = link(&vault, Purpose::Pages).await;
    assert_eq!(
        vault.link(&token, at(59).at).await.unwrap().purpose,
        Purpose::Pages
    );
    is_over(vault.link(&token, at(60).at).await);
    is_over(vault.redeem(again(&token), at(60)).await);
    is_over(
        vault
            .give_by_link(again(&token), given("1234567", "a"), at(1))
            .await,
    );
    assert_eq!(vault.redeem(again(&token), at(1)).await.unwrap().maker, "erin");
    is_over(vault.redeem(again(&token), at(2)).await);
    is_over(vault.link(&token, at(2).at).await);
}

#[tokio::test]
async fn a_link_for_credentials_makes_the_connection_it_names_once() {
    let (vault, _place) = crate::open().await;
    let token = link(&vault, invitation("acme")).await;
    is_over(vault.redeem(again(&token), at(1)).await);
    let both = tokio::join!(
        vault.give_by_link(again(&token), given("1234567", "a"), at(1)),
        vault.give_by_link(again(&token), given("1234567", "b"), at(1)),
    );
    let (made, refused) = match both {
        (Ok(made), Err(refused)) | (Err(refused), Ok(made)) => (made, refused),
        other => panic!("of two one is taken: {other:?}"),
    };
    assert!(matches!(refused, VaultError::LinkOver), "{refused}");
    assert_eq!((made.id, made.health), (id("acme"), Health::Healthy));
    let rows = done(&vault, "acme").await;
    assert_eq!(
        rows,
        [
            Action::LoginWorked,
            Action::ConnectionAdded,
            Action::LinkUsed,
            Action::LinkMade
        ]
    );
}

#[tokio::test]
async fn a_link_for_a_connection_that_is_there_gives_it_credentials_of_its_own_account() {
    let (vault, _place) = crate::open().await;
    added(&vault, "acme").await;
    let token = link(&vault, invitation("acme")).await;
    assert!(vault.link(&token, at(1).at).await.unwrap().is_of_a_connection());
    let other = vault
        .give_by_link(again(&token), given("7654321", "b"), at(1))
        .await;
    assert!(
        matches!(other, Err(VaultError::AnotherAccount { .. })),
        "{other:?}"
    );
    let same = vault
        .give_by_link(again(&token), given("1234567", "b"), at(2))
        .await;
    same.unwrap();
    assert!(signs_with(&vault, "acme", "b").await);
}

#[tokio::test]
async fn a_link_reaches_no_connection_that_came_to_its_name_later() {
    let (vault, _place) = crate::open().await;
    let token = link(&vault, invitation("acme")).await;
    added(&vault, "acme").await;
    let taken = vault
        .give_by_link(again(&token), given("1234567", "b"), at(1))
        .await;
    assert!(
        matches!(taken, Err(VaultError::Conflict(Conflict::Connection))),
        "{taken:?}"
    );
    vault.link(&token, at(1).at).await.unwrap();
    let token = link(&vault, invitation("acme")).await;
    vault.remove(id("acme"), at(2)).await.unwrap();
    is_over(vault.link(&token, at(3).at).await);
}

#[tokio::test]
async fn a_link_ends_when_it_is_withdrawn_or_another_is_made_for_the_same_connection() {
    let (vault, _place) = crate::open().await;
    let first = link(&vault, invitation("acme")).await;
    let second = link(&vault, invitation("acme")).await;
    is_over(vault.link(&first, at(1).at).await);
    assert_eq!(vault.invitations(at(1).at).await.unwrap().len(), 1);
    assert!(vault.withdraw_link(id("acme"), at(1)).await.unwrap());
    is_over(vault.link(&second, at(1).at).await);
    assert!(!vault.withdraw_link(id("acme"), at(1)).await.unwrap());
    assert!(vault.invitations(at(1).at).await.unwrap().is_empty());
}
