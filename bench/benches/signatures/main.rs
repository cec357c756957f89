//! Criterion's groups first, then everything interleaved, from which the ratios are taken. They are printed beside their
//! targets and no more: what fails a change is `bench/instructions`, which is the same on every machine.

mod bare_hash;
mod contender;
mod hmac_sha256;
mod peers;
mod targets;

use countersign_bench::{Signing, Verifier, test_request};
use countersign_world::SystemClock;
use criterion::Criterion;

use bare_hash::BareHash;
use contender::{BATCH, Contender, ROUNDS, interleaved};
use peers::{Oauth1Request, ReqwestOauth1};
use targets::Target;

const BARE: &str = "bare HMAC-SHA256 and base64 (ring)";
const SIGN: &str = "sign: nonce, clock, header";
const VERIFY: &str = "verify: header, caller, signature";
const ACCEPT: &str = "accept: verify, and claim the nonce";
const REJECT: &str = "reject a wrong signature";
const OAUTH1_REQUEST: &str = "oauth1-request 0.6, HMAC-SHA256 plugged in";

fn main() {
    everybody_signs_rightly();
    let mut contenders = contenders();
    let mut criterion = Criterion::default().configure_from_args();
    let clock = SystemClock::new();
    for contender in &mut contenders {
        criterion.bench_function(contender.name, |bencher| {
            bencher.iter_custom(|calls| contender.time(&clock, calls));
        });
    }
    criterion.final_summary();

    // Anew: criterion has put millions of nonces into the ledger, more than the cache holds.
    let mut contenders = self::contenders();
    let best = interleaved(&mut contenders);
    let of = |name| {
        let found = contenders
            .iter()
            .zip(&best)
            .find(|(contender, _)| contender.name == name);
        found.map_or(f64::NAN, |(_, best)| *best)
    };
    println!("\nThe best of {ROUNDS} interleaved batches of {BATCH} calls:\n");
    for (contender, best) in contenders.iter().zip(&best) {
        println!("{:<52} {best:>6.0} ns {:>6.2} x", contender.name, best / of(BARE));
    }
    let ratio = |name, of_what: f64, must, aim, label| Target {
        name: label,
        ratio: of(name) / of_what,
        must,
        aim,
    };
    let targets = [
        ratio(SIGN, of(BARE), 1.8, 1.5, "sign / bare"),
        ratio(SIGN, of(OAUTH1_REQUEST), 0.5, 0.4, "sign / oauth1-request"),
        ratio(ACCEPT, of(BARE), 2.6, 2.2, "accept / bare"),
        ratio(REJECT, of(ACCEPT), 1.0, 0.9, "reject / accept"),
    ];
    println!();
    for target in &targets {
        println!("{target}");
    }
}

fn contenders() -> Vec<Contender<'static>> {
    let mut bare = BareHash::new();
    let (mut given, mut sign) = (Signing::new(), Signing::new());
    let (mut verify, mut accept, mut reject) = (Verifier::new(), Verifier::new(), Verifier::new());
    let (peer, peer_sha1) = (Oauth1Request::with_hmac_sha256(), Oauth1Request::with_hmac_sha1());
    let reqwest = ReqwestOauth1::new();
    vec![
        Contender::new(BARE, move || bare.sign()),
        Contender::new("sign: a stamp that is given", move || {
            given.sign_under(&test_request::stamp()).len()
        }),
        Contender::new(SIGN, move || sign.sign().len()),
        Contender::with_input(VERIFY, headers(), move |header| {
            verify.verify(header).expect("it is right")
        }),
        Contender::with_input(ACCEPT, headers(), move |header| {
            accept.accept(header).expect("it is right")
        }),
        Contender::with_input(REJECT, wrong_headers(), move |header| {
            reject.accept(header).expect_err("it is wrong")
        }),
        Contender::new(OAUTH1_REQUEST, move || peer.sign()),
        Contender::new("oauth1-request 0.6, its own HMAC-SHA1", move || peer_sha1.sign()),
        Contender::new("reqwest-oauth1 0.3, SHA256 plugged in, with request", move || {
            reqwest.sign()
        }),
    ]
}

/// Headers that were never used.
fn headers() -> impl FnMut() -> String {
    let mut signing = Signing::new();
    move || signing.sign().to_owned()
}

/// The same with another request's signature, which is as long.
fn wrong_headers() -> impl FnMut() -> String {
    let mut signing = Signing::new();
    let signature_of = |header: &str| {
        header
            .split("oauth_signature=\"")
            .nth(1)
            .unwrap_or_default()
            .to_owned()
    };
    move || {
        let another = signature_of(signing.sign());
        let header = signing.sign().to_owned();
        header.replace(&signature_of(&header), &another)
    }
}

/// Whoever is measured does the same work: a verifier takes every header, or it is not NetSuite's method.
fn everybody_signs_rightly() {
    let mut verifier = Verifier::new();
    let reqwest = ReqwestOauth1::new().sign();
    let by_reqwest = reqwest
        .headers()
        .get("authorization")
        .and_then(|header| header.to_str().ok());
    for header in [
        &Oauth1Request::with_hmac_sha256().sign(),
        by_reqwest.expect("it is signed"),
    ] {
        verifier.verify(header).expect("it is signed rightly");
    }
}
