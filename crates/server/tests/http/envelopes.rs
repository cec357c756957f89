//! SOAP: every mistake in an envelope, and the operations that are there.

use countersign_testkit::{Account, PassportCall};

type Bend = fn(PassportCall) -> PassportCall;

const INVALID: &str = "Invalid login attempt.";
const MISSING: &str = "MissingTokenPassportRequiredFields";

/// How the envelope is bent, the fault's text, the Detail word, the id of the mistake.
const TABLE: &[(Bend, &str, &str, Option<&str>)] = &[
    (|call| call.passports(0), INVALID, MISSING, Some("no_header")),
    (
        |call| call.passports(2),
        INVALID,
        "(invalid login)",
        Some("two_passports"),
    ),
    (
        |call| call.beside("<passport><email>a@b.example</email></passport>"),
        "Ambiguous authentication",
        "Ambiguous authentication",
        Some("ambiguous"),
    ),
    (
        |call| call.beside("<applicationInfo><applicationId>1-2-3</applicationId></applicationInfo>"),
        "Ambiguous authentication",
        "Ambiguous authentication",
        Some("ambiguous"),
    ),
    (
        |call| call.header("Cookie", "JSESSIONID=1"),
        "Ambiguous authentication",
        "Ambiguous authentication",
        Some("ambiguous"),
    ),
    (
        |call| call.without("consumerKey"),
        INVALID,
        MISSING,
        Some("missing_oauth_consumer_key"),
    ),
    (
        |call| call.without("token"),
        INVALID,
        MISSING,
        Some("missing_oauth_token"),
    ),
    (
        |call| call.without("nonce"),
        INVALID,
        MISSING,
        Some("missing_oauth_nonce"),
    ),
    (
        |call| call.without("timestamp"),
        INVALID,
        MISSING,
        Some("missing_oauth_timestamp"),
    ),
    (
        |call| call.without("signature"),
        INVALID,
        MISSING,
        Some("missing_oauth_signature"),
    ),
    (
        |call| call.algorithm("HMAC-SHA1"),
        INVALID,
        "UnknownAlgorithm",
        Some("algorithm"),
    ),
    (
        |call| call.field("account", "1234567_sb1"),
        INVALID,
        "(login failure: account)",
        Some("realm_lowercase"),
    ),
    (
        |call| call.field("account", "7654321"),
        INVALID,
        "(login failure: account)",
        Some("realm_other_account"),
    ),
    (
        |call| call.field("timestamp", "1767225000"),
        INVALID,
        "InvalidTimestamp",
        Some("clock_skew"),
    ),
    (
        |call| call.field("timestamp", "now"),
        INVALID,
        "InvalidTimestamp",
        Some("timestamp"),
    ),
    (
        |call| call.field("nonce", "abcde"),
        INVALID,
        "nonce_rejected",
        Some("nonce_too_short"),
    ),
    (
        |call| call.field("consumerKey", "nobody"),
        INVALID,
        "consumer_key_unknown",
        Some("consumer_key_unknown"),
    ),
    (
        |call| call.field("token", "nothing"),
        INVALID,
        "token_rejected",
        Some("token_unknown"),
    ),
    (
        |call| call.signature("c29tZXRoaW5nIGVsc2UsIG9mIHRoaXJ0eS10d28gYnk="),
        INVALID,
        "InvalidSignature",
        None,
    ),
];

#[tokio::test]
async fn every_mistake_in_an_envelope_is_a_login_fault_with_its_row() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for (number, (bend, message, detail, mistake)) in TABLE.iter().enumerate() {
        let answer = bend(caller.soap("getServerTime")).send().await;
        let text = answer.text();
        assert_eq!(
            (answer.status, answer.error_code().as_deref()),
            (500, Some("USER_ERROR")),
            "case {number}, {detail} {mistake:?}: {text}"
        );
        assert!(text.contains("invalidCredentialsFault"), "case {number}: {text}");
        assert!(
            text.contains(&format!("<faultstring>{message}</faultstring>")),
            "case {number}: {text}"
        );
        let row = account.last_login().await;
        assert_eq!(
            (
                row.service.0.label(),
                row.detail.as_deref(),
                row.mistake.as_deref()
            ),
            ("SOAP", Some(*detail), *mistake),
            "case {number}"
        );
    }
    assert_eq!(account.logins().await.len(), TABLE.len());
}

#[tokio::test]
async fn both_spellings_of_the_algorithm_and_space_around_the_signature_are_taken() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let underscored = caller.soap("getServerTime").algorithm("HMAC_SHA256");
    assert_eq!(underscored.send().await.status, 200);

    let mut spaced = caller.soap("getServerTime").sign();
    let text = String::from_utf8(spaced.bytes.clone()).unwrap();
    let text = text.replace("</core:signature>", "\n  </core:signature>");
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let length = head
        .lines()
        .find(|line| line.starts_with("Content-Length"))
        .unwrap();
    let head = head.replace(length, &format!("Content-Length: {}", body.len()));
    spaced.bytes = format!("{head}\r\n\r\n{body}").into_bytes();
    assert_eq!(spaced.send().await.status, 200);
}

#[tokio::test]
async fn the_server_time_is_the_accounts_clock() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let answer = caller.soap("getServerTime").send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let text = answer.text();
    assert!(
        text.contains("<platformCore:serverTime>2026-01-01T00:00:00.000Z</platformCore:serverTime>"),
        "{text}"
    );
    assert!(
        text.contains("<platformCore:status isSuccess=\"true\"/>"),
        "{text}"
    );
    assert!(
        text.contains("urn:messages_2025_2.platform.webservices.netsuite.com"),
        "{text}"
    );
}

#[tokio::test]
async fn an_operation_that_is_not_there_says_so_after_the_login() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let answer = caller.soap("asyncAddList").send().await;
    assert_eq!(answer.error_code().as_deref(), Some("UNEXPECTED_ERROR"));
    assert!(
        answer
            .text()
            .contains("Countersign does not emulate this yet: SOAP asyncAddList")
    );
    assert_eq!(
        answer.header("x-countersign"),
        Some("not-emulated; feature=SOAP asyncAddList")
    );
    assert_eq!(account.last_login().await.status, "Success");
}

#[tokio::test]
async fn what_is_no_envelope_is_a_fault_and_no_login() {
    let account = Account::ready().await;
    let server = account.listen().await;
    for body in [
        "",
        "hello",
        "<a/>",
        "<!DOCTYPE a [<!ENTITY b \"c\">]><s:Envelope/>",
        "\u{0}",
        "<s:Envelope xmlns:s=\"x\"><s:Body><get/><delete/></s:Body></s:Envelope>",
        "<s:Envelope xmlns:s=\"x\"><s:Body><get/></s:Body><s:Body><delete/></s:Body></s:Envelope>",
    ] {
        let request = format!(
            "POST /services/NetSuitePort_2025_2 HTTP/1.1\r\nHost: {}\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}",
            server.address,
            body.len()
        );
        let answer = server.send(request).await;
        assert_eq!(answer.status, 500, "{body:?}: {}", answer.text());
        assert!(answer.text().contains("unexpectedErrorFault"), "{body:?}");
    }
    assert!(account.logins().await.is_empty());
}
