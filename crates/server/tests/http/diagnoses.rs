//! What becomes of a refusal besides its answer: the diagnosis, the header of a test account, the feed of calls.

use std::time::Duration;

use countersign_model::{Lever, TestAccount};
use countersign_testkit::{Account, Application, Blueprint, Server};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

const REST: &str = "/services/rest/record/v1/customer";
const MISTAKE: &str = "x-countersign-mistake";

async fn naming() -> Account {
    Account::with(Blueprint {
        test_account: Some(TestAccount {
            levers: vec![Lever::NamedMistakes],
            seed: None,
        }),
        ..Blueprint::default()
    })
    .await
}

#[tokio::test]
async fn a_signed_json_body_is_named_though_it_is_read_only_after_the_refusal() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let body = r#"{"companyName":"Quay Books"}"#;
    // Signed as if the body were a form, sent as JSON.
    let signed = caller
        .call("POST", REST)
        .body("application/x-www-form-urlencoded", body)
        .sign();
    let text = String::from_utf8(signed.bytes).unwrap();
    let sent = text.replace("application/x-www-form-urlencoded", "application/json");
    assert_eq!(server.send(sent).await.status, 401);
    assert_eq!(
        account.last_login().await.mistake.as_deref(),
        Some("json_body_signed")
    );
}

#[tokio::test]
async fn a_body_that_never_comes_tells_nothing_of_the_key() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let known = account.application();
    let unknown = Application {
        consumer_key: "unknown".repeat(9),
        ..account.application()
    };
    for application in [known, unknown] {
        let signed = server.caller(&application).post(REST, "{}").badly_signed().sign();
        let text = String::from_utf8(signed.bytes).unwrap();
        let large = text.replace("Content-Length: 2", "Content-Length: 9000000");
        assert_eq!(
            server.send(large).await.status,
            401,
            "what is not looked at is not waited for"
        );
        let head = text.strip_suffix("{}").unwrap();
        let answer = tokio::time::timeout(Duration::from_millis(300), server.send(head));
        assert!(answer.await.is_err(), "what is looked at is");
    }
}

#[tokio::test]
async fn only_an_account_that_was_told_to_tells_its_callers_their_mistake() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let refused = server
        .caller(&account.application())
        .get(REST)
        .badly_signed()
        .send()
        .await;
    assert_eq!((refused.status, refused.header(MISTAKE)), (401, None));

    let account = naming().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let url = format!("{}{REST}", server.base_url());
    let refused = caller
        .get(&format!("{REST}?limit=5"))
        .signed_as(&url)
        .send()
        .await;
    assert_eq!(refused.header(MISTAKE), Some("query_not_signed"));
    assert_eq!(refused.header("x-countersign-levers"), Some("mistakes=named"));
    let refused = caller.get(REST).oauth("oauth_version", "2.0").send().await;
    assert_eq!(refused.header(MISTAKE), Some("version"));
    let refused = caller.soap("getServerTime").field("nonce", "short").send().await;
    assert_eq!(refused.header(MISTAKE), Some("nonce_too_short"));
    let answer = caller.get(REST).send().await;
    assert_eq!((answer.status, answer.header(MISTAKE)), (200, None));
}

#[tokio::test]
async fn where_credentials_alone_name_the_account_no_header_tells_of_it() {
    let account = naming().await;
    let other = Account::with(Blueprint {
        account: "7654321",
        ..Blueprint::default()
    })
    .await;
    let server = Server::of(&[&account, &other]).await;
    let without_query = format!("{}{REST}", server.base_url());
    let refused = server
        .caller(&account.application())
        .get(&format!("{REST}?limit=5"))
        .signed_as(&without_query)
        .send()
        .await;
    assert_eq!((refused.status, refused.header(MISTAKE)), (401, None));
    assert!(
        account.last_login().await.mistake.is_some(),
        "its own trail knows"
    );
}

/// The feed of an account, as the owner of the data folder reads it.
struct Feed(UnixStream, String);

impl Feed {
    async fn open(server: &Server) -> Self {
        let mut stream = UnixStream::connect(server.socket()).await.unwrap();
        let request = "GET /api/v1/accounts/1234567_SB1/calls HTTP/1.1\r\nHost: localhost\r\n\r\n";
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut feed = Self(stream, String::new());
        feed.until("\r\n\r\n").await;
        feed
    }

    async fn until(&mut self, end: &str) -> String {
        loop {
            if let Some((before, after)) = self.1.split_once(end) {
                let (before, after) = (before.to_owned(), after.to_owned());
                self.1 = after;
                return before;
            }
            let mut bytes = [0; 4096];
            let read = self.0.read(&mut bytes);
            let read = tokio::time::timeout(Duration::from_secs(20), read).await;
            let read = read.unwrap().unwrap();
            assert!(read > 0, "the feed has ended: {}", self.1);
            self.1.push_str(&String::from_utf8_lossy(&bytes[..read]));
        }
    }

    async fn next(&mut self) -> (String, Value) {
        self.until("event: ").await;
        let name = self.until("\n").await;
        self.until("data: ").await;
        let data = self.until("\n").await;
        (name, serde_json::from_str(&data).unwrap())
    }
}

#[tokio::test]
async fn whoever_follows_is_told_of_each_call_and_then_of_the_mistake() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let mut feed = Feed::open(&server).await;
    caller.get(&format!("{REST}?limit=1&secret=x")).send().await;
    let (name, call) = feed.next().await;
    assert_eq!(
        (name.as_str(), &call["status"], &call["refused"]),
        ("call", &200.into(), &false.into())
    );
    assert_eq!(
        (&call["path"], &call["service"], &call["method"]),
        (&REST.into(), &"REST".into(), &"GET".into())
    );

    let url = format!("{}{REST}", server.base_url());
    caller
        .get(&format!("{REST}?limit=5"))
        .signed_as(&url)
        .send()
        .await;
    let mut events = [feed.next().await, feed.next().await];
    events.sort_by(|one, other| one.0.cmp(&other.0));
    let [(_, call), (name, named)] = events;
    assert_eq!(
        (&call["status"], &call["detail"]),
        (&401.into(), &"InvalidSignature".into())
    );
    assert_eq!(
        (name.as_str(), &named["mistake"]),
        ("named", &"query_not_signed".into())
    );
    assert_eq!(call["row"], named["row"]);
    let path = format!(
        "/accounts/1234567_SB1/login-audit-trail/{}",
        named["row"].as_str().unwrap()
    );
    let shown = server.administer("GET", &path, None).await.json();
    assert_eq!(
        (
            &shown["mistake"],
            &shown["diagnosis"]["findings"][0]["proof"]["kind"]
        ),
        (&"query_not_signed".into(), &"baseStrings".into())
    );

    caller.soap("getServerTime").send().await;
    assert_eq!(feed.next().await.1["service"], "SOAP");
    caller.get("/rest/tokeninfo").send().await;
    assert_eq!(feed.next().await.1["path"], "/rest/tokeninfo");
}

#[tokio::test]
async fn a_feed_ends_with_its_account_and_holds_up_no_stop() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let mut feed = Feed::open(&server).await;
    account.authority.end_following();
    let mut rest = Vec::new();
    let end = feed.0.read_to_end(&mut rest);
    // The connection is kept for another request, and its answer has ended.
    let _ = tokio::time::timeout(Duration::from_millis(300), end).await;
    assert!(String::from_utf8_lossy(&rest).ends_with("0\r\n\r\n"));
    let stopped = tokio::time::timeout(Duration::from_secs(5), server.stop());
    assert!(stopped.await.is_ok());
}
