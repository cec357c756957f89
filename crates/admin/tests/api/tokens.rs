//! Access tokens.

use countersign_model::{Level, Permission};
use serde_json::json;

use crate::stage::{Stage, Who};

#[tokio::test]
async fn a_token_is_shown_whole_once_and_masked_ever_after() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let account = &stage.account;
    let input = json!({"application": account.integration.id.get(), "user": account.user.id.get(), "role": account.role.id.get(),
        "tokenName": "Nightly"});
    let made = stage
        .call(owner, "POST", "/tokens", Some(input))
        .await
        .is(201)
        .json();
    let path = format!("/tokens/{}", made["token"]["id"]);
    let (id, secret) = (
        made["credentials"]["tokenId"].as_str().unwrap(),
        made["credentials"]["tokenSecret"].as_str().unwrap(),
    );
    for path in ["/tokens", &path, "/system-notes?limit=500"] {
        let text = stage.call(owner, "GET", path, None).await.is(200).text();
        assert!(!text.contains(id) && !text.contains(secret), "{path}");
    }
    let shown = stage.call(owner, "GET", &path, None).await.ok();
    assert_eq!(shown, made["token"]);
    assert!(
        id.ends_with(
            shown["tokenId"]
                .as_str()
                .unwrap()
                .trim_start_matches(|letter: char| !letter.is_ascii_alphanumeric())
        )
    );
    let inactive = stage
        .call(owner, "PATCH", &path, Some(json!({"inactive": true})))
        .await
        .ok();
    assert_eq!(
        (&inactive["inactive"], &inactive["tokenName"]),
        (&json!(true), &json!("Nightly"))
    );
    stage
        .call(owner, "PATCH", &path, Some(json!({"tokenName": null})))
        .await
        .is(400);
    let long = stage
        .call(owner, "PATCH", &path, Some(json!({"tokenName": "x".repeat(200)})))
        .await;
    assert_eq!(long.wrong_fields(), ["tokenName"]);
    stage
        .call(owner, "POST", &format!("{path}/revoke"), None)
        .await
        .is(204);
    let revoked = stage.call(owner, "GET", &path, None).await.ok();
    assert_eq!(
        (&revoked["revoked"], &revoked["inactive"]),
        (&json!(true), &json!(true))
    );
    let again = stage
        .call(owner, "PATCH", &path, Some(json!({"inactive": false})))
        .await;
    assert!([409, 422].contains(&again.status), "{}", again.text());
    stage
        .call(owner, "POST", &format!("{path}/revoke"), None)
        .await
        .is(409);
    let found = stage
        .call(owner, "GET", "/tokens?revoked=true&tokenName=NIGHT", None)
        .await
        .ok();
    assert_eq!(found["items"], json!([revoked]));
}

#[tokio::test]
async fn a_token_that_cannot_be_is_refused_by_the_field_that_is_wrong() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let (user, role) = (stage.account.user.id.get(), stage.account.role.id.get());
    let path = format!("/integrations/{}", stage.account.integration.id.get());
    stage
        .call(owner, "PATCH", &path, Some(json!({"state": "Blocked"})))
        .await
        .is(200);
    let token = |user: i64, role: i64| json!({"application": stage.account.integration.id.get(), "user": user, "role": role});
    let blocked = stage
        .call(owner, "POST", "/tokens", Some(token(user, role)))
        .await;
    if blocked.status == 422 {
        assert_eq!(blocked.wrong_fields(), ["application"]);
    }
    stage
        .call(owner, "PATCH", &path, Some(json!({"state": "Enabled"})))
        .await
        .is(200);
    let person = format!("/users/{user}");
    stage
        .call(owner, "PATCH", &person, Some(json!({"inactive": true})))
        .await
        .is(200);
    let inactive = stage
        .call(owner, "POST", "/tokens", Some(token(user, role)))
        .await;
    assert_eq!(inactive.wrong_fields(), ["user"]);
    stage
        .call(owner, "POST", "/tokens", Some(token(999_999, role)))
        .await
        .is(404);
    stage
        .call(
            owner,
            "POST",
            "/tokens",
            Some(json!({"application": 1, "user": user})),
        )
        .await
        .is(400);
    stage
        .call(owner, "POST", "/tokens", Some(json!({"application": 1})))
        .await
        .is(403);
}

#[tokio::test]
async fn whoever_has_user_access_tokens_alone_sees_and_makes_their_own() {
    let stage = Stage::new().await;
    let needed = [
        (Permission::UserAccessTokens, Level::Full),
        (Permission::LogInUsingAccessTokens, Level::Full),
    ];
    let somebody = stage.somebody("Own", &needed).await;
    let empty = stage.call(&somebody, "GET", "/tokens", None).await.ok();
    assert_eq!(empty["items"], json!([]));
    let theirs = format!("/tokens/{}", stage.account.token.id.get());
    stage.call(&somebody, "GET", &theirs, None).await.is(404);
    stage
        .call(&somebody, "PATCH", &theirs, Some(json!({"inactive": true})))
        .await
        .is(404);
    stage
        .call(&somebody, "POST", &format!("{theirs}/revoke"), None)
        .await
        .is(404);
    let other = format!("/tokens?user={}", stage.account.user.id.get());
    assert_eq!(
        stage.call(&somebody, "GET", &other, None).await.ok()["items"],
        json!([])
    );
    let application = stage.account.integration.id.get();
    let made = stage
        .call(
            &somebody,
            "POST",
            "/tokens",
            Some(json!({"application": application})),
        )
        .await;
    let own = format!("/tokens/{}", made.is(201).json()["token"]["id"]);
    stage.call(&somebody, "GET", &own, None).await.is(200);
    let for_other = json!({"application": application, "user": stage.account.user.id.get(), "role": stage.account.role.id.get()});
    stage
        .call(&somebody, "POST", "/tokens", Some(for_other))
        .await
        .is(403);
    stage
        .call(&somebody, "POST", &format!("{own}/revoke"), None)
        .await
        .is(204);
}
