//! What is promised of an account of a million tokens, held against the binary as it is shipped: the time to its first
//! answer, pages of the token list, and memory after hundreds of thousands of logins.
//!
//! `bench/million` builds and runs it: `million BINARY FOLDER`. A folder that is not there is filled first. Ends with 1
//! where a target is missed.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a measurement for people: it says what it found, or fails"
)]

use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};
use std::time::Duration;

use countersign_protocol::{Request, Scheme, Signer, Stamp};
use countersign_testkit::Crowd;
use countersign_world::{Clock as _, SystemClock, SystemEntropy, nonce};

/// What is asked for, the n-th time.
type Query = fn(u32) -> String;

const CROWD: Crowd = Crowd {
    tokens: 1_000_000,
    users: 200_000,
    integrations: 10_000,
    revoked: 1_000,
};
const ACCOUNT: &str = "1234567_SB1";
const LOGINS: u32 = 300_000;
const CONNECTIONS: u32 = 8;
const PAGES: u32 = 200;

const FIRST_ANSWER: Duration = Duration::from_secs(2);
const PAGE: Duration = Duration::from_millis(100);
const MEBIBYTES: u64 = 600;

/// The rows of the table, and whether every target was met.
struct Findings {
    are_met: bool,
}

impl Findings {
    fn add(&mut self, what: &str, found: &str, target: &str, is_met: bool) {
        let verdict = if is_met { "met" } else { "MISSED" };
        println!("{what:<36} {found:>26}   {target:<12} {verdict}");
        self.are_met &= is_met;
    }

    fn resident(&mut self, when: &str, served: &Served) {
        let found = served.resident();
        let target = format!("{MEBIBYTES} MiB");
        self.add(
            &format!("resident {when}"),
            &format!("{found} MiB"),
            &target,
            found < MEBIBYTES,
        );
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (binary, data) = (arguments.next().unwrap(), arguments.next().unwrap());
    let clock = SystemClock::new();
    if !data.join("accounts").exists() {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(CROWD.make_data(&data));
        println!("made in {:.1?}", clock.elapsed());
    }
    let mut findings = Findings { are_met: true };

    let begun = clock.elapsed();
    let served = Served::start(&binary, &data);
    log_in(&mut served.connect(), 0);
    let first = clock.elapsed() - begun;
    findings.add(
        "start to first signed answer",
        &format!("{first:.2?}"),
        "2 s",
        first < FIRST_ANSWER,
    );
    findings.resident("after the start", &served);

    let lists: [(&str, Query); 5] = [
        ("tokens by name", |number| format!("tokenName=Token%20{number}")),
        ("tokens of a user", |number| {
            format!("user={}", Crowd::FIRST + number % CROWD.users)
        }),
        ("tokens of an application", |number| {
            format!("application={}", Crowd::FIRST + number % CROWD.integrations)
        }),
        ("tokens that are revoked", |number| {
            format!(
                "revoked=true&after={}",
                Crowd::FIRST + CROWD.tokens - 1 - number % CROWD.revoked
            )
        }),
        ("tokens of a role by name, revoked", |number| {
            format!("revoked=true&role=1000&tokenName=Token%20{}", number % 10)
        }),
    ];
    let mut admin = served.admin();
    for (what, query) in lists {
        let mut times: Vec<Duration> = (0..PAGES)
            .map(|page| {
                let begun = clock.elapsed();
                let target = format!("/api/v1/accounts/{ACCOUNT}/tokens?{}", query(scattered(page)));
                get(&mut admin, &target, "");
                clock.elapsed() - begun
            })
            .collect();
        times.sort();
        let (half, most) = (times.get(times.len() / 2).unwrap(), times.last().unwrap());
        findings.add(
            what,
            &format!("{half:.2?}, at most {most:.2?}"),
            "100 ms",
            *most < PAGE,
        );
    }

    let begun = clock.elapsed();
    std::thread::scope(|scope| {
        for first in 0..CONNECTIONS {
            let mut connection = served.connect();
            scope.spawn(move || {
                for number in (first..LOGINS).step_by(CONNECTIONS as usize) {
                    log_in(&mut connection, scattered(number));
                }
            });
        }
    });
    println!("{LOGINS} logins, {:.0?} each", (clock.elapsed() - begun) / LOGINS);
    findings.resident("after the logins", &served);
    match findings.are_met {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    }
}

/// A token that is not revoked, another one for each number.
const fn scattered(number: u32) -> u32 {
    ((number.wrapping_mul(0x9e37_79b1) as u64 * (CROWD.tokens - CROWD.revoked) as u64) >> 32) as u32
}

/// The binary as it serves the folder. It ends when it is dropped.
struct Served {
    process: Child,
    address: SocketAddr,
    socket: PathBuf,
}

impl Served {
    fn start(binary: &Path, data: &Path) -> Self {
        let mut process = Command::new(binary)
            .args([
                "serve",
                "--json",
                "--log",
                "error",
                "--concurrency",
                "1000",
                "--listen",
                "127.0.0.1:0",
                "--data",
            ])
            .arg(data)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut told = String::new();
        let stdout = process.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut told).unwrap();
        let url = told
            .split("\"url\":\"http://")
            .nth(1)
            .and_then(|rest| rest.split('"').next());
        // The host may be one that only browsers find.
        let port = url.and_then(|url| url.trim_end_matches('/').rsplit(':').next()?.parse().ok());
        Self {
            process,
            address: SocketAddr::from(([127, 0, 0, 1], port.expect("it tells its port"))),
            socket: data.join("admin.sock"),
        }
    }

    fn connect(&self) -> BufReader<TcpStream> {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_nodelay(true).unwrap();
        BufReader::new(stream)
    }

    fn admin(&self) -> BufReader<UnixStream> {
        BufReader::new(UnixStream::connect(&self.socket).unwrap())
    }

    /// In MiB.
    fn resident(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
        let kibibytes: u64 = line.split_whitespace().nth(1).unwrap().parse().unwrap();
        kibibytes / 1024
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // Whether it ended before makes no difference.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn log_in(connection: &mut BufReader<TcpStream>, token: u32) {
    const URI: &str = "/rest/tokeninfo";
    let nonce = nonce(&SystemEntropy);
    let stamp = Stamp::new(SystemClock::new().now().seconds().unsigned_abs(), nonce.as_str()).unwrap();
    let request = Request::received("GET", Scheme::Http, "localhost", URI).unwrap();
    let header = Signer::new(&CROWD.application(token).credentials()).sign(&request, &stamp);
    get(connection, URI, &format!("Authorization: {header}\r\n"));
}

/// Asks, and reads the whole answer, which must be 200.
fn get<S: Read + Write>(connection: &mut BufReader<S>, target: &str, headers: &str) {
    let request = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
    connection.get_mut().write_all(request.as_bytes()).unwrap();
    let (mut length, mut line) = (0, String::new());
    connection.read_line(&mut line).unwrap();
    let status = line.clone();
    while !matches!(line.as_str(), "\r\n" | "") {
        line.clear();
        connection.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).unwrap();
    let body = String::from_utf8_lossy(&body);
    assert!(status.starts_with("HTTP/1.1 200"), "{target}: {status}{body}");
}
