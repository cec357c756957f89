//! The peer: Node with the same function and the same check. It ends when it is dropped.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign_bench::{Connection, processor_time};
use countersign_protocol::Credentials;

pub struct Node {
    process: Child,
    port: u16,
}

impl Node {
    pub fn start(peer: &Path, script: &Path, credentials: &Credentials) -> Self {
        let mut process = Command::new("node")
            .args([peer, script])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("node is installed");
        let given = format!(
            r#"{{"account":"{}","consumerKey":"{}","consumerSecret":"{}","token":"{}","tokenSecret":"{}"}}"#,
            credentials.account,
            credentials.consumer_key,
            credentials.consumer_secret.expose(),
            credentials.token,
            credentials.token_secret.expose(),
        );
        let mut stdin = process.stdin.take().expect("its input is piped");
        stdin.write_all(given.as_bytes()).expect("it reads");
        drop(stdin);
        let mut port = String::new();
        let stdout = process.stdout.take().expect("its output is piped");
        let read = BufReader::new(stdout).read_line(&mut port);
        read.expect("it says where it listens");
        Self {
            process,
            port: port.trim().parse().expect("it says its port"),
        }
    }

    pub fn connect(&self) -> Connection<TcpStream> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_nodelay(true).expect("the stream is open");
        Connection::new(stream)
    }

    pub fn processor_time(&self) -> Duration {
        processor_time(self.process.id())
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
