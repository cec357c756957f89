//! Every mistake a caller can make in a header: the status and code each service answers with, and what the Login
//! Audit Trail says.

use countersign_testkit::{Account, Call};

type Bend = fn(Call) -> Call;
/// What REST answers, and what a RESTlet answers.
type Public = ((u16, &'static str), (u16, &'static str));

const FAILED: Public = ((401, "INVALID_LOGIN"), (401, "INVALID_LOGIN_ATTEMPT"));
const MALFORMED: Public = ((400, "INVALID_REQUEST"), (400, "INVALID_REQUEST"));
const REJECTED: Public = ((400, "INVALID_REQUEST"), (401, "INVALID_LOGIN_ATTEMPT"));
const UNACCEPTABLE: Public = ((401, "INVALID_LOGIN"), (400, "INVALID_REQUEST"));
const PASSWORD: Public = ((401, "INVALID_LOGIN"), (401, "INVALID_LOGIN_CREDENTIALS"));

const MISSING: &str = "MissingTokenPassportRequiredFields";

/// How the call is bent, the public answer, the Detail word, the id of the mistake.
const TABLE: &[(Bend, Public, &str, Option<&str>)] = &[
    // One way of logging in.
    (|call| call.authorization(""), FAILED, MISSING, Some("no_header")),
    (two_headers, FAILED, "(ambiguous)", Some("two_headers")),
    (joined_headers, FAILED, "(ambiguous)", Some("two_headers")),
    (
        |call| call.header("Cookie", "a=b; JSESSIONID=0123"),
        FAILED,
        "(ambiguous)",
        Some("ambiguous"),
    ),
    (nlauth, PASSWORD, "(not TBA)", Some("nlauth")),
    (
        |call| call.authorization("Bearer eyJhbGciOi"),
        FAILED,
        "(not TBA)",
        Some("bearer"),
    ),
    (
        |call| call.authorization("Basic YTpi"),
        FAILED,
        "(not TBA)",
        Some("other_scheme"),
    ),
    // A header that can be read.
    (unquoted, MALFORMED, "parameter_rejected", Some("header_syntax")),
    (unclosed, MALFORMED, "parameter_rejected", Some("header_syntax")),
    (ampersands, MALFORMED, "parameter_rejected", Some("header_syntax")),
    (
        curly_quotes,
        MALFORMED,
        "parameter_rejected",
        Some("curly_quotes"),
    ),
    (
        doubled,
        REJECTED,
        "parameter_rejected",
        Some("duplicate_parameter"),
    ),
    (
        also_in_query,
        REJECTED,
        "parameter_rejected",
        Some("duplicate_parameter"),
    ),
    (
        |call| call.oauth("oauth_nonce", ""),
        REJECTED,
        "parameter_rejected",
        Some("empty_nonce"),
    ),
    (
        |call| call.oauth("oauth_timestamp", ""),
        MALFORMED,
        "parameter_rejected",
        Some("timestamp"),
    ),
    // Nothing missing.
    (
        |call| call.without("oauth_consumer_key"),
        FAILED,
        MISSING,
        Some("missing_oauth_consumer_key"),
    ),
    (
        |call| call.without("oauth_token"),
        FAILED,
        MISSING,
        Some("missing_oauth_token"),
    ),
    (
        |call| call.without("oauth_signature_method"),
        FAILED,
        MISSING,
        Some("missing_oauth_signature_method"),
    ),
    (
        |call| call.without("oauth_timestamp"),
        FAILED,
        MISSING,
        Some("missing_oauth_timestamp"),
    ),
    (
        |call| call.without("oauth_nonce"),
        FAILED,
        MISSING,
        Some("missing_oauth_nonce"),
    ),
    (unsigned, FAILED, MISSING, Some("missing_oauth_signature")),
    // Version and method.
    (
        |call| call.oauth("oauth_version", "2.0"),
        UNACCEPTABLE,
        "VersionRejected",
        Some("version"),
    ),
    (
        |call| call.oauth("oauth_signature_method", "HMAC-SHA1"),
        UNACCEPTABLE,
        "UnknownAlgorithm",
        Some("algorithm"),
    ),
    (
        |call| call.oauth("oauth_signature_method", "PLAINTEXT"),
        UNACCEPTABLE,
        "UnknownAlgorithm",
        Some("algorithm"),
    ),
    // The account that is meant.
    (
        |call| call.realm(None),
        FAILED,
        "(login failure)",
        Some("realm_missing"),
    ),
    (
        |call| call.realm("1234567-sb1"),
        FAILED,
        "(login failure)",
        Some("realm_hyphen"),
    ),
    (
        |call| call.realm("1234567_sb1"),
        FAILED,
        "(login failure)",
        Some("realm_lowercase"),
    ),
    (
        |call| call.realm("7654321"),
        FAILED,
        "(login failure)",
        Some("realm_other_account"),
    ),
    // Timestamp and nonce.
    (
        |call| call.oauth("oauth_timestamp", "-1700000000"),
        UNACCEPTABLE,
        "InvalidTimestamp",
        Some("timestamp"),
    ),
    (
        |call| call.oauth("oauth_timestamp", "1767225600000"),
        UNACCEPTABLE,
        "InvalidTimestamp",
        Some("timestamp_milliseconds"),
    ),
    (
        |call| call.seconds_off(-2 * 3600),
        UNACCEPTABLE,
        "InvalidTimestamp",
        Some("timestamp_timezone"),
    ),
    (
        |call| call.seconds_off(421),
        UNACCEPTABLE,
        "InvalidTimestamp",
        Some("clock_skew"),
    ),
    (
        |call| call.oauth("oauth_nonce", "abcde"),
        FAILED,
        "nonce_rejected",
        Some("nonce_too_short"),
    ),
    // Who calls.
    (
        |call| call.oauth("oauth_consumer_key", "nobody"),
        FAILED,
        "consumer_key_unknown",
        Some("consumer_key_unknown"),
    ),
    (
        |call| call.oauth("oauth_token", "nothing"),
        FAILED,
        "token_rejected",
        Some("token_unknown"),
    ),
    (Call::badly_signed, FAILED, "InvalidSignature", None),
    (
        |call| call.signed_as("http://elsewhere.example/"),
        FAILED,
        "InvalidSignature",
        None,
    ),
];

const REST: &str = "/services/rest/record/v1/customer";
const RESTLET: &str = "/app/site/hosting/restlet.nl?script=1&deploy=1";

#[tokio::test]
async fn every_mistake_in_a_header_has_its_answer_and_its_row() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    for (number, (bend, public, detail, mistake)) in TABLE.iter().enumerate() {
        for (target, expected, service) in [(REST, public.0, "REST"), (RESTLET, public.1, "RESTlet")] {
            let answer = bend(caller.get(target)).send().await;
            let row = account.last_login().await;
            assert_eq!(
                (answer.status, answer.error_code().as_deref()),
                (expected.0, Some(expected.1)),
                "case {number}, {detail} {mistake:?}, {service}: {}",
                answer.text()
            );
            assert_eq!(
                (
                    row.service.0.label(),
                    row.status.as_str(),
                    row.detail.as_deref(),
                    row.mistake.as_deref()
                ),
                (service, "Failure", Some(*detail), *mistake),
                "case {number}"
            );
        }
    }
    let rows = account.logins().await;
    assert_eq!(
        rows.len(),
        2 * TABLE.len(),
        "one row for each refusal and none besides"
    );
}

#[tokio::test]
async fn a_reason_says_what_happened_and_where_to_mend_it() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    caller.get(REST).seconds_off(-421).send().await;
    let row = account.last_login().await;
    assert_eq!(
        row.reason.as_deref(),
        Some("the timestamp is 421 s behind the server's clock; 300 s are allowed")
    );
    assert_eq!(
        row.token_based_application_name.as_deref(),
        Some("Warehouse Sync")
    );
    assert_eq!(row.token_based_access_token_name.as_deref(), Some("Ready"));
    assert_eq!(row.user.as_deref(), Some("Ada Byron"));
    assert_eq!(row.role.as_deref(), Some("Integrator"));
    assert_eq!(row.ip_address.as_deref(), Some("127.0.0.1"));
    assert_eq!(row.consumer_key.as_deref(), Some("…ee01"));
}

#[tokio::test]
async fn a_timestamp_in_milliseconds_or_local_time_is_said_to_be_one() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    caller
        .get(REST)
        .oauth("oauth_timestamp", "1767225600000")
        .send()
        .await;
    assert_eq!(
        account.last_login().await.reason.as_deref(),
        Some("The timestamp is in milliseconds: send seconds.")
    );
    caller.get(REST).seconds_off(3600).send().await;
    let reason = account.last_login().await.reason.unwrap();
    assert!(reason.contains("local time was taken for UTC"), "{reason}");
}

#[tokio::test]
async fn no_row_can_move_a_terminals_cursor_or_forge_a_line() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let caller = server.caller(&account.application());
    let hostile = "%1B%5B2J%0Aforged%0D%00";
    for header in [
        format!("OAuth {hostile}=\"1\", {hostile}=\"2\""),
        format!("OAuth {hostile}=\"\""),
        format!("OAuth realm=\"{hostile}\", oauth_version=\"{hostile}\""),
    ] {
        caller.get(REST).authorization(&header).send().await;
    }
    for name in [
        "oauth_version",
        "oauth_signature_method",
        "oauth_timestamp",
        "oauth_nonce",
        "oauth_token",
    ] {
        caller.get(REST).oauth(name, "\u{1b}[2J\nforged\r\0").send().await;
    }
    // A character that XML does not have makes it no envelope.
    let answer = caller
        .soap("getServerTime")
        .algorithm("&#27;[2J&#10;forged")
        .send()
        .await;
    assert!(
        answer.text().contains("unexpectedErrorFault"),
        "{}",
        answer.text()
    );
    caller
        .soap("getServerTime")
        .field("timestamp", "\u{9b}2J\nforged")
        .send()
        .await;
    let rows = account.logins().await;
    assert_eq!(rows.len(), 9);
    for row in rows {
        let text = format!("{}{}", row.reason.unwrap_or_default(), row.request_uri);
        assert!(!text.contains(char::is_control), "{text:?}");
    }
}

fn two_headers(call: Call) -> Call {
    call.header("Authorization", "OAuth realm=\"1234567_SB1\"")
}

/// A proxy that folds repeated headers into one.
fn joined_headers(call: Call) -> Call {
    call.rewrite(|header| format!("{header}, {header}"))
}

fn nlauth(call: Call) -> Call {
    call.authorization("NLAuth nlauth_account=1234567_SB1, nlauth_email=a@b.example, nlauth_signature=pw")
}

fn unquoted(call: Call) -> Call {
    call.rewrite(|header| header.replace('"', ""))
}

fn unclosed(call: Call) -> Call {
    call.rewrite(|header| header.strip_suffix('"').unwrap_or(&header).to_owned())
}

fn ampersands(call: Call) -> Call {
    call.rewrite(|header| header.replace(", ", "&"))
}

fn curly_quotes(call: Call) -> Call {
    call.rewrite(|header| header.replace('"', "\u{201d}"))
}

fn doubled(call: Call) -> Call {
    call.rewrite(|header| format!("{header}, oauth_nonce=\"abcdef\""))
}

fn also_in_query(call: Call) -> Call {
    call.with_target(|target| {
        let separator = if target.contains('?') { '&' } else { '?' };
        format!("{target}{separator}oauth_timestamp=1767225600")
    })
}

fn unsigned(call: Call) -> Call {
    call.rewrite(|header| {
        let (start, _) = header.split_once(", oauth_signature=").unwrap();
        start.to_owned()
    })
}

#[tokio::test]
async fn a_path_that_cannot_be_signed_is_refused_with_its_row() {
    let account = Account::ready().await;
    let server = account.listen().await;
    let head = "GET /services/rest/record/v1/custom\u{e9}r HTTP/1.1\r\nHost: localhost\r\nAuthorization: OAuth realm=\"1\"\r\nConnection: close\r\n\r\n";
    let answer = server.send(head).await;
    assert_eq!(answer.status, 400);
    let row = account.last_login().await;
    assert_eq!(row.detail.as_deref(), Some("parameter_rejected"));
    assert_eq!(row.mistake.as_deref(), Some("request_malformed"));
}
