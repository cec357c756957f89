//! What a program printed of a request: lines of a log, the dump of an object, a traceback, Postman's console, a question in
//! a forum. No grammar holds them all, so that each part is found by what it looks like, and whoever reads is told so.
//!
//! The header is found first. Of several methods and addresses those count that stand nearest to it.

mod address;
mod label;
mod plain;

use crate::answer::{CapturedAnswer, is_status_line};
use crate::captured::{CapturedRequest, Form};
use crate::error::CaptureError;
use crate::moment;

pub(crate) use label::labelled;
pub(crate) use plain::text as plain;

use address::{method_of_command, take_address};
use label::quoted_or_json;

/// Of more places that look alike nobody can say which is meant; they also bound the work.
const MAX_PLACES: usize = 500;

/// The most that is looked at of one line, in bytes: as much as a header may have.
const MAX_LINE: usize = 16 * 1024;

/// Where an answer begins that was printed behind the request.
const ANSWERS: [&str; 8] = [
    "\nHTTP/",
    "\"HTTP/",
    "'HTTP/",
    "\n<-- ",
    "\n< ",
    "Response Headers",
    "response:",
    "response headers",
];

/// A header that signs, in a text.
struct Found {
    start: usize,
    end: usize,
    value: String,
}

/// Whether a signed request is somewhere in a text.
pub(crate) fn is_like(text: &str) -> bool {
    let text = plain(text);
    envelope(&text).is_some() || header(&text).is_some()
}

pub(crate) fn read(text: &str) -> Result<CapturedRequest, CaptureError> {
    let text = plain(text);
    let mut request = CapturedRequest::new(Form::Log);
    if let Some(envelope) = envelope(&text) {
        request.method = Some("POST".to_owned());
        request.headers = vec![("Content-Type".to_owned(), "text/xml".to_owned())];
        request.body = envelope.as_bytes().to_vec();
        return Ok(request);
    }
    let Some(header) = header(&text) else {
        let problem =
            "no signed request was found in it: expected OAuth with oauth_consumer_key=\"…\" behind it";
        return Err(CaptureError::of(Form::Log, None, problem));
    };
    let before_answer = answer_at(&text, header.end);
    let sent = text.get(..before_answer).unwrap_or_default();
    take_address(sent, &header, &mut request);
    for name in ["Content-Type", "Cookie", "User-Agent"] {
        if let Some(value) = nearest(sent, &[name], header.start) {
            request.headers.push((name.to_owned(), value));
        }
    }
    request
        .headers
        .push(("Authorization".to_owned(), header.value.clone()));
    body(sent, header.start, &mut request);
    if request.method.is_none() {
        request.method = method_of_command(sent, request.body.is_empty());
    }
    answer(text.get(before_answer..).unwrap_or_default(), &mut request);
    request.assumptions.push(
        "The request was picked out of other text: see whether method and address are those that were sent."
            .to_owned(),
    );
    Ok(request)
}

/// The last header of a text that has parameters of OAuth 1.0. A `WWW-Authenticate` has none of these.
fn header(text: &str) -> Option<Found> {
    let lower = text.to_ascii_lowercase();
    let places = lower.rmatch_indices("oauth").take(MAX_PLACES);
    let mut headers = places.filter_map(|(start, _)| header_at(text, start));
    headers.next()
}

fn header_at(text: &str, start: usize) -> Option<Found> {
    let before = text.get(..start)?.chars().next_back();
    if before.is_some_and(|c| c.is_alphanumeric() || c == '_') {
        return None;
    }
    let rest = within(text.get(start..)?);
    let behind = rest.get("oauth".len()..)?;
    if !behind.starts_with([' ', '\t']) {
        return None;
    }
    let line = rest.lines().next().unwrap_or_default();
    let length = "oauth".len() + parameters(behind);
    let value = rest.get(..length)?;
    // What is wrong with a header is not to be cut off with what stands behind it.
    let is_whole =
        value.contains("oauth_") && !line.get(length..).is_some_and(|left| left.contains("oauth_"));
    let (length, value) = if is_whole {
        (length, value)
    } else {
        let quote = before.filter(|c| matches!(c, '"' | '\'' | '`'));
        let end = quote.and_then(|quote| line.rfind(quote)).unwrap_or(line.len());
        (end, line.get(..end)?.trim_end())
    };
    let lines: Vec<&str> = value.lines().map(str::trim).collect();
    value.contains("oauth_").then(|| Found {
        start,
        end: start + length,
        value: lines.join(" "),
    })
}

/// How far parameters of the form `name="value"` go, also over several lines.
fn parameters(text: &str) -> usize {
    let mut end = 0;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let parameter = rest.trim_start_matches([' ', '\t', '\r', '\n', ',']);
        let is_name = |c: char| c.is_ascii_alphanumeric() || "_-.~%".contains(c);
        let behind_name = parameter.trim_start_matches(is_name);
        let value = behind_name.strip_prefix("=\"");
        // A comma in a value means that its closing quote is missing.
        let value = value
            .and_then(|value| value.split_once('"'))
            .map(|(value, _)| value);
        match value.filter(|value| !value.contains([',', '\n'])).map(str::len) {
            Some(length) if behind_name.len() < parameter.len() => {
                end = text.len() - behind_name.len() + "=\"".len() + length + 1;
            }
            _ => return end,
        }
    }
}

/// A text of one line, cut where nobody needs to read on.
fn within(text: &str) -> &str {
    let mut end = text.len().min(MAX_LINE);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or_default()
}

/// The envelope around the first tokenPassport.
fn envelope(text: &str) -> Option<&str> {
    const NAME: &str = "Envelope";
    let passport = text.find("tokenPassport")?;
    let name = text.get(..passport)?.rfind(NAME)?;
    let start = text.get(..name)?.rfind('<')?;
    let behind = text.get(passport..)?;
    let end = behind.find("Envelope>")? + passport + "Envelope>".len();
    text.get(start..end)
}

fn answer_at(text: &str, from: usize) -> usize {
    let behind = text.get(from..).unwrap_or_default();
    let places = ANSWERS.iter().filter_map(|sign| behind.find(sign));
    places.min().map_or(text.len(), |at| from + at)
}

/// The value of whatever is called so nearest to the header.
fn nearest(sent: &str, names: &[&str], near: usize) -> Option<String> {
    let found = names.iter().flat_map(|name| labelled(sent, name));
    let found = found.min_by_key(|(at, _)| at.abs_diff(near));
    found
        .map(|(_, value)| value.to_owned())
        .filter(|value| !value.is_empty())
}

fn body(sent: &str, near: usize, request: &mut CapturedRequest) {
    let places = ["body", "data", "form"]
        .iter()
        .flat_map(|name| quoted_or_json(sent, name));
    if let Some((_, body)) = places.min_by_key(|(at, _)| at.abs_diff(near)) {
        request.body = body.as_bytes().to_vec();
    } else if request
        .header("content-type")
        .is_some_and(|kind| kind.contains("form-urlencoded"))
    {
        let why = "The body is taken as empty: it was not found in the text.";
        request.assumptions.push(why.to_owned());
    }
}

fn answer(text: &str, request: &mut CapturedRequest) {
    let mut end = 0;
    let status = text.split_inclusive('\n').find_map(|line| {
        let start = end;
        end += line.len();
        is_status_line(line).then_some(start)
    });
    request.answer = status
        .and_then(|start| text.get(start..))
        .map(CapturedAnswer::of_dump);
    if request.answer.as_ref().and_then(CapturedAnswer::date).is_none() {
        request.sent_at = labelled(text, "date").find_map(|(_, date)| moment::of_date_header(date));
    }
}

#[cfg(test)]
mod tests;
