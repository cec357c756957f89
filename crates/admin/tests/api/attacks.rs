//! What somebody tries who has no right to it.

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
async fn a_role_manager_with_a_key_gives_a_key_no_more_than_its_scopes() {
    let stage = Stage::new().await;
    let held = [(Permission::ManageRoles, Level::Full)];
    let role = stage.role("Roles", &held).await;
    let user = stage.user("Grace", &[role.id]).await;
    let session = stage.sign_in(&user, role.id).await;
    let (_, key) = stage.key(&session, scopes(&held)).await;
    let more = json!({"permissions": [{"permission": "Bulk Manage Roles", "level": "Full"},
        {"permission": "Manage Users", "level": "Full"}]});
    stage
        .call(&key, "PATCH", &format!("/roles/{}", role.id.get()), Some(more))
        .await
        .is(200);
    stage.call(&key, "GET", "/users", None).await.is(403);
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
    // What users may be given in every role is of no use before the next sign-in.
    let answer = stage
        .call(&manager, "PATCH", &own, Some(json!({"globalPermissions": all})))
        .await;
    assert!([200, 403].contains(&answer.status));
    stage.call(&manager, "GET", "/roles", None).await.is(403);
}
