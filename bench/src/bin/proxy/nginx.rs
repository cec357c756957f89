//! The upstream, in the place of the account, and the peer: two servers of one nginx. It ends when it is dropped.

use std::fs::{File, create_dir_all, read_to_string, write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use countersign_bench::{Connection, processor_time};

pub const CUSTOMER: &str = "/services/rest/record/v1/customer/7";
/// An answer of a gibibyte.
pub const LARGE: &str = "/services/rest/record/v1/customer/8";
/// Whatever is sent there is read and thrown away.
pub const SINK: &str = "/services/rest/record/v1/customer/9";

pub struct Nginx {
    process: Child,
    port: u16,
}

impl Nginx {
    /// The length of an answer, in bytes.
    pub const ANSWER: usize = 1024;
    pub const LARGE: u64 = 1 << 30;

    pub fn start(folder: &Path, upstream: SocketAddr) -> Self {
        let records = folder.join("files/services/rest/record/v1/customer");
        create_dir_all(&records).expect("a folder can be made");
        let answer = format!("{{\"memo\":\"{}\"}}", "x".repeat(Self::ANSWER - 11));
        write(records.join("7"), answer).expect("a file can be written");
        let large = File::create(records.join("8")).and_then(|file| file.set_len(Self::LARGE));
        large.expect("a file can be made");
        let port = free_port();
        let folder = folder.to_str().expect("the folder has a name in UTF-8");
        let settings = format!(
            "daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;\n\
             events {{ worker_connections 4096; }}\n\
             http {{ access_log off; keepalive_requests 10000000; keepalive_timeout 600s; sendfile on; tcp_nopush on;\n\
             client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;\n\
             uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; default_type application/json;\n\
             client_max_body_size 0; open_file_cache max=100;\n\
             upstream account {{ server {upstream}; keepalive 64; }}\n\
             server {{ listen {upstream}; root {folder}/files;\n\
             location = {SINK} {{ proxy_pass http://127.0.0.1:{sink}; proxy_request_buffering off; proxy_http_version 1.1; }} }}\n\
             server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://account; proxy_http_version 1.1;\n\
             proxy_set_header Connection \"\"; }} }} }}\n",
            sink = crate::large::sink(),
        );
        let file = format!("{folder}/nginx.conf");
        write(&file, settings).expect("a file can be written");
        let process = Command::new("nginx")
            .args(["-c", &file, "-e", &format!("{folder}/error.log")])
            .stdin(Stdio::null())
            .spawn()
            .expect("nginx is installed");
        let nginx = Self { process, port };
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                return nginx;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("nginx does not listen: see {folder}/error.log");
    }

    pub fn connect(&self) -> Connection<TcpStream> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).expect("it listens");
        stream.set_nodelay(true).expect("the stream is open");
        Connection::new(stream)
    }

    /// Of its workers, who are upstream and peer at once.
    pub fn processor_time(&self) -> Duration {
        let parent = self.process.id();
        let children = read_to_string(format!("/proc/{parent}/task/{parent}/children")).expect("it runs");
        children
            .split_whitespace()
            .filter_map(|id| id.parse().ok())
            .map(processor_time)
            .sum()
    }
}

fn free_port() -> u16 {
    let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    free.expect("a port is free").port()
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with a master that is told, and not with one that is killed.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}
