//! Five hundred calls at once of a script that takes whatever it can get, and what somebody else's requests for a record take
//! meanwhile.

use std::net::TcpStream;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{scope, sleep};
use std::time::Duration;

use countersign_bench::{Connection, Server, authorization, millis};
use countersign_protocol::Credentials;
use countersign_world::{Clock as _, SystemClock};

use crate::deploy;

const AT_ONCE: usize = 500;
const WAYS: [&str; 6] = [
    "loop",
    "backtrack",
    "memory",
    "longString",
    "recursion",
    "pollute",
];
/// How often as many are called once more.
const AGAIN: usize = 4;
/// What the test of the same at the server calls.
const GREEDY: &str = include_str!("../../../../crates/server/tests/http/restlets/greedy.js");
const RECORD: &str = "/services/rest/record/v1/customer?limit=1";
/// Between two requests for a record, as somebody asks who is not in a hurry: what is measured is the wait, not the throughput.
const PAUSE: Duration = Duration::from_millis(5);
const IN_PEACE: usize = 2_000;
/// Before it is looked at what is resident: what scripts had goes back to the system as others take memory.
const AFTERWARDS: usize = 300;
const COLUMNS: [&str; 4] = ["mean", "p50", "p95", "p99"];

/// `kinds`: those of [`WAYS`] that are called; all of them where it is empty.
pub fn measure(binary: &Path, folder: &Path, kinds: &[String]) {
    let ways: Vec<&str> = WAYS
        .into_iter()
        .filter(|way| kinds.is_empty() || kinds.iter().any(|kind| kind == way))
        .collect();
    let (data, script) = (folder.join("abused"), folder.join("greedy.js"));
    std::fs::write(&script, GREEDY).expect("a file can be written");
    let server = Server::start_with(binary, data.clone(), &["--script-time-limit", "1"]);
    deploy(binary, &data, &script);
    let credentials = server.credentials();

    let peace = records(&server, &credentials, |asked| asked < IN_PEACE);
    let resident = server.resident();
    let clock = SystemClock::new();
    let running = AtomicBool::new(true);
    let (abused, mut ended) = scope(|scope| {
        let asking = scope.spawn(|| records(&server, &credentials, |_| running.load(Ordering::Relaxed)));
        let ended = abuse(&server, &credentials, &ways);
        running.store(false, Ordering::Relaxed);
        (asking.join().expect("it is answered"), ended)
    });
    let took = clock.elapsed();

    println!(
        "\n{AT_ONCE} abusing calls at once, of {} kinds, ended in {:.0} s; requests for a record meanwhile:\n",
        ways.len(),
        took.as_secs_f64()
    );
    println!(
        "{:<12} {:>9} {}",
        "",
        "requests",
        COLUMNS.map(|column| format!("{column:>9}")).join(" ")
    );
    let (peace, meanwhile) = (figures(&peace), figures(&abused));
    for (name, (requests, figures)) in [("in peace", peace), ("meanwhile", meanwhile)] {
        let figures = figures.map(|figure| format!("{figure:>6.2} ms"));
        println!("{name:<12} {requests:>9} {}", figures.join(" "));
    }
    let ratios = std::array::from_fn::<_, 4, _>(|at| format!("{:>9.2}", meanwhile.1[at] / peace.1[at]));
    println!("{:<12} {:>9} {}", "ratio", "", ratios.join(" "));
    let settled = || {
        records(&server, &credentials, |asked| asked < AFTERWARDS);
        mebibytes(server.resident())
    };
    println!(
        "Resident: {:.1} MiB before, {:.1} MiB after,",
        mebibytes(resident),
        settled()
    );
    // What an allocator keeps it uses again; what is lost is lost anew each time.
    for more in 1..=AGAIN {
        ended.extend(abuse(&server, &credentials, &ways));
        println!("  {:.1} MiB after {more} times as many more.", settled());
    }
    for (status, answer) in &ended {
        assert_eq!(400, *status, "{answer}");
    }
}

/// What they were answered.
fn abuse(server: &Server, credentials: &Credentials, ways: &[&str]) -> Vec<(u16, String)> {
    scope(|scope| {
        let calls: Vec<_> = (0..AT_ONCE)
            .map(|at| scope.spawn(move || call(&mut server.connect(), credentials, ways[at % ways.len()])))
            .collect();
        let ended = calls.into_iter().map(|call| call.join().expect("it is answered"));
        ended.collect()
    })
}

/// How long each request for a record took, shortest first.
fn records(server: &Server, credentials: &Credentials, go_on: impl Fn(usize) -> bool) -> Vec<Duration> {
    let clock = SystemClock::new();
    let mut connection = server.connect();
    let mut latencies = Vec::new();
    while go_on(latencies.len()) {
        let headers = authorization(credentials, "GET", RECORD);
        let sent = clock.elapsed();
        let (status, answer) = connection.get(RECORD, &headers);
        latencies.push(clock.elapsed() - sent);
        assert_eq!(200, status, "{answer}");
        sleep(PAUSE);
    }
    latencies.sort();
    latencies
}

fn call(connection: &mut Connection<TcpStream>, credentials: &Credentials, how: &str) -> (u16, String) {
    let target = format!("/app/site/hosting/restlet.nl?script=customscript_greedy&deploy=1&how={how}");
    let headers = authorization(credentials, "GET", &target) + "Content-Type: application/json\r\n";
    connection.get(&target, &headers)
}

/// How many they are, and the [`COLUMNS`] in milliseconds.
fn figures(latencies: &[Duration]) -> (usize, [f64; 4]) {
    let of = |per_mille: usize| millis(latencies[(latencies.len() - 1) * per_mille / 1000]);
    let sum: Duration = latencies.iter().sum();
    let mean = millis(sum / u32::try_from(latencies.len()).unwrap_or(u32::MAX));
    (latencies.len(), [mean, of(500), of(950), of(990)])
}

fn mebibytes(kibibytes: u64) -> f64 {
    f64::from(u32::try_from(kibibytes).unwrap_or(u32::MAX)) / 1024.0
}
