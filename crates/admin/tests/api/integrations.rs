//! Integration records.

use serde_json::json;

use crate::stage::{Stage, Who};

const CALLBACK: &str = "https://app.example.com/callback";

#[tokio::test]
async fn the_pair_is_shown_where_it_is_made_and_nowhere_else() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let made = stage
        .call(owner, "POST", "/integrations", Some(json!({"name": "Shop"})))
        .await;
    let made = made.is(201).json();
    let id = made["integration"]["id"].as_i64().unwrap();
    let secret = made["credentials"]["consumerSecret"].as_str().unwrap().to_owned();
    let key = made["credentials"]["consumerKey"].as_str().unwrap().to_owned();
    let path = format!("/integrations/{id}");
    let edited = stage
        .call(owner, "PATCH", &path, Some(json!({"note": "n"})))
        .await;
    assert_eq!(edited.ok()["credentials"], json!(null));
    for path in [
        "/integrations",
        &path,
        "/system-notes?limit=500",
        &format!("/system-notes?record=integration&recordId={id}"),
    ] {
        let text = stage.call(owner, "GET", path, None).await.is(200).text();
        assert!(!text.contains(&secret) && !text.contains(&key), "{path}");
    }
    let reset = stage
        .call(owner, "POST", &format!("{path}/reset-credentials"), None)
        .await
        .ok();
    assert_ne!(reset["credentials"]["consumerKey"], json!(key));
    assert_ne!(reset["credentials"]["consumerSecret"], json!(secret));
}

#[tokio::test]
async fn a_change_leaves_what_it_does_not_name_and_clears_what_it_names_as_null() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let whole = json!({"name": "Shop", "description": "d", "note": "n", "concurrencyLimit": 3, "tbaAuthorizationFlow": true,
        "callbackUrl": CALLBACK});
    let made = stage.call(owner, "POST", "/integrations", Some(whole)).await.ok()["integration"].clone();
    let path = format!("/integrations/{}", made["id"]);
    let same = stage.call(owner, "PATCH", &path, Some(json!({}))).await.ok()["integration"].clone();
    assert_eq!(same, made);
    let cleared = json!({"concurrencyLimit": null, "tbaAuthorizationFlow": false, "callbackUrl": null, "description": ""});
    let cleared = stage.call(owner, "PATCH", &path, Some(cleared)).await.ok()["integration"].clone();
    assert_eq!(
        (&cleared["concurrencyLimit"], &cleared["callbackUrl"]),
        (&json!(null), &json!(null))
    );
    assert_eq!(
        (&cleared["description"], &cleared["note"]),
        (&json!(""), &json!("n"))
    );
    stage
        .call(owner, "PATCH", &path, Some(json!({"note": null})))
        .await
        .is(400);
    assert_eq!(stage.call(owner, "GET", &path, None).await.ok(), cleared);
}

#[tokio::test]
async fn the_authorization_flow_needs_a_callback_url_and_tba_makes_keys_when_it_is_checked() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let wrong = json!({"name": "Shop", "tbaAuthorizationFlow": true});
    let answer = stage.call(owner, "POST", "/integrations", Some(wrong)).await;
    assert_eq!(answer.wrong_fields(), ["callbackUrl"]);
    let without = json!({"name": "Shop", "tokenBasedAuthentication": false});
    let made = stage
        .call(owner, "POST", "/integrations", Some(without))
        .await
        .ok();
    assert_eq!(made["credentials"], json!(null));
    assert_eq!(made["integration"]["consumerKey"], json!(null));
    let path = format!("/integrations/{}", made["integration"]["id"]);
    let with = json!({"tokenBasedAuthentication": true});
    let saved = stage.call(owner, "PATCH", &path, Some(with)).await.ok();
    assert!(saved["credentials"]["consumerSecret"].is_string(), "{saved}");
}

#[tokio::test]
async fn an_uninstalled_record_leaves_the_lists_and_changes_no_more() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let path = format!("/integrations/{}", stage.account.integration.id.get());
    let uninstall = format!("{path}/uninstall");
    stage.call(owner, "POST", &uninstall, None).await.is(204);
    let listed = stage.call(owner, "GET", "/integrations", None).await.ok();
    assert_eq!(listed["items"], json!([]));
    assert!(stage.call(owner, "GET", &path, None).await.ok()["uninstalled"].is_string());
    stage
        .call(owner, "PATCH", &path, Some(json!({"note": "n"})))
        .await
        .is(422);
    stage.call(owner, "POST", &uninstall, None).await.is(409);
    stage
        .call(owner, "POST", &format!("{path}/reset-credentials"), None)
        .await
        .is(409);
    let token = format!("/tokens/{}", stage.account.token.id.get());
    assert_eq!(stage.call(owner, "GET", &token, None).await.ok()["revoked"], true);
}

#[tokio::test]
async fn the_list_goes_on_where_a_page_ends_and_is_by_name_where_one_is_asked_for() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    for name in ["Alpha", "alpine", "Beta"] {
        stage
            .call(owner, "POST", "/integrations", Some(json!({"name": name})))
            .await
            .is(201);
    }
    let (mut seen, mut after) = (Vec::new(), String::new());
    loop {
        let page = stage
            .call(owner, "GET", &format!("/integrations?limit=1{after}"), None)
            .await
            .ok();
        let items = page["items"].as_array().unwrap();
        assert_eq!(items.len(), 1);
        seen.push(items[0]["name"].as_str().unwrap().to_owned());
        match page["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    assert_eq!(seen, ["Warehouse Sync", "Alpha", "alpine", "Beta"]);
    let found = stage
        .call(owner, "GET", "/integrations?name=ALP&state=enabled", None)
        .await
        .ok();
    assert_eq!(found["items"].as_array().unwrap().len(), 2);
    let overview = stage.call(owner, "GET", "/governance", None).await.ok();
    assert_eq!(overview["allocated"], 0);
}
