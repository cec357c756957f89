//! What needs no login, what tells who a token is, and what says that it is not emulated.

use countersign_testkit::{Account, Blueprint};
use serde_json::json;

fn get(host: &str, target: &str) -> String {
    format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")
}

#[tokio::test]
async fn the_hosts_of_an_account_are_told_without_a_login() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let shared = server
        .send(get(
            "rest.netsuite.com",
            "/rest/datacenterurls?account=1234567-sb1",
        ))
        .await;
    assert_eq!(shared.status, 200);
    assert_eq!(
        shared.json(),
        json!({
            "restDomain": "https://1234567-sb1.restlets.api.netsuite.com",
            "webservicesDomain": "https://1234567-sb1.suitetalk.api.netsuite.com",
            "systemDomain": "https://1234567-sb1.app.netsuite.com",
        })
    );
    let here = server
        .send(get(
            &server.address.to_string(),
            "/rest/datacenterurls?account=1234567_SB1",
        ))
        .await;
    let url = server.base_url();
    assert_eq!(
        here.json(),
        json!({ "restDomain": url, "webservicesDomain": url, "systemDomain": url })
    );
    assert!(account.logins().await.is_empty());
}

#[tokio::test]
async fn nobody_finds_out_which_accounts_are_here() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let ask = async |id: &str| {
        let answer = server
            .send(get(
                "rest.netsuite.com",
                &format!("/rest/datacenterurls?account={id}"),
            ))
            .await;
        (
            answer.status,
            answer.text().replace(&id.to_lowercase().replace('_', "-"), "ID"),
        )
    };
    assert_eq!(ask("1234567_SB1").await, ask("7654321").await);
}

#[tokio::test]
async fn soap_clients_find_their_hosts_without_a_login() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let envelope = |body: &str| {
        format!(
            "<?xml version=\"1.0\"?><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <getDataCenterUrls xmlns=\"urn:messages_2025_2.platform.webservices.netsuite.com\">{body}\
             </getDataCenterUrls></s:Body></s:Envelope>"
        )
    };
    let post = |host: &str, body: String| {
        format!(
            "POST /services/NetSuitePort_2025_2 HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\
             Content-Type: text/xml\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let request = post(
        "webservices.netsuite.com",
        envelope("<account>1234567_SB1</account>"),
    );
    let answer = server.send(request).await;
    assert_eq!(answer.status, 200);
    for element in [
        "<platformCore:restDomain>https://1234567-sb1.restlets.api.netsuite.com</platformCore:restDomain>",
        "<platformCore:webservicesDomain>https://1234567-sb1.suitetalk.api.netsuite.com</platformCore:webservicesDomain>",
        "<platformCore:systemDomain>https://1234567-sb1.app.netsuite.com</platformCore:systemDomain>",
    ] {
        assert!(answer.text().contains(element), "{}", answer.text());
    }
    let unnamed = server.send(post("localhost", envelope(""))).await;
    assert!(
        unnamed.text().contains("isSuccess=\"false\""),
        "{}",
        unnamed.text()
    );
    assert!(account.logins().await.is_empty());
}

#[tokio::test]
async fn a_shared_host_takes_no_call_with_a_login() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let signed = server.caller(&account.application()).soap("getServerTime").sign();
    let text = String::from_utf8(signed.bytes).unwrap();
    let text = text.replace(
        &format!("Host: {}", server.address),
        "Host: webservices.netsuite.com",
    );
    let answer = server.send(text).await;
    assert_eq!(answer.error_code().as_deref(), Some("INVALID_ACCT"));
    assert!(account.logins().await.is_empty());
}

#[tokio::test]
async fn tokeninfo_tells_who_a_token_is() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let answer = caller.get("/rest/tokeninfo").send().await;
    assert_eq!(
        answer.json(),
        json!({
            "companyName": "Honeycomb Test Company",
            "companyId": "1234567_SB1",
            "roleName": "Integrator",
            "roleId": account.role.id.get(),
            "entityId": account.user.id.get(),
        })
    );
    let refused = caller.get("/rest/tokeninfo").badly_signed().send().await;
    assert_eq!(refused.error_code().as_deref(), Some("INVALID_LOGIN_ATTEMPT"));
}

#[tokio::test]
async fn health_needs_nothing_and_tells_nothing() {
    let account = Account::with(Blueprint {
        features: Vec::new(),
        concurrency: 0,
        ..Blueprint::default()
    })
    .await;
    let server = account.listen().await;
    let answer = server.send(get("localhost", "/health")).await;
    assert_eq!((answer.status, answer.text().as_str()), (200, "ok\n"));
    assert!(account.logins().await.is_empty());
}

#[tokio::test]
async fn what_is_not_emulated_says_so_and_what_does_not_exist_is_not_found() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for (target, feature) in [
        ("/services/rest/query/v1/dataset/1/result", "query/v1"),
        ("/services/rest/record/v1/workOrder", "record/v1/workOrder"),
        ("/services/rest/record/v1/solution/1", "record/v1/solution"),
        (
            "/services/rest/record/v1/customrecord_shelf",
            "record/v1/customrecord_shelf",
        ),
    ] {
        let answer = caller.get(target).send().await;
        assert_eq!(answer.status, 501, "{target}");
        let header = answer.header("x-countersign").unwrap();
        assert_eq!(header, format!("not-emulated; feature={feature}"));
    }
    let unknown = caller.get("/services/rest/record/v1/unicorn").send().await;
    assert_eq!(unknown.status, 404);
    assert_eq!(
        unknown.json()["o:errorDetails"][0]["o:errorUrlPath"],
        "recordType"
    );
    assert_eq!(caller.get("/services/rest/nothing").send().await.status, 404);
    assert_eq!(server.send(get("localhost", "/nothing")).await.status, 404);
    let admin = server.send(get("localhost", "/admin/v1/accounts")).await;
    assert_eq!(admin.status, 404, "the admin API is on the Unix socket only");
}

#[tokio::test]
async fn a_restlet_logs_in_and_then_finds_no_script() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let target = "/app/site/hosting/restlet.nl?script=customscript_orders&deploy=1&q=secret";
    let answer = caller.get(target).send().await;
    assert_eq!(
        (answer.status, answer.text().as_str()),
        (
            400,
            "error code: SSS_INVALID_SCRIPTLET_ID\n\
             error message: That Suitelet is invalid, disabled, or no longer exists."
        )
    );
    let row = account.last_login().await;
    assert_eq!(row.status, "Success");
    assert_eq!(
        row.request_uri,
        "/app/site/hosting/restlet.nl?script=customscript_orders&deploy=1"
    );

    let status = async |call: countersign_testkit::Call| call.send().await.status;
    let patched = caller.call("PATCH", target).send().await;
    assert_eq!(
        (patched.status, patched.header("allow")),
        (405, Some("GET, POST, PUT, DELETE"))
    );
    assert_eq!(
        status(caller.call("POST", target).body("text/csv", "a,b")).await,
        415
    );
    assert_eq!(
        status(caller.call("GET", target).body("application/json", "{}")).await,
        400
    );
}
