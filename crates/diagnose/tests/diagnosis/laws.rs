//! What must hold for every request: no mistake where there is none, no proof that is none, no secret, no panic.

use crate::signer::{base64, hmac_sha256, quote};
use countersign_diagnose::{
    BaseStrings, Certainty, Diagnosis, Evidence, Finding, Known, NonceHistory, OtherSecrets, Presented,
    Proof, SignatureCheck, diagnose,
};
use countersign_protocol::{Credentials, Request, Scheme, Secret, Signer, Stamp};
use proptest::prelude::*;

pub(crate) const NOW: u64 = 1_700_000_000;
pub(crate) const FORM: &str = "application/x-www-form-urlencoded";

#[derive(Clone, Debug)]
pub(crate) struct Call {
    pub(crate) method: &'static str,
    pub(crate) authority: String,
    pub(crate) target: String,
    pub(crate) body: String,
    pub(crate) content_type: &'static str,
}

pub(crate) fn call() -> impl Strategy<Value = Call> {
    let method = prop::sample::select(vec!["GET", "POST", "PUT", "DELETE"]);
    let host = prop::sample::select(vec![
        "1234567.restlets.api.netsuite.com",
        "1234567-SB1.suitetalk.api.netsuite.com",
        "127.0.0.1",
        "[::1]",
    ]);
    let port = prop::sample::select(vec!["", ":443", ":80", ":8443"]);
    let path = "(/[a-zA-Z0-9!%;:,._~-]{0,5}|/\\.\\.|/%2F|/){0,4}";
    let pair = "[a-c]{0,2}(%5B|~|!|-)?(=[a-c0-2%+=~!*'/éé-]{0,5}|%20|%2f)?";
    let query = prop::collection::vec(pair, 0..5).prop_map(|pairs| pairs.join("&"));
    let body = prop::sample::select(vec!["", "a=1&b=2", "{\"a\":\"1\",\"b\":[1,null]}", "x=%2B+&&"]);
    let content_type = prop::sample::select(vec![FORM, "application/json"]);
    (
        method,
        host,
        port,
        path,
        prop::option::of(query),
        body,
        content_type,
    )
        .prop_map(|(method, host, port, path, query, body, content_type)| Call {
            method,
            authority: format!("{host}{port}"),
            target: format!(
                "/{}{}",
                path.trim_start_matches('/'),
                query.map(|query| format!("?{query}")).unwrap_or_default()
            ),
            body: body.to_owned(),
            content_type,
        })
}

pub(crate) fn secret() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9]{8,20}[a-zA-Z0-9+/=%&\"' -]{0,20}[a-zA-Z0-9]{4}"
}

fn signed(call: &Call, consumer_secret: &str, token_secret: &str) -> String {
    let credentials = Credentials {
        account: "1234567".parse().unwrap(),
        consumer_key: "the-consumer-key".into(),
        consumer_secret: Secret::new(consumer_secret),
        token: "the-token-id".into(),
        token_secret: Secret::new(token_secret),
    };
    let request = Request::received(call.method, Scheme::Https, &call.authority, &call.target).unwrap();
    let request = request.with_body(Some(call.content_type), call.body.as_bytes());
    Signer::new(&credentials).sign(&request, &Stamp::new(NOW, "abcdefghij").unwrap())
}

pub(crate) fn diagnosed(call: &Call, header: &str, consumer_secret: &str, token_secret: &str) -> Diagnosis {
    let (consumer_secret, token_secret) = (Secret::new(consumer_secret), Secret::new(token_secret));
    let account = "1234567".parse().unwrap();
    diagnose(&Evidence {
        method: call.method,
        scheme: Scheme::Https,
        authority: &call.authority,
        target: &call.target,
        content_type: Some(call.content_type),
        body: call.body.as_bytes(),
        presented: Presented::Headers(&[header]),
        session_cookie: false,
        now: Some(NOW as i64),
        known: Known {
            consumer_secret: Some(&consumer_secret),
            token_secret: Some(&token_secret),
            account: Some(&account),
            nonce: NonceHistory::Unused,
            ..Known::default()
        },
    })
}

/// The signature of a header, taken out with no help of ours.
pub(crate) fn signature_of(header: &str) -> String {
    let (_, after) = header.split_once("oauth_signature=\"").unwrap();
    let (encoded, _) = after.split_once('"').unwrap();
    encoded
        .replace("%2B", "+")
        .replace("%2F", "/")
        .replace("%3D", "=")
}

fn is_proved_by_base_string_alone(finding: &Finding) -> Option<&BaseStrings> {
    match &finding.proof {
        Proof::BaseStrings(strings) => {
            let of_base = |other: &countersign_diagnose::Mistake| {
                other.group() == countersign_diagnose::Group::BaseString
            };
            finding.together_with.iter().all(of_base).then_some(strings)
        }
        _ => None,
    }
}

/// Fewer than usual, as a diagnosis is slow without optimisation; `PROPTEST_CASES` asks for more.
pub(crate) fn cases() -> ProptestConfig {
    let config = ProptestConfig::default();
    let cases = if config.cases == 256 { 64 } else { config.cases };
    ProptestConfig { cases, ..config }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_request_without_a_mistake_is_told_none(call in call(), consumer in secret(), token in secret()) {
        let diagnosis = diagnosed(&call, &signed(&call, &consumer, &token), &consumer, &token);
        prop_assert_eq!(diagnosis.signature, SignatureCheck::Right);
        prop_assert_eq!(diagnosis.findings, []);
    }

    /// One request signed, another one sent: where a proof is given, the signature that was sent is that of the text
    /// it shows.
    #[test]
    fn a_proof_is_a_signature_that_matches(sent in call(), other in call(), part in 0..5usize) {
        let (consumer, token) = ("the consumer secret", "the token secret");
        let mut signed_call = sent.clone();
        match part {
            0 => signed_call.method = other.method,
            1 => signed_call.authority.clone_from(&other.authority),
            2 => signed_call.target.clone_from(&other.target),
            3 => signed_call.body.clone_from(&other.body),
            _ => signed_call.content_type = other.content_type,
        }
        let header = signed(&signed_call, consumer, token);
        let diagnosis = diagnosed(&sent, &header, consumer, token);
        let key = format!("{}&{}", quote(consumer), quote(token));
        for finding in diagnosis.findings.iter().filter(|finding| finding.certainty == Certainty::Proved) {
            prop_assert!(matches!(finding.proof, Proof::BaseStrings(_)) || finding.mistake.detail_word() != "InvalidSignature");
            if let Some(strings) = is_proved_by_base_string_alone(finding) {
                let signature = base64(&hmac_sha256(key.as_bytes(), strings.signed.as_bytes()));
                prop_assert_eq!(signature, signature_of(&header), "{}", finding.mistake);
                prop_assert_ne!(&strings.signed, &strings.expected);
                let (signed, expected) = strings.difference();
                prop_assert!(signed != expected);
            }
        }
        let right = base64(&hmac_sha256(key.as_bytes(), diagnosis.base_string.unwrap().as_bytes()));
        prop_assert_eq!(diagnosis.signature == SignatureCheck::Right, right == signature_of(&header));
    }

    /// With another secret nothing is proved, whatever the request.
    #[test]
    fn a_signature_under_another_key_proves_nothing(call in call(), consumer in secret(), token in secret(), wrong in secret()) {
        prop_assume!(!token.contains(&wrong) && !wrong.contains(&token));
        let diagnosis = diagnosed(&call, &signed(&call, &consumer, &wrong), &consumer, &token);
        prop_assert!(diagnosis.findings.iter().all(|finding| finding.certainty == Certainty::Possible));
        prop_assert_eq!(diagnosis.signature, SignatureCheck::Unexplained);
    }

    /// Also where the caller put its secrets where they do not belong.
    #[test]
    fn no_secret_is_ever_said(call in call(), consumer in secret(), token in secret(), other in secret(), place in 0..10usize) {
        let mut sent = call;
        let mut header = signed(&sent, &consumer, &token);
        match place {
            0 => sent.target = format!("/r?{}={}", quote(&consumer), quote(&token)),
            1 => (sent.body, sent.content_type) = (format!("x={}", quote(&token)), FORM),
            2 => sent.body = format!("{{\"x\":\"{}\"}}", token.replace('"', "")),
            3 => header = header.replace("\"HMAC-SHA256\"", "\"PLAINTEXT\"").replace(&quote(&signature_of(&header)), &quote(&format!("{consumer}&{token}"))),
            4 => header = header.replace(&quote(&signature_of(&header)), &quote(&format!("{consumer}&{token}"))),
            5 => header = header.replace("\"HMAC-SHA256\"", &format!("\"{}\"", quote(&token))),
            6 => header = header.replace("\"abcdefghij\"", &format!("abc, oauth_secret=\"{}\"", token.replace('"', ""))),
            7 => header = format!("OAuth realm=\"{}\", oauth_consumer_secret=\"{}\"", token.replace('"', ""), quote(&consumer)),
            8 => header = header.replace("oauth_version=\"1.0\"", &format!("{}=\"\"", quote(&token))),
            _ => header = signed(&sent, &format!("{consumer}\n"), &token),
        }
        let others = Secret::new(other.clone());
        let (consumer_secret, token_secret) = (Secret::new(consumer.clone()), Secret::new(token.clone()));
        let evidence = Evidence {
            method: sent.method,
            scheme: Scheme::Https,
            authority: &sent.authority,
            target: &sent.target,
            content_type: Some(sent.content_type),
            body: sent.body.as_bytes(),
            presented: Presented::Headers(&[&header]),
            session_cookie: false,
            now: Some(NOW as i64),
            known: Known {
                consumer_secret: Some(&consumer_secret),
                token_secret: Some(&token_secret),
                others: &[OtherSecrets { name: "another", consumer_secret: Some(&others), token_secret: Some(&others) }],
                ..Known::default()
            },
        };
        let said = format!("{:?} {evidence:?}", diagnose(&evidence));
        for secret in [&consumer, &token, &other] {
            let start = &secret[..8];
            for form in [secret.clone(), quote(secret), quote(&quote(secret)), format!("{secret:?}").trim_matches('"').to_owned()] {
                prop_assert!(!said.contains(&form), "{said}");
            }
            prop_assert!(!said.contains(&secret[..secret.len().min(14)]), "{start}: {said}");
        }
    }

    #[test]
    fn any_bytes_are_diagnosed_without_a_panic(
        method in "[A-Z a]{0,5}",
        authority in "[a-z0-9.:\\[\\]é -]{0,20}",
        target in "[ -~é]{0,60}",
        header in "(OAuth )?([a-z_]{0,12}=\"[ -~é”]{0,20}\",? ?){0,4}[ -~\r\n\té”]{0,40}",
        body: Vec<u8>,
        now: i64,
    ) {
        let (secret, hosts, headers) = (Secret::new(""), [authority.as_str()], [header.as_str()]);
        let evidence = |presented| Evidence {
            method: &method,
            scheme: Scheme::Http,
            authority: &authority,
            target: &target,
            content_type: Some(FORM),
            body: &body,
            presented,
            session_cookie: true,
            now: Some(now),
            known: Known { consumer_secret: Some(&secret), token_secret: Some(&secret), written_url: Some(&target), hosts: &hosts, ..Known::default() },
        };
        let _ = diagnose(&evidence(Presented::Headers(&headers)));
        let _ = diagnose(&evidence(Presented::Envelope(&header)));
        let envelope = format!("<Envelope><Header><tokenPassport><account>{authority}</account><consumerKey>{target}</consumerKey><token>x</token><nonce>{method}</nonce><timestamp>{now}</timestamp><signature algorithm=\"HMAC-SHA256\">{target}</signature></tokenPassport></Header><Body/></Envelope>");
        let _ = diagnose(&evidence(Presented::Envelope(&envelope)));
    }

    /// A header that is right but for its form: whatever stands in its values, nothing panics and it stays bounded.
    #[test]
    fn any_values_in_a_readable_header_are_diagnosed(values in prop::collection::vec("[ -!#-~é]{0,50}", 7), target in "(/[!-~]{0,20})(\\?[!-~é]{0,60})?", body: Vec<u8>) {
        let names = ["realm", "oauth_consumer_key", "oauth_token", "oauth_timestamp", "oauth_nonce", "oauth_signature", "role"];
        let pairs: Vec<String> = names.iter().zip(&values).map(|(name, value)| format!("{name}=\"{}x\"", quote(value))).collect();
        let header = format!("OAuth oauth_signature_method=\"HMAC-SHA256\", {}", pairs.join(", "));
        let call = Call { method: "POST", authority: "a.example".to_owned(), target, body: String::from_utf8_lossy(&body).into_owned(), content_type: FORM };
        let diagnosis = diagnosed(&call, &header, "consumer", "token");
        prop_assert!(diagnosis.tried <= 20_000);
    }
}
