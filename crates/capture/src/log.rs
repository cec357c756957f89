//! What a program printed of a request: lines of a log, the dump of an object, a traceback, Postman's console, a question in
//! a forum. No grammar holds them all, so that each part is found by what it looks like, and whoever reads is told so.
//!
//! The last header or envelope is found first. Of several methods and addresses those count that stand nearest to it.

mod address;
mod found;
mod label;
mod plain;

use crate::answer::{CapturedAnswer, is_status_line};
use crate::captured::{CapturedRequest, Form};
use crate::error::CaptureError;
use crate::moment;

pub(crate) use label::labelled;
pub(crate) use plain::text as plain;

use address::{method_of_command, take_address};
use found::{Found, signed};
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

const QUOTES: [char; 3] = ['"', '\'', '`'];

/// Whether a signed request is somewhere in a text.
pub(crate) fn is_like(text: &str) -> bool {
    signed(&plain(text)).is_some()
}

pub(crate) fn read(text: &str) -> Result<CapturedRequest, CaptureError> {
    let text = plain(text);
    let mut request = CapturedRequest::new(Form::Log);
    let Some(found) = signed(&text) else {
        let problem =
            "no signed request was found in it: expected OAuth with oauth_consumer_key=\"…\" behind it";
        return Err(CaptureError::of(Form::Log, None, problem));
    };
    let before_answer = answer_at(&text, found.end);
    let sent = text.get(..before_answer).unwrap_or_default();
    take_address(sent, &found, &mut request);
    if found.is_envelope {
        request.method = Some("POST".to_owned());
        request.headers = vec![("Content-Type".to_owned(), "text/xml".to_owned())];
        request.body = found.value.into_bytes();
    } else {
        take_rest(sent, &found, &mut request);
    }
    answer(text.get(before_answer..).unwrap_or_default(), &mut request);
    request.assumptions.push(
        "The request was picked out of other text: see whether method and address are those that were sent."
            .to_owned(),
    );
    Ok(request)
}

/// All of a request that is signed in a header, but its address.
fn take_rest(sent: &str, header: &Found, request: &mut CapturedRequest) {
    for name in ["Content-Type", "Cookie", "User-Agent"] {
        if let Some(value) = nearest(sent, &[name], header) {
            request.headers.push((name.to_owned(), value));
        }
    }
    request
        .headers
        .push(("Authorization".to_owned(), header.value.clone()));
    body(sent, header, request);
    if request.method.is_none() {
        request.method = method_of_command(header.surroundings(sent), request.body.is_empty());
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

fn answer_at(text: &str, from: usize) -> usize {
    let behind = text.get(from..).unwrap_or_default();
    let places = ANSWERS.iter().filter_map(|sign| behind.find(sign));
    places.min().map_or(text.len(), |at| from + at)
}

/// The value of whatever is called so nearest to what is signed.
fn nearest(sent: &str, names: &[&str], found: &Found) -> Option<String> {
    let values = names.iter().flat_map(|name| labelled(sent, name, found.start));
    let values = values.filter(|(at, _)| !found.holds(*at));
    values
        .min_by_key(|(at, _)| found.distance(*at))
        .map(|(_, value)| value.to_owned())
        .filter(|value| !value.is_empty())
}

fn body(sent: &str, header: &Found, request: &mut CapturedRequest) {
    let places = ["body", "data", "form"]
        .iter()
        .flat_map(|name| quoted_or_json(sent, name, header.start));
    if let Some((_, body)) = places.min_by_key(|(at, _)| header.distance(*at)) {
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
        request.sent_at = labelled(text, "date", 0).find_map(|(_, date)| moment::of_date_header(date));
    }
}

#[cfg(test)]
mod tests;
