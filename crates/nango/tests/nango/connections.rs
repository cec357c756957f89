//! Connections: made, listed, labelled, removed.

use countersign_world::{Clock as _, SystemClock};
use serde_json::{Value, json};

use crate::stage::Stage;

const METADATA: &str = "/connections/metadata";
const ACME: &str = "/connections/acme?provider_config_key=tba";

#[tokio::test]
async fn a_connection_is_kept_once_it_has_logged_in_and_gives_no_secret_back() {
    let stage = Stage::ready().await;
    let made = stage.connect().await;
    assert_eq!(made["connection_id"], "acme");
    assert_eq!(made["provider_config_key"], "tba");
    assert_eq!(made["connection_config"], json!({ "accountId": "1234567-sb1" }));
    assert!(stage.logins().await > 0, "the account was asked");
    let found = stage.get(ACME).await.ok(200);
    assert_eq!(found, made);
    assert_eq!(found["credentials"], json!({ "type": "TBA" }));
    let application = stage.account.application();
    let listed = stage.get("/connections").await.ok(200);
    for shown in [made, found, listed] {
        let shown = shown.to_string();
        for secret in [
            application.token_id.as_str(),
            &application.token_secret,
            &application.consumer_key,
            &application.consumer_secret,
        ] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}

#[tokio::test]
async fn wrong_credentials_are_refused_in_the_doctors_words_and_nothing_is_kept() {
    let stage = Stage::ready().await;
    // The doctor reads the time of the answers, which is this machine's.
    stage.account.clock.set(SystemClock::new().now());
    let mut body = stage.acme();
    body["credentials"]["token_secret"] = json!("not-the-secret-of-this-token");
    let refused = stage.call("POST", "/connections", &body).await;
    let message = refused.refused(400, "connection_test_failed");
    assert!(message.starts_with("Nothing was saved. "), "{message}");
    assert!(
        message.contains("Token Secret") || message.contains("token secret"),
        "{message}"
    );
    assert!(!message.contains("not-the-secret"), "{message}");
    let none = stage.get("/connections").await.ok(200);
    assert_eq!(none, json!({ "connections": [] }));
    let mut elsewhere = stage.acme();
    elsewhere["connection_config"]["accountId"] = json!("7654321");
    let refused = stage.call("POST", "/connections", &elsewhere).await;
    refused.refused(400, "connection_test_failed");
}

#[tokio::test]
async fn a_fourth_try_with_credentials_that_do_not_log_in_does_not_reach_the_account() {
    let stage = Stage::ready().await;
    stage.account.clock.set(SystemClock::new().now());
    let mut body = stage.acme();
    body["credentials"]["token_secret"] = json!("not-the-secret-of-this-token");
    for _ in 0..3 {
        let refused = stage.call("POST", "/connections", &body).await;
        refused.refused(400, "connection_test_failed");
    }
    let logins = stage.logins().await;
    let refused = stage.call("POST", "/connections", &body).await;
    let message = refused.refused(429, "connection_test_failed");
    assert!(
        message.contains("five that fail in a row lock its user"),
        "{message}"
    );
    assert_eq!(stage.logins().await, logins);
}

#[tokio::test]
async fn a_connection_that_cannot_be_meant_is_refused_before_the_account_is_asked() {
    let stage = Stage::ready().await;
    let with = |path: &[&str], value: Value| {
        let mut body = stage.acme();
        let mut place = &mut body;
        for part in path {
            place = &mut place[*part];
        }
        *place = value;
        body
    };
    for (body, status, code) in [
        (with(&["provider_config_key"], json!("other")), 404, "not_found"),
        (
            with(&["credentials", "type"], json!("OAUTH2")),
            400,
            "invalid_body",
        ),
        (
            with(&["credentials", "config_override"], json!({})),
            400,
            "invalid_body",
        ),
        (
            with(&["credentials", "token_secret"], json!(5)),
            400,
            "invalid_body",
        ),
        (
            with(&["credentials", "token_secret"], json!("a b")),
            400,
            "invalid_body",
        ),
        (with(&["connection_config"], json!({})), 400, "invalid_body"),
        (
            with(&["connection_config", "subsidiary"], json!("1")),
            400,
            "invalid_body",
        ),
        (with(&["connection_id"], json!("a/b")), 400, "invalid_body"),
        (with(&["tags"], json!({ "1": "x" })), 400, "invalid_body"),
        (with(&["more"], json!(1)), 400, "invalid_body"),
        (
            with(&["webhook_url_override"], json!("https://x.example")),
            501,
            "not_implemented",
        ),
    ] {
        stage
            .call("POST", "/connections", &body)
            .await
            .refused(status, code);
    }
    assert_eq!(stage.logins().await, 0);
}

#[tokio::test]
async fn a_second_post_replaces_the_credentials_and_keeps_what_was_written_on_the_connection() {
    let stage = Stage::ready().await;
    let mut body = stage.acme();
    body["metadata"] = json!({ "plan": "gold" });
    body["end_user"] = json!({ "id": "u1", "email": "erin@example.com" });
    let first = stage.call("POST", "/connections", &body).await.ok(201);
    assert_eq!(first["end_user"]["email"], "erin@example.com");
    let again = stage.connect().await;
    assert_eq!(again["id"], first["id"]);
    assert_eq!(again["metadata"], json!({ "plan": "gold" }));
    assert_eq!(again["end_user"]["id"], "u1");
    let other = json!({ "provider": "netsuite-tba", "unique_key": "other" });
    stage.call("POST", "/integrations", &other).await.ok(200);
    let mut body = stage.acme();
    body["provider_config_key"] = json!("other");
    let refused = stage.call("POST", "/connections", &body).await;
    refused.refused(409, "conflict");
}

#[tokio::test]
async fn metadata_is_set_updated_and_read() {
    let stage = Stage::ready().await;
    stage.connect().await;
    let of = |id: Value, metadata: Value| json!({ "connection_id": id, "provider_config_key": "tba", "metadata": metadata });
    let body = of(json!("acme"), json!({ "a": 1, "b": 2 }));
    let set = stage.call("POST", METADATA, &body).await.ok(201);
    assert_eq!(set, body);
    let body = of(json!(["acme"]), json!({ "b": 3 }));
    stage.call("PATCH", METADATA, &body).await.ok(200);
    let found = stage.get(ACME).await.ok(200);
    assert_eq!(found["metadata"], json!({ "a": 1, "b": 3 }));
    let body = of(json!("acme"), json!({ "c": 4 }));
    stage.call("POST", METADATA, &body).await.ok(201);
    let found = stage.get(ACME).await.ok(200);
    assert_eq!(found["metadata"], json!({ "c": 4 }));
    let body = of(json!(["acme", "nobody"]), json!({ "d": 5 }));
    stage
        .call("POST", METADATA, &body)
        .await
        .refused(404, "not_found");
    let found = stage.get(ACME).await.ok(200);
    assert_eq!(found["metadata"], json!({ "c": 4 }));
}

#[tokio::test]
async fn tags_are_patched_and_say_whose_the_connection_is() {
    let stage = Stage::ready().await;
    stage.connect().await;
    let body = json!({ "end_user": { "id": "u1", "display_name": "Erin" }, "tags": { "Plan": "gold" } });
    let patched = stage.call("PATCH", ACME, &body).await.ok(200);
    assert_eq!(patched, json!({ "success": true }));
    let found = stage.get(ACME).await.ok(200);
    assert_eq!(
        found["tags"],
        json!({ "end_user_display_name": "Erin", "end_user_id": "u1", "plan": "gold" })
    );
    stage
        .call("PATCH", ACME, &json!({ "tags": { "tier": "1" } }))
        .await
        .ok(200);
    let found = stage.get(ACME).await.ok(200);
    assert_eq!(found["end_user"]["display_name"], "Erin", "whose it is stays");
    assert_eq!(
        (&found["tags"]["tier"], &found["tags"]["plan"]),
        (&json!("1"), &Value::Null)
    );
}

#[tokio::test]
async fn connections_are_searched_and_paged() {
    let stage = Stage::ready().await;
    for (id, user, tier) in [
        ("acme", "u1", "gold"),
        ("bolt", "u2", "gold"),
        ("cargo", "u3", "basic"),
    ] {
        let mut body = stage.acme();
        body["connection_id"] = json!(id);
        body["end_user"] = json!({ "id": user, "email": format!("{id}@Example.com") });
        body["tags"] = json!({ "tier": tier });
        stage.call("POST", "/connections", &body).await.ok(201);
    }
    for (query, expected) in [
        ("", vec!["acme", "bolt", "cargo"]),
        ("connectionId=bolt", vec!["bolt"]),
        ("search=OL", vec!["bolt"]),
        ("search=cargo@example", vec!["cargo"]),
        ("endUserId=u1", vec!["acme"]),
        ("integrationId=tba,other", vec!["acme", "bolt", "cargo"]),
        ("integrationId=other", vec![]),
        ("tags%5Btier%5D=gold", vec!["acme", "bolt"]),
        ("tags[tier]=gold&tags[end_user_id]=u2", vec!["bolt"]),
        ("limit=2", vec!["acme", "bolt"]),
        ("limit=2&page=1", vec!["cargo"]),
        ("limit=2&page=2", vec![]),
    ] {
        let listed = stage.get(&format!("/connections?{query}")).await.ok(200);
        let listed = listed["connections"].as_array().unwrap().clone();
        let ids: Vec<&str> = listed
            .iter()
            .map(|one| one["connection_id"].as_str().unwrap())
            .collect();
        assert_eq!(ids, expected, "{query}");
    }
    for query in ["limit=0", "limit=1001", "page=x", "more=1", "limit=1&limit=2"] {
        let refused = stage.get(&format!("/connections?{query}")).await;
        refused.refused(400, "invalid_query_params");
    }
}

#[tokio::test]
async fn a_connection_is_removed_and_its_integration_after_it() {
    let stage = Stage::ready().await;
    stage.connect().await;
    let used = stage.call("DELETE", "/integrations/tba", &Value::Null).await;
    used.refused(400, "integration_has_connections");
    stage
        .get("/connections/acme?provider_config_key=other")
        .await
        .refused(404, "not_found");
    let removed = stage.call("DELETE", ACME, &Value::Null).await;
    assert_eq!(removed.ok(200), json!({ "success": true }));
    stage.get(ACME).await.refused(404, "not_found");
    stage
        .call("DELETE", ACME, &Value::Null)
        .await
        .refused(404, "not_found");
    stage
        .call("DELETE", "/integrations/tba", &Value::Null)
        .await
        .ok(200);
}
