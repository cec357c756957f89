//! How long an account of a million tokens takes to open, what it holds in memory, and what a login costs cold and warm.
//!
//! `cargo run --release -p countersign-authority --example crowd make FOLDER [TOKENS]`, then the same with `open FOLDER
//! [TOKENS] [LOGINS]`: in a process of its own, so that nothing of the making is counted.
#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement for people: it says what it found, or fails"
)]

use std::path::Path;

use countersign_authority::{Authority, LoginAttempt, Presented, Source};
use countersign_model::Surface;
use countersign_protocol::{Request, Scheme, Signer, Stamp};
use countersign_testkit::{Application, Crowd};
use countersign_world::{Clock as _, SystemClock, SystemEntropy, nonce};

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let (what, folder) = (arguments.next().unwrap(), arguments.next().unwrap());
    let mut number = |otherwise| {
        arguments
            .next()
            .map_or(otherwise, |number| number.parse().unwrap())
    };
    let tokens = number(1_000_000);
    let crowd = Crowd {
        tokens,
        users: tokens / 5,
        integrations: tokens / 100,
        revoked: 0,
    };
    let folder = Path::new(&folder);
    if what == "make" {
        std::fs::create_dir_all(folder).unwrap();
        return crowd.make(folder).await;
    }
    let clock = SystemClock::new();
    let authority = Crowd::open(folder).await;
    println!("open after {:.2?}, {} MiB resident", clock.elapsed(), resident());
    let logins = number(300_000).min(tokens);
    let warm = logins.min(10_000);
    // A token stays in memory once it has come back a second time: a crowd that passes by once pushes out nobody.
    for (name, count) in [
        ("cold", logins),
        ("back once", warm),
        ("back twice", warm),
        ("warm", warm),
    ] {
        let begun = clock.elapsed();
        for token in 0..count {
            assert!(log_in(&authority, &crowd.application(token)).await);
        }
        let each = (clock.elapsed() - begun) / count;
        println!(
            "{count} logins, {name}: {each:.2?} each, {} MiB resident",
            resident()
        );
    }
    let begun = clock.elapsed();
    for number in 0..logins {
        let mut stranger = crowd.application(number);
        stranger.token_id = format!("{number:064}");
        stranger.consumer_key.clone_from(&stranger.token_id);
        assert!(!log_in(&authority, &stranger).await);
        if number == 1000 {
            let each = (clock.elapsed() - begun) / 1000;
            println!("1000 strangers: {each:.2?} each, one after the other");
            break;
        }
    }
    println!("{} MiB resident at the end", resident());
    authority.close().await.unwrap();
}

fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    let kibibytes: usize = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    kibibytes / 1024
}

async fn log_in(authority: &Authority, application: &Application) -> bool {
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
            ip: None,
            user_agent: None,
            uri: URI,
        },
    };
    authority.log_in(&attempt).await.is_ok()
}
