//! Calls below `/proxy`.

use countersign_vault::{CallerId, GrantDraft, Method, Scope, ServiceKind};
use serde_json::{Value, json};
use std::num::NonZeroU8;

use crate::stage::{Stage, caller};

#[tokio::test]
async fn records_are_read_written_paged_and_queried() {
    let stage = Stage::ready().await;
    stage.connect().await;
    let page = stage
        .pass("GET", "/customer?limit=2", &[], &Value::Null)
        .await
        .ok(200);
    assert_eq!(page["count"], 2);
    let next = stage
        .pass("GET", "/customer?limit=2&offset=2", &[], &Value::Null)
        .await
        .ok(200);
    assert_ne!(page["items"][0]["id"], next["items"][0]["id"]);
    let body = json!({ "companyName": "Nango Books", "subsidiary": { "id": "1" } });
    let made = stage.pass("POST", "/customer", &[], &body).await;
    assert_eq!(made.status, 204, "{made:?}");
    let location = made.headers["location"].to_str().unwrap().to_owned();
    let id = location.rsplit('/').next().unwrap();
    let path = format!("/customer/{id}");
    let found = stage.pass("GET", &path, &[], &Value::Null).await.ok(200);
    assert_eq!(found["companyName"], "Nango Books");
    let query = json!({ "q": "SELECT companyname FROM customer WHERE companyname = 'Nango Books'" });
    let headers = [
        (
            "base-url-override",
            "https://1234567-sb1.suitetalk.api.netsuite.com/services/rest/query/v1",
        ),
        ("nango-proxy-prefer", "transient"),
    ];
    let rows = stage
        .pass("POST", "/suiteql?limit=5", &headers, &query)
        .await
        .ok(200);
    assert_eq!(rows["items"][0]["companyname"], "Nango Books");
    let gone = stage.pass("DELETE", &path, &[], &Value::Null).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    let missing = stage
        .pass(
            "GET",
            &path,
            &[("retries", "3"), ("retry-on", "404")],
            &Value::Null,
        )
        .await;
    assert_eq!(missing.status, 404, "the account's own answer comes through");
    assert!(missing.json().get("o:errorDetails").is_some());
}

#[tokio::test]
async fn another_base_is_only_one_of_the_same_account() {
    let stage = Stage::ready().await;
    stage.connect().await;
    let own = stage.server.base_url();
    for base in ["https://1234567-sb1.suitetalk.api.netsuite.com", &*own] {
        let headers = [("base-url-override", base)];
        let path = "/services/rest/record/v1/customer?limit=1";
        stage.pass("GET", path, &headers, &Value::Null).await.ok(200);
    }
    let before = stage.logins().await;
    for base in [
        "https://evil.example",
        "https://7654321.suitetalk.api.netsuite.com",
        "http://127.0.0.1:1",
    ] {
        let headers = [("base-url-override", base)];
        let refused = stage
            .pass("GET", "/services/rest/record/v1/customer", &headers, &Value::Null)
            .await;
        let message = refused.refused(400, "base_url_override_not_allowed");
        assert!(
            message.contains("1234567-sb1.suitetalk.api.netsuite.com"),
            "{message}"
        );
    }
    assert_eq!(stage.logins().await, before, "nothing was signed");
}

#[tokio::test]
async fn a_call_needs_a_grant_and_administering_is_none() {
    let stage = Stage::ready().await;
    stage.connect().await;
    for administers in [true, false] {
        let other = caller(&stage.vault, &format!("other {administers}"), administers).await;
        let bearer = format!("Bearer {}", other.expose());
        let headers = [("authorization", &*bearer)];
        let refused = stage.pass("GET", "/customer", &headers, &Value::Null).await;
        refused.refused(403, "forbidden");
        let unknown = [("authorization", &*bearer), ("connection-id", "nobody")];
        let refused = stage.pass("GET", "/customer", &unknown, &Value::Null).await;
        refused.refused(403, "forbidden");
    }
}

#[tokio::test]
async fn a_grant_for_reading_lets_a_program_read_and_not_write() {
    let stage = Stage::ready().await;
    stage.connect().await;
    let key = caller(&stage.vault, "reader", false).await;
    let callers = stage.vault.callers(None, 9).await.unwrap();
    let reader: CallerId = callers.iter().find(|caller| caller.name == "reader").unwrap().id;
    let scope = Scope {
        services: [ServiceKind::Rest].into(),
        methods: Method::ALL.into(),
        read_only: true,
        ..Scope::everything()
    };
    let draft = GrantDraft {
        caller: reader,
        connection: "acme".parse().unwrap(),
        scope,
        share: NonZeroU8::MIN,
        expires: None,
    };
    let by = countersign_vault::By {
        actor: "a test".to_owned(),
        at: countersign_testkit::NOW,
    };
    stage.vault.grant(draft, by).await.unwrap();
    let bearer = format!("Bearer {}", key.expose());
    let headers = [("authorization", &*bearer)];
    stage
        .pass("GET", "/customer?limit=1", &headers, &Value::Null)
        .await
        .ok(200);
    let refused = stage
        .pass("POST", "/customer", &headers, &json!({ "companyName": "x" }))
        .await;
    assert_eq!(refused.status, 403, "{refused:?}");
}

#[tokio::test]
async fn headers_that_cannot_be_read_are_refused_by_their_names() {
    let stage = Stage::ready().await;
    stage.connect().await;
    for (name, value) in [
        ("connection-id", ""),
        ("connection-id", "a/b"),
        ("provider-config-key", ""),
        ("retries", "many"),
        ("retry-on", "429;503"),
        ("decompress", "perhaps"),
        ("forward-headers-on-redirect", "no"),
    ] {
        let refused = stage
            .pass("GET", "/customer", &[(name, value)], &Value::Null)
            .await;
        let message = refused.refused(400, "invalid_headers");
        assert!(message.contains(name) || name == "connection-id", "{message}");
    }
    // Somebody who tries connections leaves rows, also where no call comes of it.
    let rows = stage.uses(7).await;
    let refused = rows.iter().filter(|row| row.outcome == "invalid_headers");
    let mut named: Vec<_> = refused
        .map(|row| (row.connection.as_str(), &*row.path, row.status))
        .collect();
    named.sort_unstable();
    let row = |connection| (connection, "/proxy/customer", Some(400));
    assert_eq!(
        named,
        [
            row(""),
            row(""),
            row("acme"),
            row("acme"),
            row("acme"),
            row("acme"),
            row("acme")
        ]
    );
    let other = [("provider-config-key", "other")];
    stage
        .pass("GET", "/customer", &other, &Value::Null)
        .await
        .refused(404, "not_found");
}

#[tokio::test]
async fn a_connection_that_was_made_otherwise_is_of_the_integration_named_like_the_provider() {
    let stage = Stage::ready().await;
    let given = countersign_vault::Given {
        credentials: stage.account.application().credentials(),
        server: Some(stage.server.base_url().parse().unwrap()),
    };
    let by = || countersign_vault::By {
        actor: "a test".to_owned(),
        at: countersign_testkit::NOW,
    };
    let label = countersign_vault::Label::default();
    stage
        .vault
        .add("acme".parse().unwrap(), given, label, by())
        .await
        .unwrap();
    let path = "/connections/acme?provider_config_key=netsuite-tba";
    assert_eq!(
        stage.get(path).await.ok(200)["provider_config_key"],
        "netsuite-tba"
    );
    let headers = [("provider-config-key", "netsuite-tba")];
    let refused = stage.pass("GET", "/customer", &headers, &Value::Null).await;
    refused.refused(403, "forbidden");
    let body = json!({ "provider": "netsuite-tba", "unique_key": "netsuite-tba",
                       "integration_config": { "server": stage.server.base_url() } });
    stage.call("POST", "/integrations", &body).await.ok(200);
    let mut body = stage.acme();
    body["provider_config_key"] = json!("netsuite-tba");
    stage.call("POST", "/connections", &body).await.ok(201);
    let found = stage
        .pass("GET", "/customer?limit=1", &headers, &Value::Null)
        .await;
    found.ok(200);
}
