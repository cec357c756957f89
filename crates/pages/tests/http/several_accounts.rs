//! One address, several accounts: which one is meant is asked, and nothing told of those that are here.

use countersign_testkit::{Account, Answer, Blueprint, Server};

async fn get(server: &Server, host: &str, path: &str) -> Answer {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    server.send(request).await
}

#[tokio::test]
async fn which_account_is_meant_is_asked_where_the_host_does_not_say() {
    let of = |account| {
        Account::with(Blueprint {
            account,
            ..Blueprint::default()
        })
    };
    let (production, sandbox) = (of("1234567").await, of("1234567_SB1").await);
    let server = Server::of(&[&production, &sandbox]).await;
    for path in ["/app", "/app/login", "/app/setup/company/enable-features"] {
        let asked = get(&server, "localhost:8080", path).await;
        assert_eq!(asked.status, 200, "{path}");
        assert!(
            asked.text().contains("Which account?") && !asked.text().contains("Honeycomb"),
            "{path}"
        );
    }
    // One that is not held leads on like one that is.
    for (typed, host) in [("1234567_sb1", "1234567-sb1"), ("7654321", "7654321")] {
        let asked = get(&server, "localhost:8080", &format!("/app?account={typed}")).await;
        let there = format!("http://{host}.localhost:8080/app");
        assert_eq!((asked.status, asked.header("location")), (303, Some(&*there)));
    }
    let own = get(&server, "1234567-sb1.localhost:8080", "/app/login").await;
    assert!(own.text().contains("Honeycomb") && own.text().contains("1234567_SB1"));
    let stranger = get(
        &server,
        "localhost:8080",
        "/app/login/onetime.nl?company=7654321&code=0",
    )
    .await;
    assert!(!stranger.text().contains("Honeycomb"));
}
