//! Method and address of a request in other text.

use std::borrow::Cow;

use super::{Found, MAX_LINE, MAX_PLACES, nearest, within};
use crate::captured::{Address, CapturedRequest};
use crate::http_dump::likely_scheme;

const METHODS: [&str; 7] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"];

/// Commands and functions that send GET where nothing else is said, and how they are told a method.
const SENDERS: [&str; 6] = [
    "curl",
    "wget",
    "Invoke-RestMethod",
    "Invoke-WebRequest",
    "fetch(",
    "urlopen(",
];
const OPTIONS: [&str; 4] = ["-Method ", "--request ", "-X ", "--method "];

/// Method and URL: of a request line with its Host, or of an address that stands there whole, or of an object's `host` and `path`.
pub(super) fn take_address(sent: &str, header: &Found, request: &mut CapturedRequest) {
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
        request.url = Some(url.into_owned());
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

/// The method a command is told, or the one it sends where it is told none.
pub(super) fn method_of_command(sent: &str, is_without_body: bool) -> Option<String> {
    let told = OPTIONS.iter().find_map(|option| {
        let (_, behind) = sent.split_once(option)?;
        let word = behind.trim_start_matches(['\'', '"', ' ']);
        let end = word
            .find(|c: char| !c.is_ascii_alphabetic())
            .unwrap_or(word.len());
        method_of(word.get(..end)?)
    });
    let is_sender = SENDERS.iter().any(|sender| sent.contains(sender));
    told.or_else(|| (is_sender && is_without_body).then(|| "GET".to_owned()))
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
fn url<'a>(sent: &'a str, header: &Found) -> Option<(usize, Cow<'a, str>)> {
    let places = sent.match_indices("://").take(MAX_PLACES).filter_map(|(at, _)| {
        let start = line_before(sent, at).len();
        let scheme = last_word(line_before(sent, at)).len();
        let start = at - scheme.min(start);
        let is_in_header = (header.start..header.end).contains(&start);
        let url = whole_url(sent, start);
        let host = Address::of(&url)?.authority.to_ascii_lowercase();
        (!is_in_header).then_some((start, url, host))
    });
    let found = places.min_by_key(|(start, _, host)| {
        let host = host.rsplit_once(':').map_or(host.as_str(), |(host, _)| host);
        let is_meant = host.ends_with(".netsuite.com") || host.ends_with("localhost") || host == "127.0.0.1";
        let before = last_word(line_before(sent, *start)).to_ascii_lowercase();
        let is_called_so =
            ["url", "uri", "requesturi", "href"].contains(&&*before) || method_before(sent, *start).is_some();
        (!is_meant, !is_called_so, start.abs_diff(header.start))
    });
    found.map(|(start, url, _)| (start, url))
}

/// A URL ends at the quote it began with, or else with its word.
fn whole_url(sent: &str, start: usize) -> Cow<'_, str> {
    let rest = within(sent.get(start..).unwrap_or_default());
    let before = line_before(sent, start).chars().next_back();
    let quote = before.filter(|c| matches!(c, '"' | '\'' | '`'));
    let is_end = |c: char| match quote {
        Some(quote) => c == quote || c == '\n',
        None => c.is_whitespace() || matches!(c, '"' | '\'' | '`' | '<' | '>'),
    };
    let url = rest.split(is_end).next().unwrap_or_default();
    if quote.is_some() {
        return url.into();
    }
    // A long address goes on in the next line, which is nothing of its own.
    let next = rest
        .get(url.len()..)
        .and_then(|rest| rest.strip_prefix('\n'))
        .and_then(|rest| rest.lines().next());
    let more = next.filter(|line| line.contains(['=', '&', '%']) && !line.contains([' ', ':', '"', '\'']));
    let url = url.trim_end_matches([',', ';', '.', ')', ']', '}']);
    more.map_or(url.into(), |more| format!("{url}{more}").into())
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
