//! The upstream, in the place of the account, and the peer: two servers of one nginx.

use std::fs::{File, create_dir_all, write};
use std::net::SocketAddr;
use std::path::Path;

use countersign_bench::Nginx;

pub const CUSTOMER: &str = "/services/rest/record/v1/customer/7";
/// An answer of a gibibyte.
pub const LARGE: &str = "/services/rest/record/v1/customer/8";
/// Whatever is sent there is read and thrown away.
pub const SINK: &str = "/services/rest/record/v1/customer/9";

/// The length of an answer, in bytes.
pub const ANSWER: usize = 1024;
/// The length of the large one, in bytes.
pub const LARGE_ANSWER: u64 = 1 << 30;

pub fn start(folder: &Path, upstream: SocketAddr) -> Nginx {
    let records = folder.join("files/services/rest/record/v1/customer");
    create_dir_all(&records).expect("a folder can be made");
    let answer = format!("{{\"memo\":\"{}\"}}", "x".repeat(ANSWER - 11));
    write(records.join("7"), answer).expect("a file can be written");
    let large = File::create(records.join("8")).and_then(|file| file.set_len(LARGE_ANSWER));
    large.expect("a file can be made");
    let (files, sink) = (folder.join("files"), crate::large::sink());
    Nginx::start(folder, |port| {
        format!(
            "client_max_body_size 0;\n\
             upstream account {{ server {upstream}; keepalive 64; }}\n\
             server {{ listen {upstream}; root {};\n\
             location = {SINK} {{ proxy_pass http://127.0.0.1:{sink}; proxy_request_buffering off; proxy_http_version 1.1; }} }}\n\
             server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://account; proxy_http_version 1.1;\n\
             proxy_set_header Connection \"\"; }} }}",
            files.display()
        )
    })
}
