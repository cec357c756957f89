//! The execution log: a row for each request of a known caller, and for nobody else.

use countersign_model::{Feature, Lever, TestAccount};
use countersign_testkit::{Account, Blueprint, Server};
use serde_json::{Value, json};

const REST: &str = "/services/rest/record/v1/customer";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";

/// The rows, the last first, of what `query` asks for.
async fn rows(server: &Server, query: &str) -> Vec<Value> {
    let path = format!("/accounts/1234567_SB1/execution-log{query}");
    let page = server.administer("GET", &path, None).await.json();
    page["items"].as_array().unwrap().clone()
}

/// What of a row is the same each time.
fn told(row: &Value) -> (String, String, String, u64) {
    let text = |name: &str| row[name].as_str().unwrap().to_owned();
    let http_status = row["httpStatus"].as_u64().unwrap();
    (text("service"), text("operation"), text("status"), http_status)
}

fn expected(service: &str, operation: &str, status: &str, http_status: u64) -> (String, String, String, u64) {
    (
        service.to_owned(),
        operation.to_owned(),
        status.to_owned(),
        http_status,
    )
}

#[tokio::test]
async fn each_request_of_a_known_caller_has_its_row() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let body = r#"{"companyName":"Honeycomb"}"#;
    let answers = [
        caller.get(REST).send().await,
        caller.post(REST, body).send().await,
        caller
            .get("/services/rest/record/v1/customer/999999")
            .send()
            .await,
        caller.get(RESTLET).send().await,
        caller.soap("getServerTime").send().await,
        caller.soap("asyncAddList").send().await,
    ];
    let rows = rows(&server, "").await;
    let kinds: Vec<_> = rows.iter().rev().map(told).collect();
    assert_eq!(
        kinds,
        [
            expected("REST", "GET", "Finished", 200),
            expected("REST", "POST", "Finished", 204),
            expected("REST", "GET", "Failed", 404),
            expected("RESTlet", "GET", "Failed", 400),
            expected("SOAP", "getServerTime", "Finished", 200),
            expected("SOAP", "asyncAddList", "Failed", 500),
        ]
    );
    for (row, answer) in rows.iter().rev().zip(&answers) {
        assert_eq!(row["responseBytes"], answer.body.len());
        assert_eq!(
            (&row["user"], &row["role"]),
            (&json!("Ada Byron"), &json!("Integrator"))
        );
        assert_eq!(row["application"], account.integration.id.get());
        assert_eq!(row["date"], "2026-01-01T00:00:00Z");
        assert!(row["duration"].as_f64().unwrap() >= 0.0);
    }
    assert_eq!(rows[4]["requestBytes"], body.len());
    assert!(rows[1]["requestBytes"].as_u64().unwrap() > 500, "an envelope");
    assert_eq!(rows[5]["requestUri"], REST);
}

#[tokio::test]
async fn who_was_not_let_in_has_none() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    assert_eq!(caller.get(REST).badly_signed().send().await.status, 401);
    assert_eq!(caller.get(RESTLET).realm("7654321").send().await.status, 401);
    assert_eq!(
        caller
            .soap("getServerTime")
            .field("token", "x")
            .send()
            .await
            .status,
        500
    );
    assert_eq!(rows(&server, "").await, Vec::<Value>::new());
    assert_eq!(account.logins().await.len(), 3);
}

#[tokio::test]
async fn a_service_that_is_off_fails_and_is_logged() {
    let account = Account::with(Blueprint::default().without(Feature::RestWebServices)).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    assert_eq!(caller.get(REST).send().await.status, 403);
    let rows = rows(&server, "?status=Failed&service=REST").await;
    assert_eq!(rows.len(), 1);
}

#[tokio::test]
async fn what_concurrency_refuses_is_rejected_and_no_login() {
    let account = Account::with(Blueprint {
        concurrency: 0,
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    caller.get(REST).send().await;
    caller.get(RESTLET).send().await;
    caller.soap("getServerTime").send().await;
    let kinds: Vec<_> = rows(&server, "").await.iter().rev().map(told).collect();
    assert_eq!(
        kinds,
        [
            expected("REST", "GET", "Rejected", 429),
            expected("RESTlet", "GET", "Rejected", 400),
            expected("SOAP", "getServerTime", "Rejected", 500),
        ]
    );
    assert_eq!(account.logins().await.len(), 0);
}

#[tokio::test]
async fn a_request_that_a_lever_drops_has_failed_without_a_status() {
    let account = Account::with(Blueprint {
        test_account: Some(TestAccount {
            levers: vec![Lever::Faults],
            seed: None,
        }),
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let rule = json!({"when": {"next": 1}, "fault": "dropped"});
    server
        .administer("POST", "/accounts/1234567_SB1/levers/faults", Some(&rule))
        .await;
    assert_eq!(caller.get(REST).sign().send_to_mortal().await, None);
    let rows = rows(&server, "").await;
    assert_eq!(told(&rows[0]), expected("REST", "GET", "Failed", 0));
}

#[tokio::test]
async fn rows_survive_a_stop() {
    let account = Account::in_a_folder().await;
    let server = account.listen().await;
    assert_eq!(
        server
            .caller(&account.application())
            .get(REST)
            .send()
            .await
            .status,
        200
    );
    server.stop().await;
    let account = account.restart().await;
    let server = account.listen().await;
    assert_eq!(rows(&server, "").await.len(), 1);
}
