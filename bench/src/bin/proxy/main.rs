//! The signing proxy beside nginx, which passes the same requests on to the same upstream and signs nothing. Then what it holds
//! of 10,000 idle connections, and of an answer and an upload that are far larger than it may keep. `bench/proxy` builds and
//! runs it: `proxy BINARY`.

mod large;
mod nginx;
mod stage;

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::ExitCode;

use countersign_bench::{Turn, median, millis, turn};
use nginx::{ANSWER, CUSTOMER};
use stage::Stage;

const CONNECTIONS: u32 = 4;
const TURNS: usize = 7;
const REQUESTS: u32 = 8_000;
const IDLE: u32 = 10_000;

fn main() -> ExitCode {
    let Some(binary) = std::env::args_os().nth(1) else {
        eprintln!("usage: proxy BINARY");
        return ExitCode::from(2);
    };
    let folder = tempfile::tempdir().expect("a folder can be made");
    let stage = Stage::start(Path::new(&binary), folder.path());
    beside_nginx(&stage);
    idle(&stage);
    large::downwards(&stage);
    large::upwards(&stage);
    ExitCode::SUCCESS
}

fn beside_nginx(stage: &Stage) {
    let Stage { proxy, nginx, .. } = stage;
    let target = format!("{}{CUSTOMER}", stage.path());
    let ours = || {
        turn(
            CONNECTIONS,
            || proxy.connect(),
            || proxy.processor_time(),
            |_| ("GET", target.clone(), stage.header(), String::new()),
            REQUESTS,
        )
    };
    let theirs = || {
        turn(
            CONNECTIONS,
            || nginx.connect(),
            || nginx.processor_time(),
            |_| ("GET", CUSTOMER.to_owned(), String::new(), String::new()),
            REQUESTS,
        )
    };
    ours();
    theirs();
    let turns: Vec<[Turn; 2]> = (0..TURNS).map(|_| [ours(), theirs()]).collect();
    println!(
        "a GET of {} bytes, medians of {TURNS} turns, {} connections kept alive\n",
        ANSWER, CONNECTIONS
    );
    println!(
        "{:<20} {:>9} {:>10} {:>10} {:>11}",
        "", "req/s", "p50", "p99", "CPU each"
    );
    for (place, name) in ["countersign proxy", "nginx proxy_pass"].into_iter().enumerate() {
        let of = |figure: &dyn Fn(&Turn) -> f64| median(turns.iter().map(|turn| figure(&turn[place])));
        println!(
            "{name:<20} {:>9.0} {:>7.3} ms {:>7.3} ms {:>8.3} ms",
            of(&Turn::rate),
            of(&|turn| millis(turn.latency(500))),
            of(&|turn| millis(turn.latency(990))),
            of(&|turn| millis(turn.processor_time) / f64::from(turn.requests)),
        );
    }
    let ratio = median(turns.iter().map(|[ours, theirs]| ours.rate() / theirs.rate()));
    println!(
        "ratio: {ratio:.3} of nginx's requests a second; nginx's workers are counted, the upstream's among them.\n"
    );
}

/// Connections that were used once, and wait.
fn idle(stage: &Stage) {
    let before = stage.proxy.resident();
    let ask = format!(
        "GET {}{CUSTOMER} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}\r\n",
        stage.path(),
        stage.header()
    );
    let kept: Vec<TcpStream> = (0..IDLE)
        .map(|_| {
            let mut stream = stage.proxy.stream();
            stream.write_all(ask.as_bytes()).expect("the connection is open");
            let mut answer = [0; 12];
            stream.read_exact(&mut answer).expect("it is answered");
            assert_eq!(&answer, b"HTTP/1.1 200");
            stream
        })
        .collect();
    let after = stage.proxy.resident();
    let each = (after.saturating_sub(before)) as f64 / f64::from(IDLE);
    println!(
        "{} idle connections: {:.1} MiB resident before, {:.1} MiB with them, {each:.1} KiB each.",
        kept.len(),
        before as f64 / 1024.0,
        after as f64 / 1024.0
    );
}
