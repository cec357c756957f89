//! Which names the account answers to, and that what is signed is what the client addressed.

use countersign_testkit::{Account, Blueprint, Server};

const REST: &str = "/services/rest/record/v1/customer?limit=1";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";
const SUITETALK: &str = "1234567-sb1.suitetalk.api.netsuite.com";
const RESTLETS: &str = "1234567-sb1.restlets.api.netsuite.com";

#[tokio::test]
async fn an_unknown_host_is_not_found_and_leaves_no_row() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for host in [
        "evil.example",
        "127.0.0.1.evil.example",
        "7654321.suitetalk.api.netsuite.com",
        "1234567.suitetalk.api.netsuite.com",
        "1234567-sb1.suitetalk.api.netsuite.com.evil.example",
    ] {
        let answer = caller.get(REST).host(host).send().await;
        assert_eq!(answer.status, 404, "{host}");
        assert!(!answer.text().contains("customer"), "{host}");
    }
    assert!(account.logins().await.is_empty());
}

#[tokio::test]
async fn the_accounts_own_names_and_this_machine_are_answered() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for host in [
        SUITETALK,
        "localhost",
        "account.test",
        "127.0.0.1:80",
        "[::1]:8080",
        "1234567-SB1.SuiteTalk.api.netsuite.com",
    ] {
        assert_eq!(caller.get(REST).host(host).send().await.status, 200, "{host}");
    }
}

#[tokio::test]
async fn each_service_is_on_its_own_host_only() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    assert_eq!(caller.get(REST).host(RESTLETS).send().await.status, 404);
    assert_eq!(caller.get(RESTLET).host(SUITETALK).send().await.status, 404);
    assert_eq!(
        caller.get("/rest/tokeninfo").host(SUITETALK).send().await.status,
        404
    );
    assert_eq!(
        caller.get(REST).host("rest.netsuite.com").send().await.status,
        404
    );
    assert!(account.logins().await.is_empty());
    assert_eq!(caller.get(RESTLET).host(RESTLETS).send().await.status, 400);
    assert_eq!(
        caller.get("/rest/tokeninfo").host(RESTLETS).send().await.status,
        200
    );
}

#[tokio::test]
async fn a_port_that_is_not_the_schemes_own_is_signed() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let without_port = format!("http://127.0.0.1{REST}");
    let call = caller.get(REST);
    assert_eq!(call.clone().signed_as(&without_port).send().await.status, 401);
    // Port 80 is http's own: signed or not, it is the same.
    let call = call.host("127.0.0.1:80").signed_as(&without_port);
    assert_eq!(call.send().await.status, 200);
}

#[tokio::test]
async fn an_absolute_target_names_the_host_that_is_signed() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let absolute = format!("http://{SUITETALK}{REST}");
    let call = caller
        .get(REST)
        .with_target(|_| absolute.clone())
        .host("localhost")
        .signed_as(&absolute);
    assert_eq!(call.send().await.status, 200);

    // Elsewhere than here it is no open proxy.
    let elsewhere = format!("http://evil.example{REST}");
    let call = caller
        .get(REST)
        .with_target(|_| elsewhere.clone())
        .host("localhost")
        .signed_as(&elsewhere);
    assert_eq!(call.send().await.status, 404);
}

#[tokio::test]
async fn two_hosts_or_a_broken_one_are_refused() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let doubled = caller.get(REST).header("Host", "localhost");
    assert_eq!(doubled.send().await.status, 400);
    for host in ["user@localhost", "local host", "localhost:99999", "localhost:"] {
        let request = format!("GET {REST} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        assert_eq!(server.send(request).await.status, 400, "{host}");
    }
    let none = server
        .send("GET /health HTTP/1.1\r\nConnection: close\r\n\r\n")
        .await;
    assert_eq!(none.status, 400);
}

#[tokio::test]
async fn forwarded_headers_of_anybody_are_not_believed() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let call = caller
        .get(REST)
        .header("X-Forwarded-Host", SUITETALK)
        .header("X-Forwarded-Proto", "https")
        .header("X-Forwarded-For", "203.0.113.9");
    assert_eq!(call.send().await.status, 200);
    assert_eq!(
        account.last_login().await.ip_address.as_deref(),
        Some("127.0.0.1")
    );
}

#[tokio::test]
async fn behind_a_trusted_proxy_the_address_its_client_used_is_signed() {
    let account = Account::with(Blueprint::default()).await;
    let server = Server::behind_a_proxy(&account).await;
    let caller = server.caller(&account.application());
    let call = caller
        .get(REST)
        .signed_as(&format!("https://{SUITETALK}{REST}"))
        .header("X-Forwarded-Host", SUITETALK)
        .header("X-Forwarded-Proto", "https")
        .header("X-Forwarded-For", "203.0.113.9");
    let answer = call.send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(
        account.last_login().await.ip_address.as_deref(),
        Some("203.0.113.9")
    );
    let link = answer.json()["links"][0]["href"].clone();
    assert!(
        link.as_str()
            .unwrap()
            .starts_with(&format!("https://{SUITETALK}/services/rest/")),
        "{link}"
    );
}
