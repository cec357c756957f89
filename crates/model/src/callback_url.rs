//! The Callback URL of an integration record, and which callbacks it admits.
//!
//! A star stands in two places only: for the port of `localhost`, and for exactly one label at the start of an https
//! host. Everything else must be the same to the letter, save that `http://localhost:*`, which says nothing after the
//! star, leaves the path open as well: nothing but the user's own machine can be meant.

use std::fmt;
use std::net::Ipv4Addr;
use thiserror::Error;

/// The longest callback URL, in characters.
const MAX_LENGTH: usize = 2000;

/// The longest host name, in characters (RFC 1035, section 2.3.4).
const LONGEST_HOST: usize = 253;

/// A callback URL as it is saved on the record, perhaps with its one star.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallbackUrl {
    text: String,
    /// The text before and after the star.
    around_star: Option<(usize, Star)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Star {
    Port,
    Label,
}

/// Why a text cannot be saved as a callback URL. Each is a sentence that starts where the field's label ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CallbackUrlError {
    #[error("must start with https://, or with http://localhost for a program on the user's own machine.")]
    Scheme,
    #[error("must name a host after the scheme, without a user name.")]
    Host,
    #[error(
        "names a host that cannot be one: give labels of letters, digits and hyphens, joined by dots, or an IPv4 address."
    )]
    NoHost,
    #[error("has a port that is not a number from 1 to 65535.")]
    Port,
    #[error(
        "has a * where none is allowed: only http://localhost:* and a first label like https://*.example.com/callback."
    )]
    Star,
    #[error("has a character that cannot stand in a URL, or a fragment.")]
    Character,
    #[error("is longer than {MAX_LENGTH} characters.")]
    TooLong,
}

impl CallbackUrl {
    pub fn parse(text: &str) -> Result<Self, CallbackUrlError> {
        let text = text.trim();
        if text.chars().count() > MAX_LENGTH {
            return Err(CallbackUrlError::TooLong);
        }
        if !text.bytes().all(stands_in_url) {
            return Err(CallbackUrlError::Character);
        }
        let (scheme, rest) = text.split_once("://").ok_or(CallbackUrlError::Scheme)?;
        let (authority, after) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if authority.is_empty() || authority.contains('@') || authority.starts_with(':') {
            return Err(CallbackUrlError::Host);
        }
        let (host, port) = authority
            .split_once(':')
            .map_or((authority, None), |(host, port)| (host, Some(port)));
        if after.contains('*') {
            return Err(CallbackUrlError::Star);
        }
        let start = scheme.len() + "://".len();
        let around_star = match (scheme, host, port) {
            ("http", "localhost", Some("*")) => Some((start + "localhost:".len(), Star::Port)),
            ("http", "localhost", port) => return Self::plain(text, port),
            ("https", host, port) => match host.strip_prefix("*.") {
                None if host.contains('*') => return Err(CallbackUrlError::Star),
                None if !is_host(host) => return Err(CallbackUrlError::NoHost),
                None => return Self::plain(text, port),
                Some(below) if below.contains('*') || !below.contains('.') => {
                    return Err(CallbackUrlError::Star);
                }
                Some(below) if !is_host(below) => return Err(CallbackUrlError::NoHost),
                Some(_) => {
                    check_port(port)?;
                    Some((start, Star::Label))
                }
            },
            _ => return Err(CallbackUrlError::Scheme),
        };
        Ok(Self {
            text: text.to_owned(),
            around_star,
        })
    }

    fn plain(text: &str, port: Option<&str>) -> Result<Self, CallbackUrlError> {
        check_port(port)?;
        Ok(Self {
            text: text.to_owned(),
            around_star: None,
        })
    }

    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether a program may ask to be called back at `callback`.
    pub fn admits(&self, callback: &str) -> bool {
        match self.at_star(callback) {
            None => self.around_star.is_none() && self.text == callback,
            Some((Star::Port, stands, "")) => is_port_and_path(stands),
            Some((Star::Port, stands, _)) => check_port(Some(stands)).is_ok(),
            Some((Star::Label, stands, _)) => is_label(stands),
        }
    }

    /// Whether `callback` is refused for its depth alone: it has several labels where the star stands for one.
    pub fn is_shallower_than(&self, callback: &str) -> bool {
        let several = |stands: &str| stands.contains('.') && are_labels(stands);
        matches!(self.at_star(callback), Some((Star::Label, stands, _)) if several(stands))
    }

    /// What of a callback stands where the star does, and what of this URL comes after the star.
    fn at_star<'c>(&self, callback: &'c str) -> Option<(Star, &'c str, &str)> {
        let (at, star) = self.around_star?;
        let (before, after) = (self.text.get(..at)?, self.text.get(at + 1..)?);
        let stands = callback.strip_prefix(before)?.strip_suffix(after)?;
        Some((star, stands, after))
    }
}

/// One label or more, where one star is one label only.
fn are_labels(text: &str) -> bool {
    text.split('.').all(is_label)
}

/// What can stand in a URL that is redirected to: a fragment would swallow the parameters appended to it.
const fn stands_in_url(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'#' | b'"' | b'<' | b'>' | b'\\')
}

/// A port, and nothing after it but a path or a query: no user information can make another host of it.
fn is_port_and_path(text: &str) -> bool {
    let (port, rest) = text.split_at(text.find(['/', '?']).unwrap_or(text.len()));
    check_port(Some(port)).is_ok() && rest.bytes().all(stands_in_url) && text.len() <= MAX_LENGTH
}

fn check_port(port: Option<&str>) -> Result<(), CallbackUrlError> {
    let Some(port) = port else { return Ok(()) };
    if port.contains('*') {
        return Err(CallbackUrlError::Star);
    }
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse::<u16>() {
        Ok(1..) if digits => Ok(()),
        _ => Err(CallbackUrlError::Port),
    }
}

/// A name that can be looked up, or an IPv4 address in its one form: browsers read `1.2` and `0x7f.1` as addresses too.
fn is_host(text: &str) -> bool {
    let last = text.rsplit('.').next().unwrap_or_default();
    let is_number = last.starts_with("0x") || last.bytes().all(|byte| byte.is_ascii_digit());
    match is_number {
        true => text.parse::<Ipv4Addr>().is_ok(),
        false => text.len() <= LONGEST_HOST && are_labels(text),
    }
}

/// One label of a host name: no dot, so one star is never two levels, and nothing that could end the host.
fn is_label(text: &str) -> bool {
    let inside = text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    inside && (1..=63).contains(&text.len()) && !text.starts_with('-') && !text.ends_with('-')
}

impl fmt::Display for CallbackUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn admits(record: &str, callback: &str) -> bool {
        CallbackUrl::parse(record).unwrap().admits(callback)
    }

    #[test]
    fn without_a_star_only_the_same_text_is_admitted() {
        let record = "https://my.example.com/TBA/?callbackRequest";
        assert!(admits(record, record));
        for other in [
            "https://my.example.com/TBA/",
            "https://my.example.com/tba/?callbackRequest",
            "https://evil.example/cb",
            "",
        ] {
            assert!(!admits(record, other), "{other}");
        }
    }

    #[test]
    fn a_star_port_of_localhost_is_any_port() {
        assert!(admits("http://localhost:*", "http://localhost:8080"));
        assert!(admits("http://localhost:*", "http://localhost:53682/cb?x=1"));
        assert!(admits("http://localhost:*/cb", "http://localhost:1/cb"));
        assert!(!admits("http://localhost:*/cb", "http://localhost:1/other"));
        for other in [
            "http://localhost",
            "http://localhost:",
            "http://localhost:*",
            "http://localhost:0",
            "http://localhost:70000",
            "http://localhost:8080/cb#top",
            "http://localhost:8080/c b",
            "http://localhost:8080@evil/cb",
            "https://localhost:8080",
            "http://localhost.evil:8080",
            "http://localhost:80@evil",
        ] {
            assert!(!admits("http://localhost:*", other), "{other}");
        }
    }

    #[test]
    fn a_star_label_is_exactly_one_label() {
        let record = "https://*.example.com/callback";
        assert!(admits(record, "https://a.example.com/callback"));
        let url = CallbackUrl::parse(record).unwrap();
        assert!(url.is_shallower_than("https://a.b.example.com/callback"));
        for other in [
            "https://a.b.example.com/callback",
            "https://example.com/callback",
            "https://.example.com/callback",
            "https://evil/.example.com/callback",
            "https://evil#.example.com/callback",
            "https://a.example.com/other",
            "https://-a.example.com/callback",
            "http://a.example.com/callback",
            "https://u@a.example.com/callback",
        ] {
            assert!(!admits(record, other), "{other}");
            assert_eq!(url.is_shallower_than(other), other.contains("a.b"), "{other}");
        }
    }

    #[test]
    fn a_star_anywhere_else_is_refused() {
        for text in [
            "https://example.com/*",
            "https://*",
            "https://*.com",
            "https://a.*.example.com/",
            "https://a*.example.com/",
            "https://*.*.example.com/",
            "https://example.com:*/",
            "http://*.example.com/",
            "http://localhost:8*/",
            "https://example.com/?a=*",
        ] {
            let error = CallbackUrl::parse(text).unwrap_err();
            assert!(
                matches!(error, CallbackUrlError::Star | CallbackUrlError::Scheme),
                "{text}: {error:?}"
            );
        }
    }

    #[test]
    fn what_is_no_callback_url_says_why() {
        let error = |text: &str| CallbackUrl::parse(text).unwrap_err();
        assert_eq!(error("http://example.com/cb"), CallbackUrlError::Scheme);
        assert_eq!(error("example.com/cb"), CallbackUrlError::Scheme);
        assert_eq!(error("javascript://x"), CallbackUrlError::Scheme);
        assert_eq!(error("https:///cb"), CallbackUrlError::Host);
        assert_eq!(error("https://u:p@example.com/cb"), CallbackUrlError::Host);
        assert_eq!(error("https://example.com:0/cb"), CallbackUrlError::Port);
        assert_eq!(error("https://example.com/c b"), CallbackUrlError::Character);
        assert_eq!(error("https://example.com/#top"), CallbackUrlError::Character);
        assert_eq!(
            error(&format!("https://example.com/{}", "a".repeat(2000))),
            CallbackUrlError::TooLong
        );
    }

    #[test]
    fn a_host_that_nobody_can_have_is_no_callback_url() {
        for host in [
            "a,b",
            "a;b",
            "a_b.example",
            "-a.example",
            "a-.example",
            "a..b",
            ".a",
            "a.",
            "(a)",
            "a!b",
            "*.a,b.example",
            "1.2",
            "0x7f.1",
            "256.1.1.1",
            "example.1",
        ] {
            let error = CallbackUrl::parse(&format!("https://{host}/")).unwrap_err();
            assert_eq!(error, CallbackUrlError::NoHost, "{host}");
        }
        let long = vec!["a"; 130].join(".");
        assert_eq!(
            CallbackUrl::parse(&format!("https://{long}/")),
            Err(CallbackUrlError::NoHost)
        );
        for host in [
            "a",
            "a-b.example",
            "xn--bcher-kva.example",
            "127.0.0.1",
            "1a.example:8443",
            "*.a.example",
        ] {
            assert!(CallbackUrl::parse(&format!("https://{host}/")).is_ok(), "{host}");
        }
    }

    proptest! {
        #[test]
        fn a_record_without_a_star_admits_itself_and_nothing_panics(text in "https?://[a-z*.:@/?#]{0,30}", other in ".*") {
            if let Ok(url) = CallbackUrl::parse(&text) {
                prop_assert!(text.contains('*') != url.admits(&text));
                let _ = url.admits(&other);
            }
        }
    }
}
