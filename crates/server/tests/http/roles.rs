//! /rest/roles: the accounts and roles of whoever gives an email and a password.

use countersign_protocol::Secret;
use countersign_testkit::{Account, Answer, Blueprint, Server};
use serde_json::json;

use crate::token_stage::{EMAIL, PASSWORD, prepare};

const ELSEWHERE: &str = "Another-Horse-8-Battery";

async fn ask(server: &Server, host: &str, password: &str) -> Answer {
    let header = format!(
        "NLAuth nlauth_email={EMAIL}, nlauth_signature={}",
        countersign_protocol::percent_encode(password)
    );
    let request = format!(
        "GET /rest/roles HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nAuthorization: {header}\r\n\r\n"
    );
    server.send(request).await
}

/// Production and sandbox; in the sandbox the same user has another password.
async fn two() -> (Account, Account, Server) {
    let production = Account::with(Blueprint {
        account: "1234567",
        ..Blueprint::default()
    })
    .await;
    let sandbox = Account::ready().await;
    for account in [&production, &sandbox] {
        prepare(account).await;
    }
    let (owner, password) = (sandbox.owner(), Secret::new(ELSEWHERE));
    let set = sandbox
        .authority
        .set_password(&owner, sandbox.user.id, &password, false);
    set.await.unwrap();
    let server = Server::of(&[&production, &sandbox]).await;
    (production, sandbox, server)
}

#[tokio::test]
async fn the_roles_of_the_accounts_where_the_password_is_right_are_listed() {
    let (production, sandbox, server) = two().await;
    let answer = ask(&server, "rest.netsuite.com", PASSWORD).await;
    assert_eq!(
        answer.json(),
        json!([{
            "account": { "internalId": "1234567", "name": "Honeycomb Test Company" },
            "role": { "internalId": production.role.id.get(), "name": "Integrator" },
            "dataCenterURLs": {
                "restDomain": "https://1234567.restlets.api.netsuite.com",
                "webservicesDomain": "https://1234567.suitetalk.api.netsuite.com",
                "systemDomain": "https://1234567.app.netsuite.com",
            },
        }])
    );
    let sandbox_only = ask(&server, "system.netsuite.com", ELSEWHERE).await.json();
    assert_eq!(sandbox_only[0]["account"]["internalId"], "1234567_SB1");
    assert_eq!(production.logins().await.len(), 2);
    assert_eq!(sandbox.logins().await.len(), 2);
}

#[tokio::test]
async fn a_wrong_password_counts_towards_the_lock_of_each_account() {
    let (production, _sandbox, server) = two().await;
    for _ in 0..5 {
        let answer = ask(&server, "rest.netsuite.com", "wrong").await;
        assert_eq!(
            (answer.status, answer.error_code().as_deref()),
            (401, Some("INVALID_LOGIN_CREDENTIALS"))
        );
    }
    for password in [PASSWORD, ELSEWHERE] {
        let answer = ask(&server, "rest.netsuite.com", password).await;
        assert_eq!(answer.error_code().as_deref(), Some("INVALID_LOGIN_CREDENTIALS"));
    }
    let row = production.last_login().await;
    assert_eq!(row.detail.as_deref(), Some("temporary_locked"));
}

#[tokio::test]
async fn a_host_of_one_account_asks_that_account_only() {
    let (production, sandbox, server) = two().await;
    let answer = ask(&server, "1234567-sb1.localhost", PASSWORD).await;
    assert_eq!(answer.status, 401);
    assert_eq!(
        (production.logins().await.len(), sandbox.logins().await.len()),
        (0, 1)
    );
    let elsewhere = ask(&server, "1234567.suitetalk.api.netsuite.com", PASSWORD).await;
    assert_eq!(elsewhere.status, 404);
}

#[tokio::test]
async fn what_is_no_nlauth_is_an_invalid_attempt() {
    let (production, _, server) = two().await;
    let answer = server
        .send("GET /rest/roles HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(answer.error_code().as_deref(), Some("INVALID_LOGIN_ATTEMPT"));
    let row = production.last_login().await;
    assert_eq!(row.detail.as_deref(), Some("MissingTokenPassportRequiredFields"));
    let posted = server
        .send(
            "POST /rest/roles HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        )
        .await;
    assert_eq!(posted.status, 405);
}
