//! A server of this machine: where the calls of a local account go, in the place of NetSuite's hosts.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use crate::request::Request;

/// The address of a local account's server, such as `http://127.0.0.1:8080` or `http://1234567-sb1.localhost:8080`.
///
/// It names this machine and nothing else, whatever a name server says, so that no credential goes anywhere by it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LocalServer(String);

/// Why a text is no address of a local server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LocalServerError {
    #[error("a server is written as http://127.0.0.1:8080: scheme, host and port, without a path")]
    Form,
    #[error(
        "a server of a local account is on this machine: localhost, a name that ends in .localhost, 127.0.0.1 or [::1]. \
         NetSuite's own hosts follow from the account ID and are not named"
    )]
    Elsewhere,
}

impl LocalServer {
    const MAX_LENGTH: usize = 128;

    /// Scheme, host and port, without a slash at the end.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a host name or address is this machine's: a loopback address, `localhost`, or a name below it (RFC 6761
    /// section 6.3).
    pub fn is_host(host: &str) -> bool {
        let address = host
            .trim_start_matches('[')
            .trim_end_matches(']')
            .parse::<IpAddr>();
        is_localhost(host) || address.is_ok_and(|address| address.is_loopback())
    }
}

fn is_localhost(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost")
}

impl FromStr for LocalServer {
    type Err = LocalServerError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim().trim_end_matches('/');
        // User information would name one host to people and another to a program.
        if text.len() > Self::MAX_LENGTH || text.contains(['@', '?', '#', '\\']) {
            return Err(LocalServerError::Form);
        }
        let request = Request::new("GET", text).map_err(|_| LocalServerError::Form)?;
        if request.path() != "/" {
            return Err(LocalServerError::Form);
        }
        match Self::is_host(request.host()) {
            true => Ok(Self(text.to_ascii_lowercase())),
            false => Err(LocalServerError::Elsewhere),
        }
    }
}

impl fmt::Display for LocalServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_server_is_on_this_machine() {
        for (text, server) in [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
            (" HTTPS://LocalHost:8443/ ", "https://localhost:8443"),
            (
                "http://1234567-sb1.localhost:8080",
                "http://1234567-sb1.localhost:8080",
            ),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse::<LocalServer>().unwrap().as_str(), server);
        }
    }

    #[test]
    fn no_text_leads_elsewhere() {
        for text in [
            "",
            "127.0.0.1:8080",
            "ftp://127.0.0.1",
            "http://127.0.0.1:8080/services",
            "http://127.0.0.1?x=1",
            "http://localhost@evil.example",
            "http://evil.example#.localhost",
            "http://evil.example\\.localhost",
            "https://1234567.suitetalk.api.netsuite.com",
            "http://localhost.evil.example",
            "http://127.0.0.1.evil.example",
            "http://169.254.169.254",
            "http://0.0.0.0:8080",
            "http://10.0.0.1",
            "http://local host",
            "http://localhost:99999",
        ] {
            assert!(text.parse::<LocalServer>().is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_taken_is_taken_again(text: String) {
            if let Ok(server) = text.parse::<LocalServer>() {
                prop_assert_eq!(server.as_str().parse::<LocalServer>(), Ok(server));
            }
        }
    }
}
