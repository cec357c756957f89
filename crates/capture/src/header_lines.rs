//! Lines in any order, as people write them down or copy them from a browser's headers: `URL`, `Method`, then headers.

use crate::captured::{Address, CapturedRequest, Form};
use crate::error::{CaptureError, Place};
use crate::http_dump::is_request_line;

/// Authentication schemes that begin a header's value where its name was not copied.
const SCHEMES: [&str; 4] = ["OAuth ", "Bearer ", "NLAuth ", "Basic "];

/// Whether a text looks like such lines: one of them is an Authorization header or begins as its value does.
pub(crate) fn is_like(text: &str) -> bool {
    text.lines().take(100).any(|line| {
        let line = line.trim_start();
        let is_header = line
            .get(..14)
            .is_some_and(|start| start.eq_ignore_ascii_case("authorization:"));
        is_header || is_value(line) || line.starts_with("Request URL")
    })
}

fn is_value(line: &str) -> bool {
    SCHEMES.iter().any(|scheme| {
        line.get(..scheme.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(scheme))
    })
}

pub(crate) fn read(text: &str) -> Result<CapturedRequest, CaptureError> {
    let mut request = CapturedRequest::new(Form::Lines);
    let mut lines = text.lines().enumerate();
    let mut pending: Option<String> = None;
    while let Some((number, line)) = lines.next() {
        let content = line.trim();
        let at = Place {
            line: number + 1,
            column: 1,
        };
        // A browser copies a header's name and its value as two lines.
        if let Some(name) = pending.take() {
            take(&name, content, &mut request);
        } else if content.is_empty() {
            let rest: Vec<&str> = lines.by_ref().map(|(_, line)| line).collect();
            let rest = rest.join("\n");
            let body = rest.trim();
            // Behind an empty line more headers may follow, or a body.
            if is_like(body) {
                let more = read(body)?;
                request.headers.extend(more.headers);
                request.method = request.method.or(more.method);
                request.url = request.url.or(more.url);
                request.body = more.body;
            } else {
                request.body = body.as_bytes().to_vec();
            }
        } else if is_request_line(content) {
            let mut words = content.split_whitespace();
            request.method = words.next().map(str::to_owned);
            request.url = words.next().map(str::to_owned);
        } else if Address::of(content).is_some() {
            request.url = Some(content.to_owned());
        } else if is_value(content) {
            take("Authorization", content, &mut request);
        } else if let Some((name, value)) = content.split_once(':').filter(|(name, _)| is_name(name)) {
            match value.trim() {
                "" => pending = Some(name.trim().to_owned()),
                value => take(name.trim(), value, &mut request),
            }
        } else if content.bytes().all(|byte| byte.is_ascii_uppercase()) && content.len() <= 8 {
            request.method = Some(content.to_owned());
        } else if !content.starts_with('#') {
            return Err(CaptureError::of(
                Form::Lines,
                at,
                "this line is neither a method, nor an address, nor a header: expected 'Name: value'",
            ));
        }
    }
    complete(&mut request);
    Ok(request)
}

fn is_name(name: &str) -> bool {
    let name = name.trim_start_matches(':').trim();
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_ ".contains(&byte))
}

fn take(name: &str, value: &str, request: &mut CapturedRequest) {
    match name.trim_start_matches(':').to_ascii_lowercase().as_str() {
        "url" | "request url" | "uri" => request.url = Some(value.to_owned()),
        "method" | "request method" => request.method = Some(value.to_owned()),
        "body" | "data" => request.body = value.as_bytes().to_vec(),
        "authority" => request.headers.push(("Host".to_owned(), value.to_owned())),
        "status code" | "remote address" | "referrer policy" | "scheme" | "path" => {}
        _ => request.headers.push((name.to_owned(), value.to_owned())),
    }
}

/// An address without a host takes it from the Host header.
fn complete(request: &mut CapturedRequest) {
    let Some(path) = request.url.as_deref().filter(|url| url.starts_with('/')) else {
        return;
    };
    if let Some(host) = request.header("host") {
        request.url = Some(format!("https://{host}{path}"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_order_of_the_lines_does_not_matter() {
        for text in [
            "GET https://a.example/x?y=1\nAuthorization: OAuth a=\"b\"",
            "OAuth a=\"b\"\nhttps://a.example/x?y=1\nGET",
            "Request URL:\nhttps://a.example/x?y=1\nRequest Method:\nGET\nStatus Code:\n401\nauthorization:\nOAuth a=\"b\"",
            "Authorization: OAuth a=\"b\"\nGET /x?y=1\nHost: a.example",
            "url: https://a.example/x?y=1\nmethod: GET\n\nauthorization: OAuth a=\"b\"",
        ] {
            let request = read(text).unwrap();
            assert_eq!(request.url.as_deref(), Some("https://a.example/x?y=1"), "{text}");
            assert_eq!(request.method.as_deref(), Some("GET"), "{text}");
            assert_eq!(request.authorization(), ["OAuth a=\"b\""], "{text}");
        }
    }

    #[test]
    fn a_line_that_is_nothing_is_told_its_place() {
        assert_eq!(
            read("GET https://a.example/\nwhat, ever")
                .unwrap_err()
                .to_string(),
            "read as header lines: line 2, column 1: this line is neither a method, nor an address, nor a header: expected 'Name: value'"
        );
    }
}
