//! The set-up page by page.

use super::{Actions, by, founded};
use countersign_model::{AccessToken, Integration, User};
use countersign_store::{SealedSecret, SetupPage, SetupPages, StoreError};

/// All that came, after the head, and the number of its pages.
#[derive(Debug, Default, PartialEq)]
struct Walked {
    users: Vec<User>,
    integrations: Vec<(Integration, Option<SealedSecret>)>,
    tokens: Vec<(AccessToken, Option<SealedSecret>)>,
    pages: usize,
}

async fn rest(mut pages: SetupPages) -> Walked {
    let mut walked = Walked::default();
    while let Some(page) = pages.recv().await {
        walked.pages += 1;
        match page.unwrap() {
            SetupPage::Head(_) => {}
            SetupPage::Users(page) => walked.users.extend(page),
            SetupPage::Integrations(page) => walked.integrations.extend(page),
            SetupPage::Tokens(page) => walked.tokens.extend(page),
        }
    }
    walked
}

#[tokio::test]
async fn pages_hold_what_is_served_of_the_set_up_and_secrets_where_they_are_asked_for() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let gone = actions.add_integration("Gone", "key-2").await.unwrap();
    store.uninstall_integration(gone.id, by()).await.unwrap();
    actions.add_user("Grace").await.unwrap();
    let setup = store.setup().await.unwrap().unwrap();
    let walked = rest(store.walk(true)).await;
    assert_eq!(walked.users, setup.users);
    let secret = actions.secret_of_integration("key-1").await;
    assert!(secret.is_some());
    assert_eq!(walked.integrations, [(setup.integrations[0].clone(), secret)]);
    assert_eq!(walked.tokens.len(), 1);
    let (token, secret) = &walked.tokens[0];
    assert_eq!((token, secret.is_some()), (&setup.tokens[0], true));
    let without = rest(store.walk(false)).await;
    assert_eq!(without.tokens, [(token.clone(), None)]);
    assert!(without.integrations.iter().all(|(_, secret)| secret.is_none()));
}

#[tokio::test]
async fn every_page_is_of_the_moment_of_the_first() {
    let (store, place) = founded().await;
    let actions = Actions::new(&store).await;
    let (user, role, integration) = (actions.user.id, actions.role.id, actions.integration.id);
    place
        .run(&format!(
            "INSERT INTO access_token
             WITH RECURSIVE n (n) AS (VALUES (101) UNION ALL SELECT n + 1 FROM n WHERE n < 5100)
             SELECT n, 'Sync', 'sync', 'many-' || n, {user}, {role}, {integration}, 0, NULL, 1, 0, NULL FROM n"
        ))
        .await;
    let mut pages = store.walk(false);
    let head = pages.recv().await.unwrap().unwrap();
    assert!(matches!(head, SetupPage::Head(_)), "{head:?}");
    store.delete_user(user, by()).await.unwrap();
    let walked = rest(pages).await;
    assert_eq!((walked.users.len(), walked.tokens.len()), (1, 5001));
    assert_eq!(walked.pages, 8, "a thousand tokens each");
    assert_eq!(rest(store.walk(false)).await.tokens, []);
}

#[tokio::test]
async fn pages_that_nobody_takes_hold_nothing_up() {
    let (store, place) = founded().await;
    for _ in 0..20 {
        drop(store.walk(true));
        let mut pages = store.walk(true);
        pages.recv().await.unwrap().unwrap();
    }
    // All connections that read are free again.
    let store = place.open_again(store).await;
    assert_eq!(rest(store.walk(false)).await.users.len(), 1);
}

#[tokio::test]
async fn there_is_nothing_to_walk_before_the_account_is_founded() {
    let (store, _place) = crate::open().await;
    let mut pages = store.walk(false);
    let error = pages.recv().await.unwrap().unwrap_err();
    assert!(matches!(error, StoreError::NoAccount), "{error}");
    assert!(pages.recv().await.is_none());
}
