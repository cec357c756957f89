//! Test levers through the admin API and the services they act on.

use std::time::Duration;

use countersign_model::{Authentication, IntegrationForm, Lever, TestAccount};
use countersign_protocol::Secret;
use countersign_testkit::{Account, Answer, Blueprint, Caller, Server};
use countersign_world::{Clock as _, SystemClock};
use serde_json::{Value, json};

const REST: &str = "/services/rest/record/v1/customer";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";
const HEADER: &str = "x-countersign-levers";

fn all_levers() -> TestAccount {
    TestAccount {
        levers: vec![Lever::Clock, Lever::Faults],
        seed: None,
    }
}

async fn marked() -> Account {
    Account::with(Blueprint {
        test_account: Some(all_levers()),
        ..Blueprint::default()
    })
    .await
}

fn path(rest: &str) -> String {
    format!("/accounts/1234567_SB1{rest}")
}

async fn dial(server: &Server, rule: Value) -> Answer {
    let added = server
        .administer("POST", &path("/levers/faults"), Some(&rule))
        .await;
    assert_eq!(added.status, 201, "{}", added.text());
    added
}

async fn turn(server: &Server, input: Value) -> Answer {
    server
        .administer("PUT", &path("/levers/clock"), Some(&input))
        .await
}

/// One call of each service: status and code.
async fn everywhere(caller: &Caller) -> [(u16, Option<String>, Option<String>); 3] {
    let told = |answer: Answer| {
        let header = answer.header(HEADER).map(str::to_owned);
        (answer.status, answer.error_code(), header)
    };
    [
        told(caller.get(REST).send().await),
        told(caller.get(RESTLET).send().await),
        told(caller.soap("getServerTime").send().await),
    ]
}

#[tokio::test]
async fn an_account_that_is_not_marked_refuses_every_lever_and_says_how_to_mark_it() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let rule = json!({"when": {"every": 1}, "fault": "dropped"});
    for answer in [
        turn(&server, json!({"action": "freeze"})).await,
        server
            .administer("POST", &path("/levers/faults"), Some(&rule))
            .await,
        server.administer("DELETE", &path("/levers/faults"), None).await,
    ] {
        assert_eq!(answer.status, 409, "{}", answer.text());
        let detail = answer.json()["detail"].to_string();
        assert!(detail.contains("mark it as one in its settings"), "{detail}");
        assert_eq!(answer.header(HEADER), None);
    }
    let state = server.administer("GET", &path("/levers"), None).await.json();
    assert_eq!((&state["inForce"], &state["allowed"]), (&json!([]), &json!([])));
    assert_eq!(state["clock"]["says"], "the clock is the machine's");
    let notes = server
        .administer("GET", &path("/system-notes"), None)
        .await
        .text();
    assert!(!notes.contains("Test Lever"), "{notes}");
}

#[tokio::test]
async fn a_lever_that_is_not_among_those_allowed_is_refused_alone() {
    let account = Account::with(Blueprint {
        test_account: Some(TestAccount {
            levers: vec![Lever::Faults],
            seed: None,
        }),
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let refused = turn(&server, json!({"action": "freeze"})).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused.text().contains("does not allow the lever"),
        "{}",
        refused.text()
    );
    dial(&server, json!({"when": {"next": 1}, "fault": "dropped"})).await;
}

#[tokio::test]
async fn only_an_administrator_pulls_levers() {
    let account = marked().await;
    let server = account.listen().await;
    for (method, rest) in [
        ("GET", "/levers"),
        ("PUT", "/levers/clock"),
        ("DELETE", "/levers/faults/1"),
    ] {
        let head = format!(
            "{method} /api/v1{} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
            path(rest)
        );
        assert_eq!(server.send(head).await.status, 401);
    }
}

#[tokio::test]
async fn a_fault_refuses_for_concurrency_in_each_services_words_and_burns_no_nonce() {
    let account = marked().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    dial(
        &server,
        json!({"when": {"next": 3}, "fault": "refusedForConcurrency"}),
    )
    .await;
    let signed = caller.get(REST).sign();
    let refused = signed.send().await;
    assert_eq!(
        (refused.status, refused.error_code().as_deref()),
        (429, Some("CONCURRENCY_LIMIT_EXCEEDED"))
    );
    assert_eq!(refused.header(HEADER), Some("faults=1"));
    let restlet = caller.get(RESTLET).send().await;
    assert_eq!(
        restlet.error_code().as_deref(),
        Some("SSS_REQUEST_LIMIT_EXCEEDED")
    );
    let soap = caller.soap("getServerTime").send().await;
    assert_eq!(soap.error_code().as_deref(), Some("WS_REQUEST_BLOCKED"));
    assert_eq!(account.logins().await.len(), 0, "none of them is a login");
    // The rule is spent, and the same header is still good.
    let again = signed.send().await;
    assert_eq!((again.status, again.header(HEADER)), (200, None));
    let state = server
        .administer("GET", &path("/levers/faults/1"), None)
        .await
        .json();
    assert_eq!((&state["fired"], &state["spent"]), (&json!(3), &json!(true)));
}

#[tokio::test]
async fn a_fault_answers_for_the_service_after_the_login() {
    let account = marked().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for status in [500, 502, 503] {
        server.administer("DELETE", &path("/levers/faults"), None).await;
        dial(
            &server,
            json!({"when": {"every": 1}, "fault": {"answered": status}}),
        )
        .await;
        let expected = (
            status,
            Some("UNEXPECTED_ERROR".to_owned()),
            Some("faults=1".to_owned()),
        );
        for told in everywhere(&caller).await {
            assert_eq!(told, expected);
        }
        assert_eq!(account.last_login().await.status, "Success");
    }
    // The login was one: its nonce is used up.
    let signed = caller.get(REST).sign();
    assert_eq!(signed.send().await.status, 503);
    server.administer("DELETE", &path("/levers/faults"), None).await;
    assert_eq!(signed.send().await.status, 401);
}

#[tokio::test]
async fn a_dropped_request_gets_no_answer() {
    let account = marked().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    dial(&server, json!({"when": {"every": 2}, "fault": "dropped"})).await;
    for _ in 0..2 {
        assert_eq!(caller.get(REST).send().await.status, 200);
        assert_eq!(caller.soap("getServerTime").sign().send_to_mortal().await, None);
    }
    assert_eq!(account.authority.concurrency().0, 0, "the place is given back");
}

#[tokio::test]
async fn a_delayed_request_holds_its_place_and_is_answered() {
    let account = marked().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    dial(
        &server,
        json!({"service": "soap", "when": {"next": 1}, "fault": {"delayed": 400}}),
    )
    .await;
    let (watch, call) = (SystemClock::new(), caller.soap("getServerTime").sign());
    let delayed = tokio::spawn(async move { call.send().await });
    account.until_running(1).await;
    assert_eq!(
        caller.get(REST).send().await.status,
        200,
        "others are not held up"
    );
    assert_eq!(delayed.await.unwrap().status, 200);
    assert!(watch.elapsed() >= Duration::from_millis(400));
}

#[tokio::test]
async fn a_token_revoked_under_way_answers_once_more_and_never_again() {
    let account = marked().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    dial(
        &server,
        json!({"service": "rest", "when": {"next": 1}, "fault": "tokenRevoked"}),
    )
    .await;
    assert_eq!(caller.get(REST).send().await.status, 200);
    assert_eq!(caller.get(REST).send().await.status, 401);
    let last = account.last_login().await;
    assert_eq!(last.mistake.as_deref(), Some("token_revoked"));
    let notes = server
        .administer("GET", &path("/system-notes"), None)
        .await
        .text();
    assert!(notes.contains("a fault rule of this test account"), "{notes}");
}

#[tokio::test]
async fn a_rule_acts_on_its_own_service_and_integration_record_only() {
    let account = marked().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let other = account.integration.id.get() + 1;
    let fault = json!({"answered": 500});
    dial(
        &server,
        json!({"integration": other, "when": {"every": 1}, "fault": fault}),
    )
    .await;
    dial(
        &server,
        json!({"service": "restlet", "when": {"every": 1}, "fault": fault}),
    )
    .await;
    let told = everywhere(&caller).await;
    assert_eq!(told.map(|(status, ..)| status), [200, 500, 200]);
}

#[tokio::test]
async fn one_clock_is_everybodys() {
    let account = marked().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let turned = turn(
        &server,
        json!({"action": "freezeAt", "at": "2030-01-01T00:00:00Z"}),
    )
    .await;
    assert_eq!(turned.status, 200, "{}", turned.text());
    assert_eq!(turned.header(HEADER), Some("clock=frozen"));
    let clock = &turned.json()["clock"];
    assert_eq!(
        (&clock["mode"], &clock["now"]),
        (&json!("frozen"), &json!("2030-01-01T00:00:00Z"))
    );

    // Signed at the machine's time, which is four years behind; then at the account's.
    let stale = caller.get(REST).send().await;
    assert_eq!((stale.status, stale.header(HEADER)), (401, Some("clock=frozen")));
    let now = account.authority.now().seconds() - countersign_testkit::NOW.seconds();
    assert_eq!(caller.get(REST).seconds_off(now).send().await.status, 200);
    assert_eq!(
        account.last_login().await.date.to_string(),
        "2030-01-01T00:00:00Z"
    );
    let soap = caller
        .soap("getServerTime")
        .field("timestamp", "1893456000")
        .send()
        .await;
    assert!(
        soap.text().contains("2030-01-01T00:00:00.000Z"),
        "{}",
        soap.text()
    );

    let ahead = turn(&server, json!({"action": "advance", "seconds": 60}))
        .await
        .json();
    assert_eq!(ahead["clock"]["now"], "2030-01-01T00:01:00Z");
    let skewed = turn(&server, json!({"action": "skew", "seconds": -120})).await;
    assert_eq!(skewed.header(HEADER), Some("clock=moved"));
    assert_eq!(skewed.json()["clock"]["aheadMillis"], -120_000);
    let let_go = turn(&server, json!({"action": "followSystem"})).await;
    assert_eq!((let_go.status, let_go.header(HEADER)), (200, None));
    assert_eq!(caller.get(REST).send().await.status, 200);
}

#[tokio::test]
async fn a_moment_the_clock_cannot_show_and_a_rule_outside_its_limits_are_refused() {
    let account = marked().await;
    let server = account.listen().await;
    let far = turn(&server, json!({"action": "set", "at": "2200-01-01T00:00:00Z"})).await;
    assert_eq!(far.status, 422, "{}", far.text());
    for (rule, named) in [
        (json!({"when": {"every": 0}, "fault": "dropped"}), "from 1 on"),
        (
            json!({"when": {"next": 1}, "fault": {"delayed": 60_001}}),
            "1 to 60000",
        ),
        (
            json!({"when": {"next": 1}, "fault": {"answered": 404}}),
            "500, 502 or 503",
        ),
    ] {
        let refused = server
            .administer("POST", &path("/levers/faults"), Some(&rule))
            .await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains(named), "{}", refused.text());
    }
    let gone = server.administer("DELETE", &path("/levers/faults/7"), None).await;
    assert_eq!(gone.status, 404);
    let unreadable = turn(&server, json!({"action": "rewind"})).await;
    assert_eq!(unreadable.status, 400);
    assert_eq!(unreadable.header(HEADER), None);
}

#[tokio::test]
async fn every_pulled_lever_has_its_note() {
    let account = marked().await;
    let server = account.listen().await;
    turn(&server, json!({"action": "advance", "seconds": 3600})).await;
    let rule = json!({"when": {"every": 3}, "fault": "dropped"});
    dial(&server, rule).await;
    let removed = server.administer("DELETE", &path("/levers/faults/1"), None).await;
    assert_eq!(removed.status, 200);
    let notes = server
        .administer("GET", &path("/system-notes"), None)
        .await
        .json();
    let notes = notes
        .as_array()
        .or_else(|| notes["items"].as_array())
        .unwrap()
        .clone();
    let said: Vec<_> = notes
        .iter()
        .filter(|note| {
            note["field"]
                .as_str()
                .is_some_and(|field| field.starts_with("Test Lever"))
        })
        .map(|note| [&note["field"], &note["oldValue"], &note["newValue"]].map(Value::to_string))
        .collect();
    let sentence = "\"every 3rd request is dropped without an answer\"";
    let null = "null";
    let expected = [
        ["\"Test Lever: Faults\"", sentence, null],
        ["\"Test Lever: Faults\"", null, sentence],
        [
            "\"Test Lever: Clock\"",
            "\"the clock is the machine's\"",
            "\"the clock runs 1h ahead of the machine's\"",
        ],
    ];
    assert_eq!(said, expected);
}

#[tokio::test]
async fn unmarking_the_account_puts_every_lever_back_before_it_is_answered() {
    let account = marked().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    turn(&server, json!({"action": "advance", "seconds": 86_400})).await;
    dial(&server, json!({"when": {"every": 1}, "fault": "dropped"})).await;
    let unmarked = json!({"testAccount": false, "testLevers": []});
    let saved = server
        .administer("PATCH", &path("/settings"), Some(&unmarked))
        .await;
    assert_eq!(
        (saved.status, saved.header(HEADER)),
        (200, None),
        "{}",
        saved.text()
    );
    assert_eq!(caller.get(REST).send().await.status, 200);
    let state = server.administer("GET", &path("/levers"), None).await.json();
    assert_eq!((&state["faults"], &state["inForce"]), (&json!([]), &json!([])));
}

#[tokio::test]
async fn a_stranger_who_names_an_account_is_not_told_that_it_is_played_with() {
    let of = async |account, test_account| {
        Account::with(Blueprint {
            account,
            test_account,
            ..Blueprint::default()
        })
        .await
    };
    let production = of("1234567", None).await;
    let sandbox = of("1234567_SB1", Some(all_levers())).await;
    let server = Server::of(&[&production, &sandbox]).await;
    dial(&server, json!({"when": {"every": 1000}, "fault": "dropped"})).await;
    let caller = server.caller(&sandbox.application());
    let (of_sandbox, of_nobody) = (caller.get(REST).badly_signed(), caller.get(REST).realm("7654321"));
    assert_eq!(of_sandbox.send().await.header(HEADER), None);
    assert_eq!(of_nobody.send().await.header(HEADER), None);
    // Whoever was let in is, and whoever asks the account's own host, where it is no secret.
    assert_eq!(caller.get(REST).send().await.header(HEADER), Some("faults=1"));
    let own = caller.get(REST).host("1234567-sb1.localhost").badly_signed();
    assert_eq!(own.send().await.header(HEADER), Some("faults=1"));
    let other = caller.get(REST).host("1234567.localhost");
    assert_eq!(other.send().await.header(HEADER), None);
}

/// What the account makes of its seed, before and after a restart of everything but the seed.
async fn made(seed: u64) -> Vec<String> {
    let account = Account::with(Blueprint {
        test_account: Some(TestAccount {
            levers: vec![Lever::Determinism],
            seed: Some(seed),
        }),
        ..Blueprint::default()
    })
    .await;
    let (authority, owner) = (&account.authority, account.owner());
    let form = |name: &str| IntegrationForm {
        name: name.to_owned(),
        authentication: Authentication::default(),
        ..IntegrationForm::default()
    };
    let mut made = Vec::new();
    for name in ["First", "Second"] {
        let (record, pair) = authority.add_integration(&owner, form(name), None).await.unwrap();
        let pair = pair.unwrap();
        let key = pair.key.as_str().to_owned();
        made.extend([
            key,
            pair.secret.expose().to_owned(),
            record.application_id.to_string(),
        ]);
        let (_, pair) = authority.reset_credentials(&owner, record.id).await.unwrap();
        made.extend([pair.key.as_str().to_owned(), pair.secret.expose().to_owned()]);
        let whose = (account.user.id, account.role.id);
        let token = authority
            .create_token(&owner, record.id, whose, String::new(), None)
            .await;
        let (_, token) = token.unwrap();
        made.extend([
            token.id.as_str().to_owned(),
            Secret::expose(&token.secret).to_owned(),
        ]);
    }
    assert_eq!(authority.levers_header().as_deref(), Some("credentials=seeded"));
    made
}

#[tokio::test]
async fn a_seed_makes_the_same_credentials_again_and_no_two_alike() {
    let (first, again, other) = (made(7).await, made(7).await, made(8).await);
    assert_eq!(first, again);
    let mut all = [first, other].concat();
    assert_eq!(all.len(), 28);
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 28);
}
