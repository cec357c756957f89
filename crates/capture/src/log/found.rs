//! The signed request in a text: its header or envelope, and how far from it other places are.

use std::ops::Range;

use super::{MAX_PLACES, QUOTES, within};

/// Programs print the parts of a request on so many lines around its header, and rarely on more.
const FEW_LINES: usize = 5;

/// Where every envelope goes, behind it the version.
const SOAP_PATH: &str = "/services/NetSuitePort";

/// What is signed, in a text.
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    /// A header is on one line, whatever it was printed on.
    pub(super) value: String,
    pub(super) is_envelope: bool,
    /// The lines it stands on.
    lines: Range<usize>,
    /// The same with a few lines before and behind.
    beside: Range<usize>,
}

impl Found {
    fn new(text: &str, (start, end): (usize, usize), value: String, is_envelope: bool) -> Self {
        let lines = |beside: usize| {
            let before = text.get(..start).unwrap_or_default();
            let behind = text.get(end..).unwrap_or_default();
            let first = before.rmatch_indices('\n').nth(beside);
            let last = behind.match_indices('\n').nth(beside);
            first.map_or(0, |(at, _)| at + 1)..last.map_or(text.len(), |(at, _)| end + at)
        };
        Self {
            start,
            end,
            value,
            is_envelope,
            lines: lines(0),
            beside: lines(FEW_LINES),
        }
    }

    pub(super) fn holds(&self, at: usize) -> bool {
        (self.start..self.end).contains(&at)
    }

    /// A log of SOAP is full of the names of namespaces.
    pub(super) fn may_be_sent_to(&self, url: &str) -> bool {
        !self.is_envelope || url.contains(SOAP_PATH)
    }

    /// In its lines, a few lines from it, or further away.
    fn step(&self, at: usize) -> u8 {
        match at {
            at if self.lines.contains(&at) => 0,
            at if self.beside.contains(&at) => 1,
            _ => 2,
        }
    }

    /// In steps, then in bytes.
    pub(super) fn distance(&self, at: usize) -> (u8, usize) {
        let bytes = match at {
            at if at < self.start => self.start - at,
            at => at.saturating_sub(self.end),
        };
        (self.step(at), bytes)
    }

    /// What stands no further than a few lines from it.
    pub(super) fn surroundings<'a>(&self, sent: &'a str) -> &'a str {
        let end = self.beside.end.min(sent.len());
        sent.get(self.beside.start..end).unwrap_or_default()
    }
}

/// The last header or envelope of a text: the one whose failure people look at.
pub(super) fn signed(text: &str) -> Option<Found> {
    header(text)
        .into_iter()
        .chain(envelope(text))
        .max_by_key(|found| found.start)
}

/// Where something stands in a text, nearest to a place first, before it and behind.
pub(super) fn places(text: &str, pattern: &str, near: usize) -> Vec<usize> {
    let (before, behind) = text.split_at_checked(near).unwrap_or((text, ""));
    let before = before.rmatch_indices(pattern).map(|(at, _)| at);
    let behind = behind.match_indices(pattern).map(|(at, _)| near + at);
    let mut places: Vec<usize> = before.take(MAX_PLACES).chain(behind.take(MAX_PLACES)).collect();
    places.sort_by_key(|at| at.abs_diff(near));
    places.truncate(MAX_PLACES);
    places
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
        let quote = before.filter(|c| QUOTES.contains(c));
        let end = quote.and_then(|quote| line.rfind(quote)).unwrap_or(line.len());
        (end, line.get(..end)?.trim_end())
    };
    let lines: Vec<&str> = value.lines().map(str::trim).collect();
    value
        .contains("oauth_")
        .then(|| Found::new(text, (start, start + length), lines.join(" "), false))
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

/// The envelope around the last tokenPassport.
fn envelope(text: &str) -> Option<Found> {
    const NAME: &str = "Envelope";
    let passport = text.rfind("tokenPassport")?;
    let name = text.get(..passport)?.rfind(NAME)?;
    let start = text.get(..name)?.rfind('<')?;
    let behind = text.get(passport..)?;
    let end = behind.find("Envelope>")? + passport + "Envelope>".len();
    let envelope = text.get(start..end)?.to_owned();
    Some(Found::new(text, (start, end), envelope, true))
}
