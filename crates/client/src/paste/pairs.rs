//! Which names and values a text holds, whatever its form.

use serde_json::Value;
use zeroize::Zeroizing;

use crate::CredentialName;

/// The hexadecimal of a key, which people's mail programs break over lines.
const USUAL: usize = super::USUAL;

/// Parts of an exported object that are its owner's own words.
const OWN_WORDS: [&str; 4] = ["metadata", "tags", "end_user", "errors"];

pub(super) type Pair = (CredentialName, Zeroizing<String>);

/// What a page's source writes for characters that stand around values. None is part of a credential.
const ENTITIES: [(&str, char); 14] = [
    ("&nbsp;", ' '),
    ("&#160;", ' '),
    ("&quot;", '"'),
    ("&#34;", '"'),
    ("&ldquo;", '"'),
    ("&rdquo;", '"'),
    ("&apos;", '\''),
    ("&#39;", '\''),
    ("&lsquo;", '\''),
    ("&rsquo;", '\''),
    ("&#61;", '='),
    ("&lt;", '<'),
    ("&gt;", '>'),
    ("&amp;", '&'),
];

/// The text with plain quotes, spaces and line ends, and without what cannot be seen.
pub(super) fn in_plain_characters(text: &str) -> Zeroizing<String> {
    let mut plain = Zeroizing::new(String::with_capacity(text.len()));
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let entity = ENTITIES.iter().find(|(entity, _)| rest.starts_with(entity));
        if let Some((entity, character)) = entity {
            plain.push(*character);
            rest = rest.strip_prefix(entity).unwrap_or_default();
            continue;
        }
        rest = rest.strip_prefix(character).unwrap_or_default();
        match character {
            '“' | '”' | '„' | '‟' | '«' | '»' | '″' => plain.push('"'),
            '‘' | '’' | '‚' | '‛' | '′' => plain.push('\''),
            '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => plain.push(' '),
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' => (),
            '\r' if rest.starts_with('\n') => (),
            '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => plain.push('\n'),
            '：' => plain.push(':'),
            '＝' => plain.push('='),
            '‐' | '‑' => plain.push('-'),
            other => plain.push(other),
        }
    }
    plain
}

pub(super) fn of(text: &str) -> Vec<Pair> {
    let mut pairs = Vec::new();
    if text.trim_start().starts_with(['{', '[']) {
        // A line break inside a text is no JSON, and the usual thing in a mail.
        let one_line = Zeroizing::new(text.replace('\n', " "));
        if let Ok(value) = serde_json::from_str(&one_line) {
            of_json(None, value, &mut pairs);
            return pairs;
        }
    }
    of_lines(text, &mut pairs);
    pairs
}

/// Every text of an object under a known name, as deep as it lies: Nango keeps the account beside the credentials, and the
/// client's own in an object inside them.
fn of_json(name: Option<&str>, value: Value, pairs: &mut Vec<Pair>) {
    match value {
        Value::String(text) => {
            let text = Zeroizing::new(text);
            if let Some(name) = name.and_then(CredentialName::of_label) {
                pairs.push((name, text));
            }
        }
        Value::Number(number) => {
            if let Some(name) = name.and_then(CredentialName::of_label) {
                pairs.push((name, Zeroizing::new(number.to_string())));
            }
        }
        Value::Array(items) => items.into_iter().for_each(|item| of_json(None, item, pairs)),
        Value::Object(mut object) => {
            if object.get("enabled").and_then(Value::as_bool) == Some(false) {
                return;
            }
            // One of an exported environment's: its name is a value too.
            let key = ["key", "name"].into_iter().find(|key| object.contains_key(*key));
            if let (Some(key), Some(value)) = (key, object.remove("value")) {
                let key = object.remove(key);
                of_json(key.as_ref().and_then(Value::as_str), value, pairs);
                return;
            }
            let members = object
                .into_iter()
                .filter(|(name, _)| !OWN_WORDS.contains(&&**name));
            members.for_each(|(name, value)| of_json(Some(&name), value, pairs));
        }
        Value::Null | Value::Bool(_) => (),
    }
}

/// `NAME=value`, `"name": "value",`, `Label: value`, a label above its value, a row of a table; one or several on a line.
fn of_lines(text: &str, pairs: &mut Vec<Pair>) {
    let lines: Vec<&str> = text.lines().map(bare).collect();
    let mut rest = lines.as_slice();
    while let Some((line, after)) = rest.split_first() {
        rest = after;
        if line.starts_with(['#', ';']) || line.starts_with("//") {
            continue;
        }
        let found: Vec<(CredentialName, &str)> = pieces(line).filter_map(pair).collect();
        for (name, value) in &found {
            pairs.push((*name, unquoted(value)));
        }
        let Some((name, last)) = pairs.last_mut().filter(|_| !found.is_empty()) else {
            continue;
        };
        while let Some((line, after)) = rest.split_first() {
            let part = unquoted(line);
            let is_named = pieces(line).any(|piece| pair(piece).is_some());
            if is_named || !(last.is_empty() || goes_on(*name, last, &part)) {
                break;
            }
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(&part);
            rest = after;
        }
    }
}

/// Whether a line is the rest of a value that was broken.
fn goes_on(name: CredentialName, value: &str, part: &str) -> bool {
    let had: usize = value.split(' ').map(str::len).sum();
    let fits = had + part.len() <= USUAL;
    name != CredentialName::AccountId && fits && is_part(value) && is_part(part)
}

fn is_part(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b' ')
}

/// A line without marks of lists, quotations and tables, and without what a shell has before a name.
fn bare(line: &str) -> &str {
    let mut line = line.trim();
    loop {
        let before = line;
        for mark in [
            "- ", "* ", "• ", "> ", ">", "|", "export ", "set ", "$env:", "**", "`",
        ] {
            line = line.strip_prefix(mark).unwrap_or(line).trim_start();
        }
        line = line.trim_end_matches(['|', '\\']).trim_end();
        if line == before {
            return line;
        }
    }
}

/// The parts of a line that may each be a pair.
fn pieces(line: &str) -> impl Iterator<Item = &str> {
    let parts: Vec<&str> = line.split([',', ';']).collect();
    let named = parts.iter().filter(|part| pair(part).is_some()).count();
    match named {
        0 | 1 => vec![line],
        _ => parts,
    }
    .into_iter()
}

/// A name and what stands behind it. A name alone on its line has its value below.
fn pair(line: &str) -> Option<(CredentialName, &str)> {
    for separator in ["=>", "=", ":", "\t", "|", " is ", " - ", " – "] {
        if let Some((label, value)) = line.split_once(separator)
            && let Some(name) = CredentialName::of_label(label)
        {
            return Some((name, value));
        }
    }
    let words = line.split_whitespace().count();
    CredentialName::of_label(line)
        .filter(|_| words <= 6)
        .map(|name| (name, ""))
}

/// A value without quotes, marks and the end of a sentence.
fn unquoted(value: &str) -> Zeroizing<String> {
    let mut value = value.trim();
    if let Some(quote) = value.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))
        && let Some((quoted, _)) = value.get(1..).and_then(|rest| rest.split_once(quote))
    {
        return Zeroizing::new(quoted.trim().to_owned());
    }
    let comment = value.find(" #").or_else(|| value.find(" //"));
    value = comment.and_then(|at| value.get(..at)).unwrap_or(value);
    let value = value.trim().trim_matches(['"', '\'', '`', '*']);
    // Three dots say that something was left out, and are kept.
    let value = value.trim_end_matches([',', ';']);
    let value = match value.ends_with("..") {
        true => value,
        false => value.trim_end_matches('.'),
    };
    Zeroizing::new(value.trim_matches(['"', '\'', '`', ' ']).to_owned())
}
