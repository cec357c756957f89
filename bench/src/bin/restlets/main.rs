//! A RESTlet from end to end, with few callers and with 64, beside Node, which runs the same function behind `http` with the same
//! check of the signature; then what five hundred abusing calls at once do to others. `bench/restlets` builds and runs it:
//! `restlets BINARY [abuse [KIND…]]`.

mod abuse;
mod node;

use std::path::Path;
use std::process::{Command, ExitCode};

use countersign_bench::{Server, Turn, authorization, median, millis, turn};
use countersign_protocol::Credentials;
use node::Node;

const TURNS: usize = 7;
const REQUESTS: u32 = 4_000;
const TARGET: &str = "/app/site/hosting/restlet.nl?script=customscript_order&deploy=1";
const LINES: usize = 20;

fn main() -> ExitCode {
    let Some(binary) = std::env::args_os().nth(1) else {
        eprintln!("usage: restlets BINARY [abuse [KIND...]]");
        return ExitCode::from(2);
    };
    let binary = Path::new(&binary);
    if std::env::args().nth(2).as_deref() != Some("abuse") {
        compare(binary);
    }
    let folder = tempfile::tempdir().expect("a folder can be made");
    let kinds: Vec<_> = std::env::args().skip(3).collect();
    abuse::measure(binary, folder.path(), &kinds);
    ExitCode::SUCCESS
}

fn deploy(binary: &Path, data: &Path, script: &Path) {
    let deployed = Command::new(binary)
        .args(["script", "deploy"])
        .arg(script)
        .arg("--data")
        .arg(data)
        .output()
        .expect("the binary runs");
    assert!(
        deployed.status.success(),
        "{}",
        String::from_utf8_lossy(&deployed.stderr)
    );
}

fn compare(binary: &Path) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let (data, script, peer) = (
        folder.path().join("data"),
        folder.path().join("order.js"),
        folder.path().join("peer.js"),
    );
    std::fs::write(&script, include_str!("order.js")).expect("a file can be written");
    std::fs::write(&peer, include_str!("peer.js")).expect("a file can be written");
    let server = Server::start(binary, data.clone());
    deploy(binary, &data, &script);
    let credentials = server.credentials();
    let node = Node::start(&peer, &script, &credentials);
    let once = |connection: &mut countersign_bench::Connection<_>| {
        let (method, target, headers, body) = call(&credentials);
        let (status, answer) = connection.ask(method, &target, &headers, &body);
        assert_eq!(200, status, "{answer}");
        answer
    };
    assert_eq!(
        once(&mut server.connect()),
        once(&mut node.connect()),
        "both answer alike"
    );
    println!("medians of {TURNS} turns of {REQUESTS} calls, {LINES} lines in and out\n");
    println!(
        "{:<12} {:>9} {:>9} {:>9} {:>11} {:>9} {:>9} {:>11} {:>7}",
        "", "req/s", "p50", "p99", "CPU each", "Node", "p99", "CPU each", "ratio"
    );
    for connections in [4, 64] {
        let ours = || {
            turn(
                connections,
                || server.connect(),
                || server.processor_time(),
                |_| call(&credentials),
                REQUESTS,
            )
        };
        let theirs = || {
            turn(
                connections,
                || node.connect(),
                || node.processor_time(),
                |_| call(&credentials),
                REQUESTS,
            )
        };
        ours();
        theirs();
        let turns: Vec<[Turn; 2]> = (0..TURNS).map(|_| [ours(), theirs()]).collect();
        let of = |place: usize, figure: &dyn Fn(&Turn) -> f64| {
            median(turns.iter().map(|turn| figure(&turn[place])))
        };
        let each = |turn: &Turn| millis(turn.processor_time) / f64::from(turn.requests);
        let ratio = median(turns.iter().map(|[ours, theirs]| ours.rate() / theirs.rate()));
        println!(
            "{:<12} {:>9.0} {:>6.2} ms {:>6.2} ms {:>8.3} ms {:>9.0} {:>6.2} ms {:>8.3} ms {ratio:>7.3}",
            format!("{connections} callers"),
            of(0, &Turn::rate),
            of(0, &|turn| millis(turn.latency(500))),
            of(0, &|turn| millis(turn.latency(990))),
            of(0, &each),
            of(1, &Turn::rate),
            of(1, &|turn| millis(turn.latency(990))),
            of(1, &each),
        );
    }
    println!(
        "\nratio: requests a second beside Node, which keeps one engine for all calls and writes down nothing."
    );
}

/// Method, target, headers and body of a call, signed now.
fn call(credentials: &Credentials) -> (&'static str, String, String, String) {
    let line = r#"{"sku":" widget-7 ","quantity":3,"price":19.95,"discount":0.05}"#;
    let body = format!(r#"{{"currency":"EUR","lines":[{}]}}"#, [line; LINES].join(","));
    let headers = authorization(credentials, "POST", TARGET) + "Content-Type: application/json\r\n";
    ("POST", TARGET.to_owned(), headers, body)
}
