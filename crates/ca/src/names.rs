//! The names that certificates are made for: NetSuite's and this machine's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub(crate) const NETSUITE: &str = "netsuite.com";
pub(crate) const LOCALHOST: &str = "localhost";

/// The addresses of this machine that a certificate is good for.
pub(crate) const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Whether a host name is NetSuite's: `netsuite.com` or one below it, also with the dot of the root at its end.
pub fn is_netsuite(name: &str) -> bool {
    is_below(name.strip_suffix('.').unwrap_or(name), NETSUITE)
}

pub(crate) fn is_ours(name: &str) -> bool {
    is_below(name, NETSUITE) || is_below(name, LOCALHOST)
}

fn is_below(name: &str, domain: &str) -> bool {
    let Some(at) = name.len().checked_sub(domain.len()) else {
        return false;
    };
    let Some((labels, end)) = name.split_at_checked(at) else {
        return false;
    };
    end.eq_ignore_ascii_case(domain) && (labels.is_empty() || (labels.ends_with('.') && labels.len() > 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn netsuites_names_are_told_from_those_that_look_like_them() {
        for name in [
            "netsuite.com",
            "1234567-sb1.suitetalk.api.netsuite.com",
            "REST.NetSuite.Com",
            "1234567_sb1.app.netsuite.com",
            "system.netsuite.com.",
        ] {
            assert!(is_netsuite(name), "{name}");
        }
        for name in [
            "",
            ".",
            "com",
            ".netsuite.com",
            "evilnetsuite.com",
            "netsuite.com.evil.example",
            "netsuite.com..",
            "ñetsuite.com",
            "oracle.com",
            "localhost",
        ] {
            assert!(!is_netsuite(name), "{name}");
        }
    }
}
