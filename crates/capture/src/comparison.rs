//! Two requests side by side, the one that works and the one that fails: what differs, the likeliest cause first.
//!
//! Timestamp, nonce and signature differ in every two requests, so they are only looked at for their form. No signature is
//! shown, and of keys the last four characters.

use std::collections::BTreeMap;

use countersign_protocol::{
    AuthorizationHeader, Needs, Request, SoapHeader, TokenPassport, Unverified, Value, percent_encode,
};

use crate::captured::{Address, CapturedRequest};

/// Longer values are cut, in characters.
const SHOWN: usize = 60;

/// The most differences that are listed.
const MOST: usize = 30;

/// What two requests differ in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The likeliest cause first.
    pub differences: Vec<Difference>,
    /// What each should have signed, the second with nonce and timestamp of the first. None where one cannot be read.
    pub base_strings: Option<(String, String)>,
}

/// One difference. A value that is not there is `None`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub what: String,
    pub first: Option<String>,
    pub second: Option<String>,
    /// Why it matters.
    pub means: &'static str,
}

/// Sets two requests side by side.
pub fn compare(first: &CapturedRequest, second: &CapturedRequest) -> Comparison {
    let mut found = Found(Vec::new());
    match (passport(first), passport(second)) {
        (Some(one), Some(other)) => {
            found.passports(&one, &other);
            let strings = (one.base_string(), {
                let stamped = TokenPassport {
                    nonce: one.nonce.clone(),
                    timestamp: one.timestamp.clone(),
                    ..other
                };
                stamped.base_string()
            });
            return found.into_comparison(Some(strings));
        }
        (None, None) => {}
        (one, other) => found.add(
            "credentials",
            Some(carrier(one.is_some())),
            Some(carrier(other.is_some())),
            "One is signed in its SOAP envelope, the other in its header: the two sign different things.",
        ),
    }
    found.requests(first, second);
    let (one, other) = (first.authorization(), second.authorization());
    found.add(
        "number of Authorization headers",
        Some(one.len().to_string()),
        Some(other.len().to_string()),
        "Exactly one is expected.",
    );
    if let ([one], [other]) = (one.as_slice(), other.as_slice()) {
        found.headers(one, other);
    }
    let strings = base_string(first).zip(base_string(second)).map(|(one, other)| {
        let same_stamp = other.with_stamp_of(&one);
        (one.text, same_stamp)
    });
    found.into_comparison(strings)
}

fn carrier(is_envelope: bool) -> &'static str {
    if is_envelope {
        "in the envelope"
    } else {
        "in the header"
    }
}

fn passport(request: &CapturedRequest) -> Option<TokenPassport> {
    SoapHeader::read(request.envelope()?).ok()?.token_passport
}

struct Found(Vec<Difference>);

impl Found {
    /// Adds what differs; what is the same on both sides is none.
    fn add<T: Into<String>>(&mut self, what: &str, first: Option<T>, second: Option<T>, means: &'static str) {
        let (first, second) = (first.map(Into::into), second.map(Into::into));
        if first != second && self.0.len() < MOST {
            self.0.push(Difference {
                what: what.to_owned(),
                first: first.map(|text| clipped(&text)),
                second: second.map(|text| clipped(&text)),
                means,
            });
        }
    }

    fn into_comparison(self, base_strings: Option<(String, String)>) -> Comparison {
        Comparison {
            differences: self.0,
            base_strings,
        }
    }

    fn requests(&mut self, first: &CapturedRequest, second: &CapturedRequest) {
        let method =
            |request: &CapturedRequest| request.method.as_deref().unwrap_or_default().to_ascii_uppercase();
        self.add(
            "method",
            Some(method(first)),
            Some(method(second)),
            "The method is part of what is signed.",
        );
        let (one, other) = (first.address(), second.address());
        let (one, other) = (one.as_ref(), other.as_ref());
        self.add(
            "scheme",
            one.map(|address| address.scheme.as_str()),
            other.map(|address| address.scheme.as_str()),
            "The scheme is part of what is signed: https signed as http is refused.",
        );
        self.add(
            "host",
            Some(first.authority().to_ascii_lowercase()),
            Some(second.authority().to_ascii_lowercase()),
            "The host is part of what is signed, and another host may be another account.",
        );
        self.add(
            "path",
            one.map(path),
            other.map(path),
            "The path is signed as it is sent, byte for byte.",
        );
        self.parameters("query parameter", &query(first), &query(second));
        self.add(
            "query as it is written",
            one.and_then(written_query),
            other.and_then(written_query),
            "The two are written differently: signed correctly that is no matter, but signers err on + and %XX.",
        );
        let media_type = |request: &CapturedRequest| {
            let content_type = request.header("content-type").unwrap_or_default();
            content_type
                .split(';')
                .next()
                .unwrap_or_default()
                .trim()
                .to_ascii_lowercase()
        };
        if !(first.body.is_empty() && second.body.is_empty()) {
            self.add(
                "Content-Type",
                Some(media_type(first)),
                Some(media_type(second)),
                "A body of application/x-www-form-urlencoded is signed, any other is not.",
            );
            self.parameters("form parameter", &form(first), &form(second));
        }
        let cookie = |request: &CapturedRequest| request.has_session_cookie().then_some("JSESSIONID");
        self.add(
            "session cookie",
            cookie(first),
            cookie(second),
            "A session beside the signature is a second way of logging in.",
        );
    }

    /// Pairs by name; where a name is repeated all its values count, in any order.
    fn parameters(&mut self, what: &str, first: &[(String, String)], second: &[(String, String)]) {
        let mut values: BTreeMap<&str, [Vec<&str>; 2]> = BTreeMap::new();
        for (side, pairs) in [first, second].into_iter().enumerate() {
            for (name, value) in pairs {
                let sides = values.entry(name).or_default();
                sides
                    .iter_mut()
                    .skip(side)
                    .take(1)
                    .for_each(|all| all.push(value));
            }
        }
        let joined = |mut values: Vec<&str>| {
            values.sort_unstable();
            (!values.is_empty()).then(|| values.join(", "))
        };
        for (name, [one, other]) in values {
            self.add(
                &format!("{what} {}", clipped(name)),
                joined(one),
                joined(other),
                "It is part of what is signed.",
            );
        }
    }

    fn headers(&mut self, first: &str, second: &str) {
        let scheme = |header: &str| {
            header
                .trim()
                .split([' ', '\t'])
                .next()
                .unwrap_or_default()
                .to_owned()
        };
        self.add(
            "Authorization scheme",
            Some(scheme(first)),
            Some(scheme(second)),
            "Token-based authentication begins with OAuth.",
        );
        let (one, other) = match (
            AuthorizationHeader::parse(first),
            AuthorizationHeader::parse(second),
        ) {
            (Ok(one), Ok(other)) => (one, other),
            (one, other) => {
                let readable = |is_read| if is_read { "can be read" } else { "cannot be read" };
                self.add(
                    "Authorization header",
                    Some(readable(one.is_ok())),
                    Some(readable(other.is_ok())),
                    "A header is OAuth name=\"value\", name=\"value\" on one line.",
                );
                return;
            }
        };
        self.add(
            "realm",
            one.realm(),
            other.realm(),
            "The realm is the account ID, with capitals and an underscore: 1234567_SB1.",
        );
        let shown = |value: Option<Value<'_>>| value.map(|value| masked(&value.text()));
        let key = "Other keys need other secrets; are these of the same account?";
        self.add(
            "oauth_consumer_key",
            shown(one.consumer_key()),
            shown(other.consumer_key()),
            key,
        );
        self.add("oauth_token", shown(one.token()), shown(other.token()), key);
        let text = |value: Option<Value<'_>>| value.map(|value| value.text().into_owned());
        self.add(
            "oauth_signature_method",
            text(one.signature_method()),
            text(other.signature_method()),
            "NetSuite takes HMAC-SHA256 only.",
        );
        self.add(
            "oauth_version",
            text(one.version()),
            text(other.version()),
            "It may be left out; where it is sent it is 1.0, and signed.",
        );
        let others = |header: &AuthorizationHeader<'_>| {
            let pair = |(name, value): &(Value<'_>, Value<'_>)| {
                (name.text().into_owned(), value.text().into_owned())
            };
            header.others().iter().map(pair).collect::<Vec<_>>()
        };
        let (of_one, of_other) = (others(&one), others(&other));
        self.parameters("header parameter", &of_one, &of_other);
        self.form_of_values(&one, &other);
    }

    /// Timestamps, nonces and signatures are never the same; their form is.
    fn form_of_values(&mut self, one: &AuthorizationHeader<'_>, other: &AuthorizationHeader<'_>) {
        let digits = |value: Option<Value<'_>>| value.map(|value| characters(&value.text()));
        self.add(
            "length of oauth_timestamp",
            digits(one.timestamp()),
            digits(other.timestamp()),
            "Whole seconds since 1970 have ten digits.",
        );
        let is_too_short = |value: Option<Value<'_>>| value.map(|value| value.text().chars().count() < 6);
        if is_too_short(one.nonce()) != is_too_short(other.nonce()) {
            self.add(
                "length of oauth_nonce",
                digits(one.nonce()),
                digits(other.nonce()),
                "A nonce has six characters or more.",
            );
        }
        self.add(
            "length of oauth_signature",
            digits(one.signature()),
            digits(other.signature()),
            "A SHA-256 signature in base64 has 44 characters.",
        );
        let encoding = |value: Option<Value<'_>>| {
            value.map(|value| match value.is_properly_encoded() {
                true => "percent-encoded",
                false => "raw",
            })
        };
        self.add(
            "oauth_signature as it is written",
            encoding(one.signature()),
            encoding(other.signature()),
            "+, / and = in a signature are written %2B, %2F and %3D in the header.",
        );
    }

    fn passports(&mut self, one: &TokenPassport, other: &TokenPassport) {
        let mask = |value: &Option<String>| value.as_deref().map(masked);
        let key = "Other keys need other secrets; are these of the same account?";
        self.add(
            "account",
            one.account.as_deref(),
            other.account.as_deref(),
            "The account is signed as it is written, with capitals and an underscore: 1234567_SB1.",
        );
        self.add(
            "consumerKey",
            mask(&one.consumer_key),
            mask(&other.consumer_key),
            key,
        );
        self.add("token", mask(&one.token), mask(&other.token), key);
        self.add(
            "signature algorithm",
            one.algorithm.as_deref(),
            other.algorithm.as_deref(),
            "NetSuite takes HMAC-SHA256 only.",
        );
        let length = |value: &Option<String>| value.as_deref().map(|text| characters(text.trim()));
        self.add(
            "length of timestamp",
            length(&one.timestamp),
            length(&other.timestamp),
            "Whole seconds since 1970 have ten digits.",
        );
        self.add(
            "length of signature",
            length(&one.signature),
            length(&other.signature),
            "A SHA-256 signature in base64 has 44 characters.",
        );
    }
}

fn characters(text: &str) -> String {
    format!("{} characters", text.chars().count())
}

fn masked(key: &str) -> String {
    let count = key.chars().count();
    if count < 8 {
        return "…".to_owned();
    }
    let tail: String = key.chars().skip(count - 4).collect();
    format!("…{tail}")
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

fn path<'a>(address: &Address<'a>) -> &'a str {
    let path = address.target.split('?').next().unwrap_or_default();
    if path.is_empty() { "/" } else { path }
}

/// The query where it does more than list plain pairs.
fn written_query<'a>(address: &Address<'a>) -> Option<&'a str> {
    let (_, query) = address.target.split_once('?')?;
    query.contains(['+', '%']).then_some(query)
}

type Pairs = Vec<(String, String)>;

fn signed(request: &CapturedRequest) -> Option<Request<'_>> {
    let address = request.address()?;
    let method = request.method.as_deref()?;
    let signed = Request::received(method, address.scheme, request.authority(), address.target).ok()?;
    Some(signed.with_body(request.header("content-type"), &request.body))
}

fn texts(pairs: impl Iterator<Item = (Vec<u8>, Vec<u8>)>) -> Pairs {
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    pairs.map(|(name, value)| (text(name), text(value))).collect()
}

fn query(request: &CapturedRequest) -> Pairs {
    signed(request)
        .map(|request| texts(request.query_parameters()))
        .unwrap_or_default()
}

fn form(request: &CapturedRequest) -> Pairs {
    signed(request)
        .map(|request| texts(request.form_parameters()))
        .unwrap_or_default()
}

struct Signed {
    text: String,
    nonce: String,
    timestamp: String,
}

impl Signed {
    fn with_stamp_of(&self, other: &Self) -> String {
        let parameter = |name: &str, value: &str| {
            let value = percent_encode(percent_encode(value));
            format!("%26{name}%3D{value}%26")
        };
        let replaced = |text: String, name: &str, from: &str, to: &str| {
            text.replacen(&parameter(name, from), &parameter(name, to), 1)
        };
        let text = replaced(self.text.clone(), "oauth_nonce", &self.nonce, &other.nonce);
        replaced(text, "oauth_timestamp", &self.timestamp, &other.timestamp)
    }
}

fn base_string(request: &CapturedRequest) -> Option<Signed> {
    let [header] = request.authorization()[..] else {
        return None;
    };
    let unverified = Unverified::parse(signed(request)?, header, Needs::NoToken).ok()?;
    let timestamp = unverified
        .header()
        .timestamp()
        .map(Value::text)
        .unwrap_or_default();
    Some(Signed {
        text: unverified.base_string().as_str().to_owned(),
        nonce: unverified.nonce().to_owned(),
        timestamp: timestamp.into_owned(),
    })
}

#[cfg(test)]
mod tests;
