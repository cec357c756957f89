//! What is sent: read strictly, never believed, and nothing of it ends in a failure of the account's own.

use axum::body::Body;
use countersign_admin::PREFIX;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::stage::{Stage, Who, request, takes_json};

fn at(stage: &Stage, path: &str) -> String {
    format!("{PREFIX}/accounts/{}{path}", stage.account.authority.account())
}

async fn post(stage: &Stage, content_type: Option<&str>, body: impl Into<Body>) -> u16 {
    let mut call = request(&Who::Owner, "POST", &at(stage, "/users"));
    if let Some(content_type) = content_type {
        call = call.header("content-type", content_type);
    }
    let answer = stage.send(&Who::Owner, call.body(body.into()).unwrap()).await;
    assert_eq!(answer.header("content-type"), "application/problem+json");
    answer.status
}

#[tokio::test]
async fn a_body_that_is_no_json_or_does_not_say_so_or_is_too_long_is_refused() {
    let stage = Stage::new().await;
    let json = Some("application/json");
    assert_eq!(post(&stage, None, "{}").await, 415);
    for wrong in [
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "",
    ] {
        assert_eq!(post(&stage, Some(wrong), "{}").await, 415, "{wrong}");
    }
    assert_eq!(
        post(&stage, Some("Application/JSON; charset=utf-8"), "{").await,
        400
    );
    for wrong in [
        "",
        "{",
        "{}{}",
        "null",
        "[]",
        "\"\"",
        "7",
        "{\"name\": 7}",
        "{\"name\": null}",
        "{\"nmae\": \"x\"}",
        "{\"name\": \"a\", \"name\": \"b\"}",
        "{\"name\": \"\\ud800\"}",
        "{\"id\": 7}",
        "{\"lockedUntil\": null}",
        "{\"roles\": [1e400]}",
        "{\"roles\": [99999999999999999999]}",
        "{\"roles\": [1.5]}",
        "{\"name\": \"a\\u0000b\"}",
        "\u{feff}{}",
    ] {
        assert_eq!(post(&stage, json, wrong).await, 400, "{wrong}");
    }
    assert_eq!(post(&stage, json, vec![b'{', 0xff, b'}']).await, 400);
    assert_eq!(post(&stage, json, format!("{}1", "[".repeat(100_000))).await, 400);
    let deep = format!("{{\"roles\": {}}}", "[".repeat(500_000));
    assert_eq!(post(&stage, json, deep).await, 400);
    let long = format!("{{\"name\": \"{}\"}}", "a".repeat(1024 * 1024));
    assert_eq!(post(&stage, json, long).await, 413);
    let users = stage.call(&Who::Owner, "GET", "/users", None).await.ok();
    assert_eq!(
        users["items"].as_array().unwrap().len(),
        1,
        "nothing was made of it"
    );
}

#[tokio::test]
async fn a_query_is_read_as_strictly_as_a_body() {
    let stage = Stage::new().await;
    for query in [
        "limit=0",
        "limit=501",
        "limit=-1",
        "limit=x",
        "limit=4294967296",
        "after=x",
        "after=99999999999999999999",
        "inactive=maybe",
        "type=Dog",
        "nmae=x",
        "name=a%00b",
        "limit=1&limit=2",
        "inactive=",
    ] {
        let answer = stage
            .call(&Who::Owner, "GET", &format!("/users?{query}"), None)
            .await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
    }
    for query in [
        "since=yesterday",
        "since=2026-13-01T00:00:00Z",
        "ipAddress=here",
        "detail=NoSuchWord",
        "status=Maybe",
    ] {
        let answer = stage
            .call(&Who::Owner, "GET", &format!("/login-audit-trail?{query}"), None)
            .await;
        assert_eq!(answer.status, 400, "{query}: {}", answer.text());
    }
    for query in [
        "after=-9223372036854775808",
        "after=9223372036854775807",
        "name=%F0%9F%90%9D",
        "name=%25_%5C",
        "name=",
        "email=%27",
        "limit=500",
        "",
    ] {
        stage
            .call(&Who::Owner, "GET", &format!("/users?{query}"), None)
            .await
            .is(200);
    }
    for query in [
        "since=-009999-02-01T00:00:00Z",
        "until=9999-12-30T00:00:00Z",
        "before=-1",
        "userAgent=%25",
        "ipAddress=",
    ] {
        stage
            .call(&Who::Owner, "GET", &format!("/login-audit-trail?{query}"), None)
            .await
            .is(200);
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_a_bad_request_and_one_nothing_has_is_not_found() {
    let stage = Stage::new().await;
    for kind in ["users", "roles", "integrations", "tokens"] {
        for id in ["x", "1.5", "99999999999999999999", "%00", "%FF", "7%20"] {
            let answer = stage
                .call(&Who::Owner, "GET", &format!("/{kind}/{id}"), None)
                .await;
            assert!(
                [400, 401].contains(&answer.status),
                "{kind} {id}: {}",
                answer.status
            );
        }
        for id in ["0", "-1", "999999", "9223372036854775807", "-9223372036854775808"] {
            stage
                .call(&Who::Owner, "GET", &format!("/{kind}/{id}"), None)
                .await
                .is(404);
        }
    }
}

#[tokio::test]
async fn every_wrong_field_is_named_by_its_member() {
    let stage = Stage::new().await;
    let long = "x".repeat(2000);
    for (method, path, input, wanted) in [
        (
            "POST",
            "/integrations",
            json!({"name": "", "description": long, "note": long, "concurrencyLimit": 0, "tbaAuthorizationFlow": true,
                "callbackUrl": "javascript:1", "state": "Waiting for Approval"}),
            vec!["name", "description", "note", "concurrencyLimit", "callbackUrl"],
        ),
        (
            "POST",
            "/users",
            json!({"type": "Customer", "name": " ", "email": "nobody", "giveAccess": true, "concurrentWebServicesUser": true,
                "ipAddressRestriction": "here", "roles": []}),
            vec![
                "name",
                "email",
                "roles",
                "concurrentWebServicesUser",
                "ipAddressRestriction",
            ],
        ),
        (
            "POST",
            "/users",
            json!({"type": "Contact", "email": "a@example.com"}),
            vec!["name"],
        ),
        ("POST", "/roles", json!({"name": "a\nb"}), vec!["name"]),
        (
            "POST",
            "/tokens",
            json!({"application": 999_999, "user": 999_999, "role": 999_999}),
            vec![],
        ),
        (
            "PATCH",
            "/settings",
            json!({"companyName": "", "minimumPasswordLength": 1, "passwordExpirationInDays": 9999,
                "idleSessionTimeoutInMinutes": 1, "allowedIpAddresses": "x", "loginAuditTrailRetentionInDays": 0,
                "suitecloudPlusLicenses": 4_294_967_295_u32, "testLevers": ["Clock", "Clock"], "seed": 7}),
            vec![
                "companyName",
                "minimumPasswordLength",
                "passwordExpirationInDays",
                "idleSessionTimeoutInMinutes",
                "allowedIpAddresses",
                "loginAuditTrailRetentionInDays",
                "suitecloudPlusLicenses",
                "testLevers",
                "seed",
            ],
        ),
        (
            "POST",
            "/record-types/import",
            json!({"files": [{"name": "", "text": ""}, {"name": "a.xml", "text": "<a"}]}),
            vec!["files"],
        ),
        (
            "PATCH",
            "/features",
            json!({"disable": ["Token-based Authentication"], "enable": ["Token-based Authentication"]}),
            vec![],
        ),
    ] {
        let answer = stage.call(&Who::Owner, method, path, Some(input)).await;
        assert!((400..500).contains(&answer.status), "{path} {}", answer.text());
        if !wanted.is_empty() {
            let mut fields = answer.wrong_fields();
            fields.dedup();
            for field in wanted {
                assert!(
                    fields.contains(&field.to_owned()),
                    "{path}: {field} is not among {fields:?}"
                );
            }
        }
    }
}

/// Any JSON, some of it of the right shape.
fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[a-z0-9.,@/-]{0,12}".prop_map(Value::from),
        prop::sample::select(vec![
            "Enabled",
            "Blocked",
            "Employee",
            "Full",
            "Strong",
            "Clock",
            "https://example.com/x"
        ])
        .prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,6}", inner, 0..3)
                .prop_map(|members| members.into_iter().collect()),
        ]
    })
}

/// Whatever is sent to any operation that takes JSON: an answer the document has, and never a failure of the account's own.
#[test]
fn no_input_makes_the_account_fail() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .unwrap();
    let stage = runtime.block_on(Stage::new());
    let mut calls = Vec::new();
    for (path, item) in stage.document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            // Passwords cost too much to be hashed so often.
            if takes_json(operation) && !path.contains("password") && !path.ends_with("/session") {
                calls.push((path.clone(), method.to_uppercase(), stage.members(operation)));
            }
        }
    }
    let input = prop::collection::vec((any::<prop::sample::Index>(), value()), 0..5);
    let call = (
        any::<prop::sample::Index>(),
        prop_oneof![1_i64..9, any::<i64>()],
        input,
    );
    let config = ProptestConfig {
        cases: 400,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest!(config, |(calls_made in prop::collection::vec(call, 1..6))| {
        for (index, id, input) in calls_made {
            let (path, method, members) = index.get(&calls);
            let path = path.replace("{account}", "1234567_SB1").replace("{id}", &id.to_string());
            let pick = |(member, value): (prop::sample::Index, Value)| (member.get(members).clone(), value);
            let body: Value = input.into_iter().map(pick).collect();
            // The call asserts that the answer is as documented.
            runtime.block_on(stage.call_at(&Who::Owner, method, &path, Some(body)));
        }
    });
}
