//! What the binary, as it is shipped, answers while requests come as fast as they can: good ones alone, and beside each a
//! badly signed one, from the same source and from others. `bench/load` builds and runs it: `load BINARY [OTHER]`. With another
//! binary it compares the two on good requests alone. Ends with 1 where a target is missed.

mod round;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use countersign_bench::{Server, median};
use round::{Bad, Round, round};

const ROUNDS: usize = 9;
const GOOD: u32 = 10_000;

/// Of all requests that are answered a second without bad ones, so many are with them: a refusal is not dearer than a login,
/// and its diagnosis has a quarter of a core.
const SHARE: f64 = 0.75;
/// Of another binary's good requests a second.
const NO_SLOWER: f64 = 0.95;

fn main() -> ExitCode {
    let binaries: Vec<PathBuf> = std::env::args_os().skip(1).map(PathBuf::from).collect();
    let is_met = match binaries.as_slice() {
        [binary] => beside_refusals(binary),
        [binary, other] => compared(binary, other),
        _ => {
            eprintln!("usage: load BINARY [OTHER]");
            return ExitCode::from(2);
        }
    };
    if is_met {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn beside_refusals(binary: &Path) -> bool {
    const KINDS: [(&str, Bad); 3] = [
        ("good ones alone", Bad::Nobody),
        ("bad ones of the same source", Bad::SameSource),
        ("bad ones of 10,000 sources", Bad::OtherSources),
    ];
    let folder = tempfile::tempdir().expect("a folder can be made");
    let server = Server::start(binary, folder.path().join("data"));
    round(&server, GOOD, Bad::SameSource);
    let rounds: Vec<[Round; 3]> = (0..ROUNDS)
        .map(|_| KINDS.map(|(_, bad)| round(&server, GOOD, bad)))
        .collect();
    println!("medians of {ROUNDS} rounds of {GOOD} good requests\n");
    println!(
        "{:<28} {:>7} {:>7} {:>7} {:>9} {:>9} {:>10} {:>6} {:>8}",
        "", "good/s", "bad/s", "of all", "p50", "p99", "CPU each", "made", "skipped"
    );
    let mut is_met = true;
    for (kind, (name, _)) in KINDS.iter().enumerate() {
        let of = |figure: &dyn Fn(&Round) -> f64| median(rounds.iter().map(|round| figure(&round[kind])));
        let share = median(rounds.iter().map(|round| round[kind].rate() / round[0].rate()));
        is_met &= share >= SHARE;
        println!(
            "{name:<28} {:>7.0} {:>7.0} {share:>7.2} {:>6.0} us {:>6.0} us {:>7.1} us {:>6.0} {:>8.0}",
            of(&Round::good_rate),
            of(&|round| round.rate() - round.good_rate()),
            of(&|round| micros(round.latency(500))),
            of(&|round| micros(round.latency(990))),
            of(&|round| micros(round.processor_time) / f64::from(round.good + round.bad)),
            of(&|round| round.diagnoses.made as f64),
            of(&|round| round.diagnoses.skipped as f64),
        );
    }
    println!(
        "\nof all: requests answered a second, good and bad, beside those of the first line; target {SHARE}: {}",
        verdict(is_met)
    );
    is_met
}

fn compared(binary: &Path, other: &Path) -> bool {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let servers = [(binary, "this"), (other, "other")]
        .map(|(binary, name)| Server::start(binary, folder.path().join(name)));
    for server in &servers {
        round(server, GOOD, Bad::Nobody);
    }
    let rounds: Vec<[Round; 2]> = (0..2 * ROUNDS)
        .map(|_| servers.each_ref().map(|server| round(server, GOOD, Bad::Nobody)))
        .collect();
    for (place, path) in [binary, other].iter().enumerate() {
        let of = |figure: &dyn Fn(&Round) -> f64| median(rounds.iter().map(|round| figure(&round[place])));
        println!(
            "{:>7.0} requests/s, p50 {:>4.0} us, p99 {:>5.0} us, CPU {:>5.1} us each: {}",
            of(&Round::rate),
            of(&|round| micros(round.latency(500))),
            of(&|round| micros(round.latency(990))),
            of(&|round| micros(round.processor_time) / f64::from(round.good)),
            path.display()
        );
    }
    let ratio = median(rounds.iter().map(|[this, other]| this.rate() / other.rate()));
    let is_met = ratio >= NO_SLOWER;
    println!(
        "ratio, median of {} pairs: {ratio:.3}; target {NO_SLOWER}: {}",
        2 * ROUNDS,
        verdict(is_met)
    );
    is_met
}

const fn verdict(is_met: bool) -> &'static str {
    if is_met { "met" } else { "MISSED" }
}

fn micros(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1e6
}
