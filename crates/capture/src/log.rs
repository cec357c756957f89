//! What a program printed of a request: lines of a log, the dump of an object, a traceback, Postman's console, a question in
//! a forum. No grammar holds them all, so that each part is found by what it looks like, and whoever reads is told so.
//!
//! The header is found first. Of several methods and addresses those count that stand nearest to it.

mod label;
mod plain;

use crate::answer::{CapturedAnswer, is_status_line};
use crate::captured::{Address, CapturedRequest, Form};
use crate::error::CaptureError;
use crate::http_dump::likely_scheme;
use crate::moment;

use label::{labelled, quoted_or_json};

/// Of more places that look alike nobody can say which is meant; they also bound the work.
const MAX_PLACES: usize = 500;

/// The most that is looked at of one line, in bytes: as much as a header may have.
const MAX_LINE: usize = 16 * 1024;

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

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
    let text = plain::text(text);
    envelope(&text).is_some() || header(&text).is_some()
}

pub(crate) fn read(text: &str) -> Result<CapturedRequest, CaptureError> {
    let text = plain::text(text);
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
    address(sent, &header, &mut request);
    for name in ["Content-Type", "Cookie", "User-Agent"] {
        if let Some(value) = nearest(sent, &[name], header.start) {
            request.headers.push((name.to_owned(), value));
        }
    }
    request
        .headers
        .push(("Authorization".to_owned(), header.value.clone()));
    body(sent, header.start, &mut request);
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

/// Method and URL: of a request line with its Host, or of an address that stands there whole, or of an object's `host` and `path`.
fn address(sent: &str, header: &Found, request: &mut CapturedRequest) {
    let host = nearest(sent, &["host", "hostname"], header.start).filter(|host| !host.contains(['/', ' ']));
    if let Some((method, target)) = request_line(sent, header.start) {
        let whole = Address::of(&target).map(|_| target.clone());
        let url = whole.or_else(|| {
            host.as_ref()
                .map(|host| format!("{}://{host}{target}", likely_scheme(host)))
        });
        if url.is_some() {
            (request.method, request.url) = (Some(method), url);
            return;
        }
    }
    if let Some((at, url)) = url(sent, header) {
        request.url = Some(url.to_owned());
        request.method = method_before(sent, at);
    } else if let Some((host, path)) =
        host.zip(nearest(sent, &["path"], header.start).filter(|path| path.starts_with('/')))
    {
        request.url = Some(format!("{}://{host}{path}", likely_scheme(&host)));
    }
    if request.method.is_none() {
        let labelled = nearest(sent, &["method", "verb"], header.start);
        request.method = labelled.and_then(|word| method_of(&word));
    }
}

/// `GET /path HTTP/1.1`, wherever it stands in its line.
fn request_line(sent: &str, near: usize) -> Option<(String, String)> {
    let lines = sent
        .match_indices(" HTTP/")
        .take(MAX_PLACES)
        .filter_map(|(at, _)| {
            let line = line_before(sent, at);
            let (before, target) = line.rsplit_once(' ')?;
            let method = method_of(last_word(before))?;
            let is_target = target.starts_with('/') || Address::of(target).is_some();
            is_target.then(|| (at, (method, target.to_owned())))
        });
    lines
        .min_by_key(|(at, _)| at.abs_diff(near))
        .map(|(_, found)| found)
}

/// The whole address nearest to the header: rather one that is called so than another, and rather one of NetSuite's or of this
/// machine than one that a message links to.
fn url<'a>(sent: &'a str, header: &Found) -> Option<(usize, &'a str)> {
    let places = sent.match_indices("://").take(MAX_PLACES).filter_map(|(at, _)| {
        let start = line_before(sent, at).len();
        let scheme = last_word(line_before(sent, at)).len();
        let start = at - scheme.min(start);
        let is_in_header = (header.start..header.end).contains(&start);
        let url = whole_url(sent, start);
        Address::of(url)
            .filter(|_| !is_in_header)
            .map(|address| (start, url, address))
    });
    let found = places.min_by_key(|(start, _, address)| {
        let host = address.authority.to_ascii_lowercase();
        let host = host.rsplit_once(':').map_or(&*host, |(host, _)| host);
        let is_meant = host.ends_with(".netsuite.com") || host.ends_with("localhost") || host == "127.0.0.1";
        let before = last_word(line_before(sent, *start)).to_ascii_lowercase();
        let is_called_so =
            ["url", "uri", "requesturi", "href"].contains(&&*before) || method_before(sent, *start).is_some();
        (!is_meant, !is_called_so, start.abs_diff(header.start))
    });
    found.map(|(start, url, _)| (start, url))
}

/// A URL ends at the quote it began with, or else with its word.
fn whole_url(sent: &str, start: usize) -> &str {
    let rest = within(sent.get(start..).unwrap_or_default());
    let before = line_before(sent, start).chars().next_back();
    let quote = before.filter(|c| matches!(c, '"' | '\'' | '`'));
    let is_end = |c: char| match quote {
        Some(quote) => c == quote || c == '\n',
        None => c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>'),
    };
    let url = rest.split(is_end).next().unwrap_or_default();
    match quote {
        Some(_) => url,
        None => url.trim_end_matches([',', ';', '.', ')', ']', '}']),
    }
}

/// What stands in a line before a place.
fn line_before(text: &str, at: usize) -> &str {
    let before = text.get(..at).unwrap_or_default();
    let mut start = before.len().saturating_sub(MAX_LINE);
    while !before.is_char_boundary(start) {
        start += 1;
    }
    let before = before.get(start..).unwrap_or_default();
    before.rsplit('\n').next().unwrap_or_default()
}

/// The letters at the end, whatever signs stand behind them.
fn last_word(text: &str) -> &str {
    let text = text.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
    let start = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).len();
    text.get(start..).unwrap_or_default()
}

/// The method that stands in capitals before an address, or right before it in any case, as in `requests.get('https://…`.
fn method_before(sent: &str, at: usize) -> Option<String> {
    let line = line_before(sent, at);
    let words = line.split(|c: char| !c.is_ascii_alphabetic());
    let in_capitals = words.rev().find(|word| METHODS.contains(word));
    in_capitals
        .map(str::to_owned)
        .or_else(|| method_of(last_word(line)))
}

fn method_of(word: &str) -> Option<String> {
    let word = word.to_ascii_uppercase();
    METHODS.contains(&&*word).then_some(word)
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
