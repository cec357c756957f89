//! An HTTP/1.1 connection that is used again and again.

use std::io::{BufRead as _, BufReader, Read, Write};

pub struct Connection<S> {
    stream: BufReader<S>,
    line: String,
}

impl<S: Read + Write> Connection<S> {
    pub fn new(stream: S) -> Self {
        Self {
            stream: BufReader::new(stream),
            line: String::new(),
        }
    }

    pub fn get(&mut self, target: &str, headers: &str) -> (u16, String) {
        self.ask("GET", target, headers, "")
    }

    /// Asks, and reads the whole answer: its status and its body.
    pub fn ask(&mut self, method: &str, target: &str, headers: &str, body: &str) -> (u16, String) {
        let length = match body.len() {
            0 => String::new(),
            length => format!("Content-Length: {length}\r\n"),
        };
        let request = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n{headers}{length}\r\n{body}");
        self.stream
            .get_mut()
            .write_all(request.as_bytes())
            .expect("the connection is open");
        let status = self.line().get(9..12).and_then(|status| status.parse().ok());
        let mut length = 0;
        loop {
            let line = self.line();
            if matches!(line, "\r\n" | "") {
                break;
            }
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("it is a number");
            }
        }
        let mut body = vec![0; length];
        self.stream.read_exact(&mut body).expect("the body is sent");
        let status = status.expect("the answer is HTTP");
        (status, String::from_utf8_lossy(&body).into_owned())
    }

    fn line(&mut self) -> &str {
        self.line.clear();
        let read = self.stream.read_line(&mut self.line);
        read.expect("the answer is text");
        &self.line
    }
}
