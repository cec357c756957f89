//! Which proxies are believed when they say who the client is and what it addressed.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

use crate::listener::Peer;

/// The proxies in front of us. By default there are none, and nothing forwarded is believed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Trust {
    pub networks: Vec<Network>,
    /// Whether whoever may connect to our Unix socket is a proxy.
    pub unix: bool,
}

impl Trust {
    pub fn covers(&self, peer: Peer) -> bool {
        peer.ip()
            .map_or(self.unix, |address| self.covers_address(address))
    }

    pub(crate) fn covers_address(&self, address: IpAddr) -> bool {
        self.networks.iter().any(|network| network.contains(address))
    }
}

/// Addresses that share their first bits: `10.0.0.0/8`, `2001:db8::/32`, or one address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u32,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{given:?} is no network: write an address (10.1.2.3), or an address and its fixed bits (10.0.0.0/8)"
)]
pub struct NetworkError {
    given: String,
}

impl Network {
    pub fn contains(&self, address: IpAddr) -> bool {
        let shared = match (self.address, address.to_canonical()) {
            (IpAddr::V4(ours), IpAddr::V4(theirs)) => (ours.to_bits() ^ theirs.to_bits()).leading_zeros(),
            (IpAddr::V6(ours), IpAddr::V6(theirs)) => (ours.to_bits() ^ theirs.to_bits()).leading_zeros(),
            _ => return false,
        };
        shared >= self.prefix
    }
}

impl FromStr for Network {
    type Err = NetworkError;

    fn from_str(given: &str) -> Result<Self, NetworkError> {
        let parse = || {
            let (address, prefix) = match given.split_once('/') {
                Some((address, prefix)) => (address, Some(prefix)),
                None => (given, None),
            };
            let address: IpAddr = address.parse().ok()?;
            let bits = if address.is_ipv4() { 32 } else { 128 };
            let prefix = match prefix {
                Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.parse().ok()?,
                Some(_) => return None,
                None => bits,
            };
            (prefix <= bits).then_some(Self { address, prefix })
        };
        parse().ok_or_else(|| NetworkError {
            given: given.to_owned(),
        })
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// A hop of `X-Forwarded-For`: an address, some proxies add the port.
pub(crate) fn hop(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']'));
    let address: Option<IpAddr> = bare.unwrap_or(text).parse().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn network(text: &str) -> Network {
        text.parse().unwrap()
    }

    #[test]
    fn a_network_holds_the_addresses_that_share_its_bits() {
        let ten = network("10.0.0.0/8");
        assert!(ten.contains("10.255.0.1".parse().unwrap()));
        assert!(ten.contains("::ffff:10.1.2.3".parse().unwrap()));
        assert!(!ten.contains("11.0.0.0".parse().unwrap()));
        assert!(!ten.contains("::a00:1".parse().unwrap()));
        assert!(network("2001:db8::/32").contains("2001:db8:ffff::1".parse().unwrap()));
        assert!(network("::1").contains("::1".parse().unwrap()));
        assert!(!network("::1").contains("::2".parse().unwrap()));
        assert!(network("0.0.0.0/0").contains("203.0.113.9".parse().unwrap()));
    }

    #[test]
    fn what_is_no_network_says_so() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "::1/129",
            "localhost",
            "10.0.0/8",
            "/8",
        ] {
            let error = Network::from_str(text).unwrap_err();
            assert!(error.to_string().contains("10.0.0.0/8"), "{text}");
        }
    }

    #[test]
    fn nobody_is_trusted_by_default() {
        let peer = Peer::Tcp("127.0.0.1:9".parse().unwrap());
        assert!(!Trust::default().covers(peer));
        assert!(!Trust::default().covers(Peer::Unix));
    }

    proptest! {
        #[test]
        fn a_network_is_read_back_as_it_is_shown(bits in any::<u128>(), prefix in 0..=128_u32) {
            let shown = Network { address: IpAddr::V6(bits.into()), prefix };
            prop_assert_eq!(shown.to_string().parse(), Ok(shown));
            prop_assert!(shown.contains(shown.address) || shown.address != shown.address.to_canonical());
        }
    }
}
