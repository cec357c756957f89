//! Records read one by one, and what is small of the set-up.

use super::{Actions, by, founded, own};
use countersign_model::{AccessTokenId, EntityId, IntegrationId, TokenChange};
use countersign_store::{Head, Keeper};

#[tokio::test]
async fn what_was_written_is_there_after_a_restart() {
    let (store, place) = founded().await;
    let written = store.setup().await.unwrap();
    assert_eq!(place.open_again(store).await.setup().await.unwrap(), written);
}

#[tokio::test]
async fn the_head_is_that_of_the_whole_set_up() {
    let (store, _place) = crate::open().await;
    assert_eq!(store.head().await.unwrap(), None);
    super::found(&store).await;
    let actions = Actions::new(&store).await;
    actions.enable_all_features().await.unwrap();
    let setup = store.setup().await.unwrap().unwrap();
    let head = Head {
        account: setup.account,
        settings: setup.settings,
        features: setup.features,
        roles: setup.roles,
        change_count: setup.change_count,
    };
    assert_eq!(own(head.roles.clone()), [actions.role]);
    assert_eq!(store.head().await.unwrap(), Some(head));
}

#[tokio::test]
async fn a_record_read_by_itself_is_that_of_the_set_up() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    actions.add_integration("Second", "key-2").await.unwrap();
    actions.add_user("Second").await.unwrap();
    actions.issue_token("token-2").await.unwrap();
    let first = AccessTokenId::new(1);
    store
        .change_token_state(first, TokenChange::Revoke, Keeper::Owner, by())
        .await
        .unwrap();

    let setup = store.setup().await.unwrap().unwrap();
    for record in setup.integrations {
        let key = record.consumer_key().unwrap().as_str();
        assert_eq!(
            store.integration_by_consumer_key(key).await.unwrap().as_ref(),
            Some(&record)
        );
        assert_eq!(store.integration(record.id).await.unwrap(), Some(record));
    }
    for record in setup.tokens {
        assert_eq!(
            store
                .token_by_id(record.token_id.as_str())
                .await
                .unwrap()
                .as_ref(),
            Some(&record)
        );
        assert_eq!(store.token(record.id).await.unwrap(), Some(record));
    }
    for record in setup.users {
        assert_eq!(store.user(record.id).await.unwrap(), Some(record));
    }
}

#[tokio::test]
async fn what_is_not_there_is_none() {
    let (store, _place) = founded().await;
    for key in [
        "",
        "KEY-1",
        "key",
        "key-1 ",
        "key-1\u{e9}",
        "key-1\0",
        "' OR 1=1 --",
    ] {
        assert_eq!(store.integration_by_consumer_key(key).await.unwrap(), None);
        assert_eq!(store.token_by_id(key).await.unwrap(), None);
    }
    for id in [0, -1, 404, i64::MAX] {
        assert_eq!(store.integration(IntegrationId::new(id)).await.unwrap(), None);
        assert_eq!(store.token(AccessTokenId::new(id)).await.unwrap(), None);
        assert_eq!(store.user(EntityId::new(id)).await.unwrap(), None);
    }
}
