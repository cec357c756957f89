use std::sync::Arc;

use countersign_world::{FixedClock, SeededEntropy};
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::pki_types::{ServerName, UnixTime as Moment};
use rustls::{CertificateError, Error, RootCertStore};
use tempfile::TempDir;

use super::*;
use crate::{Leaves, bundle};

const NOW: UnixTime = UnixTime::from_seconds(1_795_000_000);

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

fn open(folder: &TempDir, now: UnixTime) -> LocalCa {
    LocalCa::open(folder.path(), now).unwrap()
}

fn leaves(folder: &TempDir, clock: &Arc<FixedClock>) -> Leaves {
    let clock: Arc<FixedClock> = Arc::clone(clock);
    Leaves::new(open(folder, NOW), clock, Arc::new(SeededEntropy::new(7))).unwrap()
}

/// As a client that was told to believe the authority, and nobody else, sees a certificate.
fn seen(ca: &LocalCa, certified: &CertifiedKey, name: &str, at: UnixTime) -> Result<(), Error> {
    let mut roots = RootCertStore::empty();
    roots.add(ca.certificate().clone()).unwrap();
    let provider = Arc::new(ring::default_provider());
    let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
        .build()
        .unwrap();
    let name = ServerName::try_from(name).unwrap();
    let at = Moment::since_unix_epoch(Duration::from_millis(at.millis().unsigned_abs()));
    let verified = verifier.verify_server_cert(&certified.cert[0], &[], &name, &[], at);
    verified.map(|_| ())
}

#[test]
fn a_certificate_is_for_exactly_the_name_it_was_made_for() {
    let folder = folder();
    let leaves = leaves(&folder, &Arc::new(FixedClock::at(NOW)));
    let names = [
        "1234567-sb1.suitetalk.api.netsuite.com",
        "1234567_sb1.app.netsuite.com",
        "rest.netsuite.com",
        "1234567.localhost",
    ];
    for name in names {
        let certified = leaves.certified(Some(name)).unwrap();
        for other in names {
            let seen = seen(leaves.ca(), &certified, other, NOW);
            assert_eq!(seen.is_ok(), name == other, "{name} as {other}: {seen:?}");
        }
    }
    let nameless = leaves.certified(None).unwrap();
    for name in ["localhost", "127.0.0.1", "::1"] {
        assert_eq!(seen(leaves.ca(), &nameless, name, NOW), Ok(()), "{name}");
    }
}

#[test]
fn nothing_is_made_for_a_name_of_somebody_else() {
    let folder = folder();
    let leaves = leaves(&folder, &Arc::new(FixedClock::at(NOW)));
    for name in [
        "api.stripe.com",
        "netsuite.com.evil.example",
        "evilnetsuite.com",
        "10.0.0.1",
        "",
    ] {
        assert!(leaves.certified(Some(name)).is_none(), "{name}");
    }
}

#[test]
fn a_certificate_that_a_stolen_key_signs_for_somebody_else_is_not_believed() {
    let folder = folder();
    let ca = open(&folder, NOW);
    let holder = KeyPair::generate().unwrap();
    let valid = (NOW.minus(DAY), NOW.plus(DAY));
    let names = |name: &str| vec![dns(name).unwrap()];
    for name in ["api.stripe.com", "evilnetsuite.com"] {
        let stolen = ca.issue(names(name), &holder, [1; 16], valid).unwrap();
        let wrong = Error::InvalidCertificate(CertificateError::NotValidForName);
        let seen = seen(&ca, &stolen, name, NOW).unwrap_err();
        assert_ne!(seen, wrong);
        assert!(seen.to_string().contains("NameConstraint"), "{seen}");
    }
    let ours = ca
        .issue(names("a.netsuite.com"), &holder, [1; 16], valid)
        .unwrap();
    assert_eq!(seen(&ca, &ours, "a.netsuite.com", NOW), Ok(()));
}

#[test]
fn certificates_are_kept_up_to_a_limit_and_made_anew_before_they_are_over() {
    let folder = folder();
    let clock = Arc::new(FixedClock::at(NOW));
    let leaves = leaves(&folder, &clock);
    let name = Some("1.app.netsuite.com");
    let first = leaves.certified(name).unwrap();
    assert!(Arc::ptr_eq(&first, &leaves.certified(name).unwrap()));
    for number in 0..2000 {
        assert!(
            leaves
                .certified(Some(&format!("{number}.app.netsuite.com")))
                .is_some()
        );
    }
    assert!(leaves.kept() <= 256, "{}", leaves.kept());

    let later = NOW.plus(Duration::from_hours(24 * 29 + 1));
    clock.set(later);
    let second = leaves.certified(name).unwrap();
    assert!(!Arc::ptr_eq(&first, &second));
    let after = later.plus(Duration::from_hours(48));
    assert!(seen(leaves.ca(), &first, "1.app.netsuite.com", after).is_err());
    assert_eq!(seen(leaves.ca(), &second, "1.app.netsuite.com", after), Ok(()));
}

#[test]
fn the_authority_of_a_folder_stays_and_its_key_is_its_owners_alone() {
    let folder = folder();
    let first = open(&folder, NOW);
    let path = folder.path().join(KEY);
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let key = std::fs::read_to_string(&path).unwrap();
    assert_eq!(open(&folder, NOW.plus(DAY)).pem(), first.pem());

    let nearly_over = NOW.plus(LIFE - DAY);
    let renewed = open(&folder, nearly_over);
    assert_ne!(renewed.pem(), first.pem());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), key);
    assert!(!format!("{renewed:?}").contains("PRIVATE"));

    let other = tempfile::tempdir().unwrap();
    assert_ne!(open(&other, NOW).pem(), first.pem());
}

#[test]
fn what_a_kill_left_out_is_made_again() {
    let folder = folder();
    let key = || std::fs::read_to_string(folder.path().join(KEY)).unwrap();
    open(&folder, NOW);
    let before = key();
    std::fs::remove_file(folder.path().join(CERTIFICATE)).unwrap();
    std::fs::write(folder.path().join("ca-key.new"), "-----BEGIN").unwrap();
    std::fs::write(folder.path().join("ca.new"), "half").unwrap();
    open(&folder, NOW);
    assert_eq!(key(), before);
}

#[test]
fn files_of_somebody_else_are_refused_and_left_alone() {
    let broken = |name: &str, text: &str| {
        let folder = folder();
        open(&folder, NOW);
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        let error = LocalCa::open(folder.path(), NOW).unwrap_err();
        assert!(matches!(error, CaError::Unreadable { .. }), "{error}");
        assert!(error.to_string().contains("remove the folder"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
    };
    let other = folder();
    open(&other, NOW);
    let of_other = |name: &str| std::fs::read_to_string(other.path().join(name)).unwrap();
    broken(KEY, "");
    broken(KEY, &of_other(CERTIFICATE));
    broken(CERTIFICATE, "");
    broken(CERTIFICATE, &of_other(CERTIFICATE));
    broken(KEY, &of_other(KEY));

    let exposed = folder();
    open(&exposed, NOW);
    let path = exposed.path().join(KEY);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let error = LocalCa::open(exposed.path(), NOW).unwrap_err();
    assert!(error.to_string().contains("mode 640"), "{error}");
}

#[test]
fn a_bundle_holds_this_authority_and_those_that_were_asked_for_once() {
    let (folder, other) = (folder(), tempfile::tempdir().unwrap());
    let ca = open(&folder, NOW);
    let also = open(&other, NOW);
    let missing = folder.path().join("missing.pem");
    let text = bundle(&ca, &[also.path().to_owned(), also.path().to_owned(), missing]);
    assert_eq!(text.matches(ca.pem().trim()).count(), 1);
    let read: Vec<_> = CertificateDer::pem_slice_iter(text.as_bytes())
        .flatten()
        .collect();
    assert_eq!(
        read.iter()
            .filter(|certificate| *certificate == also.certificate())
            .count(),
        1
    );
    assert_eq!(read.last(), Some(ca.certificate()));
    assert!(!text.contains("PRIVATE"));
}
