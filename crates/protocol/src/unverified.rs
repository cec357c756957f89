//! A request that claims to come from somebody, and the checks that need no knowledge of the account.
//!
//! The order in which they are made is part of the answer: of several mistakes the first one is named.

use std::borrow::Cow;

use crate::base_string::{BaseString, OwnParameters as _, Scratch};
use crate::encoding::{Plus, decode};
use crate::header::{AuthorizationHeader, HeaderError, shown};
use crate::key::{SignatureMismatch, SignatureValid, SigningKey};
use crate::passport::TokenPassport;
use crate::request::Request;
use crate::stamp::{MIN_NONCE, TIMESTAMP_WINDOW};

/// Why a request is refused before anybody is looked up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Malformed, doubled or empty: `parameter_rejected`.
    #[error("{0}")]
    Parameter(#[from] HeaderError),
    /// `MissingTokenPassportRequiredFields`.
    #[error("{} missing", listed(.0))]
    Missing(Vec<&'static str>),
    /// `VersionRejected`.
    #[error("the version is {0:?}; oauth_version must be 1.0 or left out")]
    Version(String),
    /// `UnknownAlgorithm`.
    #[error("the signature method is {0:?}; NetSuite takes HMAC-SHA256 only")]
    Algorithm(String),
    /// `InvalidTimestamp`.
    #[error("the timestamp {0:?} is not a positive whole number of seconds")]
    TimestampForm(String),
    /// `InvalidTimestamp`: the seconds by which the caller is ahead of the server; negative when behind.
    #[error("the timestamp is {} s {} the server's clock; 300 s are allowed", .0.unsigned_abs(), if *.0 < 0 { "behind" } else { "ahead of" })]
    TimestampSkew(i64),
    /// `nonce_rejected`.
    #[error("the nonce has {0} characters; it needs at least {MIN_NONCE}")]
    NonceTooShort(usize),
}

fn listed(names: &[&str]) -> String {
    match names {
        [name] => format!("{name} is"),
        names => format!("{} are", names.join(", ")),
    }
}

/// Which parameters a request must carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// A call with an access token, or the third step of the authorization flow with a request token.
    Token,
    /// The first step of the authorization flow: there is no token yet.
    NoToken,
}

/// A request with a readable header that names its caller. Nothing of it is proved.
#[derive(Clone, Debug)]
pub struct Unverified<'a> {
    request: Request<'a>,
    header: AuthorizationHeader<'a>,
    consumer_key: Cow<'a, str>,
    token: Cow<'a, str>,
    timestamp: Cow<'a, str>,
    nonce: Cow<'a, str>,
}

impl<'a> Unverified<'a> {
    /// Reads the header, refuses what is doubled, empty or malformed, then what is missing, then another version or
    /// signature method.
    pub fn parse(request: Request<'a>, authorization: &'a str, needs: Needs) -> Result<Self, Refusal> {
        let mut unverified = Self {
            request,
            header: AuthorizationHeader::default(),
            consumer_key: Cow::default(),
            token: Cow::default(),
            timestamp: Cow::default(),
            nonce: Cow::default(),
        };
        // Read in place: it is large, and every hand it goes through would copy it.
        let header = &mut unverified.header;
        header.read(authorization).map_err(|error| *error)?;
        refuse_doubled(&request, header)?;
        let (Some(consumer_key), Some(timestamp), Some(nonce), Some(method), Some(_)) = (
            header.consumer_key(),
            header.timestamp(),
            header.nonce(),
            header.signature_method(),
            header.signature(),
        ) else {
            return Err(Refusal::Missing(missing(header, needs)));
        };
        unverified.token = match header.token() {
            Some(token) => token.text(),
            None if needs == Needs::Token => return Err(Refusal::Missing(missing(header, needs))),
            None => Cow::default(),
        };
        if let Some(version) = header.version().filter(|version| !version.is("1.0")) {
            return Err(Refusal::Version(shown(&version.text())));
        }
        if !method.is("HMAC-SHA256") {
            return Err(Refusal::Algorithm(shown(&method.text())));
        }
        unverified.consumer_key = consumer_key.text();
        unverified.timestamp = timestamp.text();
        unverified.nonce = nonce.text();
        Ok(unverified)
    }

    /// Checks timestamp and nonce against the server's clock, in seconds since 1970. Returns the timestamp.
    pub fn check_stamp(&self, now: i64) -> Result<i64, Refusal> {
        check_stamp(&self.timestamp, &self.nonce, now)
    }

    /// Recomputes the signature over the request as it was received.
    pub fn verify(
        &self,
        key: &SigningKey,
        scratch: &mut Scratch,
    ) -> Result<SignatureValid, SignatureMismatch> {
        self.push_parameters(scratch);
        // A signature sent raw is refused: its '+' and '/' do not survive the way to NetSuite either.
        scratch.sent.clear();
        if let Some(signature) = self
            .header
            .signature()
            .filter(|signature| signature.is_properly_encoded())
        {
            signature.decode_into(&mut scratch.sent);
        }
        scratch.build(&self.request, &self.header);
        key.verify(&scratch.base, &scratch.sent)
    }

    /// The base string of the request as it was received.
    pub fn base_string(&self) -> BaseString {
        let mut scratch = Scratch::new();
        self.push_parameters(&mut scratch);
        self.header.push_to(&mut scratch.parameters);
        BaseString::of(&mut scratch, &self.request)
    }

    /// All but the protocol's own.
    fn push_parameters(&self, scratch: &mut Scratch) {
        let parameters = &mut scratch.parameters;
        parameters.clear();
        for (name, value) in self.header.others() {
            parameters.push_values(*name, *value);
        }
        parameters.push_request(&self.request);
    }

    pub const fn request(&self) -> &Request<'a> {
        &self.request
    }

    pub const fn header(&self) -> &AuthorizationHeader<'a> {
        &self.header
    }

    pub fn realm(&self) -> Option<&str> {
        self.header.realm()
    }

    pub fn consumer_key(&self) -> &str {
        &self.consumer_key
    }

    /// The token; empty when the request needs none.
    pub fn token(&self) -> &str {
        &self.token
    }

    pub fn nonce(&self) -> &str {
        &self.nonce
    }
}

/// The names of what a request must carry and does not.
#[cold]
fn missing(header: &AuthorizationHeader<'_>, needs: Needs) -> Vec<&'static str> {
    let names = [
        ("oauth_consumer_key", header.consumer_key()),
        ("oauth_token", header.token()),
        ("oauth_signature_method", header.signature_method()),
        ("oauth_timestamp", header.timestamp()),
        ("oauth_nonce", header.nonce()),
        ("oauth_signature", header.signature()),
    ];
    names
        .into_iter()
        .filter(|(name, value)| value.is_none() && (*name != "oauth_token" || needs == Needs::Token))
        .map(|(name, _)| name)
        .collect()
}

/// A protocol parameter in the header and in the query or form as well (RFC 5849 section 3.1).
fn refuse_doubled(request: &Request<'_>, header: &AuthorizationHeader<'_>) -> Result<(), HeaderError> {
    for pairs in [request.query().as_bytes(), request.form()] {
        if starts_like_own(pairs) {
            pairs
                .split(|byte| *byte == b'&')
                .try_for_each(|pair| refuse_doubled_name(pair, header))?;
        }
    }
    Ok(())
}

/// Whether some name starts like `oauth_`, or with an escape. All bytes are looked at without a branch, so that the
/// compiler takes many at once.
fn starts_like_own(pairs: &[u8]) -> bool {
    let is_like =
        |first: u8, second: u8| (first == b'%') | ((first == b'o') & ((second == b'a') | (second == b'%')));
    let from = |at| pairs.get(at..).unwrap_or_default();
    let threes = pairs.iter().zip(from(1)).zip(from(2));
    let found = threes.fold(false, |found, ((before, first), second)| {
        found | ((*before == b'&') & is_like(*first, *second))
    });
    found || matches!(pairs, [first, second, ..] if is_like(*first, *second))
}

fn refuse_doubled_name(pair: &[u8], header: &AuthorizationHeader<'_>) -> Result<(), HeaderError> {
    let name = pair.split(|byte| *byte == b'=').next().unwrap_or_default();
    if name.starts_with(b"oauth") || name.contains(&b'%') {
        let name = String::from_utf8_lossy(&decode(name, Plus::Space)).into_owned();
        if name.starts_with("oauth_") && header.has(&name) {
            return Err(HeaderError::Doubled(name));
        }
    }
    Ok(())
}

fn check_stamp(timestamp: &str, nonce: &str, now: i64) -> Result<i64, Refusal> {
    let parsed = seconds(timestamp).ok_or_else(|| Refusal::TimestampForm(shown(timestamp)))?;
    let skew = parsed.saturating_sub(now);
    if skew.saturating_abs() > TIMESTAMP_WINDOW {
        return Err(Refusal::TimestampSkew(skew));
    }
    match nonce.chars().count() {
        MIN_NONCE.. => Ok(parsed),
        short => Err(Refusal::NonceTooShort(short)),
    }
}

/// A positive number in decimal digits without a leading zero.
fn seconds(timestamp: &str) -> Option<i64> {
    let is_plain = !timestamp.starts_with('0') && timestamp.bytes().all(|byte| byte.is_ascii_digit());
    timestamp.parse().ok().filter(|_| is_plain)
}

impl TokenPassport {
    /// Refuses what is missing or empty, then another algorithm. SOAP spells it with a hyphen or an underscore.
    pub fn check_fields(&self) -> Result<(), Refusal> {
        let fields = [
            ("account", &self.account),
            ("consumerKey", &self.consumer_key),
            ("token", &self.token),
            ("nonce", &self.nonce),
            ("timestamp", &self.timestamp),
            ("signature", &self.signature),
            ("signature algorithm", &self.algorithm),
        ];
        let missing: Vec<_> = fields
            .iter()
            .filter(|(_, value)| value.is_none())
            .map(|(name, _)| *name)
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::Missing(missing));
        }
        if let Some((name, _)) = fields
            .iter()
            .find(|(_, value)| value.as_ref().is_some_and(String::is_empty))
        {
            return Err(Refusal::Parameter(HeaderError::Empty((*name).to_owned())));
        }
        match self.algorithm.as_deref() {
            Some("HMAC-SHA256" | "HMAC_SHA256") | None => Ok(()),
            Some(other) => Err(Refusal::Algorithm(shown(other))),
        }
    }

    /// Checks timestamp and nonce against the server's clock, in seconds since 1970. Returns the timestamp.
    pub fn check_stamp(&self, now: i64) -> Result<i64, Refusal> {
        let (timestamp, nonce) = (self.timestamp.as_deref(), self.nonce.as_deref());
        check_stamp(timestamp.unwrap_or_default(), nonce.unwrap_or_default(), now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Credentials, Secret, Signer, Stamp};
    use proptest::prelude::*;

    const URL: &str =
        "https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1/customer?limit=5&q=a+b";
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
}
