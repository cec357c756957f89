//! What somebody tries who has no right to it.

use std::time::Duration;

use axum::body::Body;
use countersign_admin::{SAME_SITE_HEADER, SESSION_COOKIE};
use countersign_model::{Level, Permission};
use http::Request;
use serde_json::json;

use crate::stage::{PASSWORD, Stage, Who, scopes};

#[tokio::test]
async fn a_key_in_the_address_opens_nothing() {
    let stage = Stage::new().await;
    let held = [(Permission::ManageUsers, Level::Full)];
    let session = stage.somebody("Manager", &held).await;
    let (_, Who::Key(key)) = stage.key(&session, scopes(&held)).await else {
        unreachable!()
    };
    for query in [
        "access_token",
        "api_key",
        "apiKey",
        "key",
        "authorization",
        "Authorization",
    ] {
        let path = format!("/users?{query}={key}");
        stage.call(&Who::Nobody, "GET", &path, None).await.is(401);
    }
    stage
        .call(&Who::Authorization(key.clone()), "GET", "/users", None)
        .await
        .is(401);
    stage
        .call(
            &Who::Authorization(format!("Bearer {key} {key}")),
            "GET",
            "/users",
            None,
        )
        .await
        .is(401);
    stage
        .call(&Who::Session(key.clone()), "GET", "/users", None)
        .await
        .is(401);
    stage
        .call(
            &Who::Authorization(format!("bEaReR {key}")),
            "GET",
            "/users",
            None,
        )
        .await
        .is(200);
}

#[tokio::test]
async fn a_cookie_somebody_planted_is_not_the_session_that_begins() {
    let stage = Stage::new().await;
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    let planted = "css_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let call = Request::post("/api/v1/accounts/1234567_SB1/session")
        .header("content-type", "application/json")
        .header("cookie", format!("{SESSION_COOKIE}={planted}"));
    let sign_in = json!({"email": user.email, "password": PASSWORD});
    let answer = stage
        .send(&Who::Nobody, call.body(Body::from(sign_in.to_string())).unwrap())
        .await;
    assert_ne!(answer.is(201).cookie(), planted);
    stage
        .call(&Who::Session(planted.to_owned()), "GET", "/session", None)
        .await
        .is(401);
}

#[tokio::test]
async fn a_form_of_another_site_signs_nobody_in() {
    let stage = Stage::new().await;
    let user = stage.user("Grace", &[stage.account.role.id]).await;
    let sign_in = json!({"email": user.email, "password": PASSWORD}).to_string();
    for content_type in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
    ] {
        let call = Request::post("/api/v1/accounts/1234567_SB1/session").header("content-type", content_type);
        let answer = stage
            .send(&Who::Nobody, call.body(Body::from(sign_in.clone())).unwrap())
            .await;
        assert_eq!(answer.is(415).header("set-cookie"), "");
    }
}

#[tokio::test]
async fn of_a_key_and_a_cookie_the_key_counts_and_of_two_cookies_the_first() {
    let stage = Stage::new().await;
    let Who::Session(strong) = stage.administrator().await else {
        unreachable!()
    };
    let held = [(Permission::Customers, Level::View)];
    let weak = stage.somebody("Weak", &held).await;
    let (_, Who::Key(key)) = stage.key(&weak, scopes(&held)).await else {
        unreachable!()
    };
    let call = Request::get("/api/v1/accounts/1234567_SB1/users")
        .header("authorization", format!("Bearer {key}"))
        .header("cookie", format!("{SESSION_COOKIE}={strong}"))
        .header(SAME_SITE_HEADER, "1");
    stage
        .send(&Who::Nobody, call.body(Body::empty()).unwrap())
        .await
        .is(403);
    let call = Request::get("/api/v1/accounts/1234567_SB1/users")
        .header("cookie", format!("{SESSION_COOKIE}=x; {SESSION_COOKIE}={strong}"));
    stage
        .send(&Who::Nobody, call.body(Body::empty()).unwrap())
        .await
        .is(401);
}

#[tokio::test]
async fn a_key_or_session_of_one_account_is_nobody_at_another() {
    let stage = Stage::new().await;
    let held = [(Permission::ManageUsers, Level::Full)];
    let session = stage.somebody("Manager", &held).await;
    let (_, key) = stage.key(&session, scopes(&held)).await;
    for who in [&session, &key] {
        stage
            .call_at(who, "GET", "/api/v1/accounts/7654321/users", None)
            .await
            .is(401);
    }
}

#[tokio::test]
async fn members_that_are_shown_cannot_be_sent() {
    let stage = Stage::new().await;
    let user = format!("/users/{}", stage.account.user.id.get());
    let token = format!("/tokens/{}", stage.account.token.id.get());
    let integration = format!("/integrations/{}", stage.account.integration.id.get());
    let role = format!("/roles/{}", stage.account.role.id.get());
    for (path, input) in [
        (&user, json!({"id": 1})),
        (&user, json!({"password": PASSWORD})),
        (&user, json!({"lockedUntil": null})),
        (&user, json!({"administrator": true})),
        (&token, json!({"user": 1})),
        (&token, json!({"revoked": false})),
        (&token, json!({"tokenId": "x"})),
        (&integration, json!({"consumerKey": "x"})),
        (&integration, json!({"applicationId": "x"})),
        (&integration, json!({"uninstalled": null})),
        (&role, json!({"standard": true})),
        (&role, json!({"administrator": true})),
    ] {
        stage.call(&Who::Owner, "PATCH", path, Some(input)).await.is(400);
    }
}

#[tokio::test]
async fn whoever_manages_roles_gives_no_more_than_they_may_themselves() {
    let stage = Stage::new().await;
    let (roles, users) = (Permission::ManageRoles, Permission::ManageUsers);
    let features = (Permission::EnableFeatures, Level::Full);
    let held = [(roles, Level::Full), (Permission::Customers, Level::Edit)];
    let role = stage.role("Roles", &held).await;
    let strong = stage.role("Strong", &[features]).await;
    let user = stage.user("Grace", &[role.id]).await;
    let session = stage.sign_in(&user, role.id).await;
    let (_, key) = stage.key(&session, scopes(&[(roles, Level::Full)])).await;
    let (own, strong) = (
        format!("/roles/{}", role.id.get()),
        format!("/roles/{}", strong.id.get()),
    );
    let given = |permissions: &[(Permission, Level)]| Some(json!({"permissions": scopes(permissions)}));
    let customers = |level| (Permission::Customers, level);
    for who in [&session, &key] {
        let more = given(&[held[0], held[1], (users, Level::Full)]);
        stage.call(who, "PATCH", &own, more).await.is(403);
        let higher = given(&[held[0], customers(Level::Full)]);
        stage.call(who, "PATCH", &own, higher).await.is(403);
        let level = Some(json!({"level": "Full"}));
        let one = format!("{own}/permissions/{}", users.id());
        stage.call(who, "PUT", &one, level).await.is(403);
        let new = json!({"name": "New", "permissions": scopes(&[(users, Level::Full)])});
        stage.call(who, "POST", "/roles", Some(new)).await.is(403);
        let copy = json!({"name": "Copy", "customizes": "Developer"});
        stage.call(who, "POST", "/roles", Some(copy)).await.is(403);
        // What is there is left, lowered or taken away.
        let name = Some(json!({"webServicesOnlyRole": true}));
        stage.call(who, "PATCH", &strong, name).await.is(200);
    }
    // A key gives no more than its scopes, its session what its role may.
    let new = |name: &str| Some(json!({"name": name, "permissions": scopes(&[customers(Level::View)])}));
    stage
        .call(&key, "POST", "/roles", new("Of the key"))
        .await
        .is(403);
    stage.call(&session, "POST", "/roles", new("Own")).await.is(201);
    stage
        .call(
            &stage.administrator().await,
            "PATCH",
            &own,
            given(&[held[0], features]),
        )
        .await
        .is(200);
}

#[tokio::test]
async fn the_administrator_cannot_be_named_in_passing() {
    let stage = Stage::new().await;
    let held = [(Permission::ManageUsers, Level::Full)];
    let manager = stage.somebody("Manager", &held).await;
    let all = json!([{"permission": "Bulk Manage Roles", "level": "Full"}]);
    let shown = stage.call(&manager, "GET", "/session", None).await.ok();
    let own = format!("/users/{}", shown["user"]);
    let roles = json!({"roles": [shown["role"], countersign_model::Role::ADMINISTRATOR.get()]});
    stage.call(&manager, "PATCH", &own, Some(roles)).await.is(403);
    let everywhere = Some(json!({"globalPermissions": all}));
    stage.call(&manager, "PATCH", &own, everywhere).await.is(403);
    stage.call(&manager, "GET", "/roles", None).await.is(403);
}

#[tokio::test]
async fn a_key_follows_eight_times_and_whoever_owns_the_folder_as_often_as_they_like() {
    let stage = Stage::new().await;
    let held = [(Permission::ViewLoginAuditTrail, Level::Full)];
    let session = stage.somebody("Watcher", &held).await;
    let (_, key) = stage.key(&session, scopes(&held)).await;
    let mut feeds = Vec::new();
    for _ in 0..8 {
        feeds.push(stage.follow(&key).await);
    }
    let ninth = stage.call(&key, "GET", "/calls", None).await;
    assert_eq!(ninth.status, 429);
    assert!(
        ninth.text().contains("8 times already: close one"),
        "{}",
        ninth.text()
    );
    drop(stage.follow(&session).await);
    for _ in 0..12 {
        feeds.push(stage.follow(&Who::Owner).await);
    }
    drop(feeds.remove(0));
    drop(stage.follow(&key).await);
}

#[tokio::test]
async fn a_feed_ends_with_the_key_session_or_permission_of_whoever_reads_it() {
    let stage = Stage::new().await;
    let held = [(Permission::ViewLoginAuditTrail, Level::Full)];
    let role = stage.role("Watcher", &held).await;
    let mut feeds = Vec::new();
    let mut over = Vec::new();
    for (nth, name) in ["Ada", "Grace", "Joan", "Mary"].iter().enumerate() {
        let user = stage.user(name, &[role.id]).await;
        let session = stage.sign_in(&user, role.id).await;
        let (id, key) = stage.key(&session, scopes(&held)).await;
        let user = format!("/users/{}", user.id.get());
        let (reader, change) = match nth {
            0 => (key, (session, "DELETE", format!("/api-keys/{id}"), None)),
            1 => (session.clone(), (session, "DELETE", "/session".to_owned(), None)),
            2 => {
                let inactive = Some(json!({"inactive": true}));
                (session, (Who::Owner, "PATCH", user, inactive))
            }
            _ => {
                let nothing = Some(json!({"permissions": []}));
                let role = format!("/roles/{}", role.id.get());
                (key, (Who::Owner, "PATCH", role, nothing))
            }
        };
        feeds.push(axum::body::to_bytes(stage.follow(&reader).await, usize::MAX));
        over.push(change);
    }
    let owners = axum::body::to_bytes(stage.follow(&Who::Owner).await, usize::MAX);
    let all = futures_util::future::join_all(feeds);
    let (mut all, mut owners) = (std::pin::pin!(all), std::pin::pin!(owners));
    let mut still = async || tokio::time::timeout(Duration::from_millis(1500), &mut owners).await;
    assert!(still().await.is_err(), "the owner follows on");
    let early = tokio::time::timeout(Duration::from_millis(1500), &mut all).await;
    assert!(early.is_err(), "nothing has changed yet");
    for (who, method, path, body) in over {
        let answer = stage.call(&who, method, &path, body).await;
        assert!(
            (200..300).contains(&answer.status),
            "{} {}",
            answer.status,
            answer.text()
        );
    }
    let ended = tokio::time::timeout(Duration::from_secs(20), &mut all).await;
    assert_eq!(ended.unwrap().len(), 4);
    assert!(still().await.is_err(), "the owner follows on");
}
