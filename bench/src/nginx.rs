//! nginx, with settings of a benchmark's own. It ends when it is dropped.

use std::fs::{create_dir_all, read_to_string, write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::{Connection, processor_time};

pub struct Nginx {
    process: Child,
    port: u16,
}

impl Nginx {
    /// `http` is what stands in the block of that name, given the port to listen on.
    pub fn start(folder: &Path, http: impl FnOnce(u16) -> String) -> Self {
        create_dir_all(folder).expect("a folder can be made");
        let free = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
        let port = free.expect("a port is free").port();
        let folder = folder.to_str().expect("the folder has a name in UTF-8");
        let settings = format!(
            "daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;\n\
             events {{ worker_connections 4096; }}\n\
             http {{ access_log off; keepalive_requests 10000000; keepalive_timeout 600s; sendfile on; tcp_nopush on;\n\
             client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy; fastcgi_temp_path {folder}/fastcgi;\n\
             uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi; default_type application/json;\n\
             open_file_cache max=100; {} }}\n",
            http(port)
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

    /// Of its workers.
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

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its workers end with a master that is told, and not with one that is killed.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}
