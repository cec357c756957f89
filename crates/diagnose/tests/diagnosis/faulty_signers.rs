//! A little signer that errs on purpose, in every way that has a name. It shares nothing with the search: each case
//! spells out the text that was signed.

use std::collections::BTreeSet;

use crate::signer::{
    CONSUMER_KEY, CONSUMER_SECRET, Call, HOST, TOKEN, TOKEN_SECRET, base64, base64url, get, hex, hmac_sha1,
    hmac_sha256, passport, quote, sha256,
};
use countersign_diagnose::{Certainty, Group, Mistake, NonceHistory, OtherSecrets, SignatureCheck};
use countersign_protocol::Secret;

/// A mistake, and a call that was made with it.
pub(crate) fn cases() -> Vec<(&'static str, Call)> {
    let mut cases = base_strings();
    cases.extend(addresses());
    cases.extend(keys());
    cases.extend(signatures());
    cases.extend(headers());
    cases.extend(stamps());
    cases.extend(envelopes());
    cases
}

fn base_strings() -> Vec<(&'static str, Call)> {
    let form = "application/x-www-form-urlencoded";
    vec![
        (
            "sorted_before_encoding",
            get("/r?c%40=1&c2=2").signs("c2=2&c%40=1&{oauth}"),
        ),
        (
            "sorted_joined_pairs",
            get("/r?a=3&a-b=2&a1=1").signs("a-b=2&a1=1&a=3&{oauth}"),
        ),
        (
            "sorted_by_name_only",
            get("/r?id=b&id=a").signs("id=b&id=a&{oauth}"),
        ),
        (
            "values_not_sorted",
            get("/r?id=10&id=9").signs("id=9&id=10&{oauth}"),
        ),
        ("not_sorted", get("/r?z=1&a=2").signs("z=1&a=2&{oauth}")),
        ("plus_signed_literally", get("/r?q=a+b").signs("{oauth}&q=a%2Bb")),
        ("plus_for_space", get("/r?q=a%20b").signs("{oauth}&q=a+b")),
        ("value_cut_at_equals", get("/r?q=a=b").signs("{oauth}&q=a")),
        (
            "encoded_name_double_encoded",
            get("/r?a%5Bb%5D=1").signs("a%255Bb%255D=1&{oauth}"),
        ),
        ("double_encoded", get("/r?a=b%2Fc").signs("a=b%252Fc&{oauth}")),
        ("lowercase_hex", get("/r?a=b%2Fc").signs("a=b%2fc&{oauth}")),
        ("lowercase_hex", get("/r?a=b%2fc").signs("a=b%2fc&{oauth}")),
        ("reserved_not_encoded", get("/r?a=b!").signs("a=b!&{oauth}")),
        ("tilde_encoded", get("/r?a=b~").signs("a=b%7E&{oauth}")),
        ("inner_encoding_missing", get("/r?a=b%20c").signs("a=b c&{oauth}")),
        (
            "inner_encoding_missing",
            get("/r?c%40=2").signs_whole(&format!(
                "GET&{}&c@%3D2%26{{oauth}}",
                quote(&format!("https://{HOST}/r"))
            )),
        ),
        (
            "second_duplicate_dropped",
            get("/r?id=b&id=a").signs("id=b&{oauth}"),
        ),
        (
            "repeated_key_collapsed",
            get("/r?id=b&id=a").signs("id=a&{oauth}"),
        ),
        (
            "repeated_key_collapsed",
            get("/r?id=b&id=a").signs("id=b%2Ca&{oauth}"),
        ),
        (
            "empty_first_duplicate_lost",
            get("/r?a=&a=1").signs("a=1&{oauth}"),
        ),
        ("empty_param_not_signed", get("/r?a=&b=1").signs("b=1&{oauth}")),
        ("trailing_ampersand_signed", get("/r?a=1&").signs("=&a=1&{oauth}")),
        ("trailing_ampersand_signed", get("/r?").signs("=&{oauth}")),
        (
            "zero_became_empty",
            get("/r?limit=5&offset=0").signs("limit=5&{oauth}&offset="),
        ),
        ("query_not_signed", get("/r?limit=5&offset=1").signs("{oauth}")),
        (
            "some_query_not_signed",
            get("/r?script=1&deploy=2&a=3&b=4").signs("deploy=2&{oauth}&script=1"),
        ),
        (
            "extra_query_param",
            get("/r?script=1&_=77").signs("{oauth}&script=1"),
        ),
        (
            "query_in_header",
            get("/r?limit=5").sends("limit", "5").signs("limit=5&{oauth}"),
        ),
        (
            "query_in_base_uri",
            get("/r?a=1").signs_at(&format!("https://{HOST}/r?a=1"), "{oauth}"),
        ),
        (
            "query_in_base_uri_and_params",
            get("/r?a=1").signs_at(&format!("https://{HOST}/r?a=1"), "a=1&{oauth}"),
        ),
        ("realm_signed", get("/r").signs("{oauth}&realm=1234567_SB1")),
        (
            "version_signed_not_sent",
            get("/r")
                .without("oauth_version")
                .signs("{oauth}&oauth_version=1.0"),
        ),
        (
            "version_sent_not_signed",
            get("/r")
                .without("oauth_version")
                .signs("{oauth}")
                .sends("oauth_version", "1.0"),
        ),
        (
            "header_param_not_signed",
            get("/r").sends("role", "3").signs("{oauth}"),
        ),
        (
            "body_hash_not_signed",
            get("/r")
                .signs("{oauth}")
                .sends("oauth_body_hash", "2jmj7l5rSw0yVb%2FvlWAYkK%2FYBwk%3D"),
        ),
        (
            "body_hash_present",
            get("/r")
                .posts("{}", "application/json")
                .signs("oauth_body_hash=vyGp6PvFo4RvsFtPoIWeCReyIC8%3D&{oauth}"),
        ),
        (
            "json_body_signed",
            get("/r")
                .posts(r#"{"b":[1,2],"a":{"c":null}}"#, "application/json")
                .signs("a%5Bc%5D=&b%5B0%5D=1&b%5B1%5D=2&{oauth}"),
        ),
        (
            "json_body_signed",
            get("/r")
                .posts(r#"{"n":1.5,"t":true}"#, "application/json")
                .signs("n=1.5&{oauth}&t=true"),
        ),
        (
            "form_body_not_signed",
            get("/r").posts("amount=10", form).signs("{oauth}"),
        ),
        (
            "query_or_body_only",
            get("/r?a=1").posts("b=2", form).signs("b=2&{oauth}"),
        ),
        ("lowercase_method", get("/r").signs_whole("get&{uri}&{oauth}")),
        (
            "method_mismatch",
            get("/r")
                .posts("{}", "application/json")
                .signs_whole("GET&{uri}&{oauth}"),
        ),
        (
            "outer_encoding_missing",
            get("/r").signs_whole("GET&{uri}&{raw oauth}"),
        ),
    ]
}

fn addresses() -> Vec<(&'static str, Call)> {
    let at = |target: &'static str, uri: String| get(target).signs_at(&uri, "{oauth}");
    vec![
        (
            "fragment_signed",
            at("/r", format!("https://{HOST}/r#top")).written(&format!("https://{HOST}/r#top")),
        ),
        (
            "fragment_signed",
            get("/r?a=1")
                .signs("a=1%23top&{oauth}")
                .written(&format!("https://{HOST}/r?a=1#top")),
        ),
        (
            "userinfo_signed",
            at("/r", format!("https://me:pw@{HOST}/r")).written(&format!("https://me:pw@{HOST}/r")),
        ),
        ("dot_segments_removed", at("/a/../b", format!("https://{HOST}/b"))),
        (
            "path_encoded_differently",
            at("/x!y", format!("https://{HOST}/x%21y")),
        ),
        (
            "path_encoded_differently",
            at("/a%20b", format!("https://{HOST}/a b")),
        ),
        ("path_rewritten", at("/a/b", format!("https://{HOST}/a%2Fb"))),
        ("path_rewritten", at("/a/b", format!("https://{HOST}/a//b"))),
        ("path_rewritten", at("/a/b/5", format!("https://{HOST}/a/b"))),
        ("path_rewritten", at("/a/b", format!("https://{HOST}/"))),
        ("default_port_signed", at("/r", format!("https://{HOST}:443/r"))),
        (
            "port_missing",
            at("/r", "https://127.0.0.1/r".to_owned()).host("127.0.0.1:8443"),
        ),
        ("scheme_mismatch", at("/r", format!("http://{HOST}/r"))),
        (
            "host_not_lowercased",
            at("/r", "https://1234567-SB1.restlets.api.netsuite.com/r".to_owned()),
        ),
        (
            "host_mismatch",
            at("/r", "https://rest.netsuite.com/r".to_owned()),
        ),
        (
            "host_mismatch",
            at("/r", format!("https://{HOST}/r")).host("localhost:8787"),
        ),
        (
            "redirect_followed",
            at("/r", "https://system.netsuite.com/r".to_owned()).host("system.na1.netsuite.com"),
        ),
    ]
}

fn keys() -> Vec<(&'static str, Call)> {
    let key = |key: String| get("/r").signs("{oauth}").key(&key);
    let (consumer, token) = (CONSUMER_SECRET, TOKEN_SECRET);
    vec![
        (
            "secrets_swapped",
            key(format!("{}&{}", quote(token), quote(consumer))),
        ),
        ("token_secret_missing", key(format!("{}&", quote(consumer)))),
        (
            "request_secret_missing",
            get("/rest/accesstoken")
                .signs("{oauth}")
                .key(&format!("{}&", quote(consumer))),
        ),
        ("consumer_secret_missing", key(format!("&{}", quote(token)))),
        ("key_consumer_only", key(consumer.to_owned())),
        ("key_without_ampersand", key(format!("{consumer}{token}"))),
        ("secrets_not_encoded", key(format!("{consumer}&{token}"))),
        (
            "key_double_encoded",
            key(quote(&format!("{}&{}", quote(consumer), quote(token)))),
        ),
        (
            "secret_has_whitespace",
            key(format!("{}&{}%0A", quote(consumer), quote(token))),
        ),
        (
            "secret_has_whitespace",
            key(format!("%20{}&{}", quote(consumer), quote(token))),
        ),
        (
            "secret_in_quotes",
            key(format!("%22{}%22&{}", quote(consumer), quote(token))),
        ),
        (
            "secret_cut_short",
            key(format!("{}&{}", quote(&consumer[1..]), quote(token))),
        ),
        ("token_id_as_secret", key(format!("{}&{TOKEN}", quote(consumer)))),
        (
            "consumer_key_as_secret",
            key(format!("{CONSUMER_KEY}&{}", quote(token))),
        ),
        (
            "secrets_of_other_connection",
            key(format!("{}&other-token-secret", quote(consumer))),
        ),
        ("wrong_token_secret", key("x&y".to_owned())),
        ("wrong_consumer_secret", key("x&y".to_owned())),
        ("tampered", key("x&y".to_owned())),
        ("nonce_recomputed", key("x&y".to_owned())),
        ("nonce_burn", key("x&y".to_owned())),
    ]
}

fn signatures() -> Vec<(&'static str, Call)> {
    let written = |write: fn(&[u8]) -> String| get("/r").signs("{oauth}").writes(write);
    vec![
        ("hex_digest", written(hex)),
        (
            "base64_of_hex",
            written(|digest| quote(&base64(hex(digest).as_bytes()))),
        ),
        ("base64url", written(|digest| quote(&base64url(digest)))),
        (
            "no_padding",
            written(|digest| quote(base64(digest).trim_end_matches('='))),
        ),
        (
            "plus_became_space",
            written(|digest| quote(&base64(digest).replace('+', " "))),
        ),
        (
            "signature_double_encoded",
            written(|digest| quote(&quote(&base64(digest)))),
        ),
        (
            "signature_newline",
            written(|digest| quote(&format!("{}\n", base64(digest)))),
        ),
        ("signature_not_encoded", written(base64)),
        ("signature_unreadable", written(|_| "not-a-digest".to_owned())),
        ("sha1_computed", get("/r").signs("{oauth}").hashes(hmac_sha1)),
        (
            "sha512_computed",
            get("/r").signs("{oauth}").hashes(|_, _| vec![7; 64]),
        ),
        (
            "not_hmac",
            get("/r").signs("{oauth}").hashes(|_, base| sha256(base)),
        ),
        (
            "not_hmac",
            get("/r")
                .signs("{oauth}")
                .hashes(|key, base| sha256(&[base, key].concat())),
        ),
        (
            "hmac_args_swapped",
            get("/r")
                .signs("{oauth}")
                .hashes(|key, base| hmac_sha256(base, key)),
        ),
    ]
}

fn headers() -> Vec<(&'static str, Call)> {
    let right = || get("/r").signs("{oauth}");
    let without = |name: &'static str| right().without(name);
    let replaced = |name: &'static str, value: &'static str| right().without(name).sends(name, value);
    vec![
        ("no_header", right().headers(&[])),
        (
            "two_headers",
            right().headers(&["OAuth a=\"b\"", "OAuth a=\"b\""]),
        ),
        ("nlauth", right().headers(&["NLAuth nlauth_account=1"])),
        ("bearer", right().headers(&["Bearer eyJhbGciOi"])),
        ("other_scheme", right().headers(&["Basic YTpi"])),
        (
            "curly_quotes",
            right().headers(&["OAuth realm=\u{201c}1\u{201d}"]),
        ),
        ("header_syntax", right().headers(&["OAuth realm='1'"])),
        ("request_malformed", right().host("a b")),
        (
            "secret_sent",
            get(&format!("/r?secret={}", quote(CONSUMER_SECRET)))
                .signs(&format!("{{oauth}}&secret={}", quote(CONSUMER_SECRET))),
        ),
        ("ambiguous", right().with_cookie()),
        ("duplicate_parameter", right().sends("oauth_nonce", "abcdefgh")),
        ("empty_parameter", replaced("oauth_token", "")),
        ("empty_oauth_signature", right().writes(|_| String::new())),
        ("missing_oauth_consumer_key", without("oauth_consumer_key")),
        ("missing_oauth_token", without("oauth_token")),
        (
            "missing_oauth_signature_method",
            without("oauth_signature_method"),
        ),
        ("missing_oauth_timestamp", without("oauth_timestamp")),
        ("missing_oauth_nonce", without("oauth_nonce")),
        ("missing_oauth_signature", right().without_signature()),
        ("version", replaced("oauth_version", "1.0a")),
        ("algorithm", replaced("oauth_signature_method", "HMACSHA256")),
        ("realm_missing", right().realm(None)),
        ("realm_lowercase", right().realm(Some("1234567_sb1"))),
        ("realm_hyphen", right().realm(Some("1234567-SB1"))),
        ("realm_host_mismatch", right().realm(Some("1234567"))),
        ("realm_other_account", right().realm(Some("7654321"))),
    ]
}

fn stamps() -> Vec<(&'static str, Call)> {
    let at = |timestamp: &'static str| {
        get("/r")
            .without("oauth_timestamp")
            .sends("oauth_timestamp", timestamp)
            .signs("{oauth}")
    };
    let nonce = |nonce: &'static str| {
        get("/r")
            .without("oauth_nonce")
            .sends("oauth_nonce", nonce)
            .signs("{oauth}")
    };
    let used = |same_header| NonceHistory::Used {
        at: Some(1_699_999_990),
        same_header,
        answer: Some("429"),
    };
    vec![
        ("timestamp_milliseconds", at("1700000000123")),
        ("timestamp_timezone", at("1699992800")),
        ("clock_skew", at("1699999000")),
        ("timestamp", at("1.7e9")),
        (
            "timestamp_recomputed",
            get("/r")
                .signs("{oauth}")
                .resends("oauth_timestamp", "1700000002"),
        ),
        ("nonce_too_short", nonce("abc")),
        ("empty_nonce", nonce("")),
        ("header_reused", get("/r").signs("{oauth}").seen(used(Some(true)))),
        ("nonce_replay", get("/r").signs("{oauth}").seen(used(Some(false)))),
    ]
}

fn envelopes() -> Vec<(&'static str, Call)> {
    let account = "1234567_SB1";
    let values = format!("{CONSUMER_KEY}&{TOKEN}&abcdefghij&1700000000");
    let as_header = "POST&https%3A%2F%2F1234567-sb1.restlets.api.netsuite.com%2Fservices%2FNetSuitePort_2025_2&\
        oauth_consumer_key%3Dc0ffee0123456789%26oauth_nonce%3Dabcdefghij%26oauth_signature_method%3DHMAC-SHA256%26\
        oauth_timestamp%3D1700000000%26oauth_token%3Ddecade9876543210%26oauth_version%3D1.0";
    let sent = |base: String| passport(account, &base, "");
    vec![
        ("account_form_signed", sent(format!("1234567_sb1&{values}"))),
        ("soap_signed_as_http", sent(as_header.to_owned())),
        (
            "soap_signed_as_http",
            get("/r").signs_whole(&format!("{account}&{values}")),
        ),
        (
            "passport_values_encoded",
            sent(quote(&format!("{account}&{values}"))),
        ),
        (
            "passport_joined_otherwise",
            sent(format!("{account}&{CONSUMER_KEY}&{TOKEN}&1700000000&abcdefghij")),
        ),
        (
            "ambiguous",
            passport(
                account,
                &format!("{account}&{values}"),
                "<applicationInfo><applicationId>A</applicationId></applicationInfo>",
            ),
        ),
        (
            "two_passports",
            passport(account, &format!("{account}&{values}"), "<tokenPassport/>"),
        ),
        (
            "missing_account",
            passport("", &format!("{account}&{values}"), "")
                .envelope(|envelope| envelope.replace("<account></account>", "")),
        ),
        (
            "realm_lowercase",
            passport("1234567_sb1", &format!("1234567_sb1&{values}"), ""),
        ),
        (
            "stale_vendor_example",
            sent(format!("x{values}"))
                .envelope(|envelope| envelope.replace("abcdefghij", "fjaLirsIcCGVZWzBX0pg")),
        ),
    ]
}

/// Certain only where somebody else's calls prove it, or not at all.
const NOT_PROVED: [&str; 9] = [
    "wrong_token_secret",
    "wrong_consumer_secret",
    "tampered",
    "nonce_recomputed",
    "nonce_burn",
    "timestamp_timezone",
    "clock_skew",
    "sha512_computed",
    "stale_vendor_example",
];

#[test]
fn every_mistake_of_a_signer_is_named() {
    let other = Secret::new("other-token-secret");
    let others = [OtherSecrets {
        name: "Staging",
        consumer_secret: None,
        token_secret: Some(&other),
    }];
    let mut named = BTreeSet::new();
    let mut wrong = Vec::new();
    for (mistake, call) in cases() {
        let diagnosis = call.diagnosed(&others);
        let findings: Vec<_> = diagnosis
            .findings
            .iter()
            .map(|finding| (finding.mistake.id(), finding.certainty))
            .collect();
        for finding in &diagnosis.findings {
            let sentences = [finding.cause.as_str(), finding.fix.sentence];
            assert!(
                sentences.iter().all(|sentence| sentence.ends_with('.')),
                "{finding:?}"
            );
        }
        let within = if call.has_wrong_key() { 5 } else { 3 };
        let found = findings.iter().position(|(id, _)| *id == mistake);
        let proved = !NOT_PROVED.contains(&mistake);
        if found.is_some_and(|at| at < within && (findings[at].1 == Certainty::Proved) == proved) {
            named.insert(mistake);
        } else {
            wrong.push(format!(
                "{mistake}: {findings:?}, {:?}, {} tried",
                diagnosis.signature, diagnosis.tried
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let of_a_call =
        |mistake: &&Mistake| !matches!(mistake.group(), Group::State | Group::Flow | Group::Password);
    let unnamed: Vec<_> = Mistake::ALL
        .iter()
        .filter(of_a_call)
        .filter(|mistake| !named.contains(mistake.id()))
        .collect();
    assert!(unnamed.is_empty(), "no case for {unnamed:?}");
}

#[test]
fn two_mistakes_made_together_are_both_named() {
    let (consumer, token) = (quote(CONSUMER_SECRET), quote(TOKEN_SECRET));
    let newline = format!("{consumer}&{token}%0A");
    for (first, second, call) in [
        (
            "query_not_signed",
            "secret_has_whitespace",
            get("/r?a=1").signs("{oauth}").key(&newline),
        ),
        (
            "query_not_signed",
            "hex_digest",
            get("/r?a=1").signs("{oauth}").writes(hex),
        ),
        (
            "plus_for_space",
            "sorted_before_encoding",
            get("/r?c%40=a%20b&c2=2").signs("c2=2&c%40=a+b&{oauth}"),
        ),
        (
            "realm_signed",
            "not_hmac",
            get("/r")
                .signs("{oauth}&realm=1234567_SB1")
                .hashes(|_, base| sha256(base)),
        ),
        (
            "sha1_computed",
            "secrets_swapped",
            get("/r")
                .signs("{oauth}")
                .key(&format!("{token}&{consumer}"))
                .hashes(hmac_sha1),
        ),
    ] {
        let diagnosis = call.diagnosed(&[]);
        let finding = |id: &str| {
            diagnosis
                .findings
                .iter()
                .find(|finding| finding.mistake.id() == id)
        };
        let (one, other) = (finding(first).unwrap(), finding(second).unwrap());
        assert!(one.together_with.contains(&other.mistake) && other.together_with.contains(&one.mistake));
        assert!(one.certainty == Certainty::Proved && other.certainty == Certainty::Proved);
    }
}

#[test]
fn a_secret_that_other_calls_prove_right_is_not_suspected() {
    let diagnosis = get("/r")
        .signs("{oauth}")
        .key("x&y")
        .with_proved_consumer_secret()
        .diagnosed(&[]);
    let named: Vec<_> = diagnosis
        .findings
        .iter()
        .map(|finding| (finding.mistake, finding.certainty))
        .collect();
    assert_eq!(
        named.first(),
        Some(&(Mistake::WrongTokenSecret, Certainty::Likely))
    );
    assert!(
        named
            .iter()
            .all(|(mistake, _)| *mistake != Mistake::WrongConsumerSecret)
    );
}

#[test]
fn without_secrets_only_what_can_be_seen_is_named() {
    let unknown = get("/r?a=1").signs("{oauth}").without_secrets();
    let diagnosis = unknown.diagnosed(&[]);
    assert_eq!(
        (diagnosis.signature, diagnosis.findings.len()),
        (SignatureCheck::SecretsUnknown, 0)
    );
    let hashed = get("/r")
        .signs("{oauth}")
        .without_secrets()
        .hashes(|_, base| sha256(base));
    assert_eq!(hashed.diagnosed(&[]).findings[0].mistake, Mistake::NotHmac);
}

#[test]
fn a_request_too_large_to_search_says_so() {
    let target = format!("/r?a={}", "x".repeat(9000));
    let diagnosis = get(&target).signs("{oauth}").diagnosed(&[]);
    assert_eq!(
        (diagnosis.signature, diagnosis.tried),
        (SignatureCheck::TooLarge, 0)
    );
}

#[test]
fn of_a_request_so_large_that_not_all_was_tried_nothing_is_ruled_out() {
    let small = get("/r?a=1").signs("a=1&{oauth}").key("x&y").diagnosed(&[]);
    assert!(!small.is_cut_short && small.ruled_out.contains(&Mistake::QueryNotSigned));
    assert!(
        small
            .undecided()
            .unwrap()
            .contains("other mistakes are ruled out")
    );
    let query: Vec<String> = (0..80)
        .map(|number| format!("a{number:02}={}", "x".repeat(80)))
        .collect();
    let target = format!("/r?{}", query.join("&"));
    let large = get(&target).signs("{oauth}&z=1").key("x&y").diagnosed(&[]);
    assert_eq!(large.signature, SignatureCheck::Unexplained);
    assert!(large.is_cut_short && large.tried > 50, "{}", large.tried);
    assert_eq!(large.ruled_out, []);
    let said = large.undecided().unwrap();
    assert!(
        said.contains("Not every other mistake could be looked for") && !said.contains("ruled out"),
        "{said}"
    );
}

#[test]
fn what_the_records_say_is_told_beside_what_the_signature_says() {
    let call = get("/r?a=1")
        .signs("{oauth}")
        .with_records(&[Mistake::TokenRevoked]);
    let named: Vec<_> = call
        .diagnosed(&[])
        .findings
        .iter()
        .map(|finding| finding.mistake)
        .collect();
    assert_eq!(named, [Mistake::TokenRevoked, Mistake::QueryNotSigned]);
}

#[test]
fn an_identifier_that_the_secrets_do_not_belong_to_is_named() {
    let white_space = format!("{CONSUMER_KEY} ");
    let short = TOKEN.get(1..).unwrap();
    for (name, sent, mistake, certainty) in [
        (
            "oauth_consumer_key",
            "f00d012345678901",
            Mistake::ConsumerKeyUnknown,
            Certainty::Likely,
        ),
        (
            "oauth_consumer_key",
            &white_space,
            Mistake::ConsumerKeyUnknown,
            Certainty::Proved,
        ),
        (
            "oauth_consumer_key",
            "{{consumerKey}}",
            Mistake::ConsumerKeyUnknown,
            Certainty::Proved,
        ),
        (
            "oauth_token",
            "f00d012345678901",
            Mistake::TokenUnknown,
            Certainty::Likely,
        ),
        (
            "oauth_token",
            "undefined",
            Mistake::TokenUnknown,
            Certainty::Proved,
        ),
        ("oauth_token", short, Mistake::TokenUnknown, Certainty::Proved),
    ] {
        let call = get("/r").without(name).sends(name, &quote(sent)).signs("{oauth}");
        let diagnosis = call.diagnosed(&[]);
        let named: Vec<_> = diagnosis
            .findings
            .iter()
            .map(|found| (found.mistake, found.certainty))
            .collect();
        assert_eq!(named, [(mistake, certainty)], "{sent}");
        assert_eq!(diagnosis.signature, SignatureCheck::Right, "{sent}");
    }
    let swapped = get("/r").without("oauth_consumer_key").without("oauth_token");
    let swapped = swapped
        .sends("oauth_consumer_key", TOKEN)
        .sends("oauth_token", CONSUMER_KEY);
    let findings = swapped.signs("{oauth}").diagnosed(&[]).findings;
    assert!(
        findings[0].cause.contains("in the other's place"),
        "{}",
        findings[0].cause
    );
    assert_eq!(findings.len(), 1);
}

#[test]
fn a_query_in_the_header_is_named_before_what_follows_from_it() {
    for (target, value, follows) in [
        ("/r?a=", "", Mistake::EmptyParameter),
        ("/r?a=1&a=2", "1", Mistake::DuplicateParameter),
    ] {
        let call = get(target).signs("a=&{oauth}").sends("a", value);
        let call = if value.is_empty() {
            call
        } else {
            call.sends("a", "2")
        };
        let findings = call.diagnosed(&[]).findings;
        let named: Vec<_> = findings.iter().map(|found| found.mistake).collect();
        assert_eq!(named, [Mistake::QueryInHeader, follows], "{target}");
    }
}
