//! Integrations, the provider, whom the API lets in, and what is not there.

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
async fn nobody_from_another_machine_finds_out_which_ports_of_this_one_are_open() {
    let stage = Stage::with(countersign_nango::Nango::without_servers).await;
    let body = |server: &str| json!({ "provider": "netsuite-tba", "unique_key": "books", "integration_config": { "server": server } });
    let open = stage.server.base_url();
    for server in [&*open, "http://127.0.0.1:1", "http://[::1]:1"] {
        let refused = stage.call("POST", "/integrations", &body(server)).await;
        let message = refused.refused(400, "invalid_body");
        assert!(message.contains("--local-servers"), "{message}");
    }
    stage.call("POST", "/integrations", &body("")).await.ok(200);
    let refused = stage.call("PATCH", "/integrations/books", &body(&open)).await;
    refused.refused(400, "invalid_body");
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
