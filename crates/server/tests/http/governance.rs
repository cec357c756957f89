//! Concurrency governance: what the contract gives, what records take of it, and how a refusal looks.

use countersign_model::{Governance, Lever, TestAccount, Tier};
use countersign_testkit::{Account, Answer, Application, Blueprint, Caller, Server, Storage};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const REST: &str = "/services/rest/record/v1/customer";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";

/// An account whose contract alone says how many requests it runs.
async fn with_contract(tier: Tier, suitecloud_plus_licences: u32) -> Account {
    Account::with(Blueprint {
        contract: Some(Governance {
            tier,
            suitecloud_plus_licences,
        }),
        test_account: Some(TestAccount {
            levers: vec![Lever::Faults],
            seed: None,
        }),
        ..Blueprint::default()
    })
    .await
}

/// Requests that were let in and take their time: each body is one byte short.
async fn hold(account: &Account, server: &Server, caller: &Caller, requests: u32) -> Vec<TcpStream> {
    let mut held = Vec::new();
    let (running, _) = account.authority.concurrency();
    for more in 1..=requests {
        let mut stream = server.connect().await;
        let bytes = caller.post(REST, r#"{"companyName":"Slow"}"#).sign().bytes;
        stream.write_all(&bytes[..bytes.len() - 1]).await.unwrap();
        account.until_running(running + more).await;
        held.push(stream);
    }
    held
}

/// Sends the missing byte.
async fn finish(mut stream: TcpStream) {
    stream.write_all(b"}").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
}

async fn ask(server: &Server, method: &str, rest: &str, body: Option<Value>) -> Answer {
    let path = format!("/accounts/1234567_SB1{rest}");
    server.administer(method, &path, body.as_ref()).await
}

async fn limit_of(server: &Server, integration: i64, limit: Value) -> Answer {
    let path = format!("/integrations/{integration}");
    ask(server, "PATCH", &path, Some(json!({ "concurrencyLimit": limit }))).await
}

/// A neighbour with an integration record and a token of their own.
async fn neighbour(account: &Account) -> (i64, Application) {
    let other = Application {
        consumer_key: "other-key".repeat(7),
        consumer_secret: "other-secret".repeat(5),
        token_id: "other-token".repeat(5),
        token_secret: "another-secret".repeat(4),
        ..account.application()
    };
    let integration = account.another_integration(&other).await;
    account.another_token(&integration, &other).await;
    (integration.id.get(), other)
}

#[tokio::test]
async fn one_pool_is_shared_by_rest_soap_and_restlets() {
    let account = with_contract(Tier::Standard, 0).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let held = hold(&account, &server, &caller, 5).await;
    assert_eq!(caller.get(REST).send().await.status, 429);
    let restlet = caller.get(RESTLET).send().await;
    assert_eq!(
        restlet.error_code().as_deref(),
        Some("SSS_REQUEST_LIMIT_EXCEEDED")
    );
    let soap = caller.soap("getServerTime").send().await;
    assert_eq!(soap.error_code().as_deref(), Some("WS_REQUEST_BLOCKED"));
    drop(held);
    account.until_running(0).await;

    // The other way round: SOAP and RESTlets under way leave no room for REST.
    let rule = json!({"when": {"next": 5}, "fault": {"delayed": 2000}});
    assert_eq!(
        ask(&server, "POST", "/levers/faults", Some(rule)).await.status,
        201
    );
    let mut slow = Vec::new();
    for number in 0..5 {
        let call = match number % 2 {
            0 => caller.soap("getServerTime").sign(),
            _ => caller.get(RESTLET).sign(),
        };
        slow.push(tokio::spawn(async move { call.send().await.status }));
    }
    account.until_running(5).await;
    assert_eq!(caller.get(REST).send().await.status, 429);
    for answer in slow {
        assert!([200, 400].contains(&answer.await.unwrap()));
    }
}

#[tokio::test]
async fn the_contract_says_how_many_requests_run_at_once() {
    for (tier, licences, limit) in [
        (Tier::Standard, 0, 5),
        (Tier::Premium, 0, 15),
        (Tier::Enterprise, 0, 20),
        (Tier::Ultimate, 1, 30),
        (Tier::Development, 3, 5),
    ] {
        let account = with_contract(tier, licences).await;
        let server = account.listen().await;
        let caller = server.caller(&account.application());
        let overview = ask(&server, "GET", "/governance", None).await.json();
        assert_eq!(overview["accountConcurrencyLimit"], limit);
        let _held = hold(&account, &server, &caller, limit).await;
        assert_eq!(caller.get(REST).send().await.status, 429, "{tier:?}");
    }
}

#[tokio::test]
async fn production_has_the_limit_of_its_sandbox() {
    let of = async |account| {
        let account = Account::with(Blueprint {
            account,
            contract: Some(Governance {
                tier: Tier::Premium,
                suitecloud_plus_licences: 2,
            }),
            ..Blueprint::default()
        });
        account.await.authority.concurrency()
    };
    assert_eq!(of("1234567").await, of("1234567_SB1").await);
}

#[tokio::test]
async fn one_user_may_take_every_place() {
    let account = with_contract(Tier::Premium, 0).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    // More than the five of a user and the one or ten of SOAP that there were once.
    let _held = hold(&account, &server, &caller, 14).await;
    assert_eq!(caller.soap("getServerTime").send().await.status, 200);
    assert_eq!(
        caller.get(RESTLET).send().await.status,
        400,
        "let in: there is no such script"
    );
    assert_eq!(account.last_login().await.status, "Success");
}

#[tokio::test]
async fn a_records_limit_holds_it_back_and_leaves_the_rest_to_others() {
    let account = with_contract(Tier::Standard, 0).await;
    let (_, other) = neighbour(&account).await;
    let server = account.listen().await;
    let (caller, neighbour) = (server.caller(&account.application()), server.caller(&other));
    let own = account.integration.id.get();
    assert_eq!(limit_of(&server, own, json!(2)).await.status, 200);
    let _held = hold(&account, &server, &caller, 2).await;
    assert_eq!(caller.get(REST).send().await.status, 429);
    let soap = caller.soap("getServerTime").send().await;
    assert_eq!(soap.error_code().as_deref(), Some("WS_REQUEST_BLOCKED"));
    assert_eq!(neighbour.get(REST).send().await.status, 200);
    let overview = ask(&server, "GET", "/governance", None).await.json();
    assert_eq!(
        [
            &overview["allocated"],
            &overview["unallocated"],
            &overview["running"]
        ],
        [&json!(2), &json!(3), &json!(2)]
    );
}

#[tokio::test]
async fn one_place_always_stays_unallocated() {
    let account = with_contract(Tier::Standard, 0).await;
    let (other, _) = neighbour(&account).await;
    let server = account.listen().await;
    let own = account.integration.id.get();
    let all = limit_of(&server, own, json!(5)).await;
    assert_eq!(all.status, 422, "{}", all.text());
    assert!(all.text().contains("must be from 1 to 4"), "{}", all.text());
    assert_eq!(limit_of(&server, own, json!(3)).await.status, 200);
    assert_eq!(limit_of(&server, other, json!(2)).await.status, 422);
    assert_eq!(limit_of(&server, other, json!(1)).await.status, 200);
    let overview = ask(&server, "GET", "/governance", None).await.json();
    assert_eq!(overview["unallocated"], 1);

    // Nor may the contract shrink below what records have.
    assert_eq!(limit_of(&server, own, Value::Null).await.status, 200);
    let wide = json!({"serviceTier": "Premium"});
    assert_eq!(ask(&server, "PATCH", "/settings", Some(wide)).await.status, 200);
    assert_eq!(limit_of(&server, own, json!(13)).await.status, 200);
    let narrow = json!({"serviceTier": "Standard"});
    let refused = ask(&server, "PATCH", "/settings", Some(narrow)).await;
    assert_eq!(refused.status, 422, "{}", refused.text());
}

#[tokio::test]
async fn another_tier_counts_from_the_next_request_on() {
    let account = with_contract(Tier::Standard, 0).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let mut held = hold(&account, &server, &caller, 5).await;
    assert_eq!(caller.get(REST).send().await.status, 429);
    let set = async |settings| ask(&server, "PATCH", "/settings", Some(settings)).await.status;
    assert_eq!(set(json!({"serviceTier": "Premium"})).await, 200);
    held.extend(hold(&account, &server, &caller, 3).await);
    assert_eq!(account.authority.concurrency(), (8, 15));

    // A lower limit cuts nobody off: those who run go on, and so more run than may.
    assert_eq!(set(json!({"serviceTier": "Standard"})).await, 200);
    assert_eq!(account.authority.concurrency(), (8, 5));
    assert_eq!(caller.get(REST).send().await.status, 429);
    for stream in held {
        finish(stream).await;
    }
    assert_eq!(caller.get(REST).send().await.status, 200);
    assert_eq!(
        set(json!({"serviceTier": "Standard", "suitecloudPlusLicenses": 1})).await,
        200
    );
    assert_eq!(account.authority.concurrency(), (0, 15));
}

#[tokio::test]
async fn another_limit_of_a_record_counts_from_its_next_request_on() {
    let account = with_contract(Tier::Premium, 0).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let own = account.integration.id.get();
    assert_eq!(limit_of(&server, own, json!(1)).await.status, 200);
    let _first = hold(&account, &server, &caller, 1).await;
    assert_eq!(caller.get(REST).send().await.status, 429);
    assert_eq!(limit_of(&server, own, json!(2)).await.status, 200);
    let _second = hold(&account, &server, &caller, 1).await;
    assert_eq!(caller.get(REST).send().await.status, 429);
    assert_eq!(limit_of(&server, own, Value::Null).await.status, 200);
    assert_eq!(caller.get(REST).send().await.status, 200);
}

#[tokio::test]
async fn a_refused_request_may_be_sent_again_as_it_is() {
    let account = with_contract(Tier::Standard, 0).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let held = hold(&account, &server, &caller, 5).await;
    let calls = [
        (caller.get(REST).sign(), 429, 200),
        (caller.get(RESTLET).sign(), 400, 400),
        (caller.soap("getServerTime").sign(), 500, 200),
    ];
    for (call, refused, _) in &calls {
        assert_eq!(call.send().await.status, *refused);
    }
    let rows = account.logins().await.len();
    assert_eq!(rows, 5, "a refusal for concurrency is no login");
    for stream in held {
        finish(stream).await;
    }
    for (call, _, answered) in &calls {
        let answer = call.send().await;
        assert_eq!(answer.status, *answered);
        assert_ne!(answer.error_code().as_deref(), Some("SSS_REQUEST_LIMIT_EXCEEDED"));
    }
    assert_eq!(account.logins().await.len(), rows + 3);
}

#[tokio::test]
async fn each_service_refuses_in_its_own_shape() {
    let account = with_contract(Tier::Standard, 0).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let _held = hold(&account, &server, &caller, 5).await;
    let rest = caller.get(REST).send().await;
    let detail = &rest.json()["o:errorDetails"][0];
    assert_eq!(
        (rest.status, &detail["o:errorCode"], &detail["detail"]),
        (
            429,
            &json!("CONCURRENCY_LIMIT_EXCEEDED"),
            &json!("Concurrent request limit exceeded. Request blocked.")
        )
    );
    let restlet = caller.post(RESTLET, "{}").send().await;
    assert_eq!(
        (restlet.status, &restlet.json()["error"]["code"]),
        (400, &json!("SSS_REQUEST_LIMIT_EXCEEDED"))
    );
    let soap = caller.soap("getServerTime").send().await;
    assert_eq!(
        (soap.status, soap.error_code().as_deref()),
        (500, Some("WS_REQUEST_BLOCKED"))
    );
    assert!(soap.text().contains("exceededConcurrentRequestLimitFault"));
}

#[tokio::test]
async fn an_administrator_is_told_the_limits_that_hold_for_its_integration() {
    const LIMITS: &str = "/services/rest/system/v1/governanceLimits";
    let account = Account::with(Blueprint {
        storage: Storage::Folder,
        contract: Some(Governance {
            tier: Tier::Premium,
            suitecloud_plus_licences: 0,
        }),
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let (integration, _) = neighbour(&account).await;
    assert_eq!(limit_of(&server, integration, json!(4)).await.status, 200);
    let caller = server.caller(&account.application());
    let refused = caller.get(LIMITS).send().await;
    assert_eq!(refused.error_code().as_deref(), Some("INSUFFICIENT_PERMISSION"));
    account.change_elsewhere("UPDATE entity_role SET role = 3").await;
    account.change_elsewhere("UPDATE access_token SET role = 3").await;
    assert_eq!(
        caller.get(LIMITS).send().await.json(),
        json!({ "accountConcurrencyLimit": 15, "accountUnallocatedConcurrencyLimit": 11, "integrationLimitType": "accountLimit" })
    );
    let own = account.integration.id.get();
    assert_eq!(limit_of(&server, own, json!(2)).await.status, 200);
    assert_eq!(
        caller.get(LIMITS).send().await.json(),
        json!({ "accountConcurrencyLimit": 15, "accountUnallocatedConcurrencyLimit": 9, "integrationConcurrencyLimit": 2,
                "integrationLimitType": "integrationSpecific" })
    );
    assert_eq!(caller.post(LIMITS, "{}").send().await.status, 405);
}
