//! The way in with TLS: the certificate authority of a data folder, and which names end here.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use countersign_ca::{Leaves, LocalCa, is_netsuite};
use countersign_front::{Gate, Listener, Tunnel, Tunnels};

use crate::failure::Failure;
use crate::folder::{self, Folder, World};

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The only port of NetSuite's hosts.
const HTTPS: u16 = 443;

/// Names of each kind that are remembered.
const MOST_NAMES: usize = 100;

/// Takes the address for TLS that was asked for; else the one the folder had before, or any. It comes before the folder,
/// as that of the accounts does: an address that cannot be had leaves nothing behind.
pub(crate) async fn listen(wanted: Option<SocketAddr>, path: &Path) -> Result<Listener, Failure> {
    if let Some(wanted) = wanted.filter(|wanted| wanted.port() != 0) {
        let listener = Listener::tcp(wanted).await;
        return listener.map_err(|error| {
            Failure::of_system(error)
                .hint("take another port with --tls; those below 1024 are for root, or for whom it lets")
        });
    }
    let any = wanted.unwrap_or(ANY_PORT);
    if let Some(port) = folder::last_gate_port(path)
        && let Ok(listener) = Listener::tcp(SocketAddr::new(any.ip(), port)).await
    {
        return Ok(listener);
    }
    Listener::tcp(any).await.map_err(Failure::of_system)
}

/// Opens the gate behind a listener, with the authority of the folder; both are told there.
pub(crate) fn open(
    listener: Listener,
    folder: &Folder,
    names: &Arc<Names>,
    world: &World,
) -> Result<Listener, Failure> {
    let ca = LocalCa::open(&folder.tls()?, world.clock.now())?;
    let leaves = Leaves::new(ca, Arc::clone(&world.clock), Arc::clone(&world.entropy))?;
    let tls = Arc::new(leaves).server_config()?;
    let names: Arc<dyn Tunnels> = Arc::<Names>::clone(names);
    Ok(listener.through(Gate::new(tls, names)))
}

/// Which names end here: NetSuite's, held or not. What a program sends to NetSuite never leaves this machine.
#[derive(Debug, Default)]
pub(crate) struct Names {
    others_pass: bool,
    here: Mutex<BTreeMap<String, u64>>,
    refused: Mutex<BTreeMap<String, u64>>,
}

impl Names {
    pub(crate) fn new(others_pass: bool) -> Arc<Self> {
        Arc::new(Self {
            others_pass,
            ..Self::default()
        })
    }

    /// NetSuite's names that were asked for, and how often.
    pub(crate) fn here(&self) -> BTreeMap<String, u64> {
        counts(&self.here).clone()
    }

    /// The other names that were asked for, and how often.
    pub(crate) fn refused(&self) -> BTreeMap<String, u64> {
        counts(&self.refused).clone()
    }
}

fn counts(names: &Mutex<BTreeMap<String, u64>>) -> MutexGuard<'_, BTreeMap<String, u64>> {
    names.lock().unwrap_or_else(PoisonError::into_inner)
}

fn remember(names: &Mutex<BTreeMap<String, u64>>, host: &str) {
    let mut names = counts(names);
    if let Some(times) = names.get_mut(host) {
        *times = times.saturating_add(1);
    } else if names.len() < MOST_NAMES {
        names.insert(host.to_owned(), 1);
    }
}

impl Tunnels for Names {
    fn to(&self, host: &str, port: u16) -> Tunnel {
        match (is_netsuite(host), port) {
            (true, HTTPS) => {
                remember(
                    &self.here,
                    host.trim_end_matches('.').to_ascii_lowercase().as_str(),
                );
                Tunnel::Here
            }
            (true, _) => Tunnel::Refused(format!("{host} answers on port {HTTPS} only")),
            (false, _) if self.others_pass => Tunnel::There,
            (false, _) => {
                let host = host.to_ascii_lowercase();
                remember(&self.refused, &host);
                tracing::info!(
                    host,
                    "refused: not a name of NetSuite's; --allow-other-hosts lets it through"
                );
                Tunnel::Refused(format!(
                    "{host} is not NetSuite: --allow-other-hosts lets it through"
                ))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_netsuites_ends_here_also_where_others_pass() {
        for others_pass in [false, true] {
            let names = Names::new(others_pass);
            for host in ["1.app.netsuite.com", "NETSUITE.COM", "rest.netsuite.com."] {
                assert_eq!(names.to(host, 443), Tunnel::Here, "{host}");
                assert!(matches!(names.to(host, 80), Tunnel::Refused(_)), "{host}");
            }
            let other = names.to("netsuite.com.evil.example", 443);
            assert_eq!(other == Tunnel::There, others_pass);
            assert_eq!(names.refused().len(), usize::from(!others_pass));
            assert_eq!(names.here().get("netsuite.com"), Some(&1));
            assert_eq!(names.here().len(), 3);
        }
    }

    #[test]
    fn refused_names_are_counted_up_to_a_limit() {
        let names = Names::new(false);
        for number in 0..1000 {
            names.to(&format!("{}.example", number % 200), 443);
        }
        let refused = names.refused();
        assert_eq!(refused.len(), MOST_NAMES);
        assert_eq!(refused.get("7.example"), Some(&5));
    }
}
