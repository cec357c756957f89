//! Server-sent events as they come in: the name of each, and its data.

use http_body_util::BodyExt as _;

use crate::admin_client::Answer;
use crate::failure::Failure;

/// The longest event that is read, in bytes.
const LONGEST: usize = 1024 * 1024;

/// The events of one connection.
pub(crate) struct Events {
    body: Answer,
    unread: Vec<u8>,
}

impl Events {
    pub(crate) const fn of(body: Answer) -> Self {
        let unread = Vec::new();
        Self { body, unread }
    }

    /// None at the end of the connection. A comment, which only keeps it open, is no event.
    pub(crate) async fn next(&mut self) -> Result<Option<(String, String)>, Failure> {
        loop {
            while let Some(end) = self.unread.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = self.unread.drain(..end + 2).collect();
                if let Some(event) = event(&String::from_utf8_lossy(&block)) {
                    return Ok(Some(event));
                }
            }
            if self.unread.len() > LONGEST {
                return Err(Failure::unusable("the account sent an event without end"));
            }
            let Some(frame) = self.body.frame().await else {
                return Ok(None);
            };
            if let Ok(data) = frame?.into_data() {
                self.unread.extend_from_slice(&data);
            }
        }
    }
}

fn event(block: &str) -> Option<(String, String)> {
    let value = |name: &str| {
        let lines = block
            .lines()
            .filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        let lines: Vec<&str> = lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect();
        (!lines.is_empty()).then(|| lines.join("\n"))
    };
    let data = value("data")?;
    Some((value("event").unwrap_or_default(), data))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http_body_util::Full;

    use super::*;

    #[tokio::test]
    async fn events_are_read_wherever_they_are_cut_and_comments_are_none() {
        let text = "event: call\ndata: {\"a\":1}\n\n:\n\ndata: two\ndata: lines\n\nevent: cut";
        let mut events = Events::of(
            Full::new(Bytes::from_static(text.as_bytes()))
                .map_err(|never| match never {})
                .boxed_unsync(),
        );
        let pair = |name: &str, data: &str| Some((name.to_owned(), data.to_owned()));
        assert_eq!(events.next().await.unwrap(), pair("call", "{\"a\":1}"));
        assert_eq!(events.next().await.unwrap(), pair("", "two\nlines"));
        assert_eq!(events.next().await.unwrap(), None);
    }
}
