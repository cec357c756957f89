//! A local account for a test: its own folder, its own port, stopped when it is dropped.

use std::env;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub struct Account {
    pub id: String,
    pub url: String,
    pub consumer_key: String,
    pub consumer_secret: String,
    pub token: String,
    pub token_secret: String,
    server: Child,
    folder: TempDir,
}

impl Account {
    pub fn start() -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let mut server = countersign(
            &["serve", "--json", "--log", "warn", "--listen", "127.0.0.1:0"],
            &folder,
        )
        .stdout(Stdio::piped())
        .spawn()
        .expect("the binary runs");
        let mut told = String::new();
        let stdout = server.stdout.take().expect("its output is piped");
        BufReader::new(stdout)
            .read_line(&mut told)
            .expect("it says where it listens");
        let start: Value = serde_json::from_str(&told).expect("it says so in JSON");
        let token = |name: &str| text(&start["tokens"][0][name]);
        Self {
            id: text(&start["account"]),
            url: text(&start["url"]),
            consumer_key: token("NETSUITE_CONSUMER_KEY"),
            consumer_secret: token("NETSUITE_CONSUMER_SECRET"),
            token: token("NETSUITE_TOKEN_ID"),
            token_secret: token("NETSUITE_TOKEN_SECRET"),
            server,
            folder,
        }
    }

    /// What the account proves of the last login it refused: the ids of the mistakes.
    pub fn proved(&self) -> Vec<String> {
        let why = countersign(&["audit", "why", "--json"], &self.folder).output();
        let why = why.expect("the binary runs");
        let row: Value = serde_json::from_slice(&why.stdout).expect("a refusal was found");
        let findings = row["diagnosis"]["findings"].as_array().expect("it was diagnosed");
        let proved = findings.iter().filter(|finding| finding["sure"] == "proved");
        proved.map(|finding| text(&finding["mistake"])).collect()
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        // Whether it ended before makes no difference.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

fn countersign(arguments: &[&str], folder: &TempDir) -> Command {
    let mut command = Command::new(env::var_os("COUNTERSIGN").expect("COUNTERSIGN names the binary"));
    command
        .args(arguments)
        .arg("--data")
        .arg(folder.path().join("data"))
        .stdin(Stdio::null());
    command
}

fn text(value: &Value) -> String {
    value.as_str().expect("it is a text").to_owned()
}
