//! The OpenAPI document itself.

use std::collections::BTreeSet;

use countersign_admin::PREFIX;
use serde_json::{Value, json};

use crate::stage::{Stage, Who};

fn operations(document: &Value) -> Vec<(String, &str, &Value)> {
    let paths = document["paths"].as_object().unwrap().iter();
    paths
        .flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter();
            methods.map(move |(method, operation)| (path.clone(), method.as_str(), operation))
        })
        .collect()
}

#[tokio::test]
async fn the_document_is_served_to_anybody_as_it_was_reviewed() {
    let stage = Stage::new().await;
    let path = format!("{PREFIX}/openapi.json");
    let served = stage.call_at(&Who::Nobody, "GET", &path, None).await.ok();
    assert_eq!(served, stage.document);
    assert_eq!(served["info"]["title"], "Countersign admin API");
    assert_eq!(served["openapi"].as_str().unwrap().get(..3), Some("3.1"));
    insta::assert_json_snapshot!("openapi", served);
}

#[tokio::test]
async fn every_operation_has_a_name_of_its_own_a_summary_and_says_who_may_call_it() {
    let stage = Stage::new().await;
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&stage.document) {
        let told = format!("{method} {path}");
        let name = operation["operationId"]
            .as_str()
            .unwrap_or_else(|| panic!("no operationId: {told}"));
        assert!(names.insert(name.to_owned()), "{name} twice: {told}");
        let words = name.split('_').filter(|word| !word.is_empty()).count();
        assert!(words >= 2, "{name} says too little: {told}");
        assert!(operation["summary"].is_string(), "no summary: {told}");
        assert!(!operation["x-permission"].is_null(), "no x-permission: {told}");
        assert!(operation["tags"].is_array(), "no tag: {told}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            let is_said = response["$ref"].is_string() || response["description"].is_string();
            assert!(is_said, "{status} of {told}");
        }
    }
}

#[tokio::test]
async fn every_operation_says_how_its_caller_proves_who_they_are() {
    let stage = Stage::new().await;
    let (key, session) = (json!({"apiKey": []}), json!({"session": []}));
    let changing = json!({"session": [], "sameSite": []});
    for (path, method, operation) in operations(&stage.document) {
        let is_change = method != "get";
        let session = if is_change { &changing } else { &session };
        let wanted = match operation["x-permission"].as_str() {
            Some("nobody" | "owner") => json!([]),
            Some("session" | "Administrator") => json!([session]),
            _ => json!([key, session]),
        };
        assert_eq!(operation["security"], wanted, "{method} {path}");
    }
    let schemes = stage.document["components"]["securitySchemes"]
        .as_object()
        .unwrap();
    assert_eq!(
        schemes.keys().collect::<Vec<_>>(),
        ["apiKey", "sameSite", "session"]
    );
}

#[tokio::test]
async fn everything_the_document_refers_to_is_in_it() {
    let stage = Stage::new().await;
    let text = stage.document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(stage.document.pointer(pointer).is_some(), "{pointer}");
    }
}

#[tokio::test]
async fn a_path_that_is_none_and_a_method_a_path_has_not_are_problems_too() {
    let stage = Stage::new().await;
    for path in [
        "/api/v1",
        "/api/v1/",
        "/api/v1/nothing",
        "/api/v1/accounts/1234567_SB1/users/7/x",
        "/api/v1/accounts//users",
    ] {
        let answer = stage.call_at(&Who::Nobody, "GET", path, None).await;
        assert_eq!(
            answer.header("content-type"),
            "application/problem+json",
            "{path}"
        );
        assert!([401, 404].contains(&answer.status), "{path} {}", answer.status);
    }
    for (path, method, _) in operations(&stage.document) {
        let path = path.replace("{account}", "1234567_SB1").replace("{id}", "7");
        for other in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"] {
            let is_known = stage.operation(other, &path).is_some();
            if is_known || method != "get" && other == "HEAD" {
                continue;
            }
            let answer = stage.call_at(&Who::Nobody, other, &path, None).await;
            assert_eq!(answer.status, 405, "{other} {path}");
            let allowed = answer.header("allow").to_uppercase();
            assert!(
                allowed.contains(&method.to_uppercase()),
                "{other} {path} allows {allowed:?}"
            );
            assert_eq!(
                answer.header("content-type"),
                "application/problem+json",
                "{other} {path}"
            );
        }
    }
}
