//! The authority: a private key and a certificate, in a folder.
//!
//! The certificate follows from the key, but for its dates. Invariant: a key that is there is never replaced, so what
//! was told to believe it goes on believing it.

use std::io::{self, ErrorKind};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use countersign_durable::{PRIVATE, replace};
use countersign_world::UnixTime;
use rcgen::string::Ia5String;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType, SerialNumber,
};
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use time::OffsetDateTime;
use x509_cert::der::Decode as _;
use zeroize::Zeroizing;

use crate::names::{LOCALHOST, LOOPBACK, NETSUITE};

const KEY: &str = "ca-key.pem";
const CERTIFICATE: &str = "ca.pem";

const DAY: Duration = Duration::from_hours(24);
/// How long the authority's certificate is good for.
const LIFE: Duration = Duration::from_hours(24 * 365 * 10);
/// A certificate that is over sooner than this is made anew from its key.
const RENEWAL: Duration = Duration::from_hours(24 * 90);

/// A certificate authority for NetSuite's names and this machine's.
pub struct LocalCa {
    issuer: Issuer<'static, KeyPair>,
    certificate: CertificateDer<'static>,
    pem: String,
    path: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum CaError {
    #[error("cannot use {}, the local certificate authority's: {source}", path.display())]
    File { path: PathBuf, source: io::Error },

    #[error(
        "{} can be read by others (mode {mode:03o}), and whoever has it can pose as NetSuite to your programs: remove the \
         folder it is in, and a new authority is made",
        path.display()
    )]
    Exposed { path: PathBuf, mode: u32 },

    #[error(
        "{} is not what the local certificate authority wrote: remove the folder it is in, and a new authority is made",
        path.display()
    )]
    Unreadable { path: PathBuf },

    #[error("a certificate could not be made: {0}")]
    Make(#[from] rcgen::Error),

    #[error("TLS could not be set up: {0}")]
    Tls(#[from] rustls::Error),
}

impl LocalCa {
    /// The authority of a folder, which is there and is its owner's alone. Made now where there is none yet.
    pub fn open(folder: &Path, now: UnixTime) -> Result<Self, CaError> {
        let key = key(&folder.join(KEY))?;
        let path = folder.join(CERTIFICATE);
        let params = params(&key, now)?;
        let pem = match read(&path)? {
            Some(pem)
                if !is_nearly_over(&pem, now)
                    .ok_or_else(|| CaError::Unreadable { path: path.clone() })? =>
            {
                pem
            }
            _ => {
                let pem = params.self_signed(&key)?.pem();
                replace(&path, pem.as_bytes(), 0o644).map_err(|source| failed(&path, source))?;
                pem
            }
        };
        let unreadable = || CaError::Unreadable { path: path.clone() };
        let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).map_err(|_| unreadable())?;
        certified(certificate.clone(), &key).map_err(|_| unreadable())?;
        Ok(Self {
            issuer: Issuer::new(params, key),
            certificate,
            pem,
            path,
        })
    }

    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    /// The certificate as programs are given it.
    pub fn pem(&self) -> &str {
        &self.pem
    }

    /// Where the certificate is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A certificate for exactly these names, with the key of `holder`. `serial` is random.
    pub(crate) fn issue(
        &self,
        names: Vec<SanType>,
        holder: &KeyPair,
        serial: [u8; 16],
        valid: (UnixTime, UnixTime),
    ) -> Result<CertifiedKey, CaError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        params.subject_alt_names = names;
        params.serial_number = Some(SerialNumber::from_slice(&serial));
        params.not_before = date(valid.0);
        params.not_after = date(valid.1);
        params.use_authority_key_identifier_extension = true;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let certificate = params.signed_by(holder, &self.issuer)?;
        Ok(certified(certificate.der().clone(), holder)?)
    }
}

/// The private key is never printed.
impl std::fmt::Debug for LocalCa {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "LocalCa({})", self.path.display())
    }
}

fn certified(certificate: CertificateDer<'static>, key: &KeyPair) -> Result<CertifiedKey, rustls::Error> {
    let key = PrivateKeyDer::Pkcs8(key.serialize_der().into());
    CertifiedKey::from_der(vec![certificate], key, &ring::default_provider())
}

/// Names it may sign for, and nothing else: a stolen key opens no connection to anybody but NetSuite.
fn params(key: &KeyPair, now: UnixTime) -> Result<CertificateParams, CaError> {
    let mut params = CertificateParams::default();
    // Two authorities of two folders have two names: OpenSSL looks for an issuer by name.
    let id: String = params
        .key_identifier(key)
        .iter()
        .take(4)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    params.distinguished_name = DistinguishedName::new();
    params
        .distinguished_name
        .push(DnType::CommonName, format!("Countersign local authority {id}"));
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let names = [NETSUITE, LOCALHOST].map(|name| GeneralSubtree::DnsName(name.to_owned()));
    let addresses =
        LOOPBACK.map(|address| GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, 255)));
    params.name_constraints = Some(NameConstraints {
        permitted_subtrees: names.into_iter().chain(addresses).collect(),
        excluded_subtrees: Vec::new(),
    });
    params.not_before = date(now.minus(DAY));
    params.not_after = date(now.plus(LIFE));
    Ok(params)
}

/// None where the text is no certificate.
fn is_nearly_over(pem: &str, now: UnixTime) -> Option<bool> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    let certificate = x509_cert::Certificate::from_der(&der).ok()?;
    let end = certificate.tbs_certificate.validity.not_after.to_unix_duration();
    let end = UnixTime::default().plus(end);
    Some(now.plus(RENEWAL) > end)
}

pub(crate) fn dns(name: &str) -> Option<SanType> {
    Ia5String::try_from(name).ok().map(SanType::DnsName)
}

/// In whole seconds, as certificates count. What no calendar has room for is its beginning.
fn date(at: UnixTime) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(at.seconds()).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn key(path: &Path) -> Result<KeyPair, CaError> {
    if let Some(pem) = read(path)?.map(Zeroizing::new) {
        let mode = std::fs::metadata(path)
            .map_err(|source| failed(path, source))?
            .permissions()
            .mode()
            & 0o777;
        if mode & 0o077 != 0 {
            return Err(CaError::Exposed {
                path: path.to_owned(),
                mode,
            });
        }
        return KeyPair::from_pem(&pem).map_err(|_| CaError::Unreadable {
            path: path.to_owned(),
        });
    }
    let key = KeyPair::generate()?;
    let pem = Zeroizing::new(key.serialize_pem());
    replace(path, pem.as_bytes(), PRIVATE).map_err(|source| failed(path, source))?;
    Ok(key)
}

fn read(path: &Path) -> Result<Option<String>, CaError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) if error.kind() == ErrorKind::InvalidData => Err(CaError::Unreadable {
            path: path.to_owned(),
        }),
        Err(error) => Err(failed(path, error)),
    }
}

fn failed(path: &Path, source: io::Error) -> CaError {
    CaError::File {
        path: path.to_owned(),
        source,
    }
}

#[cfg(test)]
#[path = "local_ca/tests.rs"]
mod tests;
