//! Requests that run at once: the account's limit and an integration record's own share.

use countersign_testkit::{Account, Application, Blueprint, Caller, Server};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

const REST: &str = "/services/rest/record/v1/customer";

/// A request that is let in and then takes its time: its body is one byte short.
async fn unfinished(account: &Account, server: &Server, caller: &Caller) -> TcpStream {
    let (running, _) = account.authority.concurrency();
    let mut stream = server.connect().await;
    let bytes = caller.post(REST, r#"{"companyName":"Slow"}"#).sign().bytes;
    stream.write_all(&bytes[..bytes.len() - 1]).await.unwrap();
    account.until_running(running + 1).await;
    stream
}

#[tokio::test]
async fn one_request_too_many_is_told_to_come_back_and_leaves_no_row() {
    let account = Account::with(Blueprint {
        concurrency: 2,
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let mut first = unfinished(&account, &server, &caller).await;
    let _second = unfinished(&account, &server, &caller).await;
    let rows = account.logins().await.len();

    let rest = caller.get(REST).send().await;
    assert_eq!(
        (rest.status, rest.error_code().as_deref()),
        (429, Some("CONCURRENCY_LIMIT_EXCEEDED"))
    );
    assert!(
        rest.text()
            .contains("Concurrent request limit exceeded. Request blocked.")
    );
    let restlet = caller
        .get("/app/site/hosting/restlet.nl?script=1&deploy=1")
        .send()
        .await;
    assert_eq!(
        (restlet.status, restlet.error_code().as_deref()),
        (400, Some("SSS_REQUEST_LIMIT_EXCEEDED"))
    );
    let soap = caller.soap("getServerTime").send().await;
    assert_eq!(
        (soap.status, soap.error_code().as_deref()),
        (500, Some("WS_REQUEST_BLOCKED"))
    );
    assert!(soap.text().contains("exceededConcurrentRequestLimitFault"));
    assert!(
        soap.text()
            .contains("SuiteTalk concurrent request limit exceeded. Request blocked.")
    );
    assert_eq!(account.logins().await.len(), rows);

    // The first one ends, and there is room again.
    first.write_all(b"}").await.unwrap();
    let mut answer = String::new();
    first.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 204"), "{answer}");
    assert_eq!(caller.get(REST).send().await.status, 200);
}

#[tokio::test]
async fn a_caller_that_goes_away_gives_its_place_back() {
    let account = Account::with(Blueprint {
        concurrency: 1,
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for _ in 0..5 {
        drop(unfinished(&account, &server, &caller).await);
        account.until_running(0).await;
    }
    assert_eq!(caller.get(REST).send().await.status, 200);
}

#[tokio::test]
async fn an_integration_record_has_its_own_share() {
    let account = Account::with(Blueprint {
        concurrency: 5,
        integration_concurrency: Some(1),
        ..Blueprint::default()
    })
    .await;
    let other = Application {
        consumer_key: "other-key".repeat(7),
        consumer_secret: "other-secret".repeat(5),
        token_id: "other-token".repeat(5),
        token_secret: "another-secret".repeat(4),
        ..account.application()
    };
    let integration = account.another_integration(&other).await;
    account.another_token(&integration, &other).await;
    let server = account.listen().await;
    let (caller, neighbour) = (server.caller(&account.application()), server.caller(&other));
    let _running = unfinished(&account, &server, &caller).await;
    assert_eq!(caller.get(REST).send().await.status, 429);
    assert_eq!(neighbour.get(REST).send().await.status, 200);
    assert_eq!(account.authority.concurrency(), (1, 5));
}

#[tokio::test]
async fn a_refused_login_takes_no_place() {
    let account = Account::with(Blueprint {
        concurrency: 1,
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for _ in 0..3 {
        assert_eq!(caller.get(REST).badly_signed().send().await.status, 401);
        assert_eq!(account.authority.concurrency(), (0, 1));
    }
    assert_eq!(caller.get(REST).send().await.status, 200);
}
