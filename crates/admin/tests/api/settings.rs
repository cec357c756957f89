//! The account's settings.

use countersign_model::{Level, Permission};
use serde_json::json;

use crate::stage::{Stage, Who};

#[tokio::test]
async fn settings_change_one_by_one_and_null_clears_what_can_be_empty() {
    let stage = Stage::new().await;
    let owner = &Who::Owner;
    let before = stage.call(owner, "GET", "/settings", None).await.ok();
    let same = stage
        .call(owner, "PATCH", "/settings", Some(json!({})))
        .await
        .ok();
    assert_eq!(same, before);
    let changed = json!({"companyName": "Bee & Söhne", "passwordExpirationInDays": null});
    let changed = stage.call(owner, "PATCH", "/settings", Some(changed)).await.ok();
    assert_eq!(
        (&changed["companyName"], &changed["passwordExpirationInDays"]),
        (&json!("Bee & Söhne"), &json!(null))
    );
    assert_eq!(changed["passwordPolicy"], before["passwordPolicy"]);
    stage
        .call(owner, "PATCH", "/settings", Some(json!({"companyName": null})))
        .await
        .is(400);
    stage
        .call(owner, "PATCH", "/settings", Some(json!({"accountId": "7654321"})))
        .await
        .is(400);
    assert_eq!(stage.call(owner, "GET", "/settings", None).await.ok(), changed);
}

#[tokio::test]
async fn only_an_administrator_marks_a_test_account() {
    let stage = Stage::new().await;
    let held = [(Permission::SetUpCompany, Level::Full)];
    let somebody = stage.somebody("Setter", &held).await;
    let (_, key) = stage.key(&somebody, crate::stage::scopes(&held)).await;
    let mark = json!({"testAccount": true, "testLevers": ["Clock"]});
    for who in [&somebody, &key] {
        stage
            .call(who, "PATCH", "/settings", Some(mark.clone()))
            .await
            .is(403);
        stage
            .call(who, "PATCH", "/settings", Some(json!({"companyName": "Changed"})))
            .await
            .is(200);
    }
    let root = stage.administrator().await;
    let marked = stage.call(&root, "PATCH", "/settings", Some(mark)).await.ok();
    assert_eq!(marked["testLevers"], json!(["Clock"]));
}

#[tokio::test]
async fn the_accounts_of_a_server_are_listed_to_its_owner_alone() {
    let stage = Stage::new().await;
    let listed = stage
        .call_at(&Who::Owner, "GET", "/api/v1/accounts", None)
        .await
        .ok();
    let ids: Vec<_> = listed
        .as_array()
        .unwrap()
        .iter()
        .map(|account| account["accountId"].clone())
        .collect();
    assert_eq!(ids, ["1234567_SB1", "7654321"]);
    assert_eq!(listed[0]["environment"], "Sandbox");
    let missing = stage
        .call_at(&Who::Owner, "GET", "/api/v1/accounts/9999999/users", None)
        .await;
    assert!(missing.is(404).text().contains("9999999"));
    let nobody = stage
        .call_at(&Who::Nobody, "GET", "/api/v1/accounts/9999999/users", None)
        .await;
    let other = stage
        .call_at(&Who::Nobody, "GET", "/api/v1/accounts/7654321/users", None)
        .await;
    assert_eq!((nobody.status, nobody.body), (other.status, other.body));
}
