//! Keys to this API.

use countersign_model::{Level, Permission, Role};
use serde_json::json;

use crate::stage::{Stage, Who, scopes};

#[tokio::test]
async fn a_key_is_shown_once_and_works_until_it_is_revoked() {
    let stage = Stage::new().await;
    let held = [(Permission::ManageUsers, Level::Full)];
    let session = stage.somebody("Manager", &held).await;
    let (id, key) = stage.key(&session, scopes(&held)).await;
    let Who::Key(secret) = &key else { unreachable!() };
    for path in ["/api-keys", "/session"] {
        let text = stage.call(&key, "GET", path, None).await.is(200).text();
        assert!(!text.contains(secret.as_str()), "{path}");
    }
    let listed = stage.call(&session, "GET", "/api-keys", None).await.ok();
    assert_eq!(listed["items"][0]["id"], id);
    assert!(listed["items"][0]["lastUsed"].is_string());
    let notes = stage
        .call(&Who::Owner, "GET", "/system-notes?limit=500", None)
        .await
        .text();
    assert!(!notes.contains(secret.as_str()));
    stage
        .call(&key, "DELETE", &format!("/api-keys/{id}"), None)
        .await
        .is(204);
    let over = stage.call(&key, "GET", "/session", None).await;
    assert!(over.is(401).text().contains("revoked"), "{}", over.text());
}

#[tokio::test]
async fn a_key_makes_no_key_and_no_scope_is_beyond_its_maker() {
    let stage = Stage::new().await;
    let held = [(Permission::ManageUsers, Level::Full)];
    let session = stage.somebody("Manager", &held).await;
    let (_, key) = stage.key(&session, scopes(&held)).await;
    let input = json!({"name": "Second", "scopes": scopes(&held), "expiresInDays": 1});
    stage.call(&key, "POST", "/api-keys", Some(input)).await.is(403);
    let beyond = scopes(&[(Permission::EnableFeatures, Level::Full)]);
    for (wrong, field) in [
        (
            json!({"name": "K", "scopes": beyond, "expiresInDays": 1}),
            "scopes",
        ),
        (json!({"name": "K", "scopes": [], "expiresInDays": 1}), "scopes"),
        (
            json!({"name": "K", "scopes": scopes(&held), "expiresInDays": 0}),
            "expiresInDays",
        ),
        (
            json!({"name": "K", "scopes": scopes(&held), "expiresInDays": 367}),
            "expiresInDays",
        ),
        (
            json!({"name": "", "scopes": scopes(&held), "expiresInDays": 1}),
            "name",
        ),
    ] {
        let answer = stage.call(&session, "POST", "/api-keys", Some(wrong)).await;
        assert_eq!(answer.wrong_fields(), [field]);
    }
    let for_root = json!({"name": "K", "scopes": scopes(&held), "expiresInDays": 1, "user": 1, "role": Role::ADMINISTRATOR.get()});
    stage
        .call(&session, "POST", "/api-keys", Some(for_root))
        .await
        .is(403);
}

#[tokio::test]
async fn keys_are_their_users_and_the_administrators() {
    let stage = Stage::new().await;
    let held = [(Permission::ManageUsers, Level::Full)];
    let grace = stage.somebody("Grace", &held).await;
    let eve = stage.somebody("Eve", &held).await;
    let (id, _) = stage.key(&grace, scopes(&held)).await;
    let path = format!("/api-keys/{id}");
    assert_eq!(
        stage.call(&eve, "GET", "/api-keys", None).await.ok()["items"],
        json!([])
    );
    stage.call(&eve, "DELETE", &path, None).await.is(404);
    let root = stage.administrator().await;
    assert_eq!(
        stage.call(&root, "GET", "/api-keys", None).await.ok()["items"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    stage.call(&root, "DELETE", &path, None).await.is(204);
    stage
        .call(&root, "DELETE", "/api-keys/999999", None)
        .await
        .is(404);
}

#[tokio::test]
async fn the_owner_makes_a_key_for_a_user_in_a_role_they_have() {
    let stage = Stage::new().await;
    let (user, role) = (stage.account.user.id.get(), stage.account.role.id.get());
    let customers = scopes(&[(Permission::Customers, Level::View)]);
    let input = |user: i64, role: i64| json!({"name": "CI", "scopes": customers, "expiresInDays": 366, "user": user, "role": role});
    let made = stage
        .call(&Who::Owner, "POST", "/api-keys", Some(input(user, role)))
        .await
        .is(201)
        .json();
    let key = Who::Key(made["secret"].as_str().unwrap().to_owned());
    let shown = stage.call(&key, "GET", "/session", None).await.ok();
    assert_eq!(
        (&shown["user"], &shown["permissions"]),
        (&json!(user), &customers)
    );
    stage
        .call(
            &Who::Owner,
            "POST",
            "/api-keys",
            Some(input(user, Role::ADMINISTRATOR.get())),
        )
        .await
        .is(409);
    stage
        .call(&Who::Owner, "POST", "/api-keys", Some(input(999_999, role)))
        .await
        .is(404);
    let own = json!({"name": "CI", "scopes": customers, "expiresInDays": 1});
    stage
        .call(&Who::Owner, "POST", "/api-keys", Some(own))
        .await
        .is(403);
    let half = json!({"name": "CI", "scopes": customers, "expiresInDays": 1, "user": user});
    stage
        .call(&Who::Owner, "POST", "/api-keys", Some(half))
        .await
        .is(400);
}
