//! Keys to the admin API.

use super::{Actions, NOW, by, founded, notes_of};
use countersign_model::{
    ApiKey, ApiKeyDraft, ApiKeyForm, ApiKeyHash, ApiKeyId, By, EntityId, Level, NotedRecord, Permission,
    Rights, Role, RoleId,
};
use countersign_store::{Conflict, Store, StoreError};
use std::time::Duration;

fn hash(text: &str) -> ApiKeyHash {
    ApiKeyHash::parse(text).unwrap()
}

async fn add(store: &Store, user: EntityId, role: RoleId, text: &str) -> Result<ApiKey, StoreError> {
    let maker = Actions::new(store).await.user;
    let (administrator, head) = (Role::administrator(), store.head().await.unwrap().unwrap());
    let form = ApiKeyForm {
        name: format!("Key {text}"),
        scopes: vec![
            (Permission::Customers, Level::Edit),
            (Permission::LogInUsingAccessTokens, Level::Full),
        ],
        expires_in_days: 30,
    };
    let draft = ApiKeyDraft::parse(&form, Rights::of(&maker, &administrator, &head.features)).unwrap();
    store.add_api_key(draft, hash(text), (user, role), by()).await
}

#[tokio::test]
async fn a_key_comes_back_by_its_hash_its_id_and_its_user() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let other = actions.add_user("Other").await.unwrap().id;
    let (user, role) = (actions.user.id, actions.role.id);
    let first = add(&store, user, role, "a").await.unwrap();
    let second = add(&store, other, role, "b").await.unwrap();
    assert_eq!(
        store.api_key_by_hash(hash("a")).await.unwrap(),
        Some(first.clone())
    );
    assert_eq!(store.api_key_by_hash(hash("c")).await.unwrap(), None);
    assert_eq!(store.api_key(second.id).await.unwrap(), Some(second.clone()));
    let page = async |user, after| store.api_keys(user, after, 9).await.unwrap();
    assert_eq!(page(None, None).await, [first.clone(), second.clone()]);
    assert_eq!(page(None, Some(first.id)).await, std::slice::from_ref(&second));
    assert_eq!(page(Some(other), None).await, [second]);
    assert_eq!(page(Some(user), Some(first.id)).await, []);
}

#[tokio::test]
async fn a_key_is_added_once_and_for_somebody() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let (user, role) = (actions.user.id, actions.role.id);
    add(&store, user, role, "a").await.unwrap();
    let before = store.change_count().await.unwrap();
    let twice = add(&store, user, role, "a").await.unwrap_err();
    assert!(matches!(twice, StoreError::Conflict(Conflict::ApiKey)), "{twice}");
    for (user, role) in [(EntityId::new(404), role), (user, RoleId::new(404))] {
        let error = add(&store, user, role, "b").await.unwrap_err();
        assert!(matches!(error, StoreError::Unknown(_)), "{error}");
    }
    assert_eq!(store.change_count().await.unwrap(), before);
}

#[tokio::test]
async fn a_key_is_revoked_for_ever_and_noted_once() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let key = add(&store, actions.user.id, actions.role.id, "a").await.unwrap();
    let revoked = store.revoke_api_key(key.id, by()).await.unwrap();
    let later = By {
        at: NOW.plus(Duration::from_secs(9)),
        ..by()
    };
    assert_eq!(store.revoke_api_key(key.id, later).await.unwrap(), revoked);
    assert_eq!(revoked.revoked, Some(NOW));
    assert_eq!(store.api_key(key.id).await.unwrap(), Some(revoked));
    let notes = notes_of(&store, NotedRecord::ApiKey(key.id)).await;
    assert_eq!(
        notes
            .iter()
            .filter(|note| note.new_value.as_deref() == Some("T"))
            .count(),
        1
    );
    let unknown = store.revoke_api_key(ApiKeyId::new(404), by()).await.unwrap_err();
    assert!(matches!(unknown, StoreError::Unknown(NotedRecord::ApiKey(_))));
}

#[tokio::test]
async fn that_a_key_is_used_is_written_once_a_minute_and_not_noted() {
    let (store, _place) = founded().await;
    let actions = Actions::new(&store).await;
    let key = add(&store, actions.user.id, actions.role.id, "a").await.unwrap();
    let before = store.change_count().await.unwrap();
    let used = store.api_key_used(key, NOW).await.unwrap();
    assert_eq!(used.last_used, Some(NOW));
    let soon = NOW.plus(Duration::from_secs(59));
    assert_eq!(store.api_key_used(used.clone(), soon).await.unwrap(), used);
    assert_eq!(store.api_key(used.id).await.unwrap(), Some(used));
    assert_eq!(store.change_count().await.unwrap(), before);
}
