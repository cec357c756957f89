//! How much a caller may send, and when it is looked at.

use countersign_server::LARGEST_BODY;
use countersign_testkit::{Account, Answer, Blueprint, Server};
use tokio::io::AsyncWriteExt as _;

const CUSTOMER: &str = "/services/rest/record/v1/customer";

/// Sends only the head, and reads what comes back.
async fn answer_to_the_head(server: &Server, head: &str) -> Answer {
    server.send(head).await
}

#[tokio::test]
async fn a_body_that_announces_too_much_is_refused_before_it_is_read() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let signed = server
        .caller(&account.application())
        .call("POST", CUSTOMER)
        .header("Content-Type", "application/json")
        .sign();
    let head = String::from_utf8(signed.bytes).unwrap();
    let head = head.replace(
        "\r\n\r\n",
        &format!("\r\nContent-Length: {}\r\n\r\n", LARGEST_BODY + 1),
    );
    let answer = answer_to_the_head(&server, &head).await;
    assert_eq!(
        (answer.status, answer.error_code().as_deref()),
        (413, Some("INVALID_CONTENT"))
    );
}

#[tokio::test]
async fn a_stranger_cannot_make_the_account_read_a_json_body() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let head = format!(
        "POST {CUSTOMER} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n\
         Content-Length: 1000000\r\n\r\n"
    );
    // Nothing of the body is ever sent, and the answer is there.
    assert_eq!(answer_to_the_head(&server, &head).await.status, 401);
}

#[tokio::test]
async fn a_form_is_signed_so_it_is_read_first_and_kept_small() {
    let account = Account::ready().await;
    let server = account.listen().await;
    for target in [CUSTOMER, "/app/site/hosting/restlet.nl?script=1&deploy=1"] {
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1048577\r\n\r\n"
        );
        assert_eq!(answer_to_the_head(&server, &head).await.status, 413, "{target}");
    }
    assert!(account.logins().await.is_empty());
}

#[tokio::test]
async fn a_chunked_body_without_end_is_cut_off() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let signed = server
        .caller(&account.application())
        .call("POST", CUSTOMER)
        .header("Transfer-Encoding", "chunked")
        .sign();
    let mut stream = server.connect().await;
    stream.write_all(&signed.bytes).await.unwrap();
    let chunk = [b"100000\r\n".as_slice(), &vec![b' '; 0x10_0000], b"\r\n"].concat();
    let mut sent = 0_u64;
    while sent <= 2 * LARGEST_BODY && stream.write_all(&chunk).await.is_ok() {
        sent += 0x10_0000;
    }
    assert!(sent <= 2 * LARGEST_BODY, "{sent} bytes were taken");
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let long = caller
        .get("/rest/tokeninfo")
        .header("X-Long", &"x".repeat(40 * 1024))
        .send()
        .await;
    assert_eq!(long.status, 431);
    let padded = caller
        .get("/rest/tokeninfo")
        .rewrite(|header| format!("{header}, pad=\"{}\"", "x".repeat(17 * 1024)));
    assert_eq!(
        padded.send().await.error_code().as_deref(),
        Some("INVALID_REQUEST")
    );
    assert_eq!(
        account.last_login().await.mistake.as_deref(),
        Some("header_syntax")
    );
}

#[tokio::test]
async fn a_body_of_more_values_than_a_record_has_is_refused_while_it_is_read() {
    let account = Account::with(Blueprint::default().permit_records()).await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let many = format!(r#"{{"companyName": "a", "b": [{}{{}}]}}"#, "{},".repeat(500_000));
    let call = caller
        .call("POST", CUSTOMER)
        .header("Content-Type", "application/json");
    let answer = call.body("application/json", many).send().await;
    assert_eq!(answer.status, 400);
    assert!(
        answer.text().contains("more than 500000 values"),
        "{}",
        answer.text()
    );
}
