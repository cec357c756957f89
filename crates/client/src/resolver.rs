//! Where a host name leads. `localhost` and every name below it is this machine, and nobody is asked (RFC 6761 section
//! 6.3): those names are called without TLS, so no name server may say that they are elsewhere.
//!
//! Attack: a name server that leads another name into this machine or its network. What answers there could not prove by TLS
//! that it is the host; it is not even called.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use countersign_protocol::{LocalServer, is_public_address};
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
                .filter(|found| is_public_address(found.ip()))
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
}
