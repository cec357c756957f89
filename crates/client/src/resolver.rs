//! Where a host name leads. `localhost` and every name below it is this machine, and nobody is asked (RFC 6761 section
//! 6.3): those names are called without TLS, so no name server may say that they are elsewhere.

use std::future::Future;
use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use countersign_protocol::LocalServer;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower::Service;

/// Asks the system for all other names.
#[derive(Clone, Debug)]
pub(crate) struct Resolver(GaiResolver);

impl Resolver {
    pub(crate) fn new() -> Self {
        Self(GaiResolver::new())
    }
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        if LocalServer::is_host(name.as_str()) {
            let here = vec![(Ipv4Addr::LOCALHOST, 0).into(), (Ipv6Addr::LOCALHOST, 0).into()];
            return Box::pin(async move { Ok(here.into_iter()) });
        }
        let asked = self.0.call(name);
        Box::pin(async move { Ok(asked.await?.collect::<Vec<_>>().into_iter()) })
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
