use super::*;
use crate::{Credentials, Secret, Signer, Stamp};
use proptest::prelude::*;

const URL: &str = "https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1/customer?limit=5&q=a+b";
const NOW: u64 = 1_700_000_000;

fn credentials() -> Credentials {
    Credentials {
        account: "1234567".parse().unwrap(),
        consumer_key: "consumer".into(),
        consumer_secret: Secret::new("cs"),
        token: "token".into(),
        token_secret: Secret::new("ts"),
    }
}

fn key() -> SigningKey {
    SigningKey::new(&Secret::new("cs"), Some(&Secret::new("ts")))
}

fn verified(request: Request<'_>, header: &str) -> bool {
    Unverified::parse(request, header, Needs::Token)
        .is_ok_and(|unverified| unverified.verify(&key(), &mut Scratch::new()).is_ok())
}

fn signed(request: &Request<'_>) -> String {
    Signer::new(&credentials()).sign(request, &Stamp::new(NOW, "abcdefghij").unwrap())
}

fn refusal(header: &str) -> Refusal {
    Unverified::parse(Request::new("GET", URL).unwrap(), header, Needs::Token).unwrap_err()
}

#[test]
fn what_is_missing_is_named() {
    let header =
        r#"OAuth oauth_consumer_key="a", oauth_timestamp="1", oauth_nonce="abcdef", oauth_signature="x""#;
    assert_eq!(
        refusal(header).to_string(),
        "oauth_token, oauth_signature_method are missing"
    );
    assert_eq!(refusal("OAuth").to_string().matches("oauth_").count(), 6);
}

#[test]
fn other_versions_and_algorithms_are_refused_by_name() {
    let header = signed(&Request::new("GET", URL).unwrap());
    assert_eq!(
        refusal(&header.replace("\"1.0\"", "\"1.0a\"")),
        Refusal::Version("1.0a".into())
    );
    for method in [
        "HMAC-SHA1",
        "HMAC-SHA512",
        "PLAINTEXT",
        "RSA-SHA1",
        "HMAC_SHA256",
        "hmac-sha256",
    ] {
        assert_eq!(
            refusal(&header.replace("HMAC-SHA256", method)),
            Refusal::Algorithm(method.into())
        );
    }
}

#[test]
fn a_parameter_in_the_header_and_in_the_query_is_sent_twice() {
    for url in [
        "https://a.example/?oauth_nonce=abcdefghij",
        "https://a.example/?%6fauth%5Fnonce=x",
    ] {
        let request = Request::new("GET", url).unwrap();
        let header = signed(&request);
        let refused = Unverified::parse(request, &header, Needs::Token).unwrap_err();
        assert_eq!(
            refused,
            Refusal::Parameter(HeaderError::Doubled("oauth_nonce".into()))
        );
    }
    let request = Request::new("GET", "https://a.example/?oauth_note=50%2525").unwrap();
    assert!(verified(request, &signed(&request)));
}

#[test]
fn a_timestamp_300_seconds_off_is_accepted_and_301_is_not() {
    let check = |timestamp: i64| check_stamp(&timestamp.to_string(), "abcdef", NOW as i64);
    assert_eq!(check(NOW as i64 - 300), Ok(NOW as i64 - 300));
    assert_eq!(check(NOW as i64 + 300), Ok(NOW as i64 + 300));
    assert_eq!(check(NOW as i64 - 301), Err(Refusal::TimestampSkew(-301)));
    assert_eq!(check(NOW as i64 + 301), Err(Refusal::TimestampSkew(301)));
}

#[test]
fn a_timestamp_that_is_not_a_plain_number_is_refused() {
    for timestamp in [
        "-1700000000",
        "+1700000000",
        "1700000000 ",
        " 1700000000",
        "0x6553f100",
        "1.7e9",
        "1700000000.0",
        "99999999999999999999",
        "01700000000",
        "0",
        "",
        "now",
        "\u{661}\u{667}",
    ] {
        let refused = check_stamp(timestamp, "abcdef", NOW as i64);
        assert_eq!(
            refused,
            Err(Refusal::TimestampForm(timestamp.to_owned())),
            "{timestamp}"
        );
    }
}

#[test]
fn a_nonce_is_counted_in_characters_and_needs_six() {
    assert_eq!(
        check_stamp("1700000000", "abc12", NOW as i64),
        Err(Refusal::NonceTooShort(5))
    );
    assert!(check_stamp("1700000000", "\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}\u{e9}", NOW as i64).is_ok());
}

#[test]
fn a_signature_sent_without_encoding_is_refused() {
    let request = Request::new("GET", URL).unwrap();
    let header = signed(&request);
    assert!(verified(request, &header));
    assert!(!verified(request, &header.replace("%3D\"", "=\"")));
}

proptest! {
    #[test]
    fn what_is_signed_verifies(
        path in "(/[a-zA-Z0-9!%;:,._~-]{0,8}){0,4}",
        query in "[a-zA-Z0-9%+&=~!*'()/?\\[\\]._é-]{0,60}",
        body in "[a-z0-9%+&=]{0,40}",
        port in prop::option::of(1..65535u16),
    ) {
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let url = format!("https://a.example{port}{path}?{query}");
        let form = Some("application/x-www-form-urlencoded");
        let request = Request::new("POST", &url).unwrap().with_body(form, body.as_bytes());
        let header = signed(&request);
        prop_assert!(verified(request, &header));
    }

    #[test]
    fn changing_any_one_signed_part_breaks_it(part in 0..8usize, value in "[a-z0-9]{3,9}") {
        let header = signed(&Request::new("GET", URL).unwrap());
        let (mut method, mut url, mut sent) = ("GET".to_owned(), URL.to_owned(), header.clone());
        match part {
            0 => method = value.to_ascii_uppercase(),
            1 => url = url.replace("https", "http"),
            2 => url = url.replace("1234567", &value),
            3 => url = url.replace("customer", &value),
            4 => url = url.replace("limit=5", &format!("limit={value}")),
            5 => url.push_str(&format!("&{value}=")),
            6 => sent = sent.replace("abcdefghij", &value),
            _ => sent = sent.replace("oauth_version=\"1.0\", ", ""),
        }
        prop_assume!(method != "GET" || url != URL || sent != header);
        prop_assert!(!verified(Request::new(&method, &url).unwrap(), &sent));
    }
}
