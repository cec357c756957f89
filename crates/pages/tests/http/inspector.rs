//! The inspector without a script: what it says of a call, to whom, and when its live list ends.

use std::time::Duration;

use countersign_model::LoginSearch;
use countersign_protocol::Secret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::stage::{ADMINISTRATOR, POWERLESS, Stage};

const INSPECTOR: &str = "/app/setup/integration/inspector";
const REST: &str = "/services/rest/record/v1/customer";

/// The live list as a browser reads it.
struct Live(TcpStream, String);

impl Live {
    async fn open(stage: &Stage, cookie: &Secret, query: &str) -> Self {
        let mut stream = stage.server.connect().await;
        let request = format!(
            "GET {INSPECTOR}/live{query} HTTP/1.1\r\nHost: localhost\r\nCookie: countersign_session={}\r\n\r\n",
            cookie.expose()
        );
        stream.write_all(request.as_bytes()).await.unwrap();
        let mut live = Self(stream, String::new());
        let head = live.until("\r\n\r\n").await.unwrap();
        assert!(
            head.contains("text/event-stream") && head.contains("no-store"),
            "{head}"
        );
        live
    }

    /// What comes before these words; none where it ends.
    async fn until(&mut self, words: &str) -> Option<String> {
        loop {
            if let Some((before, after)) = self.1.split_once(words) {
                let (before, after) = (before.to_owned(), after.to_owned());
                self.1 = after;
                return Some(before);
            }
            let mut bytes = [0; 4096];
            let read = timeout(Duration::from_secs(20), self.0.read(&mut bytes)).await;
            let read = read.expect("something comes within 20 seconds").unwrap();
            if read == 0 {
                return None;
            }
            self.1
                .push_str(&String::from_utf8_lossy(bytes.get(..read).unwrap()));
        }
    }
}

/// A call that was signed without its query.
async fn refused(stage: &Stage) -> String {
    let caller = stage.server.caller(&stage.account.application());
    let url = format!("{}{REST}", stage.server.base_url());
    let call = caller.get(&format!("{REST}?limit=5")).signed_as(&url);
    assert_eq!(call.send().await.status, 401);
    let newest = LoginSearch {
        success: Some(false),
        ..LoginSearch::default()
    };
    let page = stage.account.authority.logins(newest, None, 1).await.unwrap();
    let (id, _) = page.rows.first().unwrap();
    id.to_string()
}

#[tokio::test]
async fn a_refused_call_is_explained_with_what_was_signed_and_no_secret_is_shown() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let id = refused(&stage).await;
    let list = stage.get(INSPECTOR, Some(&cookie)).await.text();
    assert!(list.contains(&format!("{INSPECTOR}/{id}")), "{list}");
    let page = stage
        .get(&format!("{INSPECTOR}/{id}"), Some(&cookie))
        .await
        .text();
    for words in [
        "The URL was signed without its query: limit is missing from the signature.",
        "query_not_signed",
        "missing here",
        "<ins>limit%3D5%26",
        "Sign the query",
        "What this account signs",
        "Not reached",
        "oauth_signature_method=HMAC-SHA256",
        "InvalidSignature",
    ] {
        assert!(page.contains(words), "{words} is missing:\n{page}");
    }
    let application = stage.account.application();
    for secret in [&application.consumer_secret, &application.token_secret] {
        assert!(!page.contains(secret.as_str()));
    }
}

#[tokio::test]
async fn a_call_that_was_let_in_shows_with_what_it_was_answered() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let caller = stage.server.caller(&stage.account.application());
    let answers = [
        caller.get(REST).send().await.status,
        caller
            .get("/services/rest/record/v1/customer/999")
            .send()
            .await
            .status,
    ];
    assert_eq!(answers, [200, 404]);
    let list = stage
        .get(&format!("{INSPECTOR}?service=RESTWebServices"), Some(&cookie))
        .await
        .text();
    for shown in [
        "<td data-label=\"Answer\">200</td>",
        "<td data-label=\"Answer\"><strong>404</strong></td>",
    ] {
        assert!(list.contains(shown), "{shown} is missing:\n{list}");
    }
    assert!(
        list.contains("execution-logs?status=Rejected"),
        "where those are that governance turned away"
    );
}

#[tokio::test]
async fn a_session_has_eight_live_lists_and_is_told_so_at_the_ninth() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let mut lists = Vec::new();
    for _ in 0..8 {
        lists.push(Live::open(&stage, &cookie, "").await);
    }
    let ninth = stage.get(&format!("{INSPECTOR}/live"), Some(&cookie)).await;
    assert_eq!(ninth.status, 429);
    assert!(
        ninth.text().contains("8 times already: close one"),
        "{}",
        ninth.text()
    );
    let other = stage.sign_in(ADMINISTRATOR).await;
    Live::open(&stage, &other, "").await;
}

#[tokio::test]
async fn a_refused_call_keeps_the_names_of_its_query_and_no_value() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let caller = stage.server.caller(&stage.account.application());
    let url = format!("{}{REST}", stage.server.base_url());
    let target = format!("{REST}?q=email%20IS%20hidden&limit=5");
    assert_eq!(caller.get(&target).signed_as(&url).send().await.status, 401);
    let newest = stage
        .account
        .authority
        .logins(LoginSearch::default(), None, 1)
        .await
        .unwrap();
    let (id, _) = newest.rows.first().unwrap();
    let page = stage
        .get(&format!("{INSPECTOR}/{id}"), Some(&cookie))
        .await
        .text();
    for shown in ["<dt>Query</dt>", ">q=…", ">limit=…"] {
        assert!(page.contains(shown), "{shown} is missing:\n{page}");
    }
}

#[tokio::test]
async fn what_is_not_there_or_not_ones_own_to_see_is_not_shown() {
    let stage = Stage::ready().await;
    let (administrator, powerless) = (stage.sign_in(ADMINISTRATOR).await, stage.sign_in(POWERLESS).await);
    let id = refused(&stage).await;
    for path in [
        INSPECTOR.to_owned(),
        format!("{INSPECTOR}/{id}"),
        format!("{INSPECTOR}/live"),
    ] {
        assert_eq!(stage.get(&path, Some(&powerless)).await.status, 403, "{path}");
        assert_eq!(stage.get(&path, None).await.status, 303, "{path}");
    }
    for id in ["7", "x", "99999999999999999999"] {
        let status = stage
            .get(&format!("{INSPECTOR}/{id}"), Some(&administrator))
            .await
            .status;
        assert_eq!(status, 404, "{id}");
    }
}

#[tokio::test]
async fn the_live_list_says_what_happened_and_ends_with_the_session() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in(ADMINISTRATOR).await;
    let mut live = Live::open(&stage, &cookie, "?outcome=refused").await;
    let first = live.until("\n\n").await.unwrap();
    assert!(
        first.contains("event: list") && !first.contains("Refused"),
        "{first}"
    );
    let id = refused(&stage).await;
    live.until(&format!("{INSPECTOR}/{id}"))
        .await
        .expect("the call is told");

    stage.account.clock.advance(Duration::from_secs(13 * 60 * 60));
    // The last chunk of the answer.
    live.until("\r\n0\r\n\r\n")
        .await
        .expect("it ends with the session");
}
