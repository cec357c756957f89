//! Bodies that are far larger than the proxy may keep.

use std::io::{BufRead as _, BufReader, Read, Write as _};
use std::net::TcpListener;

use crate::nginx::{LARGE, LARGE_ANSWER, SINK};
use crate::stage::Stage;

/// The proxy takes no larger requests: NetSuite takes none, either.
const UPLOAD: u64 = 100 * 1024 * 1024;
const PIECE: usize = 64 * 1024;

pub fn downwards(stage: &Stage) {
    let (before, peak, after, length) = measured(stage, || {
        let mut stream = stage.proxy.stream();
        let ask = format!(
            "GET {}{LARGE} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}\r\n",
            stage.path(),
            stage.header()
        );
        stream.write_all(ask.as_bytes()).expect("the connection is open");
        let mut answer = BufReader::with_capacity(PIECE, stream);
        let length = head(&mut answer);
        drained(&mut answer, length)
    });
    assert_eq!(length, LARGE_ANSWER);
    tell("an answer", length, (before, peak, after));
}

pub fn upwards(stage: &Stage) {
    let (before, peak, after, _) = measured(stage, || {
        let mut stream = stage.proxy.stream();
        let ask = format!(
            "POST {}{SINK} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: {UPLOAD}\r\n{}\r\n",
            stage.path(),
            stage.header()
        );
        stream.write_all(ask.as_bytes()).expect("the connection is open");
        let piece = vec![b' '; PIECE];
        for _ in 0..UPLOAD / PIECE as u64 {
            stream.write_all(&piece).expect("it is taken");
        }
        head(&mut BufReader::new(stream))
    });
    tell("an upload", UPLOAD, (before, peak, after));
}

fn measured(stage: &Stage, body: impl FnOnce() -> u64) -> (u64, u64, u64, u64) {
    stage.proxy.forget_peak();
    let before = stage.proxy.resident();
    let length = body();
    (before, stage.proxy.peak(), stage.proxy.resident(), length)
}

fn tell(what: &str, bytes: u64, (before, peak, after): (u64, u64, u64)) {
    let mib = |kib: u64| kib as f64 / 1024.0;
    println!(
        "{what} of {} MiB: {:.1} MiB resident before, at most {:.1} MiB meanwhile, {:.1} MiB after.",
        bytes / (1024 * 1024),
        mib(before),
        mib(peak),
        mib(after)
    );
}

/// Reads the head of a good answer; gives the length of its body.
fn head(answer: &mut impl std::io::BufRead) -> u64 {
    let mut length = 0;
    let mut line = String::new();
    let mut is_first = true;
    loop {
        line.clear();
        answer.read_line(&mut line).expect("the answer is text");
        if std::mem::take(&mut is_first) {
            assert!(line.starts_with("HTTP/1.1 200"), "{line}");
        }
        if line.trim().is_empty() {
            return length;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().expect("it is a number");
        }
    }
}

fn drained(body: &mut impl Read, length: u64) -> u64 {
    let mut piece = vec![0; PIECE];
    let mut read = 0;
    while read < length {
        match body.read(&mut piece).expect("the body is sent") {
            0 => break,
            more => read += more as u64,
        }
    }
    read
}

/// The port of a server that reads what it is sent, and keeps nothing.
pub fn sink() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = listener.local_addr().expect("it has an address").port();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut request = BufReader::with_capacity(PIECE, stream);
            let mut length = 0;
            let mut line = String::new();
            while request.read_line(&mut line).is_ok_and(|read| read > 2) {
                if let Some((name, value)) = line.split_once(':')
                    && name.eq_ignore_ascii_case("content-length")
                {
                    length = value.trim().parse().unwrap_or(0);
                }
                line.clear();
            }
            drained(&mut request, length);
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}";
            let _ = request.get_mut().write_all(answer);
        }
    });
    port
}
