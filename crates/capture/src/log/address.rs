//! Method and address of a request in other text.

use std::borrow::Cow;

use super::found::{Found, places};
use super::{MAX_LINE, QUOTES, nearest, within};
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
pub(super) fn take_address(sent: &str, signed: &Found, request: &mut CapturedRequest) {
    let host = nearest(sent, &["host", "hostname"], signed).filter(|host| !host.contains(['/', ' ']));
    if let Some((method, target)) = request_line(sent, signed) {
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
    let is_path = |path: &str| path.starts_with('/') && signed.may_be_sent_to(path);
    if let Some((at, url)) = url(sent, signed) {
        request.url = Some(url.into_owned());
        request.method = method_before(sent, at);
    } else if let Some((host, path)) = host.zip(nearest(sent, &["path"], signed).filter(|path| is_path(path)))
    {
        request.url = Some(format!("{}://{host}{path}", likely_scheme(&host)));
    }
    if request.method.is_none() {
        let labelled = nearest(sent, &["method", "verb"], signed);
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

/// The nearest `GET /path HTTP/1.1`, wherever it stands in its line.
fn request_line(sent: &str, signed: &Found) -> Option<(String, String)> {
    let places = places(sent, " HTTP/", signed.start).into_iter();
    let mut lines = places.filter_map(|at| {
        let line = line_before(sent, at);
        let (before, target) = line.rsplit_once(' ')?;
        let method = method_of(last_word(before))?;
        let is_target = target.starts_with('/') || Address::of(target).is_some();
        (is_target && signed.may_be_sent_to(target)).then(|| (method, target.to_owned()))
    });
    lines.next()
}

/// The whole address nearest to what is signed, where one of NetSuite's or of this machine goes before one that a message links
/// to, and as near one that is called so before another.
fn url<'a>(sent: &'a str, signed: &Found) -> Option<(usize, Cow<'a, str>)> {
    let places = places(sent, "://", signed.start).into_iter();
    let addresses = places.filter_map(|at| {
        let scheme = last_word(line_before(sent, at)).len();
        let start = at - scheme;
        let url = whole_url(sent, start);
        let host = Address::of(&url)?.authority.to_ascii_lowercase();
        let name = last_word(line_before(sent, start)).to_ascii_lowercase();
        let is_of_page = ["referer", "referrer", "origin"].contains(&&*name);
        let is_like = !signed.holds(start) && !is_of_page && signed.may_be_sent_to(&url);
        is_like.then_some((start, url, host, name))
    });
    let found = addresses.min_by_key(|(start, _, host, name)| {
        let host = host.rsplit_once(':').map_or(host.as_str(), |(host, _)| host);
        let is_meant = host.ends_with(".netsuite.com") || host.ends_with("localhost") || host == "127.0.0.1";
        let is_called_so =
            ["url", "uri", "requesturi", "href"].contains(&&**name) || method_before(sent, *start).is_some();
        let (step, bytes) = signed.distance(*start);
        (!is_meant, step, !is_called_so, bytes)
    });
    found.map(|(start, url, ..)| (start, url))
}

/// A URL ends at the quote it began with, or else with its word.
fn whole_url(sent: &str, start: usize) -> Cow<'_, str> {
    let rest = within(sent.get(start..).unwrap_or_default());
    let before = line_before(sent, start).chars().next_back();
    let quote = before.filter(|c| QUOTES.contains(c));
    let is_end = |c: char| match quote {
        Some(quote) => c == quote || c == '\n',
        None => c.is_whitespace() || QUOTES.contains(&c) || matches!(c, '<' | '>'),
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
    let url = url.trim_end_matches([',', ';', ':', '.', ')', ']', '}']);
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
