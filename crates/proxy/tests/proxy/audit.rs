//! Who used what is written down.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::time::Duration;

use bytes::Bytes;
use countersign_front::{Body, Limits, Listener, serve};
use countersign_proxy::{Audit, Settings};
use countersign_vault::{Method, Use, UseFilter, Vault};
use http::{Request, Response, StatusCode};
use http_body_util::Full;
use hyper::service::service_fn;

use crate::stage::{CUSTOMER, SOAP, Stage, blueprint, everything};

async fn uses(vault: &Vault) -> Vec<Use> {
    let mut rows: Vec<_> = vault
        .uses(UseFilter::default())
        .await
        .unwrap()
        .into_iter()
        .map(|(_, row)| row)
        .collect();
    rows.reverse();
    rows
}

#[tokio::test]
async fn each_request_leaves_a_row_and_no_row_a_query_or_a_body() {
    let stage = Stage::new().await;
    let key = stage.caller("sync").await;
    let front = stage.front;
    let path = format!("/c/acme{CUSTOMER}");
    let read = front
        .get(&key, &format!("{path}?q=email%20IS%20%22hush@example.com%22"))
        .await;
    assert_eq!(read.status, 200, "{}", read.text());
    front
        .post(&key, &path, "application/json", r#"{"companyName":"Hush"}"#)
        .await;
    front.get(&key, &format!("/c/other{CUSTOMER}")).await;
    front
        .get(&key, "/c/acme/services/rest/record/v1//customer?hush")
        .await;
    let time = "<getServerTime xmlns=\"urn:messages_2025_2.platform.webservices.netsuite.com\"/>";
    front.soap(&key, time).await;
    front.send("TRACE", &path, &key, &[], Bytes::new()).await;
    // A name that cannot be a connection's is an attempt too.
    front.get(&key, "/c/%2e%2e/services/rest/record/v1?hush").await;
    let (vault, served, _folder) = front.stop().await;
    assert_eq!(served.cut, 0);
    let rows = uses(&vault).await;
    let told: Vec<_> = rows
        .iter()
        .map(|row| {
            (
                row.connection.as_str(),
                &*row.path,
                &*row.outcome,
                row.status,
                row.attempts,
            )
        })
        .collect();
    let soap = format!("{SOAP} getServerTime");
    assert_eq!(
        told,
        [
            ("acme", CUSTOMER, "answered", Some(200), 1),
            ("acme", CUSTOMER, "answered", Some(204), 1),
            ("other", CUSTOMER, "GRANT_MISSING", Some(403), 0),
            (
                "acme",
                "/services/rest/record/v1//customer",
                "BAD_REQUEST",
                Some(400),
                0
            ),
            ("acme", &*soap, "answered", Some(200), 1),
            ("acme", CUSTOMER, "BAD_REQUEST", Some(400), 0),
            (
                "",
                "/c/%2e%2e/services/rest/record/v1",
                "GRANT_MISSING",
                Some(403),
                0
            ),
        ]
    );
    let methods: Vec<_> = rows.iter().map(|row| row.method.map(Method::as_str)).collect();
    let get = Some("GET");
    assert_eq!(
        methods,
        [get, Some("POST"), get, get, Some("POST"), None, get],
        "what is no method of a call is none"
    );
    let request = read.headers["x-countersign-request"].to_str().unwrap();
    assert_eq!(rows[0].request, request);
    assert!(!format!("{rows:?}").to_lowercase().contains("hush"), "{rows:?}");
}

#[tokio::test]
async fn what_cannot_be_written_down_is_not_sent_where_that_is_asked_for() {
    let settings = Settings {
        audit: Audit::Strict,
        ..Settings::default()
    };
    let stage = Stage::with(blueprint(), settings).await;
    let key = stage.caller("sync").await;
    let path = format!("/c/acme{CUSTOMER}?limit=1");
    assert_eq!(stage.front.get(&key, &path).await.status, 200);
    let rows = uses(&stage.front.vault).await;
    assert_eq!((&*rows[0].outcome, rows[0].attempts), ("begun", 0));
    let file = rusqlite::Connection::open(stage.front.folder.path().join("vault.sqlite")).unwrap();
    let lose = || {
        file.execute_batch("ALTER TABLE connection_use RENAME TO elsewhere")
            .unwrap();
    };
    let find_again = || {
        file.execute_batch("ALTER TABLE elsewhere RENAME TO connection_use")
            .unwrap();
    };
    lose();
    let before = stage.logins().await.len();
    // The second is not left to wait until it works again.
    for _ in 0..2 {
        let refused = stage.front.get(&key, &path).await;
        assert_eq!(
            (refused.status, refused.refusal()),
            (503, Some("UNAVAILABLE")),
            "{}",
            refused.text()
        );
    }
    assert_eq!(stage.logins().await.len(), before, "nothing was sent");
    find_again();
    assert_eq!(stage.front.get(&key, &path).await.status, 200);
    // Rows of calls that were not waiting for them are written all the same, once it works again.
    let outcomes = async |vault: &Vault| -> Vec<String> {
        let rows = uses(vault).await.into_iter();
        rows.map(|row| row.outcome).collect()
    };
    let expected = [
        "begun",
        "answered",
        "UNAVAILABLE",
        "UNAVAILABLE",
        "begun",
        "answered",
    ];
    let vault = stage.front.vault.clone();
    while outcomes(&vault).await.len() < expected.len() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(outcomes(&vault).await, expected);
    // A proxy that cannot write them down can be stopped.
    lose();
    assert_eq!(stage.front.get(&key, &path).await.status, 503);
    let (vault, _, _folder) = stage.front.stop().await;
    find_again();
    assert_eq!(outcomes(&vault).await, expected);
}

/// A server that says in its error what it was sent.
async fn echo() -> SocketAddr {
    let listener = Listener::tcp("127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listener.address().unwrap();
    let service = service_fn(async |request: Request<Body>| {
        let sent = request.headers()["authorization"].clone();
        let mut answer = Response::new(Full::new(Bytes::copy_from_slice(sent.as_bytes())));
        *answer.status_mut() = StatusCode::BAD_REQUEST;
        answer.headers_mut().insert("www-authenticate", sent);
        Ok::<_, Infallible>(answer)
    });
    let limits = Limits::default();
    tokio::spawn(serve(vec![listener], service, limits, std::future::pending()));
    address
}

#[tokio::test]
async fn what_an_upstream_says_back_of_our_header_is_in_no_row_and_no_challenge() {
    let stage = Stage::new().await;
    let front = stage.front;
    front
        .connect("echo", stage.account.application().credentials(), echo().await)
        .await;
    let (caller, key) = front.caller("sync").await;
    front.grant(&caller, "echo", everything()).await;
    let answer = front.get(&key, &format!("/c/echo{CUSTOMER}")).await;
    assert_eq!(answer.status, 400);
    assert!(answer.text().contains("oauth_signature="), "it was said back");
    let headers = format!("{:?}", answer.headers);
    assert!(!headers.contains("oauth_"), "{headers}");
    let (vault, _, _folder) = front.stop().await;
    let rows = format!("{:?}", uses(&vault).await);
    assert!(rows.contains("echo") && !rows.contains("oauth_"), "{rows}");
}
