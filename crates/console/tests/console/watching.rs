//! The governor, as somebody watches it.

use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::stage::Stage;

#[tokio::test]
async fn the_governor_says_what_runs_and_ends_with_the_session() {
    let stage = Stage::ready().await;
    let cookie = stage.sign_in().await;
    let page = stage.page("/governor", &cookie).await.is(200);
    assert!(page.body.contains("data-live=\"/governor/live\"") && page.header("refresh").is_none());
    let again = stage.page("/governor?again", &cookie).await.is(200);
    assert_eq!(
        again.header("refresh"),
        Some("5"),
        "without a script, for whoever asks for it"
    );

    let mut live = TcpStream::connect(stage.pages).await.unwrap();
    let head = format!(
        "GET /governor/live HTTP/1.1\r\nHost: {}\r\n{cookie}\r\n",
        stage.pages
    );
    live.write_all(head.as_bytes()).await.unwrap();
    let mut seen = String::new();
    reads(&mut live, &mut seen, "Nothing was called yet").await;

    let form = format!(
        "name=acme&{}&{}",
        stage.values(&stage.account.application()),
        stage.at_server()
    );
    stage
        .fill(&cookie, "/connections/new", "/connections/new", &form)
        .await
        .is(303);
    let made = stage
        .fill(&cookie, "/callers/new", "/callers/new", "name=nightly")
        .await
        .is(200);
    let (_, key) = made.body.split_once("csc_").unwrap();
    let bearer = format!("Authorization: Bearer csc_{}\r\n", key.split('<').next().unwrap());
    let form = "connection=acme&service=REST&share=1";
    stage
        .fill(&cookie, "/caller/1", "/caller/1/grant", form)
        .await
        .is(303);
    let call = "/c/acme/services/rest/record/v1/customer?limit=1";
    while stage.get(stage.proxy, call, &bearer).await.status != 200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    reads(&mut live, &mut seen, "Account 1234567_SB1").await;
    stage.fill(&cookie, "/connections", "/log-out", "").await.is(303);
    // The last chunk of a body that goes on has no length.
    reads(&mut live, &mut seen, "\r\n0\r\n\r\n").await;
}

/// Reads on until the words came.
async fn reads(live: &mut TcpStream, seen: &mut String, words: &str) {
    let mut bytes = vec![0; 16 * 1024];
    let reading = async {
        while !seen.contains(words) {
            let count = live.read(&mut bytes).await.unwrap();
            assert_ne!(count, 0, "it ended: {seen}");
            seen.push_str(&String::from_utf8_lossy(&bytes[..count]));
        }
    };
    let came = tokio::time::timeout(Duration::from_secs(60), reading).await;
    assert!(came.is_ok(), "{words:?} never came: {seen}");
}
