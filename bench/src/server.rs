//! The binary as it serves an account in a folder of its own. It ends when it is dropped.

use std::fs::read_to_string;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign_protocol::{Credentials, Secret};

use crate::Connection;

/// A tick of the times in /proc, on every Linux.
const TICK: Duration = Duration::from_millis(10);

pub struct Server {
    process: Child,
    folder: PathBuf,
    /// The line in which it says what a program needs.
    told: String,
    /// The same of the start that made the account: it has the credentials, once.
    founded: Option<String>,
}

/// What became of refusals since the start.
#[derive(Clone, Copy, Default)]
pub struct Diagnoses {
    pub made: u64,
    pub skipped: u64,
}

impl Server {
    pub fn start(binary: &Path, folder: PathBuf) -> Self {
        Self::start_with(binary, folder, &[])
    }

    /// The same with more of the command's options.
    pub fn start_with(binary: &Path, folder: PathBuf, options: &[&str]) -> Self {
        let mut process = Command::new(binary)
            .args(["serve", "--json", "--log", "error", "--concurrency", "1000"])
            .args(["--trust", "127.0.0.1", "--listen", "127.0.0.1:0", "--data"])
            .arg(&folder)
            .args(options)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut told = String::new();
        let stdout = process.stdout.take().expect("its output is piped");
        let read = BufReader::new(stdout).read_line(&mut told);
        read.expect("it says where it listens");
        Self {
            process,
            folder,
            told,
            founded: None,
        }
    }

    /// Stops it, changes what lies in its folder, and starts it again.
    pub fn again(mut self, binary: &Path, change: impl FnOnce(&Path)) -> Self {
        self.stop();
        change(&self.folder);
        let told = std::mem::take(&mut self.told);
        let mut server = Self::start(binary, self.folder.clone());
        server.founded = self.founded.take().or(Some(told));
        server
    }

    /// Those of the token that a new account has.
    pub fn credentials(&self) -> Credentials {
        let told = self.founded.as_ref().unwrap_or(&self.told);
        let value = |name| value(told, name);
        Credentials {
            account: value("NETSUITE_ACCOUNT_ID").parse().expect("an account ID"),
            consumer_key: value("NETSUITE_CONSUMER_KEY").to_owned(),
            consumer_secret: Secret::new(value("NETSUITE_CONSUMER_SECRET")),
            token: value("NETSUITE_TOKEN_ID").to_owned(),
            token_secret: Secret::new(value("NETSUITE_TOKEN_SECRET")),
        }
    }

    pub fn address(&self) -> SocketAddr {
        let url = value(&self.told, "url");
        let address = url.trim_start_matches("http://").parse();
        address.expect("it tells its address")
    }

    pub fn connect(&self) -> Connection<TcpStream> {
        let stream = TcpStream::connect(self.address()).expect("it listens");
        stream.set_nodelay(true).expect("the stream is open");
        Connection::new(stream)
    }

    pub fn diagnoses(&self) -> Diagnoses {
        let stream = UnixStream::connect(self.folder.join("admin.sock")).expect("the admin API listens");
        let account = value(&self.told, "account");
        let path = format!("/api/v1/accounts/{account}/diagnoses");
        let (status, body) = Connection::new(stream).get(&path, "");
        assert_eq!(200, status, "{body}");
        let count = |name: &str| {
            let digits = body.split(&format!("\"{name}\":")).nth(1).expect("it is counted");
            let end = digits
                .find(|c: char| !c.is_ascii_digit())
                .expect("the object ends");
            digits[..end].parse().expect("it is a number")
        };
        Diagnoses {
            made: count("made"),
            skipped: count("skipped"),
        }
    }

    /// The processor time it took since its start.
    pub fn processor_time(&self) -> Duration {
        processor_time(self.process.id())
    }

    /// What is resident now, in KiB.
    pub fn resident(&self) -> u64 {
        let status = read_to_string(format!("/proc/{}/status", self.process.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let value = line.and_then(|line| line.split_whitespace().next());
        value
            .and_then(|value| value.parse().ok())
            .expect("it is a number")
    }

    fn stop(&mut self) {
        // Whether it ended before makes no difference.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The processor time a process took since its start.
pub fn processor_time(process: u32) -> Duration {
    let stat = read_to_string(format!("/proc/{process}/stat")).expect("it runs");
    let (_, after_name) = stat.rsplit_once(')').expect("the name is in parentheses");
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |field: usize| fields[field].parse::<u32>().expect("it is a number");
    TICK * (ticks(11) + ticks(12))
}

/// A value of the first token, or of the server.
fn value<'t>(told: &'t str, name: &str) -> &'t str {
    // The server itself is told after its accounts.
    let after = told.rsplit_once(&format!("\"{name}\":\""));
    after
        .and_then(|(_, value)| value.split('"').next())
        .expect("it is told")
}
