//! A HAR file: what a browser, a proxy or a recorder saw.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use countersign_protocol::percent_encode;
use serde::Deserialize;

use crate::answer::CapturedAnswer;
use crate::captured::{Address, CapturedRequest, Form};
use crate::error::{CaptureError, Place};
use crate::moment;

/// The most entries that are read.
const MAX_ENTRIES: usize = 20_000;

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Entry {
    started_date_time: Option<String>,
    request: Request,
    response: Option<Response>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    #[serde(default)]
    headers: Vec<Header>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct Header {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PostData {
    #[serde(default)]
    mime_type: String,
    text: Option<String>,
    #[serde(default)]
    params: Vec<Parameter>,
}

#[derive(Deserialize)]
struct Parameter {
    name: String,
    #[serde(default)]
    value: String,
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    status: i64,
    #[serde(default)]
    headers: Vec<Header>,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
}

/// All requests of the file to NetSuite, or that carry an OAuth header.
pub(crate) fn read(text: &str) -> Result<Vec<CapturedRequest>, CaptureError> {
    let har: Har = serde_json::from_str(text).map_err(|error| json_error(Form::Har, &error))?;
    if har.log.entries.len() > MAX_ENTRIES {
        let problem = format!("it has more than {MAX_ENTRIES} entries");
        return Err(CaptureError::of(Form::Har, None, problem).advised("record the failing call alone"));
    }
    let seen = har.log.entries.len();
    let found: Vec<_> = har
        .log
        .entries
        .into_iter()
        .map(captured)
        .filter(concerns)
        .collect();
    if found.is_empty() {
        let problem = format!("none of its {seen} entries goes to NetSuite or carries an OAuth header");
        return Err(CaptureError::of(Form::Har, None, problem));
    }
    Ok(found)
}

/// What is wrong with JSON, without quoting it.
pub(crate) fn json_error(form: Form, error: &serde_json::Error) -> CaptureError {
    let place = Place {
        line: error.line().max(1),
        column: error.column().max(1),
    };
    let problem = match error.classify() {
        serde_json::error::Category::Eof => "the JSON ends in the middle",
        serde_json::error::Category::Data => "the JSON has another shape than expected here",
        _ => "this is not JSON",
    };
    CaptureError::of(form, place, problem)
}

fn concerns(request: &CapturedRequest) -> bool {
    let authority = request.authority();
    let host = authority
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let is_oauth = request.authorization().iter().any(|header| {
        header
            .get(..5)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("oauth"))
    });
    host.ends_with(".netsuite.com") || is_oauth
}

fn captured(entry: Entry) -> CapturedRequest {
    let mut request = CapturedRequest::new(Form::Har);
    request.method = Some(entry.request.method);
    request.url = Some(entry.request.url);
    request.headers = headers(entry.request.headers);
    request.sent_at = entry
        .started_date_time
        .and_then(|time| moment::of_rfc_3339(&time));
    if let Some(data) = entry.request.post_data {
        request.body = body(&data).into_bytes();
        if request.header("content-type").is_none() && !data.mime_type.is_empty() {
            request.headers.push(("Content-Type".to_owned(), data.mime_type));
        }
    }
    request.answer = entry.response.map(|response| CapturedAnswer {
        // 0 is that of a call that got no answer.
        status: u16::try_from(response.status).ok().filter(|status| *status > 0),
        headers: headers(response.headers),
        body: response.content.map(content).unwrap_or_default(),
    });
    if request.authorization().is_empty() && request.envelope().is_none() {
        request.assumptions.push(
            "The file holds no Authorization header. Browsers leave it out unless the HAR is exported with sensitive data."
                .to_owned(),
        );
    }
    if request.url.as_deref().and_then(Address::of).is_none() {
        request.url = None;
    }
    request
}

/// HTTP/2 writes the host as `:authority`.
fn headers(headers: Vec<Header>) -> Vec<(String, String)> {
    let headers = headers
        .into_iter()
        .filter_map(|header| match header.name.as_str() {
            ":authority" => Some(("Host".to_owned(), header.value)),
            name if name.starts_with(':') => None,
            _ => Some((header.name, header.value)),
        });
    headers.collect()
}

fn body(data: &PostData) -> String {
    if let Some(text) = data.text.as_ref().filter(|text| !text.is_empty()) {
        return text.clone();
    }
    let pairs = data
        .params
        .iter()
        .map(|pair| format!("{}={}", percent_encode(&pair.name), percent_encode(&pair.value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn content(content: Content) -> String {
    let text = content.text.unwrap_or_default();
    let is_base64 = content.encoding.as_deref() == Some("base64");
    match STANDARD.decode(&text) {
        Ok(bytes) if is_base64 => String::from_utf8_lossy(&bytes).into_owned(),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entries_that_go_to_netsuite_are_read() {
        let text = r#"{"log":{"version":"1.2","entries":[
            {"startedDateTime":"2026-01-31T12:00:00.000+01:00",
             "request":{"method":"POST","url":"https://1234567.suitetalk.api.netsuite.com/x?a=1","httpVersion":"h2",
               "headers":[{"name":":authority","value":"1234567.suitetalk.api.netsuite.com"},{"name":"authorization","value":"OAuth a=\"b\""}],
               "postData":{"mimeType":"application/x-www-form-urlencoded","params":[{"name":"b","value":"c d"}]}},
             "response":{"status":401,"headers":[],"content":{"text":"e30=","encoding":"base64"}}},
            {"request":{"method":"GET","url":"https://www.example.com/"},"response":{"status":200}}]}}"#;
        let [request] = &read(text).unwrap()[..] else {
            panic!()
        };
        assert_eq!(request.sent_at, Some(1_769_857_200));
        assert_eq!(request.body, b"b=c%20d");
        assert_eq!(request.authority(), "1234567.suitetalk.api.netsuite.com");
        assert_eq!(request.answer.as_ref().unwrap().body, "{}");
    }

    #[test]
    fn a_har_that_cannot_be_used_says_why() {
        for (text, message) in [
            (
                r#"{"log":{"entries":["#,
                "line 1, column 19: the JSON ends in the middle",
            ),
            (
                r#"{"log":{}}"#,
                "line 1, column 9: the JSON has another shape than expected here",
            ),
            (
                r#"{"log":{"entries":[]}}"#,
                "none of its 0 entries goes to NetSuite or carries an OAuth header",
            ),
        ] {
            assert_eq!(
                read(text).unwrap_err().to_string(),
                format!("read as a HAR file: {message}")
            );
        }
    }
}
