//! What is kept of a refused request beside its diagnosis: enough to know it again, and nothing to send it with.
//!
//! Invariant: of a value from a caller no more than its last four characters is kept, save where it has the form of what is
//! no secret. A secret in the wrong place has not.

use countersign_model::{Masked, OneLine, RequestUri};
use countersign_protocol::{AccountId, AuthorizationHeader, SoapHeader, Value, parameters};
use serde::{Deserialize, Serialize};

use super::received::{Received, SentCredentials};

/// Values of `oauth_signature_method` and `algorithm` that clients send.
const ALGORITHMS: [&str; 7] = [
    "HMAC-SHA256",
    "HMAC_SHA256",
    "HMAC-SHA1",
    "HMAC_SHA1",
    "HMAC-SHA512",
    "RSA-SHA1",
    "PLAINTEXT",
];

/// The longest account ID that is shown, in bytes. Keys and secrets are longer.
const LONGEST_ACCOUNT: usize = 20;

/// Parameters of a query that are kept.
const MOST_PARAMETERS: usize = 50;

/// The longest name of a parameter that is shown, in bytes.
const LONGEST_NAME: usize = 32;

/// A refused request, masked. Its texts have 256 characters at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct KeptRequest {
    pub method: String,
    /// Scheme, host and port, as the caller addressed them.
    pub origin: String,
    /// Of the query no more than the trail keeps.
    pub path: String,
    /// The parameters of the query, each value masked, and a name too where it may be a value in the wrong place.
    #[serde(default)]
    pub query: Vec<KeptCredential>,
    /// Without its parameters.
    pub content_type: Option<String>,
    /// `Authorization`, or `tokenPassport`; how many there were, where it was not one.
    pub presented_in: String,
    /// Empty where they cannot be read.
    pub credentials: Vec<KeptCredential>,
    pub session_cookie: bool,
}

/// A parameter of the header or the query, or a field of the passport, masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptCredential {
    pub name: String,
    pub value: String,
}

impl KeptRequest {
    pub(super) fn of(received: &Received) -> Self {
        let line = |text: &str| OneLine::of(text).to_string();
        Self {
            method: shown(&received.method, is_method),
            origin: line(&format!("{}://{}", received.scheme.as_str(), received.authority)),
            path: RequestUri::of(&received.target).to_string(),
            query: query(&received.target),
            content_type: received.content_type.as_deref().map(media_type),
            presented_in: presented_in(&received.credentials),
            credentials: credentials(&received.credentials),
            session_cookie: received.session_cookie,
        }
    }
}

/// In the order they were sent.
fn query(target: &str) -> Vec<KeptCredential> {
    let (_, query) = target.split_once('?').unwrap_or_default();
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    parameters(query)
        .take(MOST_PARAMETERS)
        .map(|(name, value)| KeptCredential {
            name: shown(&text(name), is_name),
            value: Masked::of(&text(value)).to_string(),
        })
        .collect()
}

/// What parameters are called. A key or token is longer.
fn is_name(text: &str) -> bool {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.:[]".contains(&byte);
    text.len() <= LONGEST_NAME && text.bytes().all(is_of_name)
}

fn presented_in(sent: &SentCredentials) -> String {
    match sent {
        SentCredentials::Headers(headers) => match headers.len() {
            0 => "No Authorization header".to_owned(),
            1 => "Authorization".to_owned(),
            several => format!("{several} Authorization headers"),
        },
        SentCredentials::Envelope(_) => "tokenPassport".to_owned(),
    }
}

fn credentials(sent: &SentCredentials) -> Vec<KeptCredential> {
    let pairs = match sent {
        SentCredentials::Headers(headers) => match headers.as_slice() {
            [header] => of_header(header),
            _ => None,
        },
        SentCredentials::Envelope(envelope) => of_envelope(envelope),
    };
    let pairs = pairs.into_iter().flatten();
    let given = pairs.filter_map(|(name, value)| {
        Some(KeptCredential {
            name: name.to_owned(),
            value: masked(name, &value?),
        })
    });
    given.collect()
}

type Pairs = Vec<(&'static str, Option<String>)>;

fn of_header(header: &str) -> Option<Pairs> {
    let header = AuthorizationHeader::parse(header).ok()?;
    let text = |value: Option<Value<'_>>| value.map(|value| value.text().into_owned());
    Some(vec![
        ("realm", header.realm().map(str::to_owned)),
        ("oauth_consumer_key", text(header.consumer_key())),
        ("oauth_token", text(header.token())),
        ("oauth_signature_method", text(header.signature_method())),
        ("oauth_timestamp", text(header.timestamp())),
        ("oauth_nonce", text(header.nonce())),
        ("oauth_version", text(header.version())),
        ("oauth_signature", text(header.signature())),
    ])
}

fn of_envelope(envelope: &str) -> Option<Pairs> {
    let passport = SoapHeader::read(envelope).ok()?.token_passport?;
    Some(vec![
        ("account", passport.account),
        ("consumerKey", passport.consumer_key),
        ("token", passport.token),
        ("nonce", passport.nonce),
        ("timestamp", passport.timestamp),
        ("signature algorithm", passport.algorithm),
        ("signature", passport.signature),
    ])
}

fn is_method(text: &str) -> bool {
    text.len() <= 16 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Without its parameters.
fn media_type(value: &str) -> String {
    let essence = value.split(';').next().unwrap_or_default().trim();
    let is_word = |word: &str| {
        let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || b".+-".contains(&byte);
        (1..=64).contains(&word.len()) && word.bytes().all(is_of_word)
    };
    let is_type = |text: &str| {
        text.split_once('/')
            .is_some_and(|(kind, subtype)| is_word(kind) && is_word(subtype))
    };
    shown(essence, is_type)
}

/// As it was sent where it has the right form, and masked where it has not.
fn shown(value: &str, is_plain: impl Fn(&str) -> bool) -> String {
    if value.is_empty() || is_plain(value) {
        value.to_owned()
    } else {
        Masked::of(value).to_string()
    }
}

fn masked(name: &str, value: &str) -> String {
    shown(value, |value| match name {
        "realm" | "account" => value.len() <= LONGEST_ACCOUNT && value.parse::<AccountId>().is_ok(),
        "oauth_timestamp" | "timestamp" => {
            value.len() <= 13 && value.bytes().all(|byte| byte.is_ascii_digit())
        }
        "oauth_signature_method" | "signature algorithm" => {
            ALGORITHMS.iter().any(|known| value.eq_ignore_ascii_case(known))
        }
        "oauth_version" => matches!(value, "1.0" | "1.0a" | "2.0"),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use countersign_protocol::Scheme;

    use super::*;

    #[test]
    fn what_has_not_the_form_of_its_name_is_masked() {
        let secret = "9c3d1a5bcafe0123".repeat(4);
        let secret = secret.as_str();
        for name in [
            "realm",
            "account",
            "timestamp",
            "oauth_timestamp",
            "oauth_version",
            "oauth_signature_method",
            "signature algorithm",
            "oauth_nonce",
            "oauth_consumer_key",
        ] {
            assert_eq!(masked(name, secret), "…0123", "{name}");
        }
        assert_eq!(media_type(secret), "…0123");
        assert_eq!(
            media_type("application/json; charset=9c3d1a5bcafe"),
            "application/json"
        );
        assert_eq!(shown(secret, is_method), "…0123");
        assert_eq!(masked("oauth_timestamp", "1767225600"), "1767225600");
        assert_eq!(masked("realm", "1234567_SB1"), "1234567_SB1");
        assert_eq!(masked("oauth_signature_method", "HMAC-SHA1"), "HMAC-SHA1");
    }

    #[test]
    fn of_a_query_the_names_are_kept_and_no_value() {
        let secret = "9c3d1a5bcafe0123".repeat(4);
        let kept = query(&format!(
            "/x?limit=5&q=email%20IS%20x&{secret}&token={secret}&a%20b=1&a%5B%5D=long-enough"
        ));
        let kept: Vec<_> = kept
            .iter()
            .map(|pair| format!("{}={}", pair.name, pair.value))
            .collect();
        assert_eq!(
            kept,
            ["limit=…", "q=…IS?x", "…0123=…", "token=…0123", "…=…", "a[]=…ough"]
        );
        assert_eq!(query("/no/query"), []);
        assert_eq!(
            query(&format!("/x?{}", "a=1&".repeat(1000))).len(),
            MOST_PARAMETERS
        );
    }

    #[test]
    fn only_what_the_trail_keeps_of_an_address_is_kept() {
        let header = r#"OAuth realm="1234567", oauth_consumer_key="aaaaaaaabbbb", oauth_token="ccccccccdddd", oauth_nonce="eeeeeeeeffff", oauth_timestamp="1767225600", oauth_signature_method="HMAC-SHA256", oauth_version="1.0", oauth_signature="c2lnbmF0dXJlcw%3D%3D""#;
        let kept = KeptRequest::of(&Received {
            method: "GET".to_owned(),
            scheme: Scheme::Http,
            authority: "localhost:8080".to_owned(),
            target: "/app/site/hosting/restlet.nl?script=1&deploy=2&password=hunter2".to_owned(),
            content_type: None,
            body: b"secret".to_vec(),
            credentials: SentCredentials::Headers(vec![header.to_owned()]),
            session_cookie: false,
            ip: None,
        });
        let text = format!("{kept:?}");
        assert!(text.contains("password"), "{text}");
        assert!(text.contains("script=1") && text.contains("http://localhost:8080"));
        for secret in [
            "hunter2",
            "aaaaaaaabbbb",
            "ccccccccdddd",
            "eeeeeeeeffff",
            "c2lnbmF0",
            "secret",
        ] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
    }
}
