//! Certificates made when a client asks for a name, and kept in memory.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use countersign_world::{Clock, Entropy, UnixTime};
use quick_cache::sync::Cache;
use rcgen::{KeyPair, SanType};
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use crate::local_ca::{CaError, LocalCa, dns};
use crate::names::{LOCALHOST, LOOPBACK, is_ours};

/// Names whose certificates are kept. Anybody may ask for any number of names below NetSuite's.
const KEPT: usize = 256;

const LIFE: Duration = Duration::from_hours(24 * 30);
/// For clocks that are behind.
const LEEWAY: Duration = Duration::from_hours(24);

/// Makes a certificate for each name: exactly that name, as a wildcard does not match every name that NetSuite has. All
/// of them have one key, which is made with this and forgotten with it.
pub struct Leaves {
    ca: LocalCa,
    key: KeyPair,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    kept: Cache<String, Leaf>,
}

#[derive(Clone)]
struct Leaf {
    certified: Arc<CertifiedKey>,
    /// From then on another is made.
    until: UnixTime,
}

impl Leaves {
    pub fn new(ca: LocalCa, clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Result<Self, CaError> {
        Ok(Self {
            ca,
            key: KeyPair::generate()?,
            clock,
            entropy,
            kept: Cache::new(KEPT),
        })
    }

    pub fn ca(&self) -> &LocalCa {
        &self.ca
    }

    /// TLS 1.2 and 1.3 with these certificates, HTTP/2 before HTTP/1.1.
    pub fn server_config(self: &Arc<Self>) -> Result<Arc<ServerConfig>, CaError> {
        let resolver: Arc<dyn ResolvesServerCert> = Arc::<Self>::clone(self);
        let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth();
        let mut config = config.with_cert_resolver(resolver);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Arc::new(config))
    }

    /// The certificate for a name; without one that for this machine. None for a name of somebody else.
    pub fn certified(&self, name: Option<&str>) -> Option<Arc<CertifiedKey>> {
        let name = name.unwrap_or(LOCALHOST).to_ascii_lowercase();
        if !is_ours(&name) {
            return None;
        }
        let now = self.clock.now();
        if let Some(leaf) = self.kept.get(&name).filter(|leaf| now < leaf.until) {
            return Some(leaf.certified);
        }
        let leaf = self.make(&name, now).ok()?;
        self.kept.insert(name, leaf.clone());
        Some(leaf.certified)
    }

    /// How many certificates are kept.
    pub fn kept(&self) -> usize {
        self.kept.len()
    }

    fn make(&self, name: &str, now: UnixTime) -> Result<Leaf, CaError> {
        let mut names: Vec<SanType> = dns(name).into_iter().collect();
        if name == LOCALHOST {
            names.extend(LOOPBACK.map(SanType::IpAddress));
        }
        let mut serial = [0; 16];
        self.entropy.fill(&mut serial);
        // A positive number of full length (RFC 5280 section 4.1.2.2).
        serial[0] = serial[0] & 0x7f | 0x40;
        let valid = (now.minus(LEEWAY), now.plus(LIFE));
        let certified = self.ca.issue(names, &self.key, serial, valid)?;
        Ok(Leaf {
            certified: Arc::new(certified),
            until: now.plus(LIFE).minus(LEEWAY),
        })
    }
}

impl ResolvesServerCert for Leaves {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.certified(hello.server_name())
    }
}

/// No key is printed.
impl fmt::Debug for Leaves {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Leaves({} of {:?})", self.kept(), self.ca)
    }
}
