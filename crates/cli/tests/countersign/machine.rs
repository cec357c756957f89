//! A machine of its own for each test: a home, a temporary folder, an empty environment, and the binary.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use countersign_testkit::{Application, Caller};
use countersign_world::{Clock as _, SystemClock, SystemEntropy, environment};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;

pub(crate) const BINARY: &str = env!("CARGO_BIN_EXE_countersign");

/// The account that a first start makes in a data folder.
pub(crate) fn local(data: &Path) -> PathBuf {
    data.join("accounts/LOCAL1")
}

/// Everything a run leaves behind is below `home`.
pub(crate) struct Machine {
    home: TempDir,
    runs: AtomicU32,
}

/// What a command did.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A server that runs until it is stopped, killed or dropped.
pub(crate) struct Serving {
    child: Child,
    out: BufReader<ChildStdout>,
    err: PathBuf,
    /// What it printed when it had started.
    pub(crate) start: Value,
}

impl Machine {
    pub(crate) fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        fs::create_dir(home.path().join("tmp")).unwrap();
        Self {
            home,
            runs: AtomicU32::new(0),
        }
    }

    pub(crate) fn home(&self) -> &Path {
        self.home.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.home().join(name)
    }

    /// Writes a file into the home folder.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The binary with nothing in its environment but what every program has.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(BINARY);
        command
            .args(arguments)
            .env_clear()
            .env("HOME", self.home())
            .env("TMPDIR", self.path("tmp"))
            .env("PATH", environment::variable("PATH").unwrap_or_default())
            .current_dir(self.home())
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Run {
        let mut child = self
            .command(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        // Dropped at the end of the statement: the program sees the end of its input.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Run::from(child.wait_with_output().unwrap())
    }

    /// Starts an account in `data` on a free port.
    pub(crate) fn serve(&self, data: &str, arguments: &[&str]) -> Serving {
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        let err = self.path(&format!("serve-{number}.err"));
        let mut command = self.command(&["serve", "--json", "--listen", "127.0.0.1:0", "--data", data]);
        command
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&err).unwrap());
        Serving::start(command, err)
    }
}

impl Machine {
    /// Starts a proxy of `data` on a free port.
    pub(crate) fn proxy(&self, data: &str, arguments: &[&str]) -> Serving {
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        let err = self.path(&format!("proxy-{number}.err"));
        let mut command = self.command(&["proxy", "--json", "--listen", "127.0.0.1:0", "--data", data]);
        command
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(fs::File::create(&err).unwrap());
        Serving::start(command, err)
    }
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        Self::from(command.output().unwrap())
    }

    /// What it printed with `--json`, in the one form of all commands.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        let value = serde_json::from_str(&self.out).expect("standard output is one JSON value");
        is_of_one_form(&value);
        value
    }

    /// Ended with this code, without a panic, and said why if it is an error.
    #[track_caller]
    pub(crate) fn ends_with(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}\n{}", self.out, self.err);
        assert!(!self.err.contains("panicked"), "{}", self.err);
        if code > 1 {
            assert!(self.err.starts_with("error: "), "{}", self.err);
        }
        self
    }
}

impl From<std::process::Output> for Run {
    fn from(output: std::process::Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Serving {
    fn start(mut command: Command, err: PathBuf) -> Self {
        let mut child = command.spawn().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let start = serde_json::from_str(&line).unwrap_or_default();
        let serving = Self {
            child,
            out,
            err,
            start,
        };
        assert!(
            serving.start.is_object(),
            "it did not start: {}",
            serving.errors()
        );
        serving
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn url(&self) -> &str {
        self.start["url"].as_str().unwrap()
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.url().trim_start_matches("http://").parse().unwrap()
    }

    /// What it has logged.
    pub(crate) fn errors(&self) -> String {
        fs::read_to_string(&self.err).unwrap_or_default()
    }

    /// The values of the first token it printed.
    pub(crate) fn application(&self) -> Application {
        let token = &self.start["tokens"][0];
        let value = |name: &str| token[name].as_str().unwrap().to_owned();
        Application {
            account: value("NETSUITE_ACCOUNT_ID"),
            consumer_key: value("NETSUITE_CONSUMER_KEY"),
            consumer_secret: value("NETSUITE_CONSUMER_SECRET"),
            token_id: value("NETSUITE_TOKEN_ID"),
            token_secret: value("NETSUITE_TOKEN_SECRET"),
        }
    }

    pub(crate) fn caller(&self, application: &Application) -> Caller {
        Caller::new(
            self.address(),
            application,
            Arc::new(SystemClock::new()),
            Arc::new(SystemEntropy),
        )
    }

    pub(crate) fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(self.pid().cast_signed()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Asks it to stop, as a supervisor does, and waits.
    pub(crate) fn stop(mut self) -> Run {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// `kill -9`
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    pub(crate) fn wait(&mut self) -> Run {
        let mut out = String::new();
        std::io::Read::read_to_string(&mut self.out, &mut out).unwrap();
        let status = self.child.wait().unwrap();
        Run {
            code: status.code().unwrap_or(-1),
            out,
            err: self.errors(),
        }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // A test that failed leaves nothing running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Members are in camelCase, and times are those of RFC 3339 in UTC.
#[track_caller]
fn is_of_one_form(value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                // What others named: variables, and the IDs of what an account has of its own.
                let is_others = !name.contains(|c: char| c.is_ascii_lowercase()) || name.starts_with("cust");
                assert!(is_others || !name.contains(['_', ' ', '-']), "{name}: {member}");
                is_of_one_form(member);
            }
        }
        Value::Array(items) => items.iter().for_each(is_of_one_form),
        Value::String(text) => {
            let shape: String = text
                .chars()
                .take(16)
                .map(|c| if c.is_ascii_digit() { '0' } else { c })
                .collect();
            assert_ne!(shape, "0000-00-00 00:00", "{text}");
        }
        _ => {}
    }
}

/// Asks again and again until it is so; fails when it is not so within 20 s.
#[track_caller]
pub(crate) fn until(what: &str, is_so: impl Fn() -> bool) {
    let clock = SystemClock::new();
    while !is_so() {
        assert!(
            clock.elapsed() < Duration::from_secs(20),
            "waited in vain: {what}"
        );
        std::thread::yield_now();
    }
}

/// The values of an application as a `.env` file.
pub(crate) fn env(application: &Application, base_url: &str) -> String {
    format!(
        "NETSUITE_BASE_URL={base_url}\nNETSUITE_ACCOUNT_ID={}\nNETSUITE_CONSUMER_KEY={}\n\
         NETSUITE_CONSUMER_SECRET={}\nNETSUITE_TOKEN_ID={}\nNETSUITE_TOKEN_SECRET={}\n",
        application.account,
        application.consumer_key,
        application.consumer_secret,
        application.token_id,
        application.token_secret
    )
}

/// The application that [`account_toml`] gives its credentials to.
pub(crate) fn given() -> Application {
    Application {
        account: "1234567_SB1".to_owned(),
        consumer_key: "given-consumer-key".to_owned(),
        consumer_secret: "given-consumer-secret".to_owned(),
        token_id: "given-token-id".to_owned(),
        token_secret: "given-token-secret".to_owned(),
    }
}

/// An account file with one of everything.
pub(crate) fn account_toml(application: &Application) -> String {
    format!(
        r#"[account]
id = "{}"
company_name = "Honeycomb"

[[integration]]
name = "Warehouse Sync"
consumer_key = "{}"
consumer_secret = '{}'

[[role]]
name = "Integrator"
[role.permissions]
"Log in using Access Tokens" = "Full"
"REST Web Services" = "Full"
"SOAP Web Services" = "Full"
"Customers" = "Full"

[[user]]
name = "Ada Byron"
email = "ada@example.com"
roles = ["Integrator"]

[[token]]
name = "Ready"
integration = "Warehouse Sync"
user = "Ada Byron"
role = "Integrator"
token_id = "{}"
token_secret = '{}'

[[customer]]
companyName = "Acme"
externalId = "acme"
"#,
        application.account,
        application.consumer_key,
        application.consumer_secret,
        application.token_id,
        application.token_secret
    )
}
