//! How many refusals a second an account answers, and how long each waits for its row in the trail.
//!
//! `cargo run --release -p countersign-authority --example refusals [CALLERS] [SECONDS]`: every caller sends the next
//! request when the last is answered. First each pauses so long that no refusal is counted with others. Then none pauses,
//! each of an address of its own; then all are of one address. Those who are let in at the same time are measured beside
//! them.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement for people: it says what it found, or fails"
)]

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use countersign_authority::{Authority, LoginAttempt, Presented, Source};
use countersign_model::Surface;
use countersign_protocol::{Request, Scheme, Signer, Stamp};
use countersign_testkit::{Application, Crowd};
use countersign_world::{Clock as _, SystemClock, SystemEntropy, nonce};

const CROWD: Crowd = Crowd {
    tokens: 1000,
    users: 100,
    integrations: 10,
    revoked: 0,
};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u32>());
    let mut next = |otherwise| arguments.next().map_or(otherwise, Result::unwrap);
    let (callers, seconds) = (next(64), next(5));
    let folder = tempfile::tempdir().unwrap();
    CROWD.make(folder.path()).await;
    let authority = Arc::new(Crowd::open(folder.path()).await);
    let unhurried = Duration::from_millis(u64::from(callers) * 3);
    for (name, pause, same_address) in [
        ("one by one", unhurried, false),
        ("a flood of many addresses", Duration::ZERO, false),
        ("a flood of one address", Duration::ZERO, true),
    ] {
        let clock = Arc::new(SystemClock::new());
        let until = clock.elapsed() + Duration::from_secs(seconds.into());
        let callers = (0..callers).map(|caller| {
            let (authority, clock) = (Arc::clone(&authority), Arc::clone(&clock));
            let address = Ipv4Addr::from_bits(if same_address { 1 } else { caller });
            tokio::spawn(async move {
                let (mut refused, mut let_in) = (Vec::new(), Vec::new());
                let mut application = CROWD.application(caller);
                while clock.elapsed() < until {
                    let token_secret = application.token_secret.clone();
                    // One in ten is good.
                    let is_good = refused.len() > 9 * let_in.len();
                    if !is_good {
                        application.token_secret = "wrong".to_owned();
                    }
                    let begun = clock.elapsed();
                    let result = log_in(&authority, &application, address).await;
                    assert_eq!(result, is_good);
                    let waited = clock.elapsed() - begun;
                    if is_good { &mut let_in } else { &mut refused }.push(waited);
                    application.token_secret = token_secret;
                    if !pause.is_zero() {
                        tokio::time::sleep(pause).await;
                    }
                }
                (refused, let_in)
            })
        });
        let callers: Vec<_> = callers.collect();
        let (mut refused, mut let_in) = (Vec::new(), Vec::new());
        for caller in callers {
            let (more_refused, more_let_in) = caller.await.unwrap();
            refused.extend(more_refused);
            let_in.extend(more_let_in);
        }
        say(&format!("refused, {name}"), refused, seconds);
        say("let in beside them", let_in, seconds);
    }
    authority.close().await.unwrap();
}

fn say(name: &str, mut waited: Vec<Duration>, seconds: u32) {
    waited.sort();
    let at = |share: usize| waited.get(waited.len() * share / 1000).unwrap();
    println!(
        "{name}: {} a second, p50 {:.2?}, p99 {:.2?}, p99.9 {:.2?}",
        waited.len() / seconds as usize,
        at(500),
        at(990),
        at(999),
    );
}

async fn log_in(authority: &Authority, application: &Application, address: Ipv4Addr) -> bool {
    const URI: &str = "/services/rest/record/v1/customer";
    let request = Request::received("GET", Scheme::Https, "localhost", URI).unwrap();
    let nonce = nonce(&SystemEntropy);
    let stamp = Stamp::new(authority.now().seconds().unsigned_abs(), nonce.as_str()).unwrap();
    let header = Signer::new(&application.credentials()).sign(&request, &stamp);
    let authorization = [header.as_str()];
    let attempt = LoginAttempt {
        surface: Surface::Rest,
        service: None,
        presented: Presented::Headers {
            request: Ok(request),
            authorization: &authorization,
        },
        session_cookie: false,
        source: Source {
            ip: Some(address.into()),
            user_agent: None,
            uri: URI,
        },
    };
    authority.log_in(&attempt).await.is_ok()
}
