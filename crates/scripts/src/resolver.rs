//! Where the names lead that scripts may call.
//!
//! Attack: whoever keeps the name servers of an allowed host leads its name to this machine, or to what stands beside it in its
//! network, and the script that calls it there reads what only its neighbours may.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::task::{Context, Poll};

use countersign_protocol::is_public_address;
use hyper_util::client::legacy::connect::dns::{GaiResolver, Name};
use tower::Service;

/// Below these names are no strangers: nobody can register a name there (RFC 6761, 6762 and 8375, and ICANN's `internal`).
const OWN: [&str; 5] = ["localhost", "local", "internal", "test", "home.arpa"];

/// Asks the system, and follows a name that others keep to no address of this machine or its network, but for those that were
/// allowed themselves.
#[derive(Clone, Debug)]
pub(crate) struct Resolver {
    system: GaiResolver,
    allowed: Vec<IpAddr>,
}

impl Resolver {
    /// `hosts` are those that were allowed: names and addresses, with a port or without.
    pub(crate) fn for_hosts(hosts: &[String]) -> Self {
        let allowed = hosts.iter().filter_map(|host| address(host));
        Self {
            system: GaiResolver::new(),
            allowed: allowed.collect(),
        }
    }

    fn may_be_at(&self, name: &str, address: IpAddr) -> bool {
        is_public_address(address) || is_own(name) || self.allowed.contains(&address.to_canonical())
    }
}

/// `10.1.2.3`, `10.1.2.3:8443`, `[fd00::1]` and `[fd00::1]:8443`.
fn address(host: &str) -> Option<IpAddr> {
    let with_port = host.parse().map(|whole: SocketAddr| whole.ip());
    let bare = || host.trim_start_matches('[').trim_end_matches(']').parse();
    with_port
        .or_else(|_| bare())
        .ok()
        .map(|address| address.to_canonical())
}

/// Whether a name is one that nobody outside can keep: without a dot, or below one of [`OWN`].
fn is_own(name: &str) -> bool {
    let name = name.trim_end_matches('.').to_ascii_lowercase();
    let is_below = |own| name.strip_suffix(own).is_some_and(|front| front.ends_with('.'));
    !name.contains('.') || OWN.into_iter().any(is_below)
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<Self::Response>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.system.poll_ready(context)
    }

    fn call(&mut self, name: Name) -> Self::Future {
        let (asked, of) = (self.system.call(name.clone()), self.clone());
        Box::pin(async move {
            let found: Vec<SocketAddr> = asked.await?.collect();
            let may_be: Vec<SocketAddr> = found
                .iter()
                .copied()
                .filter(|found| of.may_be_at(name.as_str(), found.ip()))
                .collect();
            let first = found.first().filter(|_| may_be.is_empty());
            match first {
                None => Ok(may_be.into_iter()),
                Some(address) => Err(io::Error::other(format!(
                    "the name leads to {0}, an address of this machine or its network: allow that too where it is meant, with \
                     --script-may-call {0}",
                    address.ip()
                ))),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use tower::Service as _;

    use super::Resolver;

    /// The system reads such a name as an address, without asking a name server.
    #[tokio::test]
    async fn what_the_system_answers_is_held_to_that_and_the_way_on_is_told() {
        let name = || "127.1".parse().unwrap();
        let error = Resolver::for_hosts(&["127.1".to_owned()])
            .call(name())
            .await
            .unwrap_err();
        assert!(
            error.to_string().contains("--script-may-call 127.0.0.1"),
            "{error}"
        );
        let both = ["127.1", "127.0.0.1"].map(str::to_owned);
        let mut found = Resolver::for_hosts(&both).call(name()).await.unwrap();
        assert!(found.all(|found| found.ip().is_loopback()));
    }

    #[test]
    fn a_name_that_others_keep_leads_into_no_network_but_to_addresses_that_were_allowed_themselves() {
        let hosts = [
            "api.example.com",
            "erp.example.com:8443",
            "10.1.2.3",
            "[fd00::1]:8443",
        ]
        .map(str::to_owned);
        let resolver = Resolver::for_hosts(&hosts);
        let is_led = |name: &str, address: &str| resolver.may_be_at(name, address.parse().unwrap());
        for inside in [
            "127.0.0.1",
            "10.0.0.1",
            "169.254.169.254",
            "::1",
            "::ffff:127.0.0.1",
            "fd00::2",
        ] {
            for name in [
                "api.example.com",
                "127-0-0-1.example.com",
                "notlocalhost.example",
                "test.example",
            ] {
                assert!(!is_led(name, inside), "{name} {inside}");
            }
            for own in [
                "mock",
                "localhost",
                "a.localhost",
                "mock.svc.cluster.local",
                "MOCK.test.",
            ] {
                assert!(is_led(own, inside), "{own} {inside}");
            }
        }
        for allowed in ["10.1.2.3", "::ffff:10.1.2.3", "fd00::1", "212.25.248.1"] {
            assert!(is_led("erp.example.com", allowed), "{allowed}");
        }
    }
}
