//! What a server sent back.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::TcpStream;

/// Longer than any answer takes here.
const PATIENCE: Duration = Duration::from_secs(20);

/// One HTTP answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case, in the order they came.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads until the server closes.
    pub(crate) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> Self {
        let mut bytes = Vec::new();
        // A server that refuses a body closes while it is still being sent.
        let _ = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes))
            .await
            .expect("the server answers and closes");
        Self::parse(&bytes)
    }

    /// Reads until the server closes or is gone; nothing when that was before the end of the answer.
    pub(crate) async fn read_if_whole(stream: &mut TcpStream) -> Option<Self> {
        let mut bytes = Vec::new();
        let read = tokio::time::timeout(PATIENCE, stream.read_to_end(&mut bytes)).await;
        read.expect("the server answers or goes away").ok()?;
        let has_head = bytes.windows(4).any(|window| window == b"\r\n\r\n");
        let answer = has_head.then(|| Self::parse(&bytes))?;
        let length = answer
            .header("content-length")
            .map_or(0, |length| length.parse().unwrap());
        (answer.body.len() == length).then_some(answer)
    }

    fn parse(bytes: &[u8]) -> Self {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let (head, _) = text.split_once("\r\n\r\n").unwrap_or_else(|| unreadable(&text));
        let body = bytes.get(head.len() + 4..).unwrap_or_default().to_vec();
        let mut lines = head.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1)?.parse().ok())
            .unwrap_or_else(|| unreadable(&text));
        let headers = lines
            .filter_map(|line| line.split_once(": "))
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect();
        Self {
            status,
            headers,
            body,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let (_, value) = self.headers.iter().find(|(known, _)| known == name)?;
        Some(value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> Value {
        let Ok(json) = serde_json::from_slice(&self.body) else {
            unreadable(&self.text())
        };
        json
    }

    /// The error code of any service: REST, RESTlet in its three forms, SOAP. Nothing where there is none.
    pub fn error_code(&self) -> Option<String> {
        let text = self.text();
        if let Ok(json) = serde_json::from_str::<Value>(&text) {
            let code = json
                .pointer("/o:errorDetails/0/o:errorCode")
                .or_else(|| json.pointer("/error/code"));
            return code.and_then(Value::as_str).map(str::to_owned);
        }
        let between = |start: &str, end: char| {
            let (_, rest) = text.split_once(start)?;
            rest.split(end).next().map(str::to_owned)
        };
        between("error code: ", '\n')
            .or_else(|| between("<platformFaults:code>", '<'))
            .or_else(|| between("<code>", '<'))
    }

    /// The answer without the headers that change with the time of day.
    pub fn without_date(mut self) -> Self {
        self.headers.retain(|(name, _)| name != "date");
        self
    }
}

#[expect(clippy::panic, reason = "an answer that cannot be read fails its test")]
#[track_caller]
fn unreadable(text: &str) -> ! {
    panic!("the answer cannot be read: {text:?}")
}
