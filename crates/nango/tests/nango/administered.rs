//! Integrations and connections.

use serde_json::{Value, json};

use crate::stage::{Stage, caller};

const METADATA: &str = "/connections/metadata";
const ACME: &str = "/connections/acme?provider_config_key=tba";

#[tokio::test]
async fn an_integration_is_made_listed_changed_and_removed() {
    let stage = Stage::new().await;
    let body = json!({ "provider": "netsuite-tba", "unique_key": "books", "display_name": "Books",
                       "credentials": { "type": "TBA", "client_id": "", "client_secret": "" } });
    let made = stage.call("POST", "/integrations", &body).await.ok(200);
    assert_eq!(made["data"]["unique_key"], "books");
    assert_eq!(made["data"]["provider"], "netsuite-tba");
    assert_eq!(made["data"]["display_name"], "Books");
    let twice = stage.call("POST", "/integrations", &body).await;
    twice.refused(409, "conflict");
    let changed = json!({ "unique_key": "ledgers", "display_name": "Ledgers" });
    let changed = stage.call("PATCH", "/integrations/books", &changed).await.ok(200);
    assert_eq!(changed["data"]["display_name"], "Ledgers");
    let listed = stage.get("/integrations").await.ok(200);
    assert_eq!(listed["data"].as_array().unwrap().len(), 1);
    assert_eq!(listed["data"][0]["unique_key"], "ledgers");
    let path = "/integrations/ledgers?include=credentials";
    let found = stage.get(path).await.ok(200);
    assert_eq!(found["data"]["credentials"]["type"], "TBA");
    stage.get("/integrations/books").await.refused(404, "not_found");
    let removed = stage.call("DELETE", "/integrations/ledgers", &Value::Null).await;
    assert_eq!(removed.ok(200), json!({ "success": true }));
    assert_eq!(stage.get("/integrations").await.ok(200), json!({ "data": [] }));
}

#[tokio::test]
async fn an_integration_takes_no_credentials_and_no_other_provider() {
    let stage = Stage::new().await;
    for (body, says) in [
        (
            json!({ "provider": "netsuite", "unique_key": "x" }),
            "one provider",
        ),
        (json!({ "provider": "netsuite-tba" }), "key is 1 to 255"),
        (
            json!({ "provider": "netsuite-tba", "unique_key": "x", "more": 1 }),
            "nknown field",
        ),
        (
            json!({ "provider": "netsuite-tba", "unique_key": "x",
                    "credentials": { "type": "TBA", "client_id": "ck" } }),
            "with each connection",
        ),
        (
            json!({ "provider": "netsuite-tba", "unique_key": "x",
                    "integration_config": { "server": "https://evil.example" } }),
            "on this machine",
        ),
    ] {
        let refused = stage.call("POST", "/integrations", &body).await;
        let message = refused.refused(400, "invalid_body");
        assert!(message.contains(says), "{message}");
    }
}

#[tokio::test]
async fn the_provider_is_described_as_nangos_template_has_it() {
    let stage = Stage::new().await;
    let provider = stage.get("/providers/netsuite-tba").await.ok(200);
    assert_eq!(provider["data"]["auth_mode"], "TBA");
    let base = &provider["data"]["proxy"]["base_url"];
    let expected = "https://${connectionConfig.accountId}.suitetalk.api.netsuite.com/services/rest/record/v1";
    assert_eq!(base, expected);
    let listed = stage.get("/providers?search=suite").await.ok(200);
    assert_eq!(listed["data"][0]["name"], "netsuite-tba");
    let none = stage.get("/providers?search=github").await.ok(200);
    assert_eq!(none, json!({ "data": [] }));
    stage.get("/providers/github").await.refused(404, "not_found");
}

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

#[tokio::test]
async fn only_a_key_that_administers_sees_or_changes_anything() {
    let stage = Stage::ready().await;
    stage.connect().await;
    let plain = caller(&stage.vault, "plain", false).await;
    for (method, path) in [
        ("GET", "/connections"),
        ("GET", ACME),
        ("DELETE", ACME),
        ("POST", "/connections"),
        ("POST", METADATA),
        ("GET", "/integrations"),
        ("DELETE", "/integrations/tba"),
        ("POST", "/connect/sessions"),
    ] {
        let refused = stage.call_as(&plain, method, path, &json!({})).await;
        let message = refused.refused(403, "forbidden");
        assert!(message.contains("--administers"), "{message}");
        stage
            .bare(method, path, &[], &json!({}))
            .await
            .refused(401, "missing_auth_header");
        let wrong = format!("Bearer csc_{}", "A".repeat(43));
        let wrong = stage
            .bare(method, path, &[("authorization", &wrong)], &json!({}))
            .await;
        wrong.refused(401, "unknown_account");
    }
}

#[tokio::test]
async fn a_page_in_a_browser_is_not_answered() {
    let stage = Stage::ready().await;
    let bearer = format!("Bearer {}", stage.key.expose());
    for header in [
        ("origin", "https://evil.example"),
        ("host", "evil.example"),
        ("sec-fetch-site", "cross-site"),
    ] {
        let headers = [("authorization", &*bearer), header];
        let refused = stage.bare("GET", "/connections", &headers, &Value::Null).await;
        assert!(
            refused.status == 403 || refused.status == 421 || refused.status == 400,
            "{header:?}"
        );
    }
}

#[tokio::test]
async fn what_nango_has_besides_is_named_and_not_pretended() {
    let stage = Stage::new().await;
    for (method, path, says) in [
        ("POST", "/sync/trigger", "syncs"),
        ("GET", "/sync/status", "syncs"),
        ("GET", "/records/?model=x", "records"),
        ("PATCH", "/records/prune", "records"),
        ("POST", "/action/trigger", "actions"),
        ("GET", "/action/1", "actions"),
        ("GET", "/scripts/config", "functions"),
        ("GET", "/environment-variables", "variables"),
        ("GET", "/integrations/tba/functions", "functions"),
        ("GET", "/integrations/tba/functions/x/code", "functions"),
        ("GET", "/providers/netsuite-tba/templates", "functions"),
    ] {
        let absent = stage.call(method, path, &Value::Null).await;
        let message = absent.refused(501, "not_implemented");
        assert!(message.contains(says), "{path}: {message}");
    }
    stage
        .call("PUT", "/connections", &json!({}))
        .await
        .refused(404, "not_found");
}
