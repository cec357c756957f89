//! Words of the command line that are checked where they are read.

use http::Method;

/// A method in any case: methods are upper case on the wire, and `get` would be one that no server knows.
pub(super) fn method(text: &str) -> Result<Method, String> {
    Method::from_bytes(text.to_ascii_uppercase().as_bytes())
        .map_err(|_| "write a method such as GET or POST".to_owned())
}

/// NAME=VALUE, plain.
pub(super) fn parameter(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// A host as a caller names it in `Host`, without scheme, port and path.
pub(super) fn host_name(text: &str) -> Result<String, String> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let is_address = text
        .trim_start_matches('[')
        .trim_end_matches(']')
        .parse::<std::net::Ipv6Addr>()
        .is_ok();
    if text.len() <= 253 && text.split('.').all(is_label) {
        Ok(text.to_owned())
    } else if is_address {
        Err("an address of this machine is answered to anyway; leave it out".to_owned())
    } else {
        Err("write a host name such as account.test, without scheme, port or path".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_upper_case_however_it_is_written() {
        assert_eq!(method("get"), Ok(Method::GET));
        assert_eq!(method("Patch"), Ok(Method::PATCH));
        assert!(method("GET /").is_err() && method("").is_err());
    }

    #[test]
    fn a_host_is_a_name_and_nothing_around_it() {
        for name in [
            "account",
            "account.test",
            "my_box-1.internal",
            "1234567-sb1.suitetalk.api.netsuite.com",
        ] {
            assert_eq!(host_name(name), Ok(name.to_owned()));
        }
        for other in [
            "",
            "http://account",
            "account:8080",
            "account/x",
            "a b",
            "-a",
            "a..b",
            "*.test",
            "[::1]",
            "::1",
        ] {
            assert!(host_name(other).is_err(), "{other}");
        }
    }
}
