//! Values behind their names: `name: value`, `"name": "value"`, `[name] => value`, `name='value'`.

use serde_json::Value;

use super::found;
use super::{QUOTES, within};

/// What may stand between a name and its value.
const BETWEEN: [char; 9] = [' ', '\t', '"', '\'', ']', ':', '=', '>', '`'];

/// Where a name stands, nearest to a place first, and what stands behind the sign that says it is one.
fn places<'a>(text: &'a str, name: &str, near: usize) -> impl Iterator<Item = (usize, &'a str)> {
    let name = name.to_ascii_lowercase();
    let found = found::places(&text.to_ascii_lowercase(), &name, near);
    found.into_iter().filter_map(move |at| {
        let before = text.get(..at)?.chars().next_back();
        let is_begun = before.is_none_or(|c| !(c.is_alphanumeric() || matches!(c, '_' | '-')));
        let behind = within(text.get(at + name.len()..)?);
        let value = behind.trim_start_matches(BETWEEN);
        let sign = behind.get(..behind.len() - value.len())?;
        let is_told = sign.contains([':', '=']);
        // The quote that opens the value is part of it, so that it can be seen where it ends.
        let quote = sign.chars().next_back().filter(|c| QUOTES.contains(c));
        let start = behind.len() - value.len() - quote.map_or(0, char::len_utf8);
        (is_begun && is_told).then(|| behind.get(start..).map(|value| (at, value)))?
    })
}

/// Each value of this name, nearest to a place first.
pub(crate) fn labelled<'a>(text: &'a str, name: &str, near: usize) -> impl Iterator<Item = (usize, &'a str)> {
    places(text, name, near).map(|(at, rest)| {
        let rest = rest.strip_prefix("b'").unwrap_or(rest);
        let value = match rest.chars().next().filter(|c| QUOTES.contains(c)) {
            Some(quote) => rest.get(1..).unwrap_or_default().split([quote, '\n']).next(),
            None => rest.split(['\n', '"', '\'', '[', '}']).next(),
        };
        (at, value.unwrap_or_default().trim().trim_end_matches(','))
    })
}

/// Each value of this name that is a text in quotes or JSON.
pub(super) fn quoted_or_json<'a>(
    text: &'a str,
    name: &str,
    near: usize,
) -> impl Iterator<Item = (usize, &'a str)> {
    places(text, name, near).filter_map(|(at, rest)| {
        let quote = rest.chars().next().filter(|c| QUOTES.contains(c));
        let inner = quote.map_or(rest, |_| rest.get(1..).unwrap_or_default());
        if inner.starts_with(['{', '[']) {
            let mut values = serde_json::Deserializer::from_str(inner).into_iter::<Value>();
            let is_json = values.next().is_some_and(|value| value.is_ok());
            return is_json.then(|| inner.get(..values.byte_offset()).map(|body| (at, body)))?;
        }
        inner.split(quote?).next().map(|body| (at, body))
    })
}
