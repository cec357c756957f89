//! The admin API behind a real socket: who the listener says a caller is, and what a browser is told.

use countersign_protocol::Secret;
use countersign_testkit::{Account, Answer, Server};

const PASSWORD: &str = "Correct-Horse-7-Battery";

async fn send(server: &Server, method: &str, path: &str, headers: &str, body: &str) -> Answer {
    let request = format!(
        "{method} /api/v1/accounts/1234567_SB1{path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    server.send(request).await
}

async fn sign_in(server: &Server, headers: &str) -> Answer {
    let body = format!("{{\"email\":\"ada@example.com\",\"password\":\"{PASSWORD}\"}}");
    let headers = format!("Content-Type: application/json\r\n{headers}");
    send(server, "POST", "/session", &headers, &body).await
}

async fn with_password() -> Account {
    let account = Account::ready().await;
    let (owner, password) = (account.owner(), Secret::new(PASSWORD));
    let set = account
        .authority
        .set_password(&owner, account.user.id, &password, false);
    set.await.unwrap();
    account
}

#[tokio::test]
async fn nobody_becomes_the_owner_over_the_network() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let token = account.application();
    let oauth = format!(
        "Authorization: OAuth oauth_token=\"{}\"\r\n",
        token.token_id.as_str()
    );
    for headers in [
        "",
        "X-Owner: me\r\n",
        "Forwarded: for=unix\r\n",
        "X-Forwarded-For: unix\r\n",
        &oauth,
    ] {
        assert_eq!(
            send(&server, "GET", "/users", headers, "").await.status,
            401,
            "{headers}"
        );
    }
    let accounts = "GET /api/v1/accounts HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    assert_eq!(server.send(accounts).await.status, 403);
    let caller = server.caller(&token);
    let signed = caller.get("/api/v1/accounts/1234567_SB1/users").send().await;
    assert_eq!(
        signed.status, 401,
        "a token opens services and not the administration"
    );
}

#[tokio::test]
async fn a_session_begins_and_changes_something_only_with_the_header_of_its_own_site() {
    let account = with_password().await;
    let server = account.listen().await;
    let answer = sign_in(&server, "").await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let set = answer.header("set-cookie").unwrap().to_owned();
    assert!(
        set.contains("HttpOnly") && set.contains("SameSite=Strict") && !set.contains("Secure"),
        "{set}"
    );
    let cookie = format!("Cookie: {}\r\n", set.split(';').next().unwrap());
    assert_eq!(send(&server, "GET", "/session", &cookie, "").await.status, 200);
    assert_eq!(send(&server, "DELETE", "/session", &cookie, "").await.status, 403);
    let both = format!("{cookie}X-Countersign-Request: 1\r\n");
    assert_eq!(send(&server, "DELETE", "/session", &both, "").await.status, 204);
    assert_eq!(send(&server, "GET", "/session", &cookie, "").await.status, 401);
}

#[tokio::test]
async fn without_that_header_a_cookie_tells_nothing_of_account_or_session() {
    let account = with_password().await;
    let server = account.listen().await;
    let begun = sign_in(&server, "").await;
    let own = begun
        .header("set-cookie")
        .unwrap()
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let mut told = Vec::new();
    for cookie in [own.as_str(), "countersign_session=false"] {
        for held in ["1234567_SB1", "7654321"] {
            let request = format!(
                "DELETE /api/v1/accounts/{held}/session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
                 Cookie: {cookie}\r\nContent-Length: 0\r\n\r\n"
            );
            let answer = server.send(request).await;
            told.push((answer.status, answer.text()));
        }
    }
    assert_eq!(told[0].0, 403);
    assert!(told.iter().all(|one| *one == told[0]), "{told:?}");
}

#[tokio::test]
async fn the_cookie_of_a_protected_connection_is_sent_over_no_other() {
    let account = with_password().await;
    let server = Server::behind_a_proxy(&account).await;
    let forwarded =
        "X-Forwarded-For: 198.51.100.7\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: localhost\r\n";
    let answer = sign_in(&server, forwarded).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    assert!(answer.header("set-cookie").unwrap().contains("; Secure"));
    assert_eq!(
        account.last_login().await.ip_address.as_deref(),
        Some("198.51.100.7")
    );
}

#[tokio::test]
async fn a_name_that_was_rebound_to_this_machine_reaches_nothing() {
    let account = with_password().await;
    let server = account.listen().await;
    let request = "GET /api/v1/openapi.json HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n";
    assert_eq!(server.send(request).await.status, 404);
}
