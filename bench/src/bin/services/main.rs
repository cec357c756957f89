//! What programs ask an account for, of a company with a million transaction lines: a record, a list of a thousand, a page of
//! SuiteQL and a record over SOAP. Beside each, nginx with the same bytes in a file. `bench/services` builds and runs it:
//! `services BINARY`.

mod ask;
mod company;
mod nginx;

use std::path::Path;
use std::process::ExitCode;

use ask::ASKS;
use countersign_bench::{Server, Turn, median, millis, turn};

const TURNS: usize = 7;
pub const CONNECTIONS: u32 = 4;
const LINES: i64 = 1_000_000;

fn main() -> ExitCode {
    let Some(binary) = std::env::args_os().nth(1) else {
        eprintln!("usage: services BINARY");
        return ExitCode::from(2);
    };
    compare(Path::new(&binary));
    ExitCode::SUCCESS
}

fn compare(binary: &Path) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let folder = folder.path();
    let server = Server::start(binary, folder.join("data"));
    let server = server.again(binary, |data| company::grow(data, LINES));
    let site = folder.join("nginx");
    let answers: Vec<String> = ASKS.iter().map(|ask| ask.once(&server)).collect();
    let nginx = nginx::start(&site, &answers);
    println!("medians of {TURNS} turns, {} connections\n", CONNECTIONS);
    println!(
        "{:<36} {:>9} {:>9} {:>9} {:>9} {:>11} {:>9} {:>7}",
        "", "bytes", "req/s", "p50", "p99", "CPU each", "nginx", "ratio"
    );
    for (number, ask) in ASKS.iter().enumerate() {
        let file = format!("/{number}");
        let beside = || {
            turn(
                CONNECTIONS,
                || nginx.connect(),
                || nginx.processor_time(),
                |_| ("GET", file.clone(), String::new(), String::new()),
                ask.requests * 4,
            )
        };
        let ours = || {
            turn(
                CONNECTIONS,
                || server.connect(),
                || server.processor_time(),
                |sent| ask.signed(&server, sent),
                ask.requests,
            )
        };
        ours();
        beside();
        let turns: Vec<[Turn; 2]> = (0..TURNS).map(|_| [ours(), beside()]).collect();
        let of = |place: usize, figure: &dyn Fn(&Turn) -> f64| {
            median(turns.iter().map(|turn| figure(&turn[place])))
        };
        let ratio = median(turns.iter().map(|[ours, beside]| ours.rate() / beside.rate()));
        println!(
            "{:<36} {:>9} {:>9.0} {:>6.2} ms {:>6.2} ms {:>8.3} ms {:>9.0} {ratio:>7.3}",
            ask.name,
            answers[number].len(),
            of(0, &Turn::rate),
            of(0, &|turn| millis(turn.latency(500))),
            of(0, &|turn| millis(turn.latency(990))),
            of(0, &|turn| millis(turn.processor_time) / f64::from(turn.requests)),
            of(1, &Turn::rate),
        );
    }
    println!(
        "\nratio: requests a second beside nginx, which sends the same bytes from a file and looks at no signature."
    );
}
