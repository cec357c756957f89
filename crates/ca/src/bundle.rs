//! A list of authorities in one file, for programs that take one in place of the system's.

use std::path::{Path, PathBuf};

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use x509_cert::Certificate;
use x509_cert::der::{Decode as _, EncodePem as _, pem::LineEnding};

use crate::local_ca::LocalCa;

/// The system's authorities, those of the files in `also`, and this one, so that a program goes on reaching whom it
/// reached before. What cannot be read is left out: with it the program would not have got far either.
pub fn bundle(ca: &LocalCa, also: &[PathBuf]) -> String {
    let mut trusted = rustls_native_certs::load_native_certs().certs;
    trusted.extend(also.iter().flat_map(|path| authorities(path)));
    trusted.sort_by(|one, other| one.as_ref().cmp(other.as_ref()));
    trusted.dedup();
    let trusted = trusted.iter().filter_map(|certificate| pem(certificate));
    trusted.chain([ca.pem().to_owned()]).collect()
}

fn authorities(path: &Path) -> Vec<CertificateDer<'static>> {
    let found = CertificateDer::pem_file_iter(path);
    found.map(|found| found.flatten().collect()).unwrap_or_default()
}

fn pem(certificate: &CertificateDer<'_>) -> Option<String> {
    Certificate::from_der(certificate)
        .ok()?
        .to_pem(LineEnding::LF)
        .ok()
}
