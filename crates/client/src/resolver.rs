//! Where a host name leads. `localhost` and every name below it is this machine, and nobody is asked (RFC 6761 section
//! 6.3): those names are called without TLS, so no name server may say that they are elsewhere.
//!
//! Attack: a name server that leads another name into this machine or its network. What answers there could not prove by TLS
//! that it is the host; it is not even called.

use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use countersign_protocol::LocalServer;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower::Service;

/// Asks the system for all other names, or nobody.
#[derive(Clone, Debug)]
pub(crate) struct Resolver(Option<GaiResolver>);

impl Resolver {
    pub(crate) fn new() -> Self {
        Self(Some(GaiResolver::new()))
    }

    /// Every other name leads nowhere.
    pub(crate) const fn of_this_machine() -> Self {
        Self(None)
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.0 {
            Some(system) => system.poll_ready(context),
            None => Poll::Ready(Ok(())),
        }
    }

    fn call(&mut self, name: Name) -> Self::Future {
        if LocalServer::is_host(name.as_str()) {
            let here = vec![(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()];
            return Box::pin(async move { Ok(here.into_iter()) });
        }
        let Some(system) = &mut self.0 else {
            let nobody = io::Error::new(io::ErrorKind::NotFound, "no name server is asked");
            return Box::pin(async move { Err(nobody) });
        };
        let asked = system.call(name);
        Box::pin(async move {
            let found: Vec<SocketAddr> = asked.await?.collect();
            let public: Vec<SocketAddr> = found
                .iter()
                .copied()
                .filter(|found| is_public(found.ip()))
                .collect();
            match found.is_empty() || !public.is_empty() {
                true => Ok(public.into_iter()),
                false => Err(io::Error::other(
                    "the name leads to an address of this machine or of its own network, and NetSuite is at neither",
                )),
            }
        })
    }
}

/// Whether an address can be a host of the internet: not of this machine, nor of a network of its own (RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            !(address.is_private()
                || address.is_loopback()
                || address.is_link_local()
                || address.is_multicast()
                || first == 0
                || first >= 240
                || is_shared)
        }
        IpAddr::V6(address) => {
            let inside = match address.segments() {
                // What is translated to IPv4 is there (RFC 6052).
                [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
                    Some(Ipv4Addr::from_bits(u32::from(high) << 16 | u32::from(low)))
                }
                _ => None,
            };
            let is_own = address.is_loopback()
                || address.is_unspecified()
                || address.is_unique_local()
                || address.is_unicast_link_local()
                || address.is_multicast();
            !is_own && inside.is_none_or(|inside| is_public(inside.into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn every_name_below_localhost_is_this_machine() {
        for name in ["localhost", "LocalHost", "1234567-sb1.localhost", "a.b.localhost"] {
            let found = Resolver::new().call(name.parse().unwrap()).await.unwrap();
            assert!(
                found.into_iter().all(|address| address.ip().is_loopback()),
                "{name}"
            );
        }
        for elsewhere in ["localhost.evil.example", "notlocalhost", "localhost."] {
            assert!(!LocalServer::is_host(elsewhere), "{elsewhere}");
        }
    }

    #[test]
    fn a_name_is_not_followed_into_this_machine_or_its_network() {
        for own in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fd00::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
        ] {
            assert!(!is_public(own.parse().unwrap()), "{own}");
        }
        for public in [
            "212.25.248.1",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1",
            "64:ff9b::d419:f801",
        ] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }
}
