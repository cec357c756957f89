//! The binary as it serves a new account in a folder of its own. It ends when it is dropped.

use std::fs::read_to_string;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign_protocol::{Credentials, Secret};

use crate::connection::Connection;

/// A tick of the times in /proc, on every Linux.
const TICK: Duration = Duration::from_millis(10);

pub struct Server {
    process: Child,
    folder: PathBuf,
    /// The line in which it says what a program needs.
    told: String,
}

/// What became of refusals since the start.
#[derive(Clone, Copy, Default)]
pub struct Diagnoses {
    pub made: u64,
    pub skipped: u64,
}

impl Server {
    pub fn start(binary: &Path, folder: PathBuf) -> Self {
        let mut process = Command::new(binary)
            .args(["serve", "--json", "--log", "error", "--concurrency", "1000"])
            .args(["--trust", "127.0.0.1", "--listen", "127.0.0.1:0", "--data"])
            .arg(&folder)
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
        }
    }

    /// Those of the token that a new account has.
    pub fn credentials(&self) -> Credentials {
        Credentials {
            account: self.value("NETSUITE_ACCOUNT_ID").parse().expect("an account ID"),
            consumer_key: self.value("NETSUITE_CONSUMER_KEY").to_owned(),
            consumer_secret: Secret::new(self.value("NETSUITE_CONSUMER_SECRET")),
            token: self.value("NETSUITE_TOKEN_ID").to_owned(),
            token_secret: Secret::new(self.value("NETSUITE_TOKEN_SECRET")),
        }
    }

    pub fn connect(&self) -> Connection<TcpStream> {
        let url = self.value("NETSUITE_BASE_URL");
        let address = url.trim_start_matches("http://").parse::<SocketAddr>();
        let stream = TcpStream::connect(address.expect("it tells its address")).expect("it listens");
        stream.set_nodelay(true).expect("the stream is open");
        Connection::new(stream)
    }

    pub fn diagnoses(&self) -> Diagnoses {
        let stream = UnixStream::connect(self.folder.join("admin.sock")).expect("the admin API listens");
        let account = self.value("NETSUITE_ACCOUNT_ID");
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
        let stat = read_to_string(format!("/proc/{}/stat", self.process.id())).expect("it runs");
        let (_, after_name) = stat.rsplit_once(')').expect("the name is in parentheses");
        let fields: Vec<&str> = after_name.split_whitespace().collect();
        let ticks = |field: usize| fields[field].parse::<u32>().expect("it is a number");
        TICK * (ticks(11) + ticks(12))
    }

    /// A value of the first token.
    fn value(&self, name: &str) -> &str {
        let after = self.told.split(&format!("\"{name}\":\"")).nth(1);
        after
            .and_then(|value| value.split('"').next())
            .expect("it is told")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Whether it ended before makes no difference.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
