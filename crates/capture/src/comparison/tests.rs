use super::*;
use crate::reading::read;

fn request(url: &str, nonce: &str, more: &str) -> CapturedRequest {
    let header = format!(
        "OAuth realm=\"1234567\", oauth_consumer_key=\"key\", oauth_token=\"token\", oauth_signature_method=\"HMAC-SHA256\", \
             oauth_timestamp=\"1700000000\", oauth_nonce=\"{nonce}\", oauth_signature=\"AAAA\"{more}"
    );
    let text = format!("GET {url}\nAuthorization: {header}");
    read(text.as_bytes(), None).unwrap().pop().unwrap()
}

#[test]
fn what_differs_is_named_and_what_must_differ_is_not() {
    let one = request("https://1234567.example/x?limit=5&q=a%20b", "nonce1", "");
    let same = request("https://1234567.example/x?q=a%20b&limit=5", "nonce2", "");
    let comparison = compare(&one, &same);
    let (first, second) = comparison.base_strings.unwrap();
    assert_eq!(first, second);
    assert!(
        comparison
            .differences
            .iter()
            .all(|difference| difference.what == "query as it is written"),
        "{:?}",
        comparison.differences
    );

    let other = request("https://1234567.example/x?q=a%20b", "nonce2", ", role=\"3\"");
    let whats: Vec<String> = compare(&one, &other)
        .differences
        .into_iter()
        .map(|difference| difference.what)
        .collect();
    assert_eq!(
        whats,
        [
            "query parameter limit",
            "query as it is written",
            "header parameter role"
        ]
    );
}

#[test]
fn envelopes_are_compared_by_their_passports() {
    let envelope = |account: &str, nonce: &str| {
        let text = format!(
            "<Envelope><Header><tokenPassport><account>{account}</account><consumerKey>consumer-key</consumerKey>\
                 <token>a-token-id</token><nonce>{nonce}</nonce><timestamp>1700000000</timestamp>\
                 <signature algorithm=\"HMAC-SHA256\">AAAA</signature></tokenPassport></Header><Body/></Envelope>"
        );
        read(text.as_bytes(), None).unwrap().pop().unwrap()
    };
    let comparison = compare(
        &envelope("1234567_SB1", "nonce1"),
        &envelope("1234567_sb1", "nonce2"),
    );
    assert_eq!(comparison.differences.len(), 1);
    assert_eq!(comparison.differences[0].what, "account");
    let (first, second) = comparison.base_strings.unwrap();
    assert_eq!(first.replace("SB1", "sb1"), second);
}
