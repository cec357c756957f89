//! Which headers pass, up and down. What is not named does not go up.

use countersign_protocol::{AccountId, Request as Signed};
use http::header::{self, HeaderMap, HeaderName, HeaderValue};

/// What a caller may say to NetSuite.
const UP: [HeaderName; 13] = [
    header::ACCEPT,
    header::ACCEPT_CHARSET,
    header::ACCEPT_ENCODING,
    header::ACCEPT_LANGUAGE,
    header::CONTENT_ENCODING,
    header::CONTENT_LANGUAGE,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::IF_UNMODIFIED_SINCE,
    HeaderName::from_static("prefer"),
    header::USER_AGENT,
];
pub(crate) const SOAP_ACTION: HeaderName = HeaderName::from_static("soapaction");
/// `X-NetSuite-PropertyNameValidation`, `X-NetSuite-Idempotency-Key` and their like.
const NETSUITES: &str = "x-netsuite-";

/// What concerns one connection only (RFC 9110 section 7.6.1), the caller's browser, or who somebody is.
const NOT_DOWN: [&str; 19] = [
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "access-control-expose-headers",
    "alt-svc",
    "authentication-info",
    "clear-site-data",
    "connection",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "set-cookie",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "www-authenticate",
];

/// The headers that go to NetSuite, without those that are made here. None where one is doubled that has one meaning.
pub(crate) fn up(given: &HeaderMap) -> Result<HeaderMap, HeaderName> {
    let mut headers = HeaderMap::new();
    for (name, value) in given {
        let passes = UP.contains(name) || *name == SOAP_ACTION || name.as_str().starts_with(NETSUITES);
        if !passes || is_named_by_connection(given, name) {
            continue;
        }
        let is_single = [header::CONTENT_TYPE, header::CONTENT_ENCODING, SOAP_ACTION].contains(name);
        if is_single && headers.contains_key(name) {
            return Err(name.clone());
        }
        headers.append(name, value.clone());
    }
    let program = HeaderValue::from_static(concat!("countersign/", env!("CARGO_PKG_VERSION")));
    headers.entry(header::USER_AGENT).or_insert(program);
    Ok(headers)
}

/// Takes out of an answer what is not for the caller.
pub(crate) fn down(headers: &mut HeaderMap, account: &AccountId, origin: &str) {
    let named: Vec<HeaderName> = headers
        .keys()
        .filter(|name| NOT_DOWN.contains(&name.as_str()) || is_named_by_connection(headers, name))
        .cloned()
        .collect();
    // Of two lengths the chunks are the one that was read (RFC 9112 section 6.3).
    if headers.contains_key(header::TRANSFER_ENCODING) {
        headers.remove(header::CONTENT_LENGTH);
    }
    for name in named {
        headers.remove(name);
    }
    // Where the account sends somebody else, nobody is led.
    let is_elsewhere = |value: &HeaderValue| {
        let Ok(url) = value.to_str() else { return true };
        match Signed::new("GET", url) {
            Ok(request) => {
                let is_own = AccountId::of_host(request.host()).is_some_and(|(other, _)| other == *account);
                !is_own && !url.starts_with(&format!("{origin}/"))
            }
            Err(_) => !url.starts_with('/') || url.starts_with("//"),
        }
    };
    if headers.get_all(header::LOCATION).iter().any(is_elsewhere) {
        headers.remove(header::LOCATION);
    }
}

/// `Connection: NAME` says that a header is for the next program only.
fn is_named_by_connection(headers: &HeaderMap, name: &HeaderName) -> bool {
    let values = headers.get_all(header::CONNECTION).iter();
    let mut names = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    names.any(|named| named.trim().eq_ignore_ascii_case(name.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(all: &[(&str, &str)]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in all {
            headers.append(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        headers
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn what_a_caller_says_of_itself_or_its_way_does_not_go_up() {
        let given = headers(&[
            ("authorization", "Bearer x"),
            ("x-countersign-key", "x"),
            ("x_countersign_key", "x"),
            ("cookie", "JSESSIONID=1"),
            ("proxy-authorization", "x"),
            ("x-forwarded-for", "1.2.3.4"),
            ("x-forwarded-host", "evil.example"),
            ("forwarded", "for=1"),
            ("x-http-method-override", "DELETE"),
            ("connection", "close, prefer"),
            ("te", "trailers"),
            ("upgrade", "h2c"),
            ("expect", "100-continue"),
            ("host", "evil.example"),
            ("content-length", "5"),
            ("transfer-encoding", "chunked"),
            ("origin", "https://evil.example"),
            ("accept", "application/json"),
            ("prefer", "transient"),
            ("X-NetSuite-PropertyNameValidation", "error"),
        ]);
        assert_eq!(
            names(&up(&given).unwrap()),
            ["accept", "user-agent", "x-netsuite-propertynamevalidation"]
        );
        let doubled = headers(&[
            ("content-type", "text/xml"),
            ("content-type", "application/x-www-form-urlencoded"),
        ]);
        assert!(up(&doubled).is_err());
    }

    #[test]
    fn no_cookie_no_way_elsewhere_and_nothing_of_the_connection_comes_down() {
        let account = "1234567".parse().unwrap();
        let passed = |name: &str, value: &str| {
            let mut answer = headers(&[("connection", "x-hop"), (name, value)]);
            down(&mut answer, &account, "http://127.0.0.1:8080");
            answer.contains_key(name)
        };
        for (name, value) in [
            ("set-cookie", "JSESSIONID=1"),
            ("www-authenticate", "OAuth realm=\"x\""),
            ("strict-transport-security", "max-age=1"),
            ("x-hop", "1"),
            ("connection", "x-hop"),
            ("location", "https://evil.example/services"),
            ("location", "//evil.example"),
            ("location", "https://7654321.suitetalk.api.netsuite.com/x"),
            ("location", "http://127.0.0.1:80801/x"),
        ] {
            assert!(!passed(name, value), "{name}: {value}");
        }
        for (name, value) in [
            (
                "location",
                "https://1234567.suitetalk.api.netsuite.com/services/rest/record/v1/customer/1",
            ),
            ("location", "http://127.0.0.1:8080/services/rest"),
            ("location", "/services/rest"),
            ("content-type", "application/json"),
            ("x-n-operationid", "1"),
        ] {
            assert!(passed(name, value), "{name}: {value}");
        }
    }
}
