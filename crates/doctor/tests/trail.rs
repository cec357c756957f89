//! What other programs do wrong, done to a real account: the word in its trail is explained, with the path that mends it.
#![expect(clippy::unwrap_used, reason = "a test ends at its first surprise")]

use countersign_doctor::{Cause, Findings};
use countersign_testkit::{Account, Application, Blueprint, Call, Server, Storage};

const CUSTOMER: &str = "/services/rest/record/v1/customer";
const INTEGRATIONS: &str = "Setup > Integration > Manage Integrations";

async fn stage(blueprint: Blueprint) -> (Account, Server) {
    let account = Account::with(blueprint).await;
    let server = account.listen().await;
    (account, server)
}

/// What the doctor makes of the newest refusal: by the account's own name for it, and by the word that NetSuite has.
async fn explained(account: &Account) -> (Cause, Vec<&'static str>) {
    let row = account.last_login().await;
    assert!(row.mistake.is_some(), "{row:?}");
    let named = Findings::of_word(row.mistake.as_deref().unwrap());
    assert_eq!(named.len(), 1, "{named:?}");
    let by_word = Findings::of_word(row.detail.as_deref().unwrap_or_default());
    let codes = by_word.iter().map(|cause| cause.code).collect();
    (named.into_iter().next().unwrap(), codes)
}

/// What is signed or sent otherwise than it should be, its name, and how its path begins where there is one to click.
type Bend = fn(Call) -> Call;
const BENT: &[(&str, Bend, &str, &str)] = &[
    ("?limit=1", |call| signed(call, ""), "query_not_signed", ""),
    (
        "?q=a+b",
        |call| signed(call, "?q=a%2Bb"),
        "plus_signed_literally",
        "",
    ),
    (
        "?q=a%20b",
        |call| signed(call, "?q=a%2520b"),
        "double_encoded",
        "",
    ),
    (
        "?id=b&id=a",
        |call| signed(call, "?id=b"),
        "second_duplicate_dropped",
        "",
    ),
    (
        "",
        |call| call.signed_as("http://rest.netsuite.com/services/rest/record/v1/customer"),
        "host_mismatch",
        "Setup > Company > Company Information > Company URLs",
    ),
    (
        "",
        |call| call.oauth("oauth_signature_method", "HMAC-SHA1"),
        "algorithm",
        "",
    ),
    ("", |call| call.seconds_off(-3600), "timestamp_timezone", ""),
    ("", |call| call.seconds_off(1000), "clock_skew", ""),
    (
        "",
        |call| call.oauth("oauth_timestamp", "1795323600250"),
        "timestamp_milliseconds",
        "",
    ),
    (
        "",
        |call| call.oauth("oauth_nonce", "abcde"),
        "nonce_too_short",
        "",
    ),
    ("", |call| call.oauth("oauth_nonce", ""), "empty_nonce", ""),
    (
        "",
        |call| call.rewrite(|header| format!("{header}, oauth_nonce=\"abcdefgh\"")),
        "duplicate_parameter",
        "",
    ),
    (
        "",
        |call| call.without("oauth_token"),
        "missing_oauth_token",
        "Setup > Users/Roles > Access Tokens",
    ),
    (
        "",
        |call| call.realm("7654321"),
        "realm_other_account",
        "Setup > Company > Company Information",
    ),
];

fn signed(call: Call, query: &str) -> Call {
    call.signed_as(&format!("http://localhost{CUSTOMER}{query}"))
}

#[tokio::test]
async fn what_is_signed_otherwise_than_sent_is_named_with_what_mends_it() {
    let (account, server) = stage(Blueprint::default()).await;
    let caller = server.caller(&account.application());
    for (query, bend, mistake, begins) in BENT {
        let call = caller.get(&format!("{CUSTOMER}{query}")).host("localhost");
        let refused = bend(call).send().await;
        assert!(
            (400..402).contains(&refused.status),
            "{mistake}: {}",
            refused.status
        );
        let (cause, _) = explained(&account).await;
        assert_eq!(cause.code, *mistake);
        let path = cause.path.unwrap_or_default();
        assert!(path.starts_with(begins), "{mistake}: {path}");
        assert!(cause.fix.is_some(), "{mistake}");
        account.clock.advance(std::time::Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_json_body_that_is_signed_and_a_header_that_is_sent_twice_are_named() {
    let (account, server) = stage(Blueprint::default()).await;
    let caller = server.caller(&account.application());
    let form = "application/x-www-form-urlencoded";
    let call = caller
        .call("POST", CUSTOMER)
        .body(form, r#"{"companyName":"Quay"}"#);
    let text = String::from_utf8(call.sign().bytes).unwrap();
    let sent = server.send(text.replace(form, "application/json")).await;
    assert_eq!(sent.status, 401);
    assert_eq!(explained(&account).await.0.code, "json_body_signed");
    let call = caller.get(CUSTOMER).sign();
    assert_eq!(call.send().await.status, 200);
    assert_eq!(call.send().await.status, 401);
    let (cause, by_word) = explained(&account).await;
    assert_eq!(cause.code, "nonce_replay");
    assert!(by_word.contains(&"header_reused"), "{by_word:?}");
}

#[tokio::test]
async fn secrets_that_were_pasted_wrongly_are_told_from_wrong_ones() {
    let (account, server) = stage(Blueprint::default()).await;
    let tokens = "Setup > Users/Roles > Access Tokens";
    type Spoil = fn(&mut Application);
    let spoilt: &[(Spoil, &str, &str)] = &[
        (
            |own| std::mem::swap(&mut own.consumer_secret, &mut own.token_secret),
            "secrets_swapped",
            "",
        ),
        (|own| own.token_secret.push('\n'), "secret_has_whitespace", ""),
        (|own| own.token_secret.clear(), "token_secret_missing", ""),
        (
            |own| own.consumer_key = "0".repeat(64),
            "consumer_key_unknown",
            INTEGRATIONS,
        ),
    ];
    // The account has seen the right secrets, and so can tell which of the two is wrong.
    let right = server.caller(&account.application()).get(CUSTOMER).send().await;
    assert_eq!(right.status, 200);
    for (spoil, mistake, begins) in spoilt {
        let mut application = account.application();
        spoil(&mut application);
        assert_eq!(server.caller(&application).get(CUSTOMER).send().await.status, 401);
        let (cause, _) = explained(&account).await;
        assert_eq!(cause.code, *mistake);
        let path = cause.path.unwrap_or_default();
        assert!(path.starts_with(begins), "{mistake}: {path}");
    }
    // Of one that is simply another nothing is proved, and both remain.
    let mut wrong = account.application();
    wrong.token_secret = "0".repeat(64);
    assert_eq!(server.caller(&wrong).get(CUSTOMER).send().await.status, 401);
    let row = account.last_login().await;
    assert_eq!(row.mistake, None);
    let remain = Findings::of_word(&row.detail.unwrap());
    let path = |code| {
        let cause = remain.iter().find(|cause| cause.code == code);
        cause.and_then(|cause| cause.path).unwrap_or_default()
    };
    assert!(path("wrong_token_secret").starts_with(tokens), "{remain:?}");
    assert!(
        path("wrong_consumer_secret").ends_with("Reset Credentials"),
        "{remain:?}"
    );
}

#[tokio::test]
async fn an_address_that_the_rules_do_not_allow_is_named() {
    let (account, server) = stage(Blueprint {
        storage: Storage::Folder,
        ..Blueprint::default()
    })
    .await;
    account
        .change_elsewhere("UPDATE entity SET inherit_ip_rules = 0, ip_rules = '198.51.100.7'")
        .await;
    let refused = server.caller(&account.application()).get(CUSTOMER).send().await;
    assert_eq!(refused.status, 401);
    let (cause, by_word) = explained(&account).await;
    assert_eq!(cause.code, "ip_rule");
    assert!(by_word.contains(&"ip_rule"), "{by_word:?}");
    let path = cause.path.unwrap();
    assert!(path.contains("Access") || path.contains("Allowed IP"), "{path}");
}

#[tokio::test]
async fn what_goes_wrong_in_the_authorization_flow_is_named() {
    let (account, server) = stage(Blueprint {
        storage: Storage::Folder,
        ..Blueprint::default()
    })
    .await;
    let nobody = Application {
        token_id: String::new(),
        token_secret: String::new(),
        ..account.application()
    };
    let caller = server.caller(&nobody);
    let call = |path: &str| {
        let call = caller.call("POST", path).without("oauth_token");
        call.header("Content-Length", "0")
    };
    let first = |callback: &str| call("/rest/requesttoken").oauth("oauth_callback", callback);
    let third = || call("/rest/accesstoken").oauth("oauth_token", "nobodys");
    let elsewhere = "https://elsewhere.example/back";
    for (sql, call, mistake, begins) in [
        ("", first(elsewhere), "flow_not_enabled", INTEGRATIONS),
        (
            "UPDATE integration SET authorization_flow = 1, callback_url = 'https://here.example/back'",
            first(elsewhere),
            "callback_mismatch",
            INTEGRATIONS,
        ),
        (
            "",
            first(elsewhere).without("oauth_callback"),
            "callback_missing",
            "",
        ),
        ("", third(), "verifier_missing", ""),
        (
            "",
            third().oauth("oauth_verifier", "x"),
            "request_token_unknown",
            "",
        ),
        (
            "UPDATE integration SET state = 'Blocked'",
            first("https://here.example/back"),
            "integration_blocked",
            INTEGRATIONS,
        ),
    ] {
        account.change_elsewhere(sql).await;
        let refused = call.send().await;
        assert!((400..500).contains(&refused.status), "{}", refused.status);
        let (cause, _) = explained(&account).await;
        assert_eq!(cause.code, mistake);
        let path = cause.path.unwrap_or_default();
        assert!(
            path.starts_with(begins) && cause.fix.is_some(),
            "{mistake}: {path}"
        );
        account.clock.advance(std::time::Duration::from_secs(1));
    }
}
