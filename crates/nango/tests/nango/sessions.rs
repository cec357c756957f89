//! Sessions: what their tokens open, and how often.

use serde_json::{Value, json};

use crate::stage::{Answer, Stage};

async fn opened(stage: &Stage, path: &str, body: Value) -> String {
    let opened = stage.call("POST", path, &body).await.ok(201);
    let token = opened["data"]["token"].as_str().unwrap().to_owned();
    let link = format!("http://{}/connect?session_token={token}", stage.address);
    assert_eq!(opened["data"]["connect_link"], link);
    token
}

async fn authorized(stage: &Stage, token: &str, secret: &str) -> Answer {
    let application = stage.account.application();
    let body = json!({
        "token_id": application.token_id,
        "token_secret": secret,
        "oauth_client_id_override": application.consumer_key,
        "oauth_client_secret_override": application.consumer_secret,
    });
    let path = format!("/auth/tba/tba?connect_session_token={token}&params%5BaccountId%5D=1234567-sb1");
    stage.bare("POST", &path, &[], &body).await
}

#[tokio::test]
async fn whoever_has_the_token_gives_the_credentials_of_one_connection() {
    let stage = Stage::ready().await;
    let body = json!({ "end_user": { "id": "u1" }, "organization": { "id": "o1" }, "allowed_integrations": ["tba"] });
    let token = opened(&stage, "/connect/sessions", body).await;
    let bearer = format!("Bearer {token}");
    let session = stage
        .bare(
            "GET",
            "/connect/session",
            &[("authorization", &bearer)],
            &Value::Null,
        )
        .await;
    let session = session.ok(200);
    assert_eq!(session["data"]["endUser"]["organization"]["id"], "o1");
    assert_eq!(session["data"]["isReconnecting"], false);
    let wrong = authorized(&stage, &token, "not-the-secret-of-this-token").await;
    wrong.refused(400, "invalid_credentials");
    let secret = stage.account.application().token_secret;
    let made = authorized(&stage, &token, &secret).await.ok(200);
    assert_eq!(made["providerConfigKey"], "tba");
    let listed = stage.get("/connections?endUserId=u1").await.ok(200);
    assert_eq!(listed["connections"][0]["connection_id"], made["connectionId"]);
    let again = authorized(&stage, &token, &secret).await;
    again.refused(401, "unknown_connect_session_token");
    let headers = [("connection-id", made["connectionId"].as_str().unwrap())];
    stage
        .pass("GET", "/customer?limit=1", &headers, &Value::Null)
        .await
        .ok(200);
}

#[tokio::test]
async fn a_session_for_a_connection_gives_it_new_credentials_and_keeps_the_rest() {
    let stage = Stage::ready().await;
    let mut body = stage.acme();
    body["metadata"] = json!({ "plan": "gold" });
    stage.call("POST", "/connections", &body).await.ok(201);
    let body = json!({ "connection_id": "acme", "integration_id": "tba" });
    let token = opened(&stage, "/connect/sessions/reconnect", body).await;
    let secret = stage.account.application().token_secret;
    let made = authorized(&stage, &token, &secret).await.ok(200);
    assert_eq!(made["connectionId"], "acme");
    let found = stage
        .get("/connections/acme?provider_config_key=tba")
        .await
        .ok(200);
    assert_eq!(found["metadata"], json!({ "plan": "gold" }));
    authorized(&stage, &token, &secret)
        .await
        .refused(401, "unknown_connect_session_token");
}

#[tokio::test]
async fn a_session_is_for_somebody_and_opens_nothing_else() {
    let stage = Stage::ready().await;
    let nobody = stage.call("POST", "/connect/sessions", &json!({})).await;
    nobody.refused(400, "invalid_body");
    let unknown = json!({ "tags": { "a": "b" }, "allowed_integrations": ["other"] });
    stage
        .call("POST", "/connect/sessions", &unknown)
        .await
        .refused(400, "invalid_body");
    let more = json!({ "tags": { "a": "b" }, "overrides": { "tba": { "docs_connect": "x" } } });
    stage
        .call("POST", "/connect/sessions", &more)
        .await
        .refused(501, "not_implemented");
    let token = opened(&stage, "/connect/sessions", json!({ "tags": { "a": "b" } })).await;
    let bearer = format!("Bearer {token}");
    let headers = [("authorization", &*bearer)];
    let refused = stage.bare("GET", "/connections", &headers, &Value::Null).await;
    refused.refused(401, "unknown_account");
    let ended = stage
        .bare("DELETE", "/connect/session", &headers, &Value::Null)
        .await;
    assert_eq!(ended.status, 204);
    let over = stage
        .bare("GET", "/connect/session", &headers, &Value::Null)
        .await;
    over.refused(401, "unknown_connect_session_token");
    let none = stage.bare("GET", "/connect/session", &[], &Value::Null).await;
    none.refused(401, "invalid_connect_session_token_format");
}
