//! Criterion's groups first, then all contenders interleaved, from which the ratios are taken.

use std::process::ExitCode;

use countersign_bench::contender::{BATCH, Contender, ROUNDS, interleaved};
use countersign_bench::peers::{Oauth1Request, ReqwestOauth1};
use countersign_bench::targets::Target;
use countersign_bench::test_request;
use countersign_bench::unit::BareHash;
use countersign_bench::verifier::Verifier;
use countersign_protocol::{Scratch, Signer, Stamp};
use countersign_world::{Clock as _, SystemClock, SystemEntropy, nonce};
use criterion::Criterion;

const RAW: &str = "bare HMAC-SHA256 + base64 (ring)";
const SIGN: &str = "sign, with nonce and clock";
const VERIFY: &str = "verify, without the ledger";
const ACCEPT: &str = "verify, nonce claimed";
const REJECT: &str = "reject a bad signature";
const OAUTH1_REQUEST: &str = "oauth1-request 0.6, HMAC-SHA256 plugged in";

fn main() -> ExitCode {
    let mut contenders = contenders();
    let mut criterion = Criterion::default().configure_from_args();
    let clock = SystemClock::new();
    for contender in &mut contenders {
        criterion.bench_function(contender.name, |bencher| {
            bencher.iter_custom(|calls| contender.time(&clock, calls));
        });
    }
    criterion.final_summary();
    let best = interleaved(&mut contenders);
    let nanoseconds = |name| {
        let found = contenders.iter().zip(&best).find(|(contender, _)| contender.name == name);
        found.map_or(f64::NAN, |(_, best)| *best)
    };

    println!("\nBest of {ROUNDS} interleaved batches of {BATCH} calls:\n");
    let raw = nanoseconds(RAW);
    for (contender, best) in contenders.iter().zip(&best) {
        println!("{:<50} {best:>6.0} ns {:>6.2} x", contender.name, best / raw);
    }
    println!();
    let targets = [
        Target { name: "sign / bare", ratio: nanoseconds(SIGN) / raw, must: 1.8, aim: 1.5 },
        Target {
            name: "sign / oauth1-request",
            ratio: nanoseconds(SIGN) / nanoseconds(OAUTH1_REQUEST),
            must: 0.5,
            aim: 0.4,
        },
        Target { name: "verify, nonce claimed / bare", ratio: nanoseconds(ACCEPT) / raw, must: 2.6, aim: 2.2 },
        Target { name: "reject / accept", ratio: nanoseconds(REJECT) / nanoseconds(ACCEPT), must: 1.0, aim: 0.9 },
    ];
    for target in &targets {
        println!("{target}");
    }
    if targets.iter().all(Target::is_met) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn contenders() -> Vec<Contender<'static>> {
    let mut bare = BareHash::new();
    let mut sign = signing();
    let (mut verify, mut accept, mut reject) = (Verifier::new(), Verifier::new(), Verifier::new());
    let (peer, peer_sha1) = (Oauth1Request::with_hmac_sha256(), Oauth1Request::with_hmac_sha1());
    let reqwest = ReqwestOauth1::new();
    let fixed = SystemClock::new();
    let signer = Signer::new(&test_request::credentials());
    let mut scratch = Scratch::new();
    vec![
        Contender::new(RAW, move || {
            bare.sign();
        }),
        Contender::new(SIGN, move || {
            sign();
        }),
        Contender::new("x sign without", move || { let s = Stamp::new(test_request::TIMESTAMP, test_request::NONCE).unwrap(); signer.sign_into(&test_request::request(), &s, &mut scratch).len() }),
        Contender::new("x nonce", || nonce(&SystemEntropy)),
        Contender::new("x clock", move || fixed.now()),
        Contender::with_input(VERIFY, signing(), move |header: &String| verify.verify(header).expect("it is signed")),
        Contender::with_input(ACCEPT, signing(), move |header: &String| accept.accept(header).expect("it is signed")),
        Contender::with_input(REJECT, forging(), move |header: &String| reject.accept(header).expect_err("forged")),
        Contender::new(OAUTH1_REQUEST, move || peer.sign()),
        Contender::new("oauth1-request 0.6, its own HMAC-SHA1", move || peer_sha1.sign()),
        Contender::new("reqwest-oauth1 0.3, SHA256 plugged in, + builder", move || reqwest.sign()),
    ]
}

/// Signs the test request anew: the time and a nonce from the system, the header into a buffer used again.
fn signing() -> impl FnMut() -> String {
    let (clock, signer, mut scratch) =
        (SystemClock::new(), Signer::new(&test_request::credentials()), Scratch::new());
    move || {
        let nonce = nonce(&SystemEntropy);
        let stamp = Stamp::new(clock.now().seconds().unsigned_abs(), &nonce).expect("now, and a fresh nonce");
        signer.sign_into(&test_request::request(), &stamp, &mut scratch).to_owned()
    }
}

/// A header with a signature of the right form that is another request's.
fn forging() -> impl FnMut() -> String {
    let mut sign = signing();
    move || sign().replace("oauth_signature=\"", "oauth_signature=\"AAA")
}
