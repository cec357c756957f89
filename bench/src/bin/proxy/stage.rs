//! A connection that was tried on a real account, whose place nginx then takes; and the proxy before it.

use std::fs::{read_to_string, write};
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign_bench::{Connection, Nginx, Server, processor_time};

use crate::nginx;

pub struct Stage {
    pub proxy: Proxy,
    pub nginx: Nginx,
    key: String,
}

/// It ends when it is dropped.
pub struct Proxy {
    process: Child,
    address: SocketAddr,
}

impl Stage {
    pub fn start(binary: &Path, folder: &Path) -> Self {
        let data = folder.join("data");
        let server = Server::start(binary, data.clone());
        let upstream = server.address();
        let credentials = server.credentials();
        let values = format!(
            "NETSUITE_ACCOUNT_ID={}\nNETSUITE_BASE_URL=http://{upstream}\nNETSUITE_CONSUMER_KEY={}\n\
             NETSUITE_CONSUMER_SECRET={}\nNETSUITE_TOKEN_ID={}\nNETSUITE_TOKEN_SECRET={}\n",
            credentials.account,
            credentials.consumer_key,
            credentials.consumer_secret.expose(),
            credentials.token,
            credentials.token_secret.expose()
        );
        let file = folder.join("values.env");
        write(&file, values).expect("a file can be written");
        let file = file.to_str().expect("the folder has a name in UTF-8");
        let say = |words: &[&str]| {
            let output = Command::new(binary).args(words).arg("--data").arg(&data).output();
            let output = output.expect("the binary runs");
            assert!(
                output.status.success(),
                "{}",
                String::from_utf8_lossy(&output.stderr)
            );
            String::from_utf8_lossy(&output.stdout).into_owned()
        };
        say(&["connection", "add", "acme", "--from", file]);
        let said = say(&["caller", "add", "bench", "--json"]);
        say(&[
            "grant",
            "add",
            "--caller",
            "bench",
            "--connection",
            "acme",
            "--all",
        ]);
        let key = between(&said, "\"COUNTERSIGN_KEY\":\"", "\"")
            .expect("the key is shown")
            .to_owned();
        let limit = format!("{}=1000", credentials.account);
        drop(server);
        let nginx = nginx::start(&folder.join("nginx"), upstream);
        let mut process = Command::new(binary)
            .args([
                "proxy",
                "--json",
                "--log",
                "error",
                "--listen",
                "127.0.0.1:0",
                "--limit",
                &limit,
                "--data",
            ])
            .arg(&data)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        let mut told = String::new();
        let stdout = process.stdout.take().expect("its output is piped");
        BufReader::new(stdout)
            .read_line(&mut told)
            .expect("it says where it listens");
        let address = between(&told, "\"url\":\"http://", "\"").and_then(|address| address.parse().ok());
        let address = address.expect("it tells its address");
        Self {
            proxy: Proxy { process, address },
            nginx,
            key,
        }
    }

    /// Before the path that the account gets.
    pub fn path(&self) -> &'static str {
        "/c/acme"
    }

    pub fn header(&self) -> String {
        format!("Authorization: Bearer {}\r\n", self.key)
    }
}

fn between<'t>(text: &'t str, before: &str, after: &str) -> Option<&'t str> {
    text.split_once(before)?.1.split(after).next()
}

impl Proxy {
    pub fn stream(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).expect("it listens");
        stream.set_nodelay(true).expect("the stream is open");
        stream
    }

    pub fn connect(&self) -> Connection<TcpStream> {
        Connection::new(self.stream())
    }

    pub fn processor_time(&self) -> Duration {
        processor_time(self.process.id())
    }

    /// What is resident now, in KiB.
    pub fn resident(&self) -> u64 {
        self.status("VmRSS:")
    }

    /// The most that was resident since the last [`forget`](Self::forget_peak), in KiB.
    pub fn peak(&self) -> u64 {
        self.status("VmHWM:")
    }

    pub fn forget_peak(&self) {
        let file = format!("/proc/{}/clear_refs", self.process.id());
        write(file, "5").expect("it runs, and is ours");
    }

    fn status(&self, name: &str) -> u64 {
        let status = read_to_string(format!("/proc/{}/status", self.process.id())).expect("it runs");
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.and_then(|line| line.split_whitespace().next());
        number
            .and_then(|number| number.parse().ok())
            .expect("it is counted")
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // Whether it ended before makes no difference.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
